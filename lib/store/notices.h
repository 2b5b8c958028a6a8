// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "store/store.h"

// What people are told: a row for each thing, and an outbox with a row for each
// sink and reminder. Times are milliseconds since 1970.
namespace orch::store {

struct Notice {
  std::int64_t id = 0;
  std::string key;   // at most one with it is open
  std::string kind;  // what needs a person, or the type of an event
  std::string severity;
  bool needs_human = false;
  std::string spec_id, agent;  // may be empty
  std::string text;
  std::string detail = "{}";  // JSON: since, command, number, evidence
  std::int64_t created_at = 0;
  std::optional<std::int64_t> escalated_at;
  std::optional<std::int64_t> ended_at;
  std::optional<std::string> answer;
};

// The oldest first.
std::vector<Notice> list_open_notices(Store& store);
// The newest first, at most `limit`.
std::vector<Notice> list_ended_notices(Store& store, std::size_t limit);
std::optional<Notice> find_notice(Store& store, std::int64_t id);
// Whether somebody has answered one with that key.
bool was_noticed_answered(Store& store, const std::string& key);
bool was_noticed_since(Store& store, const std::string& key,
                       std::int64_t since);

// All that write: within a Transaction. Returns the new id.
std::int64_t insert_notice(Store& store, const Notice& notice);
// `answer` absent: it holds no more by itself. What waits to tell of it is
// dropped. False when it had ended.
bool end_notice(Store& store, std::int64_t id, std::int64_t at,
                const std::optional<std::string>& answer);
void mark_notice_escalated(Store& store, std::int64_t id, std::int64_t at);
// Those that ended before `before`, unless their key is open or answered.
void prune_notices(Store& store, std::int64_t before);

struct Delivery {
  std::int64_t id = 0;
  std::int64_t notice_id = 0;
  std::string sink;
  int step = 0;
  std::string status = "waiting";  // sending, sent, failed, dropped
  std::int64_t attempts = 0;
  std::int64_t not_before = 0;
  std::int64_t pid = 0, pid_start = 0;  // who sends it; 0: nobody
  std::string reason;
  std::int64_t created_at = 0;
  std::optional<std::int64_t> ended_at;
};

// Does nothing when there is one of that notice, sink and step.
void insert_delivery(Store& store, const Delivery& delivery);
// Writes every column but id, notice, sink, step and creation time.
void update_delivery(Store& store, const Delivery& delivery);
// Waiting or being sent with their time come, in the order in which they were
// made, at most `limit`.
std::vector<Delivery> list_due_deliveries(Store& store, std::int64_t now,
                                          std::size_t limit);
std::vector<Delivery> list_deliveries_of(Store& store, std::int64_t notice_id);
// The newest first.
std::vector<Delivery> list_failed_deliveries(Store& store, std::size_t limit);
// When the first of those that wait, or whose sender may have been killed, is
// due; absent: none.
std::optional<std::int64_t> next_delivery_at(Store& store);
// Sent to that sink since then, as letters: what was sent at once is one.
std::int64_t count_sent_since(Store& store, const std::string& sink,
                              std::int64_t since);
struct Outbox {
  std::int64_t waiting = 0, sending = 0, failed = 0;
};
Outbox count_outbox(Store& store);

// The id of the newest event; 0: there is none.
std::int64_t last_event_id(Store& store);

}  // namespace orch::store
