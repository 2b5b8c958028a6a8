// SPDX-License-Identifier: MIT
#include <algorithm>
#include <set>

#include "chain/chain.h"
#include "config/config.h"
#include "file/file.h"
#include "file/mode.h"
#include "git/git.h"
#include "hook/install.h"
#include "hook/place.h"
#include "installation/installation.h"
#include "text/text.h"

namespace orch::hook {
namespace {

constexpr char kReferences[] = "reference-transaction";
constexpr char kInclude[] = "include.path";
constexpr char kSettings[] = "orch-guard.config";

std::string path_in(const Repository& repository, const char* name) {
  return repository.common_dir + "/" + name;
}

// For whoever may read the configuration that includes it: git fails when it
// cannot read what is included (git-config(1), Includes).
bool write(const Repository& repository, const char* name,
           const std::string& text) {
  const std::string path = path_in(repository, name);
  const mode_t mode =
      file::mode_of(repository.common_dir + "/config", 0644) & 0666;
  const bool changes = file::find_contents(path) != text;
  if (changes || file::mode_of(path, mode) != mode)
    file::write_atomically(path, text, mode);
  return changes;
}

// Whoever has a hook of that name has it run with ours, which costs a program
// more at each call.
void place_references(const Repository& repository, const std::string& path,
                      const std::string& program) {
  place_stub(path, program,
             user_has(repository, kReferences) ? installation::empty_stub()
                                               : installation::glance_stub());
}

void fill(const Repository& repository) {
  const std::string ours = chain::guard_directory_in(repository.common_dir);
  const std::string guards = installation::guard_hook_directory();
  const auto events = file::names_in(guards);
  place_all(repository, ours, events);
  for (const std::string& event : events) {
    const std::string program = file::join(guards, event);
    const std::string path = file::join(ours, event);
    if (event == kReferences)
      place_references(repository, path, program);
    else
      place_stub(path, program);
  }
  // A merge always makes a commit there, since git asks no hook before a
  // fast-forward.
  write(repository, kSettings,
        "[core]\n\thooksPath = " + config::quoted_value(ours) +
            "\n[merge]\n\tff = false\n");
}

// For these worktrees alone, by the end of their git directories' paths:
// git-config(1), gitdir. git names a directory so that no glob is in it.
std::string conditions_for(const std::set<std::string>& names) {
  std::string out = "# Written by git orch: man git-orch-githooks\n";
  for (const std::string& name : names)
    out += "[includeIf \"gitdir:worktrees/" + name +
           "\"]\n\tpath = orch-guard.config\n";
  return out;
}

bool is_included(const Repository& repository) {
  const auto config = file::find_contents(repository.common_dir + "/config");
  return config && config->find(chain::kIncluded) != std::string::npos;
}

}  // namespace

bool guard_worktrees(const Repository& repository,
                     const std::vector<Repository>& worktrees) {
  const auto lock = alone(repository);
  std::set<std::string> wanted;
  if (is_installed(repository))
    for (const Repository& w : worktrees)
      wanted.insert(file::name_of(w.git_dir));
  if (wanted.empty() && !file::exists(path_in(repository, chain::kIncluded)))
    return false;
  if (!wanted.empty()) fill(repository);
  const bool changed =
      write(repository, chain::kIncluded, conditions_for(wanted));
  if (!wanted.empty()) include_conditions(repository);
  // Where another tool has set core.hooksPath, config.worktree leads to us.
  if (file::is_directory(chain::directory_in(repository.common_dir)))
    for (const Repository& w : worktrees) lead_to_us(repository, w);
  return changed;
}

void include_conditions(const Repository& repository) {
  if (is_included(repository)) return;
  memory_of(repository).change([&] {
    git::require(repository, {.args = {"config", "--local", "--add", kInclude,
                                       chain::kIncluded}});
  });
}

void exclude_conditions(const Repository& repository) {
  if (!is_included(repository)) return;
  git::run(repository, {.args = {"config", "--local", "--fixed-value",
                                 "--unset-all", kInclude, chain::kIncluded}});
}

void leave_guards(const Repository& repository) {
  const std::string ours = chain::guard_directory_in(repository.common_dir);
  give_back_written(repository, ours);
  file::remove_tree(ours);
  for (const char* name : {chain::kIncluded, kSettings})
    file::remove_written(path_in(repository, name));
}

}  // namespace orch::hook
