// SPDX-License-Identifier: MIT
#include "checkin/checkin.h"

#include <string>

#include "error/error.h"
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

// Whether the one that waits is what `when` asks for.
bool is_same(const store::Checkin& waits, const When& when) {
  if (waits.schedule || when.schedule) return waits.schedule == when.schedule;
  return waits.due_at == when.due_at &&
         waits.every_ms.value_or(0) == when.every_ms;
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
                   const std::string& note, const When& when, bool replace,
                   std::int64_t now) {
  const std::string slug = slug_of(note);
  if (slug.empty())
    throw Error(ErrorCode::Usage, "a check-in needs a note with a word in it");
  store::Transaction transaction(store);
  if (const auto waits = store::find_waiting_checkin(store, agent.id, slug)) {
    if (is_same(*waits, when)) return *waits;
    if (!replace)
      throw Error(
          ErrorCode::Exists,
          "check-in " + std::to_string(waits->id) +
              " with that note waits for '" + agent.address + "'",
          "--replace, or: git orch checkin rm " + std::to_string(waits->id));
    store::cancel_checkin(store, waits->id, "replaced");
  }
  const std::int64_t id = store::insert_checkin(
      store,
      {.agent_id = agent.id,
       .slug = slug,
       .note = note,
       .every_ms =
           when.every_ms > 0 ? std::optional(when.every_ms) : std::nullopt,
       .schedule = when.schedule,
       .due_at = when.due_at},
      now);
  const auto added = store::find_checkin(store, id);
  transaction.commit();
  return added.value();
}

}  // namespace orch::checkin
