// SPDX-License-Identifier: MIT
//
// After `commit --amend` and rebase: standard input has "old new" per line.
#include "doorbell/doorbell.h"
#include "event/record.h"
#include "hook.h"

namespace orch::hooks {
namespace {

bool run(const Call& call) {
  // An amend inside a rebase is reported again, with its final id, by the
  // rebase itself.
  if (repository::is_rebasing(call.repository) && !call.args.empty() &&
      call.args[0] == "amend")
    return true;
  const repository::Head head = repository::read_head(call.repository);
  doorbell::record(
      call.repository, event::kind::kRewrite,
      {{"command", call.args.empty() ? "" : call.args[0]},
       {"pairs", call.input},
       {"ref", head.branch},
       {"agent", repository::agent_of(call.repository).value_or("")}});
  return true;
}

}  // namespace

const Hook kHook = {"post-rewrite", Refuses::No, true, run};

}  // namespace orch::hooks
