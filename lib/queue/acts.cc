// SPDX-License-Identifier: MIT
#include <algorithm>

#include "clock/clock.h"
#include "error/error.h"
#include "file/file.h"
#include "queue/order.h"
#include "queue/queue.h"
#include "queue/team.h"
#include "text/text.h"

namespace orch::queue {
namespace {

using store::QueueItem;

constexpr char kCancelled[] = "cancelled";

std::string name_of(const QueueItem& item) {
  return "item " + std::to_string(item.id) + " (" + item.spec_id + ")";
}

std::string command(const std::string& act, const QueueItem& item) {
  return "git orch queue " + act + " " + std::to_string(item.id);
}

std::string said_of(const QueueItem& item) {
  if (item.status == "running") return "is running";
  if (item.is_held()) return "is running, and " + item.reason;
  if (item.status == "paused") return "is paused";
  if (item.status == "queued") return "waits";
  if (item.status == "retrying") return "waits to be tried again";
  return item.status == "failed" ? "has failed" : "is " + item.status;
}

[[noreturn]] void refuse(const std::string& act, const QueueItem& item,
                         const std::string& hint) {
  throw Error(ErrorCode::Usage,
              "cannot " + act + " " + name_of(item) + ": it " + said_of(item),
              hint);
}

// What else can be done with it.
std::string ways(const QueueItem& item) {
  std::vector<std::string> out;
  for (const std::string& act : legal_actions(item))
    out.push_back(command(act, item));
  return text::join(out, ", or ");
}

bool runs(const QueueItem& item) {
  return item.status == "running" || item.is_held();
}

void require_alone(store::Store& store, const QueueItem& item) {
  const auto other = store::find_queued(store, item.digest);
  if (other && other->id != item.id)
    throw Error(ErrorCode::Exists,
                "the same text waits as item " + std::to_string(other->id),
                command("show", *other));
}

QueueItem write(store::Store& store, const QueueItem& item) {
  store::update_queue_item(store, item);
  return item;
}

// Ends the launch and the team of an item that runs. The caller has the turn.
void stop_item(const Repository& repository, store::Store& store,
               const QueueItem& item) {
  stop_launch(repository, store, item);
  const auto attempt = store::find_attempt(store, item.id);
  if (!attempt) return;
  const std::string left = stop_team(repository, store, item, attempt->spec_id);
  if (!left.empty())
    throw Error(ErrorCode::Io,
                "cannot stop " + name_of(item) + ": " +
                    std::string(text::trim_end(left)),
                "git orch agent list");
}

// Within a Transaction.
void cancel_attempt(store::Store& store, const QueueItem& item,
                    std::int64_t now) {
  auto attempt = store::find_attempt(store, item.id);
  if (!attempt || attempt->ended_at) return;
  attempt->ended_at = now;
  attempt->outcome = "cancelled";
  store::update_attempt(store, *attempt);
}

}  // namespace

Error no_item(std::int64_t id) {
  return {ErrorCode::UnknownName,
          "there is no item " + std::to_string(id) + " in the queue",
          "git orch queue list --all"};
}

QueueItem require_item(store::Store& store, std::int64_t id) {
  if (auto item = store::find_queue_item(store, id)) return *std::move(item);
  throw no_item(id);
}

std::vector<std::string> legal_actions(const QueueItem& item) {
  if (item.status == "queued" || item.status == "retrying")
    return {"pause", "cancel"};
  if (runs(item)) return {"cancel", "reset --force"};
  if (item.status == "paused") return {"resume", "cancel"};
  if (item.status == "failed" && item.retries < kMostRetries)
    return {"retry", "reset", "rm"};
  if (item.status == "failed" || item.status == "dead") return {"reset", "rm"};
  return {"rm"};
}

QueueItem pause(store::Store& store, std::int64_t id) {
  store::Transaction transaction(store);
  QueueItem item = require_item(store, id);
  if (item.status == "paused" && !item.is_held()) return item;
  if (item.status != "queued" && item.status != "retrying")
    refuse("pause", item, ways(item));
  item.status = "paused";
  item.reason = "by hand: " + command("resume", item);
  write(store, item);
  transaction.commit();
  return item;
}

QueueItem resume(store::Store& store, std::int64_t id) {
  store::Transaction transaction(store);
  QueueItem item = require_item(store, id);
  if (item.status == "queued" || item.status == "retrying") return item;
  if (item.status != "paused" || item.is_held())
    refuse("resume", item, ways(item));
  item.status = "queued";
  item.reason.clear();
  write(store, item);
  transaction.commit();
  return item;
}

void require_retry(store::Store& store, const QueueItem& item) {
  if (item.status != "failed") refuse("retry", item, ways(item));
  if (item.retries >= kMostRetries)
    throw Error(ErrorCode::Usage,
                name_of(item) + " was tried again " +
                    std::to_string(item.retries) + " times already",
                command("reset", item));
  require_alone(store, item);
}

QueueItem retry(store::Store& store, std::int64_t id, Retry how,
                std::int64_t now) {
  store::Transaction transaction(store);
  QueueItem item = require_item(store, id);
  require_retry(store, item);
  ++item.retries;
  item.status = "retrying";
  item.reason = "retry " + std::to_string(item.retries) + " of " +
                std::to_string(kMostRetries) + ": " + item.reason;
  item.completed_at.reset();
  item.not_before.reset();
  item.fresh = how == Retry::Fresh;
  write(store, item);
  tell(store, item, "queue_retrying", item.reason, now);
  transaction.commit();
  return item;
}

std::vector<QueueItem> failed_of(store::Store& store,
                                 std::optional<std::int64_t> batch) {
  const auto all = store::list_queue(store);
  std::int64_t wanted = batch.value_or(0);
  if (!batch)
    for (const QueueItem& item : all)
      if (item.status == "failed") wanted = std::max(wanted, item.batch_id);
  std::vector<QueueItem> out;
  for (const QueueItem& item : all)
    if (item.batch_id == wanted && item.status == "failed") out.push_back(item);
  if (out.empty())
    throw Error(
        ErrorCode::UnknownName,
        batch ? "no item of batch " + std::to_string(*batch) + " has failed"
              : "no item has failed",
        "git orch queue list --all");
  return out;
}

QueueItem reset(const Repository& repository, store::Store& store,
                std::int64_t id, Force force) {
  const file::Lock turn = take_turn(repository);
  QueueItem item = require_item(store, id);
  if (runs(item)) {
    if (force == Force::No)
      refuse("reset", item,
             command("reset --force", item) + " stops its agents first");
    stop_item(repository, store, item);
  } else if (item.status != "failed" && item.status != "dead") {
    refuse("reset", item, ways(item));
  }
  store::Transaction transaction(store);
  item = require_item(store, id);
  require_alone(store, item);
  cancel_attempt(store, item, clock::now());
  if (item.is_held()) item.status = "running";
  if (item.status == "running") {
    // What runs does not wait again but by way of a retry.
    write(store, item);
    item.status = "retrying";
    write(store, item);
  }
  item.status = "queued";
  item.retries = 0;
  item.reason.clear();
  item.started_at.reset();
  item.completed_at.reset();
  item.not_before.reset();
  item.held_at.reset();
  item.pid = item.pid_start = 0;
  write(store, item);
  tell(store, item, "queue_reset", "", clock::now());
  transaction.commit();
  return item;
}

QueueItem cancel(const Repository& repository, store::Store& store,
                 std::int64_t id) {
  const file::Lock turn = take_turn(repository);
  QueueItem item = require_item(store, id);
  if (item.has_ended()) refuse("cancel", item, ways(item));
  if (runs(item)) stop_item(repository, store, item);
  store::Transaction transaction(store);
  item = require_item(store, id);
  cancel_attempt(store, item, clock::now());
  end_item(store, item, "dead", "queue_cancelled", kCancelled, clock::now());
  transaction.commit();
  return item;
}

void remove(const Repository& repository, store::Store& store,
            std::int64_t id) {
  {
    store::Transaction transaction(store);
    const QueueItem item = require_item(store, id);
    if (!item.has_ended()) refuse("remove", item, command("cancel", item));
    store::delete_queue_item(store, id);
    transaction.commit();
  }
  file::remove_tree(repository.orch_dir() + "/queue/" + std::to_string(id));
  file::remove(log_path(repository, id));
}

}  // namespace orch::queue
