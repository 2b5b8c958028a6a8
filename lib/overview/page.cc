// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cctype>
#include <map>
#include <string_view>

#include "git/git.h"
#include "overview/overview.h"
#include "store/blockers.h"
#include "store/conflicts.h"
#include "store/pull_requests.h"
#include "store/results.h"
#include "store/tasks.h"
#include "text/text.h"
#include "text/time.h"

namespace orch::overview {
namespace {

bool is_alphanumeric(const std::string& text, std::size_t i) {
  return i < text.size() && std::isalnum(static_cast<unsigned char>(text[i]));
}

// Text in a Markdown table: nothing in it may close the cell or mean anything.
// An underscore inside a word means nothing anyway (CommonMark, 6.2).
std::string cell(const std::string& bytes) {
  constexpr std::string_view kActive = "\\|<>`*_[]~&#!";
  const std::string shown = text::printable(bytes);
  std::string out;
  for (std::size_t i = 0; i < shown.size(); ++i) {
    const bool in_word = shown[i] == '_' && i > 0 &&
                         is_alphanumeric(shown, i - 1) &&
                         is_alphanumeric(shown, i + 1);
    if (kActive.find(shown[i]) != std::string_view::npos && !in_word)
      out += '\\';
    out += shown[i];
  }
  return out;
}

// A code span, whose fence is longer than any run of backticks inside
// (CommonMark, 6.1).
std::string code(const std::string& bytes) {
  const std::string inside = text::printable(bytes);
  std::size_t run = 0, longest = 0;
  for (const char c : inside) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  const std::string fence(longest + 1, '`');
  const char* blank = longest > 0 ? " " : "";
  return fence + blank + inside + blank + fence;
}

std::string row(const std::vector<std::string>& cells) {
  std::string out = "|";
  for (const std::string& c : cells) out += " " + cell(c) + " |";
  return out + "\n";
}

// A table below a heading; "None." when it has no rows.
std::string section(const std::string& heading,
                    const std::vector<std::string>& columns,
                    const std::vector<std::vector<std::string>>& rows) {
  std::string out = "\n## " + heading + "\n\n";
  if (rows.empty()) return out + "None.\n";
  out += row(columns) + "|";
  for (std::size_t i = 0; i < columns.size(); ++i) out += "---|";
  out += "\n";
  for (const auto& cells : rows) out += row(cells);
  return out;
}

using Rows = std::vector<std::vector<std::string>>;

// "passed 12/12".
std::string outcome_of(const store::TestResult& t) {
  if (!t.total) return t.status;
  return t.status + " " + std::to_string(t.passed.value_or(0)) + "/" +
         std::to_string(*t.total);
}

std::string agents(const FeatureStatus& fs,
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
  return section("Agents",
                 {"Branch", "Owner", "Status", "Last update", "Tests"}, rows);
}

std::string assignments(store::Store& store, std::int64_t feature_id) {
  Rows rows;
  for (const store::Task& t : store::list_tasks(store, feature_id))
    rows.push_back({t.task_id, t.title, t.status, t.owner.value_or(""),
                    text::join(t.depends_on, ", ")});
  return section("Assignments",
                 {"Task", "Title", "Status", "Owner", "Waits for"}, rows);
}

std::string known_blockers(store::Store& store, std::int64_t feature_id) {
  Rows rows;
  for (const store::Blocker& b :
       store::list_blockers(store, {.feature_id = feature_id}))
    rows.push_back({std::to_string(b.id), b.role, b.type, b.description,
                    b.blocking_agent.value_or(""),
                    text::iso_time(b.created_at)});
  return section("Known blockers",
                 {"Id", "Role", "Type", "Blocker", "Waits for", "Since"}, rows);
}

std::string conflicts(store::Store& store, std::int64_t feature_id) {
  Rows rows;
  for (const store::Conflict& c : store::list_open_conflicts(store, feature_id))
    rows.push_back({std::to_string(c.id), c.a, c.b, c.kind, c.severity,
                    text::join(c.paths, ", ")});
  return section("Conflicts",
                 {"Id", "One side", "Other side", "Kind", "Severity", "Files"},
                 rows);
}

std::string pull_requests(store::Store& store, std::int64_t feature_id) {
  Rows rows;
  for (const store::PullRequest& p :
       store::list_pull_requests(store, feature_id))
    rows.push_back({p.number ? std::to_string(*p.number) : "", p.role, p.status,
                    p.head, p.base, p.title, p.url.value_or("")});
  return section(
      "Pull requests",
      {"Number", "Role", "Status", "Branch", "Into", "Title", "Address"}, rows);
}

std::string results(const std::vector<store::TestResult>& tests) {
  Rows rows;
  for (const store::TestResult& t : tests)
    rows.push_back({t.role, t.type, outcome_of(t),
                    t.commit.value_or("").substr(0, 12), text::iso_time(t.at)});
  return section("Integration results",
                 {"Role", "Tests", "Result", "Commit", "Time"}, rows);
}

// The events' table; notes in `heard` when each role was last heard of, so that
// no row is read twice.
std::string status_updates(store::Store& store, const std::string& spec_id,
                           std::map<std::string, std::int64_t>* heard) {
  std::string out =
      "\n## Status updates\n\n| Time | Role | Type | Task | Commit | Message "
      "|\n|---|---|---|---|---|---|\n";
  for_each_event(store, spec_id, 0, [&](const store::Event& e) {
    const std::string role = e.role.value_or("");
    std::int64_t& last = (*heard)[role];
    last = std::max(last, e.at);
    out += row({text::iso_time(e.at), role, e.type, e.task_id.value_or(""),
                e.commit.value_or("").substr(0, 12), e.message});
  });
  return out;
}

}  // namespace

std::string feature_page(store::Store& store, const FeatureStatus& fs) {
  const store::Feature& f = fs.feature;
  const auto tests = store::list_latest_tests(store, f.id);
  std::map<std::string, std::int64_t> heard;
  const std::string updates = status_updates(store, f.spec_id, &heard);
  return "# " + cell(f.name) + "\n\nFeature " + code(f.spec_id) + ", " +
         f.status + ", from " + code(git::short_branch(f.base)) +
         ", integration branch " + code(f.integration_branch) + ".\n" +
         agents(fs, tests, heard) + assignments(store, f.id) +
         known_blockers(store, f.id) + conflicts(store, f.id) +
         pull_requests(store, f.id) + results(tests) + updates;
}

}  // namespace orch::overview
