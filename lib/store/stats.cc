// SPDX-License-Identifier: MIT
#include "store/stats.h"

#include "store/database.h"

namespace orch::store {
namespace {

void tally(Store& store, const char* what, const char* sql,
           std::vector<Tally>& out) {
  Statement s(store.database(), sql);
  while (s.step()) out.push_back({what, s.text(0), s.integer(1)});
}

}  // namespace

std::vector<Tally> tally_events(Store& store) {
  std::vector<Tally> out;
  tally(store, "events",
        "SELECT event_type, count(*) FROM task_events GROUP BY event_type "
        "ORDER BY 2 DESC, 1",
        out);
  return out;
}

std::vector<Tally> tally_all(Store& store) {
  std::vector<Tally> out = tally_events(store);
  // The one event that each commit has, whatever it was rewritten to since;
  // not that of one that was dropped.
  tally(store, "commits",
        "SELECT coalesce(spec_id || '/', '') || coalesce(role, ''), count(*) "
        "FROM task_events WHERE commit_hash IS NOT NULL "
        "AND metadata IN ('{\"source\":\"commit\"}', "
        "'{\"source\":\"commit\",\"observed\":\"late\"}') "
        "AND NOT EXISTS (SELECT 1 FROM commit_map WHERE old_commit = "
        "commit_hash AND new_commit IS NULL) "
        "GROUP BY spec_id, role "
        "ORDER BY 2 DESC, 1",
        out);
  tally(store, "tasks",
        "SELECT status, count(*) FROM tasks GROUP BY status ORDER BY 1", out);
  tally(store, "messages",
        "SELECT level, count(*) FROM messages GROUP BY level ORDER BY 1", out);
  tally(store, "conflicts",
        "SELECT CASE resolved WHEN 1 THEN 'resolved' ELSE 'open' END, count(*) "
        "FROM conflicts GROUP BY 1 ORDER BY 1",
        out);
  tally(store, "blockers",
        "SELECT status, count(*) FROM blockers GROUP BY status ORDER BY 1",
        out);
  tally(store, "prs",
        "SELECT status, count(*) FROM pull_requests GROUP BY status ORDER BY 1",
        out);
  tally(store, "tests",
        "SELECT status, count(*) FROM test_results GROUP BY status ORDER BY 1",
        out);
  return out;
}

}  // namespace orch::store
