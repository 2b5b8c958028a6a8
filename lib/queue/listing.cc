// SPDX-License-Identifier: MIT
#include "queue/listing.h"

#include <algorithm>
#include <map>

#include "queue/queue.h"
#include "text/text.h"
#include "text/time.h"

namespace orch::queue {
namespace {

json::Value time_json(const std::optional<std::int64_t>& at) {
  return at ? json::Value(text::iso_time(*at)) : json::Value();
}

json::Value text_json(const std::string& text) {
  return text.empty() ? json::Value() : json::Value(text);
}

std::string attempt_text(const store::QueueAttempt& a) {
  std::string out = "\nattempt " + std::to_string(a.number) + ", " +
                    text::iso_time(a.started_at) + ": " +
                    (a.outcome.empty() ? "under way" : a.outcome) +
                    (a.spec_id.empty() ? "" : ", feature " + a.spec_id) + "\n";
  if (!a.evidence.empty()) out += text::indented(a.evidence) + "\n";
  if (!a.advice.empty()) out += "advice:\n" + text::indented(a.advice) + "\n";
  return out;
}

}  // namespace

const std::vector<std::string>& item_fields() {
  static const std::vector<std::string> kFields = {
      "id",          "batch",      "spec_path",    "spec_id",
      "state",       "priority",   "retries",      "time_limit",
      "enqueued_at", "started_at", "completed_at", "reason"};
  return kFields;
}

json::Object item_json(const store::QueueItem& item,
                       const std::string& reason) {
  return {
      {"id", item.id},
      {"batch", item.batch_id},
      {"spec_path", item.spec_path},
      {"spec_id", item.spec_id},
      {"state", item.status},
      {"priority", item.priority},
      {"retries", item.retries},
      {"time_limit", item.time_limit_ms
                         ? json::Value(text::duration_text(*item.time_limit_ms))
                         : json::Value()},
      {"enqueued_at", text::iso_time(item.enqueued_at)},
      {"started_at", time_json(item.started_at)},
      {"completed_at", time_json(item.completed_at)},
      {"reason", text_json(reason)}};
}

json::Array batches_json(store::Store& store,
                         const std::vector<store::QueueItem>& shown,
                         const std::vector<store::QueueItem>& all) {
  json::Array out;
  for (const store::Batch& batch : store::list_batches(store)) {
    const auto is_of = [&](const store::QueueItem& i) {
      return i.batch_id == batch.id;
    };
    if (std::none_of(shown.begin(), shown.end(), is_of)) continue;
    std::map<std::string, std::int64_t> counts;
    for (const store::QueueItem& item : all)
      if (is_of(item)) ++counts[item.status];
    json::Object row{{"id", batch.id},
                     {"created_at", text::iso_time(batch.created_at)},
                     {"ended_at", time_json(batch.ended_at)}};
    for (const char* state :
         {"queued", "running", "paused", "retrying", "done", "failed", "dead"})
      row.emplace_back(state, counts[state]);
    out.emplace_back(std::move(row));
  }
  return out;
}

json::Array attempts_json(const std::vector<store::QueueAttempt>& attempts) {
  json::Array out;
  for (const store::QueueAttempt& a : attempts)
    out.emplace_back(json::Object{{"attempt", a.number},
                                  {"spec_id", text_json(a.spec_id)},
                                  {"started_at", text::iso_time(a.started_at)},
                                  {"ended_at", time_json(a.ended_at)},
                                  {"outcome", text_json(a.outcome)},
                                  {"evidence", text_json(a.evidence)},
                                  {"advice", text_json(a.advice)}});
  return out;
}

std::string item_text(const store::QueueItem& item, const std::string& reason,
                      const std::vector<store::QueueAttempt>& attempts) {
  std::string out = "item " + std::to_string(item.id) + " of batch " +
                    std::to_string(item.batch_id) + ": " + item.spec_id + ", " +
                    item.status + (reason.empty() ? "" : ", " + reason) +
                    "\nspecification: " + text::printable(item.spec_path) +
                    "\n";
  for (const store::QueueAttempt& a : attempts) out += attempt_text(a);
  for (const std::string& act : legal_actions(item))
    out += "git orch queue " + act + " " + std::to_string(item.id) + "\n";
  return out;
}

}  // namespace orch::queue
