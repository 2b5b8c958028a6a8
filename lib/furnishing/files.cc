// SPDX-License-Identifier: MIT
#include "furnishing/files.h"

#include <fnmatch.h>
#include <strings.h>

#include <algorithm>
#include <set>

#include "file/copy.h"
#include "file/file.h"
#include "git/git.h"
#include "text/text.h"

namespace orch::furnishing {
namespace {

constexpr std::string_view kIncludeFile = ".worktreeinclude";

std::string quoted(const std::string& name) {
  return "'" + text::printable(name) + "'";
}

// "'a', 'b' and 3 more"
std::string names_text(const std::vector<std::string>& names) {
  constexpr std::size_t kMost = 5;
  const std::size_t shown = std::min(kMost, names.size());
  std::vector<std::string> first;
  for (std::size_t i = 0; i < shown; ++i) first.push_back(quoted(names[i]));
  std::string out = text::join(first, ", ");
  if (names.size() > shown)
    out += " and " + std::to_string(names.size() - shown) + " more";
  return out;
}

bool is_real_directory(const std::string& path) {
  return file::is_directory(path) && !file::link_target(path);
}

// The names in `directory` that one part of a pattern stands for.
std::vector<std::string> names_like(const std::string& directory,
                                    const std::string& part) {
  std::vector<std::string> out;
  if (part.find_first_of("*?[\\") == std::string::npos) {
    if (file::exists(directory + "/" + part)) out.push_back(part);
    return out;
  }
  for (const std::string& name : file::names_in(directory))
    if (::strcasecmp(name.c_str(), ".git") != 0 &&
        ::fnmatch(part.c_str(), name.c_str(), FNM_PERIOD) == 0)
      out.push_back(name);
  return out;
}

std::vector<std::string> listed_files(const Repository& repository,
                                      const std::string& worktree,
                                      std::vector<std::string> options) {
  options.insert(options.begin(), {"ls-files", "-z"});
  std::vector<std::string> out = text::split(
      git::require(repository, {.args = options, .worktree = worktree}), '\0');
  // What ends in a slash is a repository of its own.
  std::erase_if(out, [](const std::string& path) {
    return path.empty() || path.ends_with('/');
  });
  std::sort(out.begin(), out.end());
  return out;
}

class Placing {
 public:
  Placing(const Repository& repository, std::string top, std::string worktree,
          const Listener& listener)
      : repository_(repository),
        top_(std::move(top)),
        worktree_(std::move(worktree)),
        listener_(listener) {}

  void copy(const std::string& path) {
    // Tracked and absent is removed, or left out of a sparse checkout.
    const auto is_tracked = [&](const std::string& p) {
      if (!tracked_) tracked_ = listed_files(repository_, worktree_, {});
      return std::binary_search(tracked_->begin(), tracked_->end(), p);
    };
    file::copy_absent(top_, worktree_, path, is_tracked, added_);
  }
  void link(const std::string& path) {
    file::link_absent(top_ + "/" + path, worktree_, path, added_);
  }
  void tell() const;

 private:
  void tell(const std::string& what) const {
    if (listener_.note) listener_.note(what);
  }

  const Repository& repository_;
  std::string top_, worktree_;
  const Listener& listener_;
  std::optional<std::vector<std::string>> tracked_;
  file::Added added_;
};

void Placing::tell() const {
  if (!added_.refused.empty())
    tell("not placed in '" + worktree_ +
         "', where no directory is above: " + names_text(added_.refused));
  if (!added_.left_out.empty())
    tell("not copied, since it is a repository or no file: " +
         names_text(added_.left_out));
  if (added_.made.empty()) return;
  std::vector<std::string> made = added_.made;
  std::sort(made.begin(), made.end());
  const auto untracked =
      listed_files(repository_, worktree_, {"--others", "--exclude-standard"});
  std::vector<std::string> both;
  std::set_intersection(made.begin(), made.end(), untracked.begin(),
                        untracked.end(), std::back_inserter(both));
  if (!both.empty())
    tell("untracked and not ignored in '" + worktree_ +
         "': " + names_text(both));
}

}  // namespace

Source find_source(const Repository& repository, const store::Agent& agent) {
  const auto here = repository::find(agent.worktree);
  if (!here || here->common_dir != repository.common_dir ||
      !here->is_linked_worktree() ||
      here->worktree != file::resolve(agent.worktree))
    return {};
  const git::Worktree main = git::list_worktrees(repository).front();
  const auto its = repository::find(main.path);
  if (main.bare || !its || its->git_dir != repository.common_dir ||
      its->worktree != file::resolve(main.path))
    return {"", "the repository has no main worktree"};
  return {its->worktree, ""};
}

std::vector<std::string> paths_like(const std::string& top,
                                    const std::string& pattern) {
  std::vector<std::string> found = {""};
  for (const std::string& part : text::split(pattern, '/')) {
    std::vector<std::string> deeper;
    for (const std::string& path : found) {
      const std::string directory = path.empty() ? top : top + "/" + path;
      if (!path.empty() && !is_real_directory(directory)) continue;
      for (const std::string& name : names_like(directory, part))
        deeper.push_back(path.empty() ? name : path + "/" + name);
    }
    found = std::move(deeper);
  }
  return found;
}

std::vector<std::string> included_files(const Repository& repository,
                                        const std::string& top) {
  const std::string list = top + "/" + std::string(kIncludeFile);
  if (!file::exists(list) || file::is_directory(list)) return {};
  const auto named = listed_files(
      repository, top, {"--others", "--ignored", "--exclude-from=" + list});
  if (named.empty()) return {};
  const auto ignored = listed_files(
      repository, top, {"--others", "--ignored", "--exclude-standard"});
  std::vector<std::string> both;
  std::set_intersection(named.begin(), named.end(), ignored.begin(),
                        ignored.end(), std::back_inserter(both));
  return both;
}

void place_files(const Repository& repository, const std::string& top,
                 const store::Agent& agent, const role::Role* role,
                 const Listener& listener) {
  Placing placing(repository, top, agent.worktree, listener);
  const auto found = [&](const char* key, const std::string& pattern) {
    auto paths = paths_like(top, pattern);
    if (paths.empty() && listener.note)
      listener.note("'" + std::string(key) + ": " + text::printable(pattern) +
                    "' of role '" + role->name + "' matches nothing in '" +
                    top + "'");
    return paths;
  };
  // Links first: what is one shall not become a copy.
  if (role)
    for (const std::string& pattern : role->furnishing.link)
      for (const std::string& path : found("link", pattern)) placing.link(path);
  if (role)
    for (const std::string& pattern : role->furnishing.copy)
      for (const std::string& path : found("copy", pattern)) placing.copy(path);
  for (const std::string& path : included_files(repository, top))
    placing.copy(path);
  placing.tell();
}

}  // namespace orch::furnishing
