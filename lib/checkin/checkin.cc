// SPDX-License-Identifier: MIT
#include "checkin/checkin.h"

#include <string>

#include "error/error.h"
#include "message/message.h"
#include "store/checkins.h"
#include "text/case.h"

namespace orch::checkin {
namespace {

constexpr char kNote[] = "report your progress and what blocks you";

// "review: the API!" and "Review the API" are one.
std::string slug_of(const std::string& note) {
  std::string out;
  for (const char c : text::lower(note)) {
    const bool word = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                      static_cast<unsigned char>(c) >= 0x80;
    if (word)
      out += c;
    else if (!out.empty() && out.back() != '-')
      out += '-';
  }
  while (!out.empty() && out.back() == '-') out.pop_back();
  return out;
}

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

store::Checkin add(store::Store& store, const store::Agent& agent,
                   const std::string& note, std::int64_t every_ms,
                   std::int64_t due_at, bool replace, std::int64_t now) {
  const std::string slug = slug_of(note);
  if (slug.empty())
    throw Error(ErrorCode::Usage, "a check-in needs a note with a word in it");
  store::Transaction transaction(store);
  if (const auto waits = store::find_waiting_checkin(store, agent.id, slug)) {
    if (waits->due_at == due_at && waits->every_ms.value_or(0) == every_ms)
      return *waits;
    if (!replace)
      throw Error(
          ErrorCode::Exists,
          "check-in " + std::to_string(waits->id) +
              " with that note waits for '" + agent.address + "'",
          "--replace, or: git orch checkin rm " + std::to_string(waits->id));
    store::cancel_checkin(store, waits->id, "replaced");
  }
  store::Checkin c{
      .agent_id = agent.id,
      .slug = slug,
      .note = note,
      .every_ms = every_ms > 0 ? std::optional(every_ms) : std::nullopt,
      .due_at = due_at};
  c.id = store::insert_checkin(store, c, now);
  transaction.commit();
  return c;
}

int run_due(store::Store& store, std::int64_t now) {
  if (store::list_due_checkins(store, now).empty()) return 0;
  store::Transaction transaction(store);
  int sent = 0;
  for (const store::Checkin& c : store::list_due_checkins(store, now)) {
    const auto agent = store::find_agent(store, c.agent_id);
    if (!agent || agent->status == "completed") {
      store::cancel_checkin(store, c.id,
                            agent ? "the agent has finished" : "no such agent");
      continue;
    }
    const bool runs = agent->desired == "running";
    if (runs) {
      message::queue(store, *agent,
                     {.text = text_of(c, now), .kind = "checkin"}, now);
      ++sent;
    }
    if (runs || c.every_ms) store::advance_checkin(store, c, now);
  }
  transaction.commit();
  return sent;
}

}  // namespace orch::checkin
