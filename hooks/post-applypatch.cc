// SPDX-License-Identifier: MIT
//
// After each patch of `git am`, which runs no post-commit. A rebase that
// applies patches calls it, too, and tells of its commits by post-rewrite.
#include "event/record.h"
#include "file/file.h"
#include "hook.h"

namespace orch::hooks {
namespace {

bool run(const Call& call) {
  if (file::exists(call.repository.git_dir + "/rebase-apply/rebasing"))
    return true;
  record_head(call, event::kind::kCommit);
  return true;
}

}  // namespace

const Hook kHook = {"post-applypatch", Refuses::No, false, run};

}  // namespace orch::hooks
