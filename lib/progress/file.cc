// SPDX-License-Identifier: MIT
#include "file/file.h"

#include <sys/stat.h>

#include "config/config.h"
#include "error/error.h"
#include "git/git.h"
#include "progress/progress.h"
#include "tasklist/tasklist.h"

namespace orch::progress {
namespace {

std::string main_worktree(const Repository& repository) {
  const auto worktrees = git::list_worktrees(repository);
  return worktrees.empty() || worktrees[0].bare ? "" : worktrees[0].path;
}

// `path` as seen from the top of the worktree that it lies in.
std::string relative_to(const std::string& top, const std::string& path) {
  if (top.empty() || !path.starts_with(top + "/")) return "";
  return path.substr(top.size() + 1);
}

std::optional<std::string> configured(const Repository& repository) {
  return config::Config::load(repository).find("orch.tasksfile");
}

// Where the list may lie, from the top of a work tree, the likeliest first.
std::vector<std::string> candidates(const Repository& repository,
                                    const store::Feature& feature,
                                    std::optional<std::string> configured) {
  if (configured) {
    static constexpr std::string_view kMark = "{spec-id}";
    if (const auto at = configured->find(kMark); at != std::string::npos)
      configured->replace(at, kMark.size(), feature.spec_id);
    return {*configured};
  }
  std::vector<std::string> out;
  if (feature.spec_path) {
    std::string spec = relative_to(repository.worktree, *feature.spec_path);
    if (spec.empty())
      spec = relative_to(main_worktree(repository), *feature.spec_path);
    if (!spec.empty()) {
      const std::string beside = file::parent_of("/" + spec);
      out.push_back((beside == "/" ? "" : beside.substr(1) + "/") + "tasks.md");
    }
  }
  out.push_back("specs/" + feature.spec_id + "/tasks.md");
  return out;
}

std::optional<std::string> find_below(const std::string& top,
                                      const std::vector<std::string>& names) {
  if (top.empty()) return std::nullopt;
  for (const std::string& name : names) {
    const std::string path =
        name.starts_with("/") ? name : file::join(top, name);
    struct stat status {};
    if (::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode))
      return path;
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> find_tasks_file(const Repository& repository,
                                           store::Store& store,
                                           const store::Feature& feature) {
  const auto set = configured(repository);
  const auto names = candidates(repository, feature, set);
  if (auto here = find_below(repository.worktree, names)) return here;
  if (feature.spec_path && !set)
    if (auto beside =
            find_below(file::parent_of(*feature.spec_path), {"tasks.md"}))
      return beside;
  if (auto main = find_below(main_worktree(repository), names)) return main;
  for (const store::Agent& a : store::list_agents(store, feature.id))
    if (a.kind == "overseer")
      if (auto theirs = find_below(a.worktree, names)) return theirs;
  return std::nullopt;
}

std::string require_tasks_file(const Repository& repository,
                               const store::Feature& feature) {
  repository::require_worktree(repository);
  const auto names = candidates(repository, feature, configured(repository));
  if (auto path = find_below(repository.worktree, names)) return *path;
  throw Error(ErrorCode::UnknownName,
              "there is no task list '" + names[0] + "' in this worktree",
              "git config orch.tasksFile <path>");
}

std::vector<std::string> tasks_file_names(const Repository& repository,
                                          const store::Feature& feature) {
  auto names = candidates(repository, feature, configured(repository));
  std::erase_if(names, [](const std::string& n) { return n.starts_with("/"); });
  return names;
}

int import_list(const Repository& repository, store::Store& store,
                const store::Feature& feature) {
  const auto path = find_tasks_file(repository, store, feature);
  if (!path) return 0;
  std::vector<tasklist::Task> tasks;
  for (const tasklist::Item& item :
       tasklist::parse(file::load_contents(*path), *path))
    tasks.push_back({.id = item.id,
                     .title = item.title,
                     .status = item.done ? "done" : "open",
                     .owner = {},
                     .depends_on = item.depends_on,
                     .section = item.section,
                     .parent = item.parent});
  if (tasks.empty()) return 0;
  return task::import_tasks(store, feature, tasks, task::Merge::OnlyNew).added;
}

int write_marks(store::Store& store, const store::Feature& feature,
                const std::string& path) {
  const std::string before = file::load_contents(path);
  std::map<std::string, bool> done;
  for (const store::Task& t : store::list_tasks(store, feature.id))
    if (t.status != "dropped") done[t.task_id] = t.status == "done";
  const std::string after = tasklist::mark(before, path, done);
  if (after == before) return 0;
  struct stat status {};
  const std::string target = file::resolve(path);  // a link stays a link
  if (::stat(target.c_str(), &status) != 0)
    throw io_error("cannot read '" + path + "'", errno);
  file::write_atomically(target, after, status.st_mode & 07777);
  int changed = 0;
  for (std::size_t i = 0; i < before.size(); ++i)
    changed += before[i] != after[i] ? 1 : 0;
  return changed;
}

}  // namespace orch::progress
