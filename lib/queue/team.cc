// SPDX-License-Identifier: MIT
#include "queue/team.h"

#include <signal.h>

#include <map>

#include "agent/agent.h"
#include "error/error.h"
#include "hook/fold.h"
#include "installation/data.h"
#include "json/value.h"
#include "process/process.h"
#include "process/signal.h"
#include "store/crashes.h"
#include "store/events.h"
#include "store/plans.h"
#include "text/text.h"

namespace orch::queue {
namespace {

constexpr std::size_t kLines = 20;
constexpr std::size_t kMostWords = std::size_t{16} << 10;
constexpr int kTurnMs = 60000;
constexpr std::int64_t kEndMs = 5000;

std::string lock_path(const Repository& repository) {
  const std::string directory = repository.orch_dir() + "/lock";
  file::make_private_directories(directory);
  return directory + "/queue";
}

// Its process has ended, that was seen, and nothing brings it back.
bool has_ended(const Repository& repository, store::Store& store,
               const store::Agent& agent) {
  if (agent.state != "exited" || agent.desired != "running" || agent.restart_at)
    return false;
  if (agent.exit_status != 0) return store::is_crash_known(store, agent.run);
  const auto role = installation::find_role(repository.orch_dir(), agent.role);
  return !role || role->restart != role::Restart::Always;
}

std::vector<store::Agent> agents_of(store::Store& store,
                                    const store::QueueItem& item,
                                    const std::string& spec_id) {
  const auto feature = find_own_feature(store, item, spec_id);
  return feature ? store::list_agents(store, feature->id)
                 : std::vector<store::Agent>{};
}

// "2 done, 1 failed", and the same as metadata.
struct Counts {
  std::string text;
  std::string metadata;
};

Counts counts_of(store::Store& store, std::int64_t batch) {
  std::map<std::string, std::int64_t> counts;
  for (const store::QueueItem& item : store::list_queue(store))
    if (item.batch_id == batch) ++counts[item.status];
  json::Object metadata{{"batch", batch}};
  std::vector<std::string> parts;
  for (const char* status : {"done", "failed", "dead"}) {
    metadata.emplace_back(status, counts[status]);
    parts.push_back(std::to_string(counts[status]) + " " + status);
  }
  return {text::join(parts, ", "), json::to_text(metadata)};
}

}  // namespace

file::Lock take_turn(const Repository& repository) {
  return file::Lock::take(lock_path(repository), file::Lock::Mode::Exclusive,
                          kTurnMs, "the queue");
}

std::optional<file::Lock> try_turn(const Repository& repository) {
  // Never the state directory itself: it may just have been removed.
  if (!file::is_directory(repository.orch_dir())) return std::nullopt;
  return file::Lock::try_take(lock_path(repository),
                              file::Lock::Mode::Exclusive);
}

std::optional<store::Feature> find_own_feature(store::Store& store,
                                               const store::QueueItem& item,
                                               const std::string& spec_id) {
  auto feature = store::find_feature(store, spec_id);
  if (!feature) return std::nullopt;
  const auto plan = store::find_plan(store, feature->id);
  return plan && plan->digest == item.digest ? feature : std::nullopt;
}

Seen look_at(const Repository& repository, store::Store& store,
             const store::QueueItem& item, const store::QueueAttempt& attempt) {
  Seen out;
  const auto feature = find_own_feature(store, item, attempt.spec_id);
  out.feature_is_gone = !feature;
  if (!feature) return out;
  out.feature_is_done =
      feature->status == "completed" ||
      (feature->status == "archived" && feature->completed_at);
  for (const store::Agent& row : store::list_agents(store, feature->id)) {
    const store::Agent now = agent::observed(row);
    Member m{.address = row.address,
             .completed = row.status == "completed",
             .running = agent::is_running(row),
             .limited = now.state == "limited",
             .ended = has_ended(repository, store, row)};
    m.returns =
        !m.completed && !m.ended && !m.running && row.desired == "running";
    out.team.push_back(std::move(m));
    if (row.kind == "overseer" && !out.given_up)
      out.given_up =
          store::find_event_after(store, feature->spec_id, row.role,
                                  "report_failed", attempt.after_event);
  }
  return out;
}

std::string last_words(const Repository& repository, store::Store& store,
                       const store::QueueItem& item,
                       const std::string& spec_id) {
  std::string out;
  for (const store::Agent& row : agents_of(store, item, spec_id)) {
    const store::Agent now = agent::observed(row);
    const std::string words = agent::log_tail(repository, row, kLines);
    out +=
        row.address + " (" + now.state + ", " + row.status + ")" +
        (words.empty()
             ? "\n"
             : ":\n" +
                   text::indented(text::to_utf8(text::printable_lines(words))) +
                   "\n");
  }
  return text::cut(out, kMostWords);
}

std::string stop_team(const Repository& repository, store::Store& store,
                      const store::QueueItem& item,
                      const std::string& spec_id) {
  std::string failures;
  for (const store::Agent& row : agents_of(store, item, spec_id)) {
    if (row.pane.empty() && !agent::is_running(row) && row.desired == "stopped")
      continue;
    try {
      agent::stop(repository, store, row);
    } catch (const Error& e) {
      failures += row.address + " was not stopped: " + e.what() + "\n";
    }
  }
  return failures;
}

void stop_launch(const Repository& repository, store::Store& store,
                 const store::QueueItem& item) {
  const process::Identity child{static_cast<pid_t>(item.pid),
                                static_cast<std::uint64_t>(item.pid_start)};
  if (child.pid <= 0) return;
  const auto ended = [&] { return !process::is_alive(child); };
  for (const int signal : {SIGTERM, SIGKILL}) {
    if (ended()) return;
    process::send_signal(child.pid, signal);
    hook::fold_until(repository, store, ended, kEndMs);
  }
}

void tell(store::Store& store, const store::QueueItem& item,
          const std::string& type, const std::string& text, std::int64_t now) {
  store::Event event;
  // An event can only name a feature that is there.
  if (store::find_feature(store, item.spec_id)) event.spec_id = item.spec_id;
  event.type = type;
  event.message = "item " + std::to_string(item.id) + ", " + item.spec_id +
                  (text.empty() ? "" : ": " + text::printable(text));
  event.metadata =
      json::to_text(json::Object{{"item", item.id}, {"batch", item.batch_id}});
  event.at = now;
  store::insert_event(store, event);
}

void end_item(store::Store& store, store::QueueItem& item,
              const std::string& status, const std::string& type,
              const std::string& reason, std::int64_t now) {
  const auto before = store::find_batch(store, item.batch_id);
  if (item.is_held() && status != "dead") {
    item.status = "running";  // what is paused cannot end otherwise
    store::update_queue_item(store, item);
  }
  item.status = status;
  item.reason = reason;
  item.completed_at = now;
  item.pid = item.pid_start = 0;
  item.held_at.reset();
  item.not_before.reset();
  store::update_queue_item(store, item);
  tell(store, item, type, reason, now);
  const auto after = store::find_batch(store, item.batch_id);
  if (!before || before->ended_at || !after || !after->ended_at) return;
  const Counts counts = counts_of(store, item.batch_id);
  store::insert_event(
      store,
      {.type = "batch_ended",
       .message = "batch " + std::to_string(item.batch_id) + ": " + counts.text,
       .metadata = counts.metadata,
       .at = now});
}

}  // namespace orch::queue
