// SPDX-License-Identifier: MIT
//
// Who ticks when: a hook's detached child, or the daemon; never two at once.
#include <algorithm>
#include <chrono>
#include <optional>
#include <thread>

#include "agent/agent.h"
#include "agent/restart.h"
#include "ask/ask.h"
#include "checkin/checkin.h"
#include "clock/clock.h"
#include "config/config.h"
#include "daemon/daemon.h"
#include "error/error.h"
#include "file/file.h"
#include "limit/limit.h"
#include "log/log.h"
#include "message/message.h"
#include "notify/notify.h"
#include "process/process.h"
#include "queue/queue.h"
#include "queue/state.h"
#include "stall/stall.h"
#include "store/queue.h"
#include "tick/tick.h"

namespace orch::tick {
namespace {

constexpr std::int64_t kLongestRestMs = 60000;
constexpr int kMostRests = 20;
constexpr std::int64_t kWorthAWaitMs = 5 * 60 * 1000;
constexpr int kTurnMs = 60000;
// How often the screens of agents at work are looked at: some errors and limits
// no hook tells of.
constexpr std::int64_t kLookMs = 15000;
constexpr char kDaemonStopped[] = "daemon_stopped";

// Agents that run, and what is to be started again.
int count_lives(store::Store& store) {
  int lives = 0;
  for (const store::Agent& a : store::list_agents(store))
    if (agent::is_running(a) ||
        (a.desired == "running" &&
         (a.restart_at || store::find_open_limit(store, a.id))))
      ++lives;
  const auto work = queue::work_of(store);
  return lives +
         static_cast<int>(queue::state_of(store).mode == queue::State::Mode::On
                              ? work.running + work.waiting
                              : work.running);
}

std::string mode_of(const Repository& repository) {
  return config::Config::load(repository).find("orch.daemon").value_or("auto");
}

bool works(const store::Agent& a) {
  return a.state == "busy" || a.state == "starting" || a.state == "needs-human";
}

std::vector<process::Identity> processes_of(store::Store& store) {
  std::vector<process::Identity> out;
  for (const store::Agent& a : store::list_agents(store)) {
    if (!agent::is_running(a)) continue;
    for (const auto& [pid, start] :
         {std::pair{a.pid, a.pid_start}, {a.pane_pid, a.pane_start}})
      if (pid != 0)
        out.push_back(
            {static_cast<pid_t>(pid), static_cast<std::uint64_t>(start)});
  }
  // A launch that is under way.
  for (const store::QueueItem& item : store::list_active_queue(store))
    if (item.pid != 0)
      out.push_back({static_cast<pid_t>(item.pid),
                     static_cast<std::uint64_t>(item.pid_start)});
  return out;
}

file::Lock take_turn(const Repository& repository) {
  return file::Lock::take(repository.orch_dir() + "/lock/tick",
                          file::Lock::Mode::Exclusive, kTurnMs, "the tick");
}

// A daemon goes on from here: the one that is there and hears, or one that is
// started because something waits for it.
bool leave_to_daemon(const Repository& repository, store::Store& store) {
  if (daemon::ring(repository.orch_dir())) return true;
  return count_lives(store) > 0 && wants_daemon(repository, store) &&
         !daemon::find_holder(repository.orch_dir()) &&
         daemon::start(repository);
}

// One pass, unless another child waits for its turn already. Returns when there
// is more to do by the clock and nobody else to do it.
std::optional<std::int64_t> run_in_turn(const Repository& repository,
                                        std::int64_t budget_ms) {
  const std::string locks = repository.orch_dir() + "/lock";
  // Never the state directory itself: it may just have been removed.
  if (!file::is_directory(locks)) return std::nullopt;
  std::optional<file::Lock> waiting =
      file::Lock::try_take(locks + "/tick-next", file::Lock::Mode::Exclusive);
  if (!waiting) return std::nullopt;
  try {
    const file::Lock running = take_turn(repository);
    waiting.reset();
    if (!repository::is_initialised(repository)) return std::nullopt;
    store::Store store = store::Store::open(repository.orch_dir());
    run(repository, store, budget_ms);
    if (leave_to_daemon(repository, store)) return std::nullopt;
    const std::int64_t now = clock::now();
    std::optional<std::int64_t> first;
    for (const auto& due :
         {message::next_due(repository, store, now),
          agent::next_due(store, now), queue::next_due(repository, store, now)})
      if (due && *due - now <= kWorthAWaitMs)
        first = std::min(first.value_or(*due), *due);
    return first;
  } catch (const Error& e) {
    // Which would make the directory again.
    if (file::is_directory(locks))
      log::write(repository.orch_dir(), "tick", log::Level::Error, e.what());
    return std::nullopt;
  }
}

}  // namespace

std::vector<Next> next_due(const Repository& repository, store::Store& store,
                           std::int64_t now) {
  std::vector<Next> out;
  const auto add = [&](const char* what, std::optional<std::int64_t> at) {
    if (at) out.push_back({what, *at});
  };
  add("check-ins", checkin::next_due(store));
  add("asks", ask::next_due(repository, store));
  add("limits", limit::next_due(store));
  add("notices", notify::next_due(store, now));
  add("messages", message::next_due(repository, store, now));
  add("restarts", agent::next_due(store, now));
  add("stalls", stall::next_due(repository, store, now));
  add("queue", queue::next_due(repository, store, now));
  const auto agents = store::list_agents(store);
  if (std::any_of(agents.begin(), agents.end(), works))
    add("looks", now + kLookMs);
  std::sort(out.begin(), out.end(),
            [](const Next& a, const Next& b) { return a.at < b.at; });
  return out;
}

bool wants_daemon(const Repository& repository, store::Store& store) {
  if (store::find_meta(store, kDaemonStopped).value_or("") == "1") return false;
  return mode_of(repository) != "off";
}

void require_daemon_mode(const Repository& repository) {
  const std::string mode = mode_of(repository);
  if (mode != "auto" && mode != "off")
    throw Error(ErrorCode::Usage,
                "bad value '" + mode + "' for 'orch.daemon': it is auto or off",
                "git config orch.daemon auto");
}

void set_daemon_wanted(store::Store& store, bool wanted) {
  store::Transaction transaction(store);
  store::set_meta(store, kDaemonStopped, wanted ? "" : "1");
  transaction.commit();
}

daemon::Report run_for_daemon(const Repository& repository) {
  const file::Lock running = take_turn(repository);
  // Taken away while we waited for our turn: opening would bring it back.
  if (!repository::is_initialised(repository)) return {};
  store::Store store = store::Store::open(repository.orch_dir());
  run(repository, store, 0);
  daemon::Report out{.lives = count_lives(store),
                     .processes = processes_of(store)};
  const auto next = next_due(repository, store, clock::now());
  if (!next.empty()) out.due_at = next.front().at;
  return out;
}

void run_behind_hook(const Repository& repository, std::int64_t budget_ms) {
  auto until = run_in_turn(repository, budget_ms);
  const std::string locks = repository.orch_dir() + "/lock";
  if (!until || !file::is_directory(locks)) return;
  // Nobody else would come for it: no hook may fire before long. One waits.
  const auto alone =
      file::Lock::try_take(locks + "/tick-rest", file::Lock::Mode::Exclusive);
  if (!alone) return;
  for (int round = 0; until && round < kMostRests; ++round) {
    const std::int64_t before = clock::now();
    if (*until > before)
      std::this_thread::sleep_for(
          std::chrono::milliseconds(std::min(*until - before, kLongestRestMs)));
    if (clock::now() <= before && *until > before) return;  // a stopped clock
    until = run_in_turn(repository, budget_ms);
  }
}

}  // namespace orch::tick
