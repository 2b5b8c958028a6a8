// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

// Where this installation keeps its parts, found from the running program, so
// that a prefix can be moved. Also the data that `init` copies from there.
namespace orch::installation {

std::string bin_directory();       // <prefix>/bin
std::string libexec_directory();   // <prefix>/libexec/git-orch
std::string hook_directory();      // <prefix>/libexec/git-orch/hooks
// Hooks that guard the worktrees of agents, and are nobody else's.
std::string guard_hook_directory();
std::string glance_stub();  // the empty one of reference-transaction
std::string internal_program(const std::string& name);
std::string pass_on_program();     // stands for hooks that we have none of
std::string empty_stub();          // what is copied to a hook's place
std::string template_directory();  // <prefix>/share/git-orch/templates

// The git hooks for which a hook program is installed, sorted.
std::vector<std::string> hook_events();

// A data file: the repository's own copy below `orch_dir` when there is one,
// else the installed template; absent (empty) when neither exists. `kind` is
// "roles", "runtimes" or "teams".
struct DataFile {
  std::string path;
  std::string bytes;
};
DataFile require_data(const std::string& orch_dir, const std::string& kind,
                      const std::string& name);
// The names of all data files of that kind, sorted.
std::vector<std::string> data_names(const std::string& orch_dir,
                                    const std::string& kind);

}  // namespace orch::installation
