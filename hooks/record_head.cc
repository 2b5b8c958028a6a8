// SPDX-License-Identifier: MIT
#include "doorbell/doorbell.h"
#include "hook.h"

namespace orch::hooks {

void record_head(const Call& call, std::string_view kind) {
  const repository::Head head = repository::read_head(call.repository);
  doorbell::record_call_of_git(
      call.repository, kind,
      {{"commit", head.commit},
       {"ref", head.branch},
       {"agent", repository::agent_of(call.repository).value_or("")}});
}

}  // namespace orch::hooks
