// SPDX-License-Identifier: MIT
#include "overview/page_tables.h"

#include <algorithm>
#include <map>

#include "git/git.h"
#include "store/blockers.h"
#include "store/conflicts.h"
#include "store/landings.h"
#include "store/pull_requests.h"
#include "store/results.h"
#include "store/tasks.h"
#include "text/text.h"
#include "text/time.h"

namespace orch::overview {
namespace {

using Rows = std::vector<std::vector<std::string>>;

// "passed 12/12".
std::string outcome_of(const store::TestResult& t) {
  if (!t.total) return t.status;
  return t.status + " " + std::to_string(t.passed.value_or(0)) + "/" +
         std::to_string(*t.total);
}

PageTable agents(const FeatureStatus& fs,
                 const std::vector<store::TestResult>& tests,
                 std::map<std::string, std::int64_t> heard) {
  std::map<std::string, std::string> outcomes;
  for (const store::TestResult& t : tests) {
    std::string& all = outcomes[t.role];
    all += (all.empty() ? "" : ", ") + t.type + " " + outcome_of(t);
  }
  Rows rows;
  for (const AgentStatus& seen : fs.agents) {
    const store::Agent& a = seen.agent;
    rows.push_back({a.branch, a.role, a.state,
                    text::iso_time(std::max(a.state_since, heard[a.role])),
                    outcomes[a.role]});
  }
  return {"Agents",
          {"Branch", "Owner", "Status", "Last update", "Tests"},
          std::move(rows)};
}

PageTable assignments(store::Store& store, std::int64_t feature_id) {
  Rows rows;
  for (const store::Task& t : store::list_tasks(store, feature_id))
    rows.push_back({t.task_id, t.title, t.status, t.owner.value_or(""),
                    text::join(t.depends_on, ", ")});
  return {"Assignments",
          {"Task", "Title", "Status", "Owner", "Waits for"},
          std::move(rows)};
}

PageTable known_blockers(store::Store& store, std::int64_t feature_id) {
  Rows rows;
  for (const store::Blocker& b :
       store::list_blockers(store, {.feature_id = feature_id}))
    rows.push_back({std::to_string(b.id), b.role, b.type, b.description,
                    b.blocking_agent.value_or(""),
                    text::iso_time(b.created_at)});
  return {"Known blockers",
          {"Id", "Role", "Type", "Blocker", "Waits for", "Since"},
          std::move(rows)};
}

PageTable conflicts(store::Store& store, std::int64_t feature_id) {
  Rows rows;
  for (const store::Conflict& c : store::list_open_conflicts(store, feature_id))
    rows.push_back({std::to_string(c.id), c.a, c.b, c.kind, c.severity,
                    text::join(c.paths, ", ")});
  return {"Conflicts",
          {"Id", "One side", "Other side", "Kind", "Severity", "Files"},
          std::move(rows)};
}

PageTable pull_requests(store::Store& store, std::int64_t feature_id) {
  Rows rows;
  for (const store::PullRequest& p :
       store::list_pull_requests(store, feature_id))
    rows.push_back({p.number ? std::to_string(*p.number) : "", p.role, p.status,
                    p.head, p.base, p.title, p.url.value_or("")});
  return {"Pull requests",
          {"Number", "Role", "Status", "Branch", "Into", "Title", "Address"},
          std::move(rows)};
}

PageTable results(const std::vector<store::TestResult>& tests) {
  Rows rows;
  for (const store::TestResult& t : tests)
    rows.push_back({t.role, t.type, outcome_of(t),
                    t.commit.value_or("").substr(0, 12), text::iso_time(t.at)});
  return {"Integration results",
          {"Role", "Tests", "Result", "Commit", "Time"},
          std::move(rows)};
}

// What became of branches in the merge queue, the newest first.
PageTable landings(store::Store& store, std::int64_t feature_id) {
  constexpr std::size_t kMost = 100;
  Rows rows;
  for (const store::Landing& l : store::list_landings(store, feature_id, kMost))
    rows.push_back({git::short_branch(l.ref), git::short_branch(l.into),
                    l.status, l.reason, text::join(l.paths, ", "),
                    l.landed_commit.substr(0, 12),
                    text::iso_time(l.ended_at.value_or(l.queued_at))});
  return {"Landings",
          {"Branch", "Into", "Status", "Reason", "Files", "Commit", "Time"},
          std::move(rows)};
}

// The events' table; notes in `heard` when each role was last heard of, so that
// no row is read twice.
PageTable status_updates(store::Store& store, const std::string& spec_id,
                         std::map<std::string, std::int64_t>* heard) {
  Rows rows;
  for_each_event(store, spec_id, 0, [&](const store::Event& e) {
    const std::string role = e.role.value_or("");
    std::int64_t& last = (*heard)[role];
    last = std::max(last, e.at);
    rows.push_back({text::iso_time(e.at), role, e.type, e.task_id.value_or(""),
                    e.commit.value_or("").substr(0, 12), e.message});
  });
  return {"Status updates",
          {"Time", "Role", "Type", "Task", "Commit", "Message"},
          std::move(rows)};
}

}  // namespace

std::vector<PageTable> page_tables(store::Store& store,
                                   const FeatureStatus& fs) {
  const std::int64_t id = fs.feature.id;
  const auto tests = store::list_latest_tests(store, id);
  std::map<std::string, std::int64_t> heard;
  PageTable updates = status_updates(store, fs.feature.spec_id, &heard);
  std::vector<PageTable> tables;
  tables.push_back(agents(fs, tests, heard));
  tables.push_back(assignments(store, id));
  tables.push_back(known_blockers(store, id));
  tables.push_back(conflicts(store, id));
  tables.push_back(pull_requests(store, id));
  tables.push_back(landings(store, id));
  tables.push_back(results(tests));
  tables.push_back(std::move(updates));
  return tables;
}

}  // namespace orch::overview
