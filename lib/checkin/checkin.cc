// SPDX-License-Identifier: MIT
#include "checkin/checkin.h"

#include <string>

#include "message/message.h"
#include "store/checkins.h"

namespace orch::checkin {
namespace {

constexpr char kNote[] = "report your progress and what blocks you";

std::string text_of(const store::Checkin& c, std::int64_t now) {
  std::string text = "scheduled check-in: " + c.note;
  const std::int64_t missed = c.every_ms ? (now - c.due_at) / *c.every_ms : 0;
  if (missed > 0)
    text += " (" + std::to_string(missed) +
            " earlier ones were missed and are covered by this one)";
  return text;
}

}  // namespace

void enrol(store::Store& store, const store::Agent& agent,
           std::int64_t every_ms, std::int64_t now) {
  store::insert_checkin(store,
                        {.agent_id = agent.id,
                         .slug = "role",
                         .note = kNote,
                         .every_ms = every_ms,
                         .due_at = now + every_ms},
                        now);
}

int run_due(store::Store& store, std::int64_t now) {
  if (store::list_due_checkins(store, now).empty()) return 0;
  store::Transaction transaction(store);
  int sent = 0;
  for (const store::Checkin& c : store::list_due_checkins(store, now)) {
    const auto agent = store::find_agent(store, c.agent_id);
    if (agent && agent->desired == "running") {
      message::queue(store, *agent,
                     {.text = text_of(c, now), .kind = "checkin"}, now);
      ++sent;
    }
    store::advance_checkin(store, c, now);
  }
  transaction.commit();
  return sent;
}

}  // namespace orch::checkin
