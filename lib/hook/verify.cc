// SPDX-License-Identifier: MIT
#include <algorithm>
#include <map>

#include "error/error.h"
#include "file/file.h"
#include "git/git.h"
#include "git/merge.h"
#include "hook/install.h"
#include "text/text.h"

namespace orch::hook {
namespace {

constexpr std::string_view kName = "orch-probe";

// What a killed run left in the list of worktrees.
void forget_killed(const Repository& repository) {
  const std::string all = repository.common_dir + "/worktrees";
  for (const std::string& name : file::names_in(all)) {
    if (!name.starts_with(kName)) continue;
    const auto place = file::find_contents(file::join(all, name) + "/gitdir");
    if (!place) continue;
    const std::string path = file::parent_of(std::string(text::trim(*place)));
    if (!file::exists(path))
      git::run(repository, {.args = {"worktree", "remove", "--force", path}});
  }
}

// A linked worktree without files, on no branch, that goes with this object.
class LinkedWorktree {
 public:
  LinkedWorktree(const Repository& repository, const std::string& parent)
      : repository_(repository), path_(file::join(parent, std::string(kName))) {
    git::require(
        repository_,
        {.args = {"-c", "core.hooksPath=/dev/null", "worktree", "add",
                  "--quiet", "--no-checkout", "--detach", path_, "HEAD"},
         .dies_with_us = true});
  }
  ~LinkedWorktree() {
    try {
      git::run(repository_,
               {.args = {"worktree", "remove", "--force", "--force", path_}});
    } catch (const std::exception&) {
      // The next call forgets it.
    }
  }
  LinkedWorktree(const LinkedWorktree&) = delete;
  LinkedWorktree& operator=(const LinkedWorktree&) = delete;

  const std::string& path() const { return path_; }

 private:
  Repository repository_;
  std::string path_;
};

// Lets git run the hook of each event in `worktree`; which of ours ran there,
// and under which path git found it.
std::map<std::string, std::string> probe(const Repository& repository,
                                         const std::string& worktree,
                                         const std::vector<Status>& hooks,
                                         const std::string& answers) {
  file::write_atomically(answers, "");
  for (const Status& s : hooks)
    if (s.owner == "orch" || s.method == "moved")
      git::run(repository, {.args = {"hook", "run", "--ignore-missing", s.event,
                                     "--", "probe", "probe"},
                            .worktree = worktree,
                            .environment = {{std::string(kProbe), answers}},
                            .timeout_ms = 10000});
  std::map<std::string, std::string> ran;
  for (const std::string& line :
       text::split_list(file::load_contents(answers), '\n')) {
    const std::size_t tab = line.find('\t');
    if (tab != std::string::npos)
      ran[line.substr(0, tab)] = line.substr(tab + 1);
  }
  return ran;
}

}  // namespace

std::vector<Status> verify(const Repository& repository) {
  std::vector<Status> hooks = status(repository);
  const git::Quarantine scratch(repository);
  const std::string answers = file::join(scratch.directory(), "answers");
  std::vector<std::pair<std::string, std::map<std::string, std::string>>>
      places;
  if (!repository.worktree.empty())
    places.emplace_back("here",
                        probe(repository, repository.worktree, hooks, answers));
  forget_killed(repository);
  if (git::find_commit(repository, "HEAD")) {
    const LinkedWorktree linked(repository, scratch.directory());
    if (const auto found = repository::find(linked.path()))
      adopt_worktree(repository, *found);
    places.emplace_back("in a new worktree",
                        probe(repository, linked.path(), hooks, answers));
  }
  for (Status& s : hooks) {
    std::vector<std::string> ran, silent;
    for (const auto& [place, answer] : places)
      (answer.contains(s.event) ? ran : silent).push_back(place);
    s.runs = !places.empty() && silent.empty();
    if (s.runs)
      s.detail = "ran " + text::join(ran, " and ");
    else if (s.owner == "orch" || s.method == "moved")
      s.detail = "did not run " + text::join(silent, " and ");
  }
  return hooks;
}

}  // namespace orch::hook
