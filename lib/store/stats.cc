// SPDX-License-Identifier: MIT
#include "store/stats.h"

#include "store/database.h"
#include "store/event_days.h"

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
  for (const NamedCount& c : list_event_types(store))
    out.push_back({"events", c.name, c.count});
  return out;
}

std::vector<Tally> tally_all(Store& store) {
  std::vector<Tally> out = tally_events(store);
  // The one event that each commit has, whatever it was rewritten to since;
  // not that of one that was dropped.
  for (const NamedCount& c : list_commit_owners(store))
    out.push_back({"commits", c.name, c.count});
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
