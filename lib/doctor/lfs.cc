// SPDX-License-Identifier: MIT
#include "doctor/lfs.h"

#include "chain/chain.h"
#include "config/config.h"
#include "file/file.h"
#include "text/text.h"

namespace orch::doctor {
namespace {

bool is_in_use(const Repository& repository, const config::Config& config) {
  return (config.find("filter.lfs.process") ||
          config.find("filter.lfs.clean")) &&
         (file::is_directory(repository.common_dir + "/lfs") ||
          file::has_text(repository.worktree + "/.gitattributes",
                         "filter=lfs"));
}

// lefthook runs them by itself, and husky's hook is a script one directory up.
bool runs_lfs(const std::string& path, const std::string& event) {
  const std::string up = file::parent_of(file::parent_of(path));
  return file::has_text(path, "git lfs ") || file::has_text(path, "git-lfs ") ||
         file::has_text(path, "LEFTHOOK") ||
         file::has_text(path + ".legacy", "git lfs ") ||
         (file::name_of(file::parent_of(path)) == "_" &&
          file::has_text(file::join(up, event), "git lfs "));
}

std::string directory_of(const Repository& repository,
                         const config::Config& config) {
  const std::string path = config.text("core.hookspath", "");
  if (path.empty()) return repository.common_dir + "/hooks";
  return path.starts_with("/") ? path : file::join(repository.worktree, path);
}

}  // namespace

std::optional<Check> check_lfs(const Repository& repository) {
  const auto config = config::Config::load(repository);
  if (!is_in_use(repository, config)) return std::nullopt;
  const std::string directory = directory_of(repository, config);
  std::vector<std::string> missing;
  bool ours_is_there = false;
  for (const char* event :
       {"post-checkout", "post-commit", "post-merge", "pre-push"}) {
    const std::string path = file::join(directory, event);
    const bool ours = chain::is_ours(path);
    if (!runs_lfs(ours ? chain::find_next(path, event) : path, event)) {
      missing.emplace_back(event);
      ours_is_there |= ours;
    }
  }
  if (missing.empty()) return Check{"git-lfs", "ok", "its hooks run", ""};
  return Check{"git-lfs", "warn", "not run by " + text::join(missing, ", "),
               ours_is_there ? "git orch hooks uninstall && git lfs update && "
                               "git orch hooks install"
                             : "git lfs update"};
}

}  // namespace orch::doctor
