// SPDX-License-Identifier: MIT
#include <algorithm>

#include "installation/data.h"
#include "message/rules.h"
#include "message/typing.h"
#include "store/rates.h"

namespace orch::message {
namespace {

constexpr std::int64_t kLookAgainMs = 3000;
// Behind the last press: what has not gone in by then waits for a hook.
constexpr std::int64_t kPressesEndMs = 60'000;

// Whether what holds a message back goes by itself, without a hook.
bool passes(const std::string& reason) {
  for (const char* start :
       {"somebody ", "tmux ", "another process ", "the agent is suspended"})
    if (reason.starts_with(start)) return true;
  return false;
}

bool awaits_receipt(const store::Agent& agent, const store::Message& m) {
  return agent.state == "busy" && agent.state_source == "typed" &&
         (m.typed_run == agent.run || m.typing_run == agent.run) &&
         store::level_rank(m.level) < 2;
}

// Never in the past: who comes at once would find nothing new.
std::optional<std::int64_t> due_at(const Repository& repository,
                                   store::Store& store,
                                   const store::Agent& agent,
                                   const store::Message& m, std::int64_t now) {
  if (awaits_receipt(agent, m)) {
    if (now - agent.state_since > kPressesEndMs) return std::nullopt;
    const std::int64_t press = agent.state_since + kSubmitWaitMs;
    const bool is_near = press > now && press - now <= kSubmitWaitMs;
    return is_near ? press : now + kLookAgainMs;
  }
  if (m.level != "queued" || !m.reason) return std::nullopt;
  if (*m.reason == kPaneRests) {
    const auto last = store::find_last_typed(store, agent.id);
    if (!last) return std::nullopt;
    return *last + installation::policy_or_built_in(repository.orch_dir())
                       .messages.pane_every_ms;
  }
  if (agent.state == "idle" && passes(*m.reason)) return now + kLookAgainMs;
  return std::nullopt;
}

}  // namespace

std::optional<std::int64_t> next_due(const Repository& repository,
                                     store::Store& store, std::int64_t now) {
  std::optional<std::int64_t> first;
  for (const store::Message& m :
       store::list_messages(store, 0, store::Which::Open))
    if (const auto agent = store::find_agent(store, m.agent_id))
      if (const auto at = due_at(repository, store, *agent, m, now))
        first = std::min(first.value_or(*at), *at);
  return first;
}

}  // namespace orch::message
