// SPDX-License-Identifier: MIT
#include "agent/agent.h"
#include "agent/briefing.h"
#include "error/error.h"
#include "installation/data.h"
#include "message/message.h"

namespace orch::agent {

void compact(const Repository& repository, store::Store& store,
             const store::Agent& agent) {
  if (!is_running(agent))
    throw Error(ErrorCode::DeadPane,
                "agent '" + agent.address + "' is not running",
                "git orch agent start " + agent.address);
  const auto runtime =
      installation::require_runtime(repository.orch_dir(), agent.runtime);
  if (runtime.compact.empty())
    throw Error(ErrorCode::RefusedByPolicy,
                "runtime '" + runtime.name + "' of '" + agent.address +
                    "' has no command that compacts",
                "name it as 'compact' in the runtime's file");
  const std::int64_t before = last_briefed(store, agent);
  message::type_command(repository, store, agent, runtime.compact);
  // What it was told at its start may not be in what is left. A tick that met
  // the compaction has sent it already.
  send_brief_unless(repository, store, agent, brief::Reason::Compact,
                    [&](std::int64_t last) { return last != before; });
}

}  // namespace orch::agent
