// SPDX-License-Identifier: MIT
#include "agent/restart.h"

#include <algorithm>
#include <cstdlib>

#include "agent/agent.h"
#include "agent/elsewhere.h"
#include "clock/clock.h"
#include "error/error.h"
#include "file/file.h"
#include "installation/data.h"
#include "store/agent_state.h"
#include "store/blockers.h"
#include "store/crashes.h"
#include "store/limits.h"
#include "text/text.h"

namespace orch::agent {
namespace {

constexpr std::size_t kKeptLines = 200;
constexpr std::int64_t kFirstMs = 1000, kLongestMs = 300 * 1000;
constexpr std::int64_t kLookAgainMs = 2000, kTryAgainMs = 60 * 1000;

bool is_down(const store::Agent& a) {
  return a.desired == "running" && !a.run.empty() &&
         (a.state == "exited" || a.state == "lost");
}

role::Restart policy_of(const Repository& repository,
                        const store::Agent& agent) {
  try {
    return installation::require_role(repository.orch_dir(), agent.role)
        .restart;
  } catch (const Error&) {
    return role::Restart::Never;  // a role without a file, or with a broken one
  }
}

// The obstacle that a start by hand resolves.
std::string crash_blocker_key(const store::Agent& agent) {
  return "crash_blocker/" + std::to_string(agent.id);
}

std::string by_hand_key(const store::Agent& agent) {
  return "started_by_hand/" + std::to_string(agent.id);
}

std::int64_t number_in(store::Store& store, const std::string& key) {
  const auto text = store::find_meta(store, key);
  return text ? std::strtoll(text->c_str(), nullptr, 10) : 0;
}

// Ends that count: those of the window, since a person last started it.
std::size_t ends_of(store::Store& store, const store::Agent& agent,
                    std::int64_t now) {
  const std::int64_t since =
      std::max(now - kCrashWindowMs, number_in(store, by_hand_key(agent)));
  return store::list_crashes(store, agent.id, since).size();
}

void block(store::Store& store, store::Agent& agent, std::int64_t now) {
  const std::string text = agent.address + " ended " +
                           std::to_string(kCrashLimit) +
                           " times in ten minutes, last: " + end_text(agent) +
                           "; see git orch agent log " + agent.address;
  if (agent.feature_id) {
    const std::int64_t id =
        store::raise_blocker(store, {.feature_id = *agent.feature_id,
                                     .role = agent.role,
                                     .type = "technical",
                                     .description = text,
                                     .created_at = now});
    store::set_meta(store, crash_blocker_key(agent), std::to_string(id));
  }
  agent.status = "blocked";
  agent.restart_at.reset();
  store::insert_agent_event(store, agent, "agent_blocked", text, now);
}

// Comes back later, or not by itself.
void judge(store::Store& store, store::Agent& agent, std::int64_t now) {
  const std::size_t ends = ends_of(store, agent, now);
  if (ends >= kCrashLimit)
    block(store, agent, now);
  else
    agent.restart_at = now + back_off_ms(ends);
}

// The end of this run, once. Returns whether it was new.
bool meet_end(const Repository& repository, store::Store& store,
              const store::Agent& seen, std::int64_t now) {
  const role::Restart policy = policy_of(repository, seen);
  const bool failed = !seen.exit_status || *seen.exit_status != 0;
  if (!failed && policy != role::Restart::Always) return false;
  if (store::is_crash_known(store, seen.run)) return false;
  const std::string log = log_tail(repository, seen, kKeptLines);
  store::Transaction transaction(store);
  auto agent = store::find_agent(store, seen.id);
  if (!agent || agent->run != seen.run || !is_down(*agent) ||
      !store::insert_crash(store, {.agent_id = seen.id,
                                   .run = seen.run,
                                   .at = agent->exited_at.value_or(now),
                                   .exit_status = agent->exit_status,
                                   .log = log}))
    return false;
  // Behind a usage limit it goes on when that is over.
  if (policy != role::Restart::Never &&
      !store::find_open_limit(store, agent->id))
    judge(store, *agent, now);
  store::update_agent(store, *agent);
  transaction.commit();
  return true;
}

// A start that cannot be made is an end, too.
void restart(const Repository& repository, store::Store& store,
             const store::Agent& agent, std::int64_t now) {
  {
    store::Transaction transaction(store);
    auto current = store::find_agent(store, agent.id);
    // Another pass may have come first. Killed behind this, we leave it to a
    // later one.
    if (!current || current->restart_at != agent.restart_at ||
        !is_down(*current))
      return;
    current->restart_at = now + kTryAgainMs;
    store::update_agent(store, *current);
    transaction.commit();
  }
  std::string failure;
  try {
    start(repository, store, agent, {.wait_ready = false, .by_hand = false});
  } catch (const Error& e) {
    failure = e.what();
  }
  store::Transaction transaction(store);
  auto current = store::find_agent(store, agent.id);
  if (failure.empty()) {
    store::insert_agent_event(store, agent, "agent_restarted",
                              "the last run: " + end_text(agent), now);
  } else if (current) {
    store::insert_agent_event(store, agent, "agent_restarted",
                              "failed: " + failure, now);
    store::insert_crash(store, {.agent_id = agent.id,
                                .run = text::hex(clock::random_bytes(8)),
                                .at = now,
                                .exit_status = std::nullopt,
                                .log = failure});
    judge(store, *current, now);
    store::update_agent(store, *current);
  }
  transaction.commit();
}

void complete(const Repository& repository, store::Store& store,
              const store::Agent& agent) {
  try {
    start(repository, store, agent, {.wait_ready = false, .by_hand = false});
  } catch (const Error&) {
    // the next pass tries again
  }
}

}  // namespace

bool is_half_started(const Repository& repository, const store::Agent& a) {
  return a.desired == "running" && a.pane.empty() &&
         (a.pid != 0 || a.state == "starting") && is_running(a) &&
         file::Lock::try_take(start_lock(repository, a),
                              file::Lock::Mode::Exclusive);
}

std::int64_t back_off_ms(std::size_t nth) {
  std::int64_t wait = kFirstMs;
  for (std::size_t i = 1; i < nth && wait < kLongestMs; ++i) wait *= 2;
  return std::min(wait, kLongestMs);
}

std::size_t recent_ends(store::Store& store, const store::Agent& agent,
                        std::int64_t now) {
  return ends_of(store, agent, now);
}

void begin_by_hand(store::Store& store, store::Agent& agent, std::int64_t now) {
  store::set_meta(store, by_hand_key(agent), std::to_string(now));
  agent.restart_at.reset();
  const std::int64_t blocker = number_in(store, crash_blocker_key(agent));
  if (blocker != 0) {
    store::resolve_blocker(store, blocker, "started by hand", now);
    store::set_meta(store, crash_blocker_key(agent), "0");
    if (const auto row = store::find_agent(store, agent.id))
      agent.status = row->status;
  } else if (!agent.feature_id && agent.status == "blocked") {
    agent.status = "active";
  }
}

int restart_due(const Repository& repository, store::Store& store,
                std::int64_t now) {
  int count = 0;
  const auto is_another = [&](const store::Agent& agent) {
    return !home_elsewhere(repository, agent).empty();
  };
  for (const store::Agent& agent : store::list_agents(store)) {
    if (is_down(agent) && is_another(agent)) continue;
    if (is_down(agent) && meet_end(repository, store, agent, now)) ++count;
    if (!is_half_started(repository, agent) || is_another(agent)) continue;
    complete(repository, store, agent);
    ++count;
  }
  for (const store::Agent& agent : store::list_agents(store)) {
    if (!is_down(agent) || !agent.restart_at || is_another(agent)) continue;
    // A clock that was put back by more than the longest wait holds nobody up.
    if (*agent.restart_at > now && *agent.restart_at - now <= kLongestMs)
      continue;
    restart(repository, store, agent, now);
    ++count;
  }
  return count;
}

std::optional<std::int64_t> next_due(store::Store& store, std::int64_t now) {
  std::optional<std::int64_t> first;
  const auto at = [&](std::int64_t when) {
    first = std::min(first.value_or(when), when);
  };
  for (const store::Agent& agent : store::list_agents(store)) {
    if (is_down(agent) && agent.restart_at) at(*agent.restart_at);
    // Nobody waits for one that came back by itself to be ready.
    if (agent.state == "starting" && agent.pid != 0) at(now + kLookAgainMs);
  }
  return first;
}

}  // namespace orch::agent
