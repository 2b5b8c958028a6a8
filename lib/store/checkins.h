// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <map>
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
  // How often it comes: after an interval, by a schedule with the name of its
  // zone behind it ("0 9 * * 1-5 Europe/Berlin"), or, with neither, once.
  std::optional<std::int64_t> every_ms;
  std::optional<std::string> schedule;
  std::int64_t due_at = 0;
  std::string state = "waiting";  // paused, done, cancelled, failed
  // Why it has ended, or what it waits for.
  std::optional<std::string> reason;
  std::int64_t failures = 0;  // in a row, before its last message
  std::optional<std::int64_t> last_at;
  std::optional<std::int64_t> message_id;  // the last one
  std::string message_level;               // of that; empty without
  bool message_read = false;

  bool recurs() const { return every_ms || schedule; }
};

// With its last message: one that ended before it was read is one more.
std::int64_t failures_of(const Checkin& checkin);

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
// The last message of any with that slug; absent: none was sent.
std::optional<std::int64_t> find_last_message(Store& store,
                                              std::int64_t agent_id,
                                              const std::string& slug);
// Ends one that waits; false when it does not. Within a Transaction.
bool cancel_checkin(Store& store, std::int64_t id, const std::string& reason);
// The same, for one that has failed.
void fail_checkin(Store& store, std::int64_t id, const std::string& reason);
// Waiting and due at `now`, the longest overdue first.
std::vector<Checkin> list_due_checkins(Store& store, std::int64_t now);
std::int64_t count_overdue_checkins(Store& store, std::int64_t now);
// Recurring ones that may be due later than they ever should: those with an
// interval whose time is further away than that and `slack`, and all that
// wait by a schedule.
std::vector<Checkin> list_far_checkins(Store& store, std::int64_t now,
                                       std::int64_t slack);
// Waiting ones with at least as many failures.
std::vector<Checkin> list_failing_checkins(Store& store, std::int64_t failures);

// It was sent as that message: due again at `next`, or, absent, done.
void advance_checkin(Store& store, const Checkin& checkin,
                     std::int64_t message_id, std::optional<std::int64_t> next,
                     std::int64_t now);
// It was not sent: due at another time, and why.
void move_checkin(Store& store, std::int64_t id, std::int64_t due_at,
                  const std::optional<std::string>& reason);
// When the open usage limit of an agent lets it go on.
std::optional<std::int64_t> find_limit_end(Store& store, std::int64_t agent_id);
// When the last check-in of each agent was sent, by the agent's id.
std::map<std::int64_t, std::int64_t> last_checkins(Store& store);
// Agents of features in progress that no check-in waits for.
std::vector<std::string> agents_without_checkin(Store& store);

}  // namespace orch::store
