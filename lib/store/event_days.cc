// SPDX-License-Identifier: MIT
#include "store/event_days.h"

#include <algorithm>
#include <map>

#include "store/database.h"

namespace orch::store {
namespace {

// So many at once keep other writers waiting for a few hundredths of a second.
constexpr std::int64_t kStep = 20000;

constexpr char kCounted[] = "counted_events";

// Events as rows of event_days; `which` chooses them.
std::string rows_of_events(const std::string& which) {
  return "SELECT created_at / 86400000 AS day, coalesce(spec_id, '') AS "
         "spec_id, coalesce(role, '') AS role, event_type, commit_hash IS NOT "
         "NULL AND metadata IN ('{\"source\":\"commit\"}', "
         "'{\"source\":\"commit\",\"observed\":\"late\"}') AS is_commit, "
         "count(*) AS count FROM task_events WHERE " +
         which + " GROUP BY 1, 2, 3, 4, 5 ";
}

// All rows of days from ?2 on, with what no row counts yet, at most ?1 ids. One
// statement, so that nobody counts on between its parts.
std::string all_days() {
  return "WITH place(id) AS MATERIALIZED (SELECT max(coalesce((SELECT "
         "CAST(value AS INTEGER) FROM meta WHERE key = 'counted_events'), 0), "
         "coalesce((SELECT max(id) FROM task_events), 0) - ?1)), "
         "all_days AS (SELECT * FROM event_days WHERE day >= ?2 UNION ALL "
         "SELECT * FROM (" +
         rows_of_events("id > (SELECT id FROM place)") + ") WHERE day >= ?2) ";
}

// The events of commits that are known to be dropped.
constexpr char kDropped[] =
    "SELECT e.created_at / 86400000, coalesce(e.spec_id, ''), "
    "coalesce(e.role, ''), count(*) FROM commit_map m JOIN task_events e "
    "ON e.commit_hash = m.old_commit WHERE m.new_commit IS NULL "
    "AND e.metadata IN ('{\"source\":\"commit\"}', "
    "'{\"source\":\"commit\",\"observed\":\"late\"}') GROUP BY 1, 2, 3";

std::int64_t newest_event(Store& store) {
  Statement s(store.database(), "SELECT coalesce(max(id), 0) FROM task_events");
  s.step();
  return s.integer(0);
}

std::int64_t last_counted(Store& store) {
  const auto value = find_meta(store, kCounted);
  return value ? std::strtoll(value->c_str(), nullptr, 10) : 0;
}

void sort_by_count(std::vector<NamedCount>& counts) {
  std::stable_sort(counts.begin(), counts.end(),
                   [](const NamedCount& a, const NamedCount& b) {
                     return a.count != b.count ? a.count > b.count
                                               : a.name < b.name;
                   });
}

}  // namespace

std::int64_t count_events(Store& store, std::int64_t most) {
  const std::int64_t newest = newest_event(store);
  std::int64_t counted = last_counted(store);
  if (counted > newest) {  // somebody has put other events under the counts
    forget_event_days(store);
    counted = 0;
  }
  const std::int64_t to = std::min(newest, counted + most);
  if (to <= counted) return 0;
  Statement(store.database(),
            "INSERT INTO event_days " + rows_of_events("id > ? AND id <= ?") +
                "ON CONFLICT (day, spec_id, role, event_type, is_commit) "
                "DO UPDATE SET count = count + excluded.count")
      .bind(counted, to)
      .run();
  set_meta(store, kCounted, std::to_string(to));
  return to - counted;
}

void catch_up_events(Store& store, std::int64_t most) {
  if (store.is_read_only()) return;
  for (std::int64_t done = 0; done < most;) {
    if (newest_event(store) - last_counted(store) < kStep / 10) return;
    Transaction transaction(store);
    const std::int64_t step = count_events(store, kStep);
    transaction.commit();
    if (step == 0) return;
    done += step;
  }
}

void forget_event_days(Store& store) {
  store.database().execute(
      "DELETE FROM event_days;"
      "DELETE FROM meta WHERE key = 'counted_events'");
}

std::int64_t uncounted_events(Store& store) {
  const std::int64_t behind = newest_event(store) - last_counted(store);
  return std::max<std::int64_t>(0, behind - kMostUncounted);
}

std::vector<NamedCount> list_event_types(Store& store) {
  Statement s(store.database(),
              all_days() +
                  "SELECT event_type, sum(count) FROM all_days "
                  "GROUP BY event_type");
  s.bind(kMostUncounted, std::numeric_limits<std::int64_t>::min());
  std::vector<NamedCount> out;
  while (s.step()) out.push_back({s.text(0), s.integer(1)});
  sort_by_count(out);
  return out;
}

std::vector<NamedCount> list_commit_owners(Store& store) {
  std::map<std::string, std::int64_t> owners;
  const auto name_of = [](const std::string& spec_id, const std::string& role) {
    return spec_id.empty() ? role : spec_id + "/" + role;
  };
  Statement s(store.database(),
              all_days() +
                  "SELECT spec_id, role, sum(count) FROM all_days "
                  "WHERE is_commit GROUP BY spec_id, role");
  s.bind(kMostUncounted, std::numeric_limits<std::int64_t>::min());
  while (s.step()) owners[name_of(s.text(0), s.text(1))] = s.integer(2);
  Statement dropped(store.database(), kDropped);
  while (dropped.step())
    owners[name_of(dropped.text(1), dropped.text(2))] -= dropped.integer(3);
  std::vector<NamedCount> out;
  for (const auto& [name, count] : owners)
    if (count > 0) out.push_back({name, count});
  sort_by_count(out);
  return out;
}

std::int64_t count_recorded_commits(Store& store) {
  Statement s(store.database(),
              all_days() +
                  "SELECT coalesce(sum(count), 0) FROM all_days "
                  "WHERE is_commit");
  s.bind(kMostUncounted, std::numeric_limits<std::int64_t>::min());
  s.step();
  return s.integer(0);
}

std::vector<EventDay> list_event_days(Store& store, std::int64_t first) {
  std::vector<EventDay> out;
  std::map<std::tuple<std::int64_t, std::string, std::string>, std::size_t>
      places;
  Statement s(
      store.database(),
      all_days() +
          "SELECT day, spec_id, role, sum(count), "
          "sum(CASE WHEN is_commit THEN count ELSE 0 END), "
          "sum(CASE event_type WHEN 'agent_restarted' THEN count "
          "ELSE 0 END) FROM all_days GROUP BY 1, 2, 3 ORDER BY 1, 2, 3");
  s.bind(kMostUncounted, first);
  while (s.step()) {
    places[{s.integer(0), s.text(1), s.text(2)}] = out.size();
    out.push_back({s.integer(0), s.text(1), s.text(2), s.integer(3),
                   s.integer(4), s.integer(5)});
  }
  Statement dropped(store.database(), kDropped);
  while (dropped.step()) {
    const auto place =
        places.find({dropped.integer(0), dropped.text(1), dropped.text(2)});
    if (place == places.end()) continue;
    std::int64_t& commits = out[place->second].commits;
    commits = std::max<std::int64_t>(0, commits - dropped.integer(3));
  }
  return out;
}

}  // namespace orch::store
