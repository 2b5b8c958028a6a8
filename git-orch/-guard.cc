// SPDX-License-Identifier: MIT
//
// What the hooks of an agent's worktree run when they need YAML or the store:
//   git-orch--guard make <git dir>                      the rules, anew
//   git-orch--guard announced <git dir> <ref> <from> <to>
//     exit 0 when an ancestor of this process has announced that move
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "error/error.h"
#include "file/file.h"
#include "guard/guard.h"
#include "hook/fold.h"

namespace {

using orch::repository::Repository;

// From its parts, since where a hook runs says nothing sure.
Repository repository_of(const std::string& git_dir) {
  const std::string worktrees = orch::file::parent_of(git_dir);
  return {git_dir, orch::file::parent_of(worktrees), ""};
}

int run(const std::vector<std::string>& args) {
  const Repository worktree = repository_of(args[1]);
  auto store = orch::hook::find_store(worktree);
  if (!store) return orch::kNo;
  if (args[0] == "make") {
    orch::guard::make_rules(worktree, *store, worktree);
    return orch::kDone;
  }
  return orch::guard::is_announced(*store, {args[3], args[4], args[2]})
             ? orch::kDone
             : orch::kNo;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> args(argv + 1, argv + argc);
  if (args.empty() || args.size() != (args[0] == "make" ? 2U : 5U)) {
    std::fputs("usage: git-orch--guard make <git dir>\n", stderr);
    return orch::kUsage;
  }
  try {
    return run(args);
  } catch (const std::exception& e) {
    std::fprintf(stderr, "%s\n", e.what());
    return orch::kFatal;
  }
}
