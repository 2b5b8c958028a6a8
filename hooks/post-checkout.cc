// SPDX-License-Identifier: MIT
//
// After checkout and switch: arguments are the old HEAD, the new one, and 1
// for a branch checkout, 0 for files. `worktree add` calls it, too, with an
// old HEAD of zeros. Only an agent that leaves its branch is worth an event.
#include "doorbell/doorbell.h"
#include "event/record.h"
#include "hook.h"

namespace orch::hooks {
namespace {

bool run(const Call& call) {
  if (call.args.size() != 3 || call.args[2] != "1") return true;
  if (call.args[0].find_first_not_of('0') == std::string::npos) return true;
  const auto agent = repository::agent_of(call.repository);
  if (!agent || repository::is_rebasing(call.repository)) return true;
  const repository::Head head = repository::read_head(call.repository);
  doorbell::record_call_of_git(call.repository, event::kind::kCheckout,
                               {{"old", call.args[0]},
                                {"new", call.args[1]},
                                {"ref", head.branch},
                                {"agent", *agent}});
  return true;
}

}  // namespace

const Hook kHook = {"post-checkout", Refuses::No, false, run};

}  // namespace orch::hooks
