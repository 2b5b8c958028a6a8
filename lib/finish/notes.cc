// SPDX-License-Identifier: MIT
#include <map>

#include "finish/finish.h"
#include "git/git.h"
#include "store/events.h"
#include "store/tasks.h"
#include "text/text.h"
#include "trailer/trailer.h"

namespace orch::finish {
namespace {

constexpr std::size_t kMostCommits = 500;

// Text of anybody's as Markdown that shows it, and nothing else.
std::string shown(const std::string& text) {
  std::string out;
  for (const char c : text::to_utf8(text::printable(text))) {
    if (std::string_view("\\`*_[]<>#|&@!~").find(c) != std::string_view::npos)
      out += '\\';
    out += c;
  }
  return out;
}

std::vector<std::string> commits_of(const Repository& repository,
                                    const store::Feature& feature,
                                    const std::string& commit) {
  return text::split_list(
      git::require(repository,
                   {.args = {"rev-list", "--no-merges", "--reverse",
                             "--max-count=" + std::to_string(kMostCommits),
                             commit, "^" + feature.base_commit}}),
      '\n');
}

// A commit that was made anew on another's branch says whose it is; the event
// of one that does not names whose branch it was found on.
std::string role_of(store::Store& store, const store::Feature& feature,
                    const git::Commit& commit) {
  const std::string role = trailer::signed_role(commit.body, feature.spec_id);
  return role.empty()
             ? store::find_commit_role(store, commit.id).value_or("person")
             : role;
}

}  // namespace

std::string release_notes(const Repository& repository, store::Store& store,
                          const store::Feature& feature,
                          const std::string& commit) {
  std::string out = "# " + shown(feature.name) + "\n";
  std::string tasks;
  for (const store::Task& t : store::list_tasks(store, feature.id))
    if (t.status == "done")
      tasks += "- " + shown(t.task_id + " " + t.title) + "\n";
  if (!tasks.empty()) out += "\n## Tasks\n\n" + tasks;
  const auto ids = commits_of(repository, feature, commit);
  const auto commits = git::read_commits(repository, ids);
  std::map<std::string, std::string> by_role;
  for (const std::string& id : ids) {
    const auto it = commits.find(id);
    if (it == commits.end()) continue;
    by_role[role_of(store, feature, it->second)] +=
        "- " + shown(it->second.subject) + " (" + id.substr(0, 12) + ")\n";
  }
  if (!by_role.empty()) out += "\n## Changes\n";
  for (const auto& [role, lines] : by_role)
    out += "\n### " + shown(role) + "\n\n" + lines;
  return out;
}

}  // namespace orch::finish
