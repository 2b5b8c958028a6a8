// SPDX-License-Identifier: MIT
#include "store/series.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "store/database.h"
#include "store/event_days.h"

namespace orch::store {
namespace {

using Key = std::tuple<std::int64_t, std::string, std::string>;
using Days = std::map<Key, Numbers>;

// Rows of day, feature, role and count, of what came at ?1 or later.
void collect(Store& store, const char* sql, std::int64_t first,
             std::int64_t Numbers::*member, Days& out) {
  Statement s(store.database(), sql);
  s.bind(first * kDayMs);
  while (s.step())
    out[{s.integer(0), s.text(1), s.text(2)}].*member += s.integer(3);
}

// Each sender has its messages in an index by time; who has sent is found in
// it, too, a step for each.
constexpr char kMessages[] =
    "WITH RECURSIVE who(sender) AS (SELECT min(sender) FROM messages "
    "UNION ALL SELECT (SELECT min(sender) FROM messages "
    "WHERE sender > who.sender) FROM who WHERE who.sender IS NOT NULL) "
    "SELECT m.sent_at / 86400000, coalesce(f.spec_id, ''), "
    "coalesce(a.role, who.sender), count(*) FROM who "
    "JOIN messages m ON m.sender = who.sender AND m.sent_at >= ?1 "
    "LEFT JOIN agents a ON a.address = who.sender "
    "LEFT JOIN features f ON f.id = a.feature_id GROUP BY 1, 2, 3";

constexpr char kConflicts[] =
    "SELECT detected_at / 86400000, coalesce(f.spec_id, ''), '', count(*) "
    "FROM conflicts c LEFT JOIN features f ON f.id = c.feature_id "
    "WHERE detected_at >= ?1 GROUP BY 1, 2";

constexpr char kSides[] =
    "SELECT c.at / 86400000, coalesce(f.spec_id, ''), a.role, count(*) "
    "FROM (SELECT detected_at AS at, a AS side FROM conflicts "
    "WHERE detected_at >= ?1 UNION ALL SELECT detected_at, b FROM conflicts "
    "WHERE detected_at >= ?1) c JOIN agents a ON a.address = c.side "
    "LEFT JOIN features f ON f.id = a.feature_id GROUP BY 1, 2, 3";

constexpr char kTests[] =
    "SELECT t.created_at / 86400000, coalesce(f.spec_id, ''), t.role, "
    "count(*) FROM test_results t LEFT JOIN features f "
    "ON f.id = t.feature_id WHERE t.created_at >= ?1 GROUP BY 1, 2, 3";

constexpr char kLimits[] =
    "SELECT l.created_at / 86400000, coalesce(f.spec_id, ''), "
    "coalesce(a.role, ''), count(*) FROM limits l LEFT JOIN agents a "
    "ON a.id = l.agent_id LEFT JOIN features f ON f.id = a.feature_id "
    "WHERE l.created_at >= ?1 GROUP BY 1, 2, 3";

constexpr char kLandings[] =
    "SELECT l.ended_at / 86400000, f.spec_id, coalesce(a.role, ''), count(*) "
    "FROM landings l JOIN features f ON f.id = l.feature_id "
    "LEFT JOIN agents a ON a.id = l.agent_id "
    "WHERE l.status = 'landed' AND l.ended_at >= ?1 GROUP BY 1, 2, 3";

void collect_busy(Store& store, std::int64_t first, Days& out) {
  Statement s(store.database(),
              "SELECT t.day, coalesce(f.spec_id, ''), a.role, sum(t.ms) "
              "FROM state_times t JOIN agents a ON a.id = t.agent_id "
              "LEFT JOIN features f ON f.id = a.feature_id "
              "WHERE t.state = 'busy' AND t.day >= ? GROUP BY 1, 2, 3");
  s.bind(first);
  while (s.step())
    out[{s.integer(0), s.text(1), s.text(2)}].busy_ms += s.integer(3);
}

void collect_spent(Store& store, std::int64_t first, Days& out) {
  Statement s(store.database(),
              "SELECT u.day, coalesce(f.spec_id, ''), a.role, "
              "sum(u.input_tokens + u.output_tokens + u.cached_tokens), "
              "sum(u.cost_micros) FROM usage u JOIN agents a "
              "ON a.id = u.agent_id LEFT JOIN features f "
              "ON f.id = a.feature_id WHERE u.day >= ? GROUP BY 1, 2, 3");
  s.bind(first);
  while (s.step())
    out[{s.integer(0), s.text(1), s.text(2)}].spent.add(
        {s.maybe_integer(3), s.maybe_integer(4)});
}

void add_maybe(std::optional<std::int64_t>& sum,
               const std::optional<std::int64_t>& more) {
  if (more) sum = sum.value_or(0) + *more;
}

void take(Store& store, const char* what, const char* sql, std::int64_t since,
          std::vector<Taken>& out) {
  Taken taken{.what = what};
  Statement s(store.database(), sql);
  s.bind(since);
  while (s.step()) taken.ms.push_back(std::max<std::int64_t>(0, s.integer(0)));
  if (!taken.ms.empty()) out.push_back(std::move(taken));
}

// The newest messages; one walk for all levels.
void take_messages(Store& store, std::int64_t since, std::vector<Taken>& out) {
  std::vector<Taken> levels = {{.what = "typed"},
                               {.what = "submitted"},
                               {.what = "read"},
                               {.what = "acked"}};
  Statement s(store.database(),
              "SELECT typed_at - sent_at, submitted_at - sent_at, "
              "read_at - sent_at, acked_at - sent_at FROM (SELECT * FROM "
              "messages ORDER BY id DESC LIMIT 10000) WHERE sent_at >= ?");
  s.bind(since);
  while (s.step())
    for (int i = 0; i < 4; ++i)
      if (const auto ms = s.maybe_integer(i))
        levels[static_cast<std::size_t>(i)].ms.push_back(
            std::max<std::int64_t>(0, *ms));
  for (Taken& level : levels)
    if (!level.ms.empty()) out.push_back(std::move(level));
}

// From when a task was begun first to when it was done.
void take_tasks(Store& store, std::int64_t since, std::vector<Taken>& out) {
  Statement s(store.database(),
              "SELECT event_type = 'task_completed', spec_id, task_id, "
              "created_at FROM (SELECT * FROM (SELECT id, event_type, spec_id, "
              "task_id, created_at FROM task_events WHERE event_type = "
              "'task_started' ORDER BY id DESC LIMIT 10000) UNION ALL "
              "SELECT * FROM (SELECT id, event_type, spec_id, task_id, "
              "created_at FROM task_events WHERE event_type = 'task_claimed' "
              "ORDER BY id DESC LIMIT 10000) UNION ALL SELECT * FROM (SELECT "
              "id, event_type, spec_id, task_id, created_at FROM task_events "
              "WHERE event_type = 'task_completed' ORDER BY id DESC "
              "LIMIT 10000)) WHERE task_id IS NOT NULL ORDER BY id");
  std::map<std::pair<std::string, std::string>, std::int64_t> begun;
  Taken taken{.what = "task"};
  while (s.step()) {
    const auto task = std::pair(s.text(1), s.text(2));
    const std::int64_t at = s.integer(3);
    if (s.integer(0) == 0) {
      begun.try_emplace(task, at);
      continue;
    }
    const auto start = begun.find(task);
    if (start == begun.end()) continue;
    if (at >= since)
      taken.ms.push_back(std::max<std::int64_t>(0, at - start->second));
    begun.erase(start);
  }
  if (!taken.ms.empty()) out.push_back(std::move(taken));
}

}  // namespace

void Spent::add(const Spent& other) {
  add_maybe(tokens, other.tokens);
  add_maybe(cost_micros, other.cost_micros);
}

void Numbers::add(const Numbers& other) {
  for (const auto member :
       {&Numbers::events, &Numbers::commits, &Numbers::restarts,
        &Numbers::messages, &Numbers::conflicts, &Numbers::sides,
        &Numbers::tests, &Numbers::limits, &Numbers::landings,
        &Numbers::busy_ms})
    this->*member += other.*member;
  spent.add(other.spent);
}

std::vector<DayNumbers> list_day_numbers(Store& store, std::int64_t first) {
  Days days;
  for (const EventDay& e : list_event_days(store, first)) {
    Numbers& n = days[{e.day, e.spec_id, e.role}];
    n.events += e.events;
    n.commits += e.commits;
    n.restarts += e.restarts;
  }
  collect(store, kMessages, first, &Numbers::messages, days);
  collect(store, kConflicts, first, &Numbers::conflicts, days);
  collect(store, kSides, first, &Numbers::sides, days);
  collect(store, kTests, first, &Numbers::tests, days);
  collect(store, kLimits, first, &Numbers::limits, days);
  collect(store, kLandings, first, &Numbers::landings, days);
  collect_busy(store, first, days);
  collect_spent(store, first, days);
  std::vector<DayNumbers> out;
  for (const auto& [key, numbers] : days)
    out.push_back(
        {std::get<0>(key), std::get<1>(key), std::get<2>(key), numbers});
  return out;
}

std::vector<StateTime> list_state_times(Store& store, std::int64_t first) {
  Statement s(store.database(),
              "SELECT agent_id, state, sum(ms) FROM state_times "
              "WHERE day >= ? GROUP BY agent_id, state");
  s.bind(first);
  std::vector<StateTime> out;
  while (s.step()) out.push_back({s.integer(0), s.text(1), s.integer(2)});
  return out;
}

std::vector<Taken> list_taken(Store& store, std::int64_t since) {
  std::vector<Taken> out;
  take_messages(store, since, out);
  take(store, "landing",
       "SELECT ended_at - queued_at FROM landings WHERE status = 'landed' "
       "AND ended_at >= ? ORDER BY id DESC LIMIT 10000",
       since, out);
  take(store, "gate",
       "SELECT duration_ms FROM gates WHERE duration_ms IS NOT NULL "
       "AND created_at >= ? ORDER BY id DESC LIMIT 10000",
       since, out);
  take_tasks(store, since, out);
  return out;
}

}  // namespace orch::store
