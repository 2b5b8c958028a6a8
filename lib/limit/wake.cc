// SPDX-License-Identifier: MIT
#include <algorithm>

#include "agent/agent.h"
#include "agent/restart.h"
#include "limit/evidence.h"
#include "limit/limit.h"
#include "message/message.h"
#include "store/agent_state.h"
#include "text/time.h"
#include "zone/zone.h"

namespace orch::limit {
namespace {

// No later look than this, when a clock was put back or a start failed.
constexpr std::int64_t kAgainMs = 5 * 60 * 1000;

// Who was woken last of that runtime has met the limit again: the others wait
// as long. Absent: nothing speaks against it.
std::optional<std::int64_t> lasts_longer(store::Store& store,
                                         const store::Limit& limit,
                                         std::int64_t now) {
  const auto woken = store::last_woken(store, limit.runtime);
  if (!woken) return std::nullopt;
  std::optional<std::int64_t> until;
  for (const store::Limit& other : store::list_open_limits(store))
    if (other.runtime == limit.runtime && other.id != limit.id &&
        other.created_at >= *woken && other.resets_at > now)
      until = std::max(until.value_or(0), other.resets_at);
  return until;
}

void put_off(store::Store& store, store::Limit limit, std::int64_t resets_at,
             std::int64_t wakes_at) {
  store::Transaction transaction(store);
  limit.resets_at = resets_at;
  limit.wakes_at = wakes_at;
  store::update_limit(store, limit);
  transaction.commit();
}

// In one transaction, so that nobody is woken twice: the row ends, the message
// waits. False when somebody else was first.
bool end_and_tell(store::Store& store, const store::Limit& limit,
                  const std::string& reason, std::int64_t now) {
  store::Transaction transaction(store);
  if (!store::end_limit(store, limit.id, reason, now)) return false;
  auto agent = store::find_agent(store, limit.agent_id);
  if (agent && agent->desired == "running") {
    const std::string state = agent::observed(*agent).state;
    if (state == "exited" || state == "lost") {
      // It ended while it waited: it is started, by us or, when we are killed
      // here, by a later tick.
      agent->restart_at = now;
      store::set_agent_state(store, *agent, state, "process", now);
    } else if (agent->state == "limited") {
      store::set_agent_state(store, *agent, "idle", "limit", now);
    }
    store::insert_agent_event(store, *agent, "limit_ended",
                              limit.runtime + ", limited until " +
                                  text::iso_time(limit.resets_at) + ": " +
                                  reason,
                              now);
    message::queue(store, *agent,
                   {.text = "Your usage limit is over. Go on with what you "
                            "were doing; git status and git log say where you "
                            "were, git orch brief says the rest.",
                    .priority = "high"},
                   now);
  }
  transaction.commit();
  return agent && agent->desired == "running";
}

bool wake(const Repository& repository, store::Store& store,
          const store::Limit& limit, std::int64_t now) {
  const auto agent = store::find_agent(store, limit.agent_id);
  if (!agent || agent->desired == "stopped" || agent->status == "completed") {
    end_and_tell(store, limit,
                 agent && agent->status == "completed"
                     ? "the agent has finished"
                     : "the agent was stopped",
                 now);
    return false;
  }
  if (agent->desired == "paused") return false;
  if (const auto until = lasts_longer(store, limit, now)) {
    put_off(store, limit, *until, *until + kGraceMs + kApartMs);
    return false;
  }
  // What its CLI has written down since counts more than what it said then.
  const auto evidence =
      find_evidence(repository, *agent, "", zone::system(), now);
  if (evidence && evidence->resets_at > now &&
      (evidence->source == "transcript" || evidence->source == "usage")) {
    put_off(store, limit, evidence->resets_at, evidence->resets_at + kGraceMs);
    return false;
  }
  if (!end_and_tell(store, limit, store::kLimitIsOver, now)) return false;
  if (!agent::is_running(*agent)) agent::restart_due(repository, store, now);
  return true;
}

}  // namespace

int wake_due(const Repository& repository, store::Store& store,
             std::int64_t now) {
  int woken = 0;
  for (const store::Limit& limit : store::list_open_limits(store)) {
    // A clock that was put back by more than a limit can last holds nobody.
    const bool absurd = limit.created_at > now + kAgainMs;
    if (limit.wakes_at > now && !absurd) continue;
    // Of one runtime one at a time: it may find that it is not over.
    const auto last = store::last_woken(store, limit.runtime);
    if (last && *last <= now && now - *last < kApartMs) {
      put_off(store, limit, limit.resets_at, *last + kApartMs);
      continue;
    }
    if (wake(repository, store, limit, now)) ++woken;
  }
  return woken;
}

std::optional<store::Limit> clear(const Repository& repository,
                                  store::Store& store,
                                  const store::Agent& agent, std::int64_t now) {
  const auto limit = store::find_open_limit(store, agent.id);
  if (!limit) return std::nullopt;
  if (end_and_tell(store, *limit, "a person says so", now)) {
    if (!agent::is_running(agent)) agent::restart_due(repository, store, now);
    message::deliver(repository, store, {agent.id});
  }
  store::Limit ended = *limit;
  ended.ended_at = now;
  ended.reason = "a person says so";
  return ended;
}

}  // namespace orch::limit
