// SPDX-License-Identifier: MIT
#include <algorithm>

#include "agent/agent.h"
#include "config/config.h"
#include "error/error.h"
#include "file/tail.h"
#include "git/git.h"
#include "installation/installation.h"
#include "log/log.h"
#include "process/detached.h"
#include "queue/order.h"
#include "queue/queue.h"
#include "queue/team.h"
#include "text/text.h"
#include "text/time.h"

namespace orch::queue {
namespace {

// A launch that is killed is completed by the next one; one that always is
// has failed.
constexpr std::int64_t kMostLaunches = 3;
constexpr std::int64_t kLogBytes = 4096;
constexpr std::size_t kMostReason = 300;
constexpr std::int64_t kSoonMs = 1000;

struct Rules {
  std::optional<std::int64_t> limit_ms;  // of items without one of their own
  std::int64_t retries = 0;              // automatic ones
};

Rules rules_of(const Repository& repository) {
  const auto config = config::Config::load(repository);
  Rules out;
  if (const auto text = config.find("orch.queuetimelimit")) {
    out.limit_ms = text::parse_duration(*text);
    if (!out.limit_ms || *out.limit_ms == 0)
      throw Error(ErrorCode::Usage,
                  "bad value '" + *text + "' for orch.queueTimeLimit",
                  "git config orch.queueTimeLimit 6h");
  }
  const auto retries = config.find_size("orch.queueRetries").value_or(0);
  out.retries = std::min(static_cast<std::int64_t>(retries), kMostRetries);
  return out;
}

// A tick does other things, too: what is wrong with one of them is logged.
template <typename Act>
int guarded(const Repository& repository, Act act) {
  try {
    return act();
  } catch (const Error& e) {
    log::write(repository.orch_dir(), "tick", log::Level::Error,
               std::string("queue: ") + e.what());
    return 0;
  }
}

// Without those that cannot be read; `queue run` refuses under them.
Rules readable_rules(const Repository& repository) {
  Rules out;
  guarded(repository, [&] {
    out = rules_of(repository);
    return 0;
  });
  return out;
}

bool is_launching(const store::QueueItem& item) {
  return item.pid != 0 &&
         process::is_alive({static_cast<pid_t>(item.pid),
                            static_cast<std::uint64_t>(item.pid_start)});
}

std::int64_t ran_ms(const store::QueueItem& item, std::int64_t now) {
  const std::int64_t held = item.held_at ? now - *item.held_at : 0;
  return now - item.started_at.value_or(now) - item.held_ms - held;
}

std::optional<std::int64_t> limit_of(const store::QueueItem& item,
                                     const Rules& rules) {
  return item.time_limit_ms ? item.time_limit_ms : rules.limit_ms;
}

// Where a person would launch it: never in an agent's worktree.
std::string place_of(const Repository& repository) {
  for (const git::Worktree& w : git::list_worktrees(repository)) {
    if (w.bare || w.prunable) continue;
    const auto here = repository::find(w.path);
    if (here && !repository::agent_of(*here)) return w.path;
  }
  return repository.common_dir;
}

// One at a time does this, so an item without a process has none.
int start_launch(const Repository& repository, store::Store& store,
                 std::int64_t id) {
  {
    store::Transaction transaction(store);
    auto item = store::find_queue_item(store, id);
    auto attempt = store::find_attempt(store, id);
    if (!item || item->status != "running" || !attempt) return 0;
    ++attempt->launches;
    store::update_attempt(store, *attempt);
    item->pid = item->pid_start = 0;
    store::update_queue_item(store, *item);
    transaction.commit();
  }
  file::make_private_directories(repository.orch_dir() + "/log");
  const auto child = process::start_detached_into(
      {.argv = {installation::bin_directory() + "/git-orch-launch", "--item",
                std::to_string(id)},
       .directory = place_of(repository),
       .keep = process::Environment::ForAgent},
      log_path(repository, id));
  if (!child) return 0;
  store::Transaction transaction(store);
  auto item = store::find_queue_item(store, id);
  // The child writes itself down, too, and may have been quicker.
  if (item && item->status == "running" && item->pid == 0) {
    item->pid = child->pid;
    item->pid_start = static_cast<std::int64_t>(child->start);
    store::update_queue_item(store, *item);
  }
  transaction.commit();
  return 1;
}

// --- What became of those that run -----------------------------------------

void end_failed(store::Store& store, store::QueueItem& item,
                const std::string& reason, const Rules& rules,
                std::int64_t now) {
  const auto wait =
      item.retries < rules.retries ? retry_wait_ms(item.retries) : std::nullopt;
  if (!wait) {
    const bool dead = item.retries >= kMostRetries;
    end_item(store, item, dead ? "dead" : "failed",
             dead ? "queue_dead" : "queue_failed", reason, now);
    return;
  }
  ++item.retries;
  if (item.is_held()) {
    item.status = "running";
    store::update_queue_item(store, item);
  }
  item.status = "retrying";
  item.not_before = now + *wait;
  item.held_at.reset();
  item.pid = item.pid_start = 0;
  item.reason = "retry " + std::to_string(item.retries) + " of " +
                std::to_string(rules.retries) + ": " + reason;
  store::update_queue_item(store, item);
  tell(store, item, "queue_retrying", item.reason, now);
}

// `evidence`: what was seen besides the panes.
int fail(const Repository& repository, store::Store& store, std::int64_t id,
         const std::string& why, const std::string& evidence,
         const Rules& rules, std::int64_t now) {
  const std::string reason = text::cut(why, kMostReason);
  auto item = store::find_queue_item(store, id);
  auto attempt = store::find_attempt(store, id);
  std::string seen = reason + "\n" + evidence;
  if (item && attempt) {
    seen += last_words(repository, store, *item, attempt->spec_id);
    seen += stop_team(repository, store, *item, attempt->spec_id);
  }
  store::Transaction transaction(store);
  item = store::find_queue_item(store, id);
  attempt = store::find_attempt(store, id);
  if (!item || !attempt || attempt->ended_at) return 0;
  attempt->ended_at = now;
  attempt->outcome = "failed";
  attempt->evidence = seen;
  store::update_attempt(store, *attempt);
  end_failed(store, *item, reason, rules, now);
  transaction.commit();
  return 1;
}

int finish(store::Store& store, std::int64_t id, const std::string& reason,
           std::int64_t now) {
  store::Transaction transaction(store);
  auto item = store::find_queue_item(store, id);
  auto attempt = store::find_attempt(store, id);
  if (!item || !attempt || attempt->ended_at) return 0;
  attempt->ended_at = now;
  attempt->outcome = "done";
  store::update_attempt(store, *attempt);
  end_item(store, *item, "done", "queue_done", reason, now);
  transaction.commit();
  return 1;
}

// The time in which everybody is limited does not count.
int hold(store::Store& store, std::int64_t id, const store::QueueAttempt& a,
         std::int64_t now) {
  const auto feature = store::find_feature(store, a.spec_id);
  const auto until = feature ? store::feature_limit_end(store, feature->id)
                             : std::optional<std::int64_t>();
  store::Transaction transaction(store);
  auto item = store::find_queue_item(store, id);
  if (!item) return 0;
  const std::string reason =
      until ? "limited until " + text::iso_time(*until) : "limited";
  if (item->is_held() && item->reason == reason) return 0;
  item->status = "paused";
  if (!item->held_at) item->held_at = now;
  item->reason = reason;
  store::update_queue_item(store, *item);
  transaction.commit();
  return 1;
}

void let_go_on(store::Store& store, std::int64_t id, std::int64_t now) {
  store::Transaction transaction(store);
  auto item = store::find_queue_item(store, id);
  if (!item || !item->is_held()) return;
  item->status = "running";
  item->held_ms += now - *item->held_at;
  item->held_at.reset();
  item->reason.clear();
  store::update_queue_item(store, *item);
  transaction.commit();
}

int watch_launch(const Repository& repository, store::Store& store,
                 const store::QueueItem& item, const store::QueueAttempt& a,
                 const Rules& rules, std::int64_t now) {
  if (!a.evidence.empty()) {
    const std::size_t end = a.evidence.find('\n');
    return fail(repository, store, item.id, a.evidence.substr(0, end),
                end == std::string::npos ? "" : a.evidence.substr(end + 1),
                rules, now);
  }
  const auto log = [&] {
    return text::to_utf8(text::printable_lines(
        file::find_tail(log_path(repository, item.id), kLogBytes)
            .value_or("")));
  };
  if (const auto late = over_time(ran_ms(item, now), limit_of(item, rules))) {
    stop_launch(repository, store, item);
    return fail(repository, store, item.id, *late, log(), rules, now);
  }
  if (is_launching(item)) return 0;
  if (a.launches >= kMostLaunches)
    return fail(
        repository, store, item.id,
        "its launch was killed " + std::to_string(a.launches) + " times", log(),
        rules, now);
  return start_launch(repository, store, item.id);
}

int watch(const Repository& repository, store::Store& store,
          const store::QueueItem& item, const Rules& rules, std::int64_t now) {
  const auto attempt = store::find_attempt(store, item.id);
  if (!attempt || attempt->ended_at) return 0;
  if (!attempt->launched_at)
    return watch_launch(repository, store, item, *attempt, rules, now);
  Seen seen = look_at(repository, store, item, *attempt);
  seen.ran_ms = ran_ms(item, now);
  seen.limit_ms = limit_of(item, rules);
  const Judgement judgement = judge(seen);
  if (judgement.verdict == Verdict::Held)
    return hold(store, item.id, *attempt, now);
  if (item.is_held()) let_go_on(store, item.id, now);
  if (judgement.verdict == Verdict::Done)
    return finish(store, item.id, judgement.reason, now);
  if (judgement.verdict == Verdict::Failed)
    return fail(repository, store, item.id, judgement.reason, "", rules, now);
  return item.is_held() ? 1 : 0;
}

// --- What comes next -------------------------------------------------------

// The next one that may start, which is running from here on.
std::optional<std::int64_t> claim(store::Store& store, std::int64_t now) {
  store::Transaction transaction(store);
  const State state = state_of(store);
  if (state.mode != State::Mode::On) return std::nullopt;
  const auto items = store::list_active_queue(store);
  if (running_in(items) >= static_cast<std::size_t>(state.jobs))
    return std::nullopt;
  auto item = next_of(items, now);
  if (!item) return std::nullopt;
  item->status = "running";
  item->started_at = now;
  item->not_before.reset();
  item->held_at.reset();
  item->held_ms = 0;
  item->pid = item->pid_start = 0;
  item->reason = kLaunching;
  item->fresh = item->fresh || state.fresh;
  store::begin_attempt(store, *item, now);
  item->fresh = false;
  store::update_queue_item(store, *item);
  transaction.commit();
  return item->id;
}

bool is_running(const store::QueueItem& item) {
  return item.status == "running" || item.is_held();
}

}  // namespace

void require_rules(const Repository& repository) { rules_of(repository); }

std::string log_path(const Repository& repository, std::int64_t id) {
  return repository.orch_dir() + "/log/queue-" + std::to_string(id) + ".log";
}

int run_due(const Repository& repository, store::Store& store,
            std::int64_t now) {
  const auto items = store::list_active_queue(store);
  if (items.empty()) return 0;
  const auto turn = try_turn(repository);
  if (!turn) return 0;
  int changed = 0;
  if (std::any_of(items.begin(), items.end(), is_running)) {
    const Rules rules = readable_rules(repository);
    for (const store::QueueItem& item : store::list_active_queue(store))
      if (is_running(item))
        changed += guarded(repository, [&] {
          return watch(repository, store, item, rules, now);
        });
  }
  while (const auto id = claim(store, now)) {
    guarded(repository, [&] { return start_launch(repository, store, *id); });
    ++changed;
  }
  return changed;
}

std::optional<std::int64_t> next_due(const Repository& repository,
                                     store::Store& store, std::int64_t now) {
  const auto items = store::list_active_queue(store);
  if (items.empty()) return std::nullopt;
  const bool is_on = state_of(store).mode == State::Mode::On;
  std::optional<Rules> rules;
  std::optional<std::int64_t> first;
  const auto at = [&](std::int64_t when) {
    first = std::min(first.value_or(when), when);
  };
  for (const store::QueueItem& item : items) {
    if (item.not_before && item.status != "paused" && is_on)
      at(*item.not_before);
    if (!is_running(item)) continue;
    const auto attempt = store::find_attempt(store, item.id);
    if (attempt && !attempt->launched_at) at(now + kSoonMs);
    if (!rules) rules = readable_rules(repository);
    if (const auto f = store::find_feature(store, item.spec_id);
        f && item.is_held())
      if (const auto end = store::feature_limit_end(store, f->id))
        at(std::max(*end, now + kSoonMs));
    if (const auto limit = limit_of(item, *rules); limit && !item.held_at)
      at(now + std::max<std::int64_t>(*limit - ran_ms(item, now), 0));
  }
  return first;
}

}  // namespace orch::queue
