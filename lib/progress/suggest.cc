// SPDX-License-Identifier: MIT
#include <algorithm>
#include <map>
#include <set>

#include "file/file.h"
#include "git/git.h"
#include "progress/progress.h"
#include "store/events.h"
#include "text/text.h"

namespace orch::progress {
namespace {

// Words of a title that can be paths, quotes and punctuation taken off.
std::vector<std::string> path_words(const std::string& title) {
  static constexpr std::string_view kAround = "`'\"()[]{}<>,;:!?*";
  std::vector<std::string> out;
  for (std::string word : text::split_list(title, ' ')) {
    while (!word.empty() && kAround.find(word.front()) != word.npos)
      word.erase(0, 1);
    while (!word.empty() && (kAround.find(word.back()) != word.npos ||
                             word.back() == '.' || word.back() == '/'))
      word.pop_back();
    if (word.starts_with("./")) word.erase(0, 2);
    if (word.find_first_of("./") != std::string::npos && word.size() < 4096)
      out.push_back(word);
  }
  return out;
}

// The nearest of `word` and its directories that `tree` has.
std::string nearest_tracked(const std::set<std::string>& tree,
                            std::string word) {
  while (!word.empty()) {
    if (tree.contains(word)) return word;
    const std::string below = word + "/";
    const auto it = tree.lower_bound(below);
    if (it != tree.end() && it->starts_with(below)) return word;
    const std::size_t slash = word.rfind('/');
    word = slash == std::string::npos ? "" : word.substr(0, slash);
  }
  return "";
}

std::set<std::string> tracked(const Repository& repository,
                              const store::Feature& feature) {
  const auto listed = git::run(
      repository, {.args = {"ls-tree", "-r", "-z", "--name-only", "--full-tree",
                            "refs/heads/" + feature.integration_branch}});
  std::set<std::string> out;
  for (std::string& path : text::split(listed.output, '\0'))
    if (!path.empty()) out.insert(std::move(path));
  return out;
}

}  // namespace

Suggestions suggest(const Repository& repository, store::Store& store,
                    const store::Feature& feature, const store::Task& task) {
  Suggestions out;
  const auto tree = tracked(repository, feature);
  std::set<std::string> paths;
  for (const std::string& word : path_words(task.title))
    if (const std::string path = nearest_tracked(tree, word); !path.empty())
      paths.insert(path);
  out.paths = {paths.begin(), paths.end()};
  std::map<std::string, int> by_role;
  if (!paths.empty()) {
    std::vector<std::string> args = {"log", "--no-merges", "--format=%H",
                                     "--branches", "--"};
    args.insert(args.end(), paths.begin(), paths.end());
    const std::string log = git::require(
        repository,
        {.args = args, .environment = {{"GIT_LITERAL_PATHSPECS", "1"}}});
    for (const std::string& id : text::split_list(log, '\n'))
      if (const auto role = store::find_commit_role(store, id))
        ++by_role[*role];
  }
  for (const store::Agent& a : store::list_agents(store, feature.id))
    if (a.kind == "implementor")
      out.agents.push_back({a.address, by_role[a.role]});
  std::stable_sort(
      out.agents.begin(), out.agents.end(),
      [](const auto& a, const auto& b) { return a.commits > b.commits; });
  return out;
}

}  // namespace orch::progress
