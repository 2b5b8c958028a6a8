// SPDX-License-Identifier: MIT
#include "agent/agent.h"
#include "clock/clock.h"
#include "hook/fold.h"
#include "installation/data.h"
#include "message/message.h"
#include "screen/screen.h"

namespace orch::agent {

std::string shown_state(const Repository& repository,
                        const store::Agent& agent) {
  if (agent.pane.empty() || agent.runtime.empty()) return "";
  const auto runtime =
      installation::require_runtime(repository.orch_dir(), agent.runtime);
  const std::string text =
      message::server_of(repository).capture(message::pane_of(agent));
  const auto found = screen::evaluate(runtime, {.text = text, .title = ""});
  return found ? found->state() : "";
}

bool believe_screen(const Repository& repository, store::Store& store,
                    std::int64_t agent_id, const std::string& state) {
  // What a hook has said in the meantime is nearer to the truth.
  hook::fold(repository, store);
  store::Transaction transaction(store);
  auto agent = store::find_agent(store, agent_id);
  if (!agent || agent->state != "starting" || agent->pid == 0) return false;
  agent->state = state;
  agent->state_source = "screen";
  agent->state_since = clock::now();
  store::update_agent(store, *agent);
  transaction.commit();
  return true;
}

}  // namespace orch::agent
