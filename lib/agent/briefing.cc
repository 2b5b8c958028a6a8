// SPDX-License-Identifier: MIT
#include "agent/briefing.h"

#include "agent/agent.h"
#include "clock/clock.h"
#include "message/message.h"
#include "store/agent_state.h"
#include "store/messages.h"

namespace orch::agent {
namespace {

// One that asked for the compaction has queued its brief already.
constexpr std::int64_t kBriefedMs = 10 * 60 * 1000;

std::string briefed_key(const store::Agent& agent) {
  return "briefed " + std::to_string(agent.id);
}

std::int64_t number_of(const std::optional<std::string>& text) {
  return text ? std::strtoll(text->c_str(), nullptr, 10) : 0;
}

}  // namespace

std::int64_t queue_brief(store::Store& store, const store::Agent& agent,
                         const std::string& brief, std::int64_t now) {
  for (const store::Message& m :
       store::list_messages(store, agent.id, store::Which::Open))
    if (m.kind == "brief")
      store::end_message(store, m.id, "failed", "replaced by a newer brief");
  return message::queue(
      store, agent, {.text = brief, .kind = "brief", .priority = "critical"},
      now);
}

std::int64_t last_briefed(store::Store& store, const store::Agent& agent) {
  return number_of(store::find_meta(store, briefed_key(agent)));
}

std::optional<std::int64_t> send_brief_unless(
    const Repository& repository, store::Store& store,
    const store::Agent& agent, brief::Reason reason,
    const std::function<bool(std::int64_t)>& is_done) {
  if (is_done(last_briefed(store, agent))) return std::nullopt;
  const std::string text = brief::text(repository, store, agent, reason);
  const std::int64_t now = clock::now();
  store::Transaction transaction(store);
  // Somebody else may have sent one meanwhile.
  if (is_done(last_briefed(store, agent))) return std::nullopt;
  const std::int64_t id = queue_brief(store, agent, text, now);
  store::set_meta(store, briefed_key(agent), std::to_string(now));
  transaction.commit();
  return id;
}

std::int64_t send_brief(const Repository& repository, store::Store& store,
                        const store::Agent& agent, brief::Reason reason) {
  return send_brief_unless(repository, store, agent, reason,
                           [](std::int64_t) { return false; })
      .value_or(0);
}

int brief_compacted(const Repository& repository, store::Store& store) {
  int briefed = 0;
  for (const store::Agent& row : store::list_agents(store)) {
    if (row.desired != "running") continue;
    const std::string key = store::compacted_key(row.id);
    const std::int64_t at = number_of(store::find_meta(store, key));
    if (at == 0) continue;
    if (send_brief_unless(
            repository, store, row, brief::Reason::Compact,
            [&](std::int64_t last) { return at - last <= kBriefedMs; }))
      ++briefed;
    store::Transaction transaction(store);
    store::set_meta(store, key, "0");
    transaction.commit();
  }
  return briefed;
}

}  // namespace orch::agent
