// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "store/store.h"

// Scheduled messages. Due work is a query.
namespace orch::store {

struct Checkin {
  std::int64_t id = 0;
  std::int64_t agent_id = 0;
  std::string slug;
  std::string note;
  std::optional<std::int64_t> every_ms;  // absent: once
  std::int64_t due_at = 0;
  std::string state = "waiting";      // paused, done, cancelled, failed
  std::optional<std::string> reason;  // of a cancelled one
};

std::int64_t insert_checkin(Store& store, const Checkin& checkin,
                            std::int64_t now);
// Those that wait, or all; the next due first. Of one agent, or (0) of all.
enum class Checkins { Waiting, All };
std::vector<Checkin> list_checkins(Store& store, Checkins which,
                                   std::int64_t agent_id = 0);
std::optional<Checkin> find_checkin(Store& store, std::int64_t id);
// The one with that slug that waits for an agent.
std::optional<Checkin> find_waiting_checkin(Store& store, std::int64_t agent_id,
                                            const std::string& slug);
// Ends one that waits; false when it does not. Within a Transaction.
bool cancel_checkin(Store& store, std::int64_t id, const std::string& reason);
// Waiting and due at `now`, the longest overdue first.
std::vector<Checkin> list_due_checkins(Store& store, std::int64_t now);
std::int64_t count_overdue_checkins(Store& store, std::int64_t now);
// After it was sent: the next time, or done.
void advance_checkin(Store& store, const Checkin& checkin, std::int64_t now);
// Agents of features in progress that no check-in waits for.
std::vector<std::string> agents_without_checkin(Store& store);

}  // namespace orch::store
