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
  std::string state = "waiting";
};

std::int64_t insert_checkin(Store& store, const Checkin& checkin,
                            std::int64_t now);
// Waiting and due at `now`, the longest overdue first.
std::vector<Checkin> list_due_checkins(Store& store, std::int64_t now);
std::int64_t count_overdue_checkins(Store& store, std::int64_t now);
// After it was sent: the next time, or done.
void advance_checkin(Store& store, const Checkin& checkin, std::int64_t now);
// Agents of features in progress that no check-in waits for.
std::vector<std::string> agents_without_checkin(Store& store);

}  // namespace orch::store
