// SPDX-License-Identifier: MIT
#include "guard/override.h"

#include <algorithm>

#include "agent/agent.h"
#include "clock/clock.h"
#include "error/error.h"
#include "guard/guard.h"
#include "policy/policy.h"
#include "store/agent_state.h"
#include "store/events.h"
#include "text/text.h"
#include "text/time.h"

namespace orch::guard {
namespace {

void require_person(store::Store& store) {
  const auto caller = agent::find_caller(store);
  if (!caller) return;
  throw Error(ErrorCode::RefusedByPolicy,
              "'" + caller->address + "' may not override a guard",
              "git orch ask override_guard -m WHY");
}

void require_known(const std::string& guard) {
  const auto names = guard_names();
  if (std::find(names.begin(), names.end(), guard) != names.end()) return;
  const std::string near = text::nearest(guard, names);
  throw Error(ErrorCode::UnknownName,
              "unknown guard '" + text::printable(guard) + "'",
              near.empty() ? "known: " + text::join(names, ", ")
                           : "did you mean '" + near + "'?");
}

void add_event(store::Store& store, const std::optional<store::Agent>& agent,
               const std::string& type, const std::string& message,
               std::int64_t now) {
  if (agent)
    store::insert_agent_event(store, *agent, type, message, now);
  else
    store::insert_event(
        store, {.role = "person", .type = type, .message = message, .at = now});
}

}  // namespace

std::vector<std::string> guard_names() {
  return {"guards.refs",   "guards.paths",    "guards.merges",
          "guards.pushes", "guards.trailers", "guards.prefix"};
}

store::Override grant(const Repository& repository, store::Store& store,
                      const std::string& guard,
                      const std::optional<store::Agent>& agent,
                      const std::string& reason, std::int64_t for_ms) {
  require_known(guard);
  require_person(store);
  if (text::trim(reason).empty())
    throw Error(ErrorCode::Usage, "an override needs a reason",
                "git orch policy override " + guard + " -m WHY");
  const std::int64_t now = clock::now();
  store::Override row{
      .guard = guard, .reason = reason, .at = now, .expires_at = now + for_ms};
  if (agent) row.agent_id = agent->id;
  {
    store::Transaction transaction(store);
    row.id = store::insert_override(store, row);
    add_event(store, agent, "policy_override",
              guard + " for " + text::duration_text(for_ms) + ": " + reason,
              now);
    transaction.commit();
  }
  refresh(repository, store);
  return row;
}

int revoke(const Repository& repository, store::Store& store,
           const std::string& guard) {
  if (!guard.empty()) require_known(guard);
  require_person(store);
  const std::int64_t now = clock::now();
  int ended = 0;
  {
    store::Transaction transaction(store);
    ended = store::end_overrides(store, guard, now);
    if (ended > 0)
      add_event(store, std::nullopt, "policy_override_ended",
                guard.empty() ? "all guards" : guard, now);
    transaction.commit();
  }
  refresh(repository, store);
  return ended;
}

}  // namespace orch::guard
