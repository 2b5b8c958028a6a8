// SPDX-License-Identifier: MIT
#include "legacy/importer.h"
#include "store/blockers.h"
#include "store/conflicts.h"

namespace orch::legacy {

Reason Importer::pull_request(const LegacyRow& row) {
  Subject subject;
  if (Reason r = require_subject(row, subject)) return r;
  const store::Feature& f = *subject.feature;
  store::LegacyPullRequest p;
  p.feature_id = f.id;
  p.role = *subject.role;
  p.title = value_of(row, {"title", "name"}).value_or("");
  p.url = value_of(row, {"url", "pr_url", "html_url"}).value_or("");
  if (const auto text = value_of(row, {"pr_number", "number"})) {
    p.number = parse_count(*text);
    if (!p.number) return quote(*text) + " is no number";
  }
  const std::string status =
      value_of(row, {"status", "state"}).value_or("open");
  const auto word = pull_request_status(status);
  if (!word) return "unknown status " + quote(status);
  p.status = *word;
  p.base =
      value_of(row, {"base_branch", "base"}).value_or(f.integration_branch);
  p.head = value_of(row, {"head_branch", "head", "branch"}).value_or("");
  std::optional<std::int64_t> created;
  if (Reason r = read_time(row, kCreated, f.created_at, created)) return r;
  p.created_at = *created;
  if (Reason r = read_time(row, {"merged_at"}, std::nullopt, p.merged_at))
    return r;
  ++(store::import_pull_request(store_, p) ? report_.imported : report_.present)
        .pull_requests;
  return std::nullopt;
}

Reason Importer::conflict(const LegacyRow& row) {
  Subject subject;
  if (Reason r = read_subject(row, subject)) return r;
  if (!subject.feature) return "it names no feature";
  const store::Feature& f = *subject.feature;
  store::Conflict c;
  c.feature_id = f.id;
  c.source = "manual";
  c.kind = "stale";
  c.a = subject.role ? f.spec_id + "/" + *subject.role : f.integration_branch;
  c.b = c.a == f.integration_branch || subject.role == "overseer"
            ? "base"
            : "integration";
  std::optional<OldAgent> other;
  const std::string reference =
      value_of(row, {"other_agent_id", "conflicting_agent_id", "agent2_id",
                     "conflicting_agent"})
          .value_or("");
  if (Reason r = read_agent(reference, {"other_role"}, row, other)) return r;
  if (other) {
    c.kind = "collision";
    c.b = (other->spec_id.empty() ? f.spec_id : other->spec_id) + "/" +
          other->role;
  }
  c.paths =
      parse_paths(value_of(row, {"files", "conflicting_files", "paths", "file"})
                      .value_or(""));
  if (c.paths.empty()) return "it names no file";
  const std::string severity = value_of(row, {"severity"}).value_or("warning");
  const auto word = one_of(severity, {"warning", "critical"});
  if (!word) return "unknown severity " + quote(severity);
  c.severity = *word;
  c.notes = value_of(row, {"notes", "resolution_notes", "resolution"});
  std::optional<std::int64_t> found;
  if (Reason r = read_time(row, kCreated, f.created_at, found)) return r;
  c.detected_at = *found;
  if (Reason r = read_time(row, {"resolved_at"}, std::nullopt, c.resolved_at))
    return r;
  const auto resolved = value_of(row, {"resolved", "status"});
  c.resolved = resolved ? is_yes(*resolved) : c.resolved_at.has_value();
  if (c.resolved && !c.resolved_at) c.resolved_at = c.detected_at;
  if (!c.resolved) c.resolved_at.reset();
  if (store::has_conflict_like(store_, f.id, c.a, c.b, c.paths,
                               c.detected_at)) {
    ++report_.present.conflicts;
    return std::nullopt;
  }
  store::insert_conflict(store_, c);
  ++report_.imported.conflicts;
  return std::nullopt;
}

Reason Importer::test(const LegacyRow& row) {
  Subject subject;
  if (Reason r = require_subject(row, subject)) return r;
  store::LegacyTestResult t;
  t.feature_id = subject.feature->id;
  t.role = *subject.role;
  const std::string type =
      value_of(row, {"test_type", "type"}).value_or("unit");
  const auto known = one_of(type, {"unit", "integration", "e2e"});
  if (!known) return "unknown type " + quote(type);
  t.type = *known;
  const std::string status = value_of(row, {"status", "result"}).value_or("");
  const auto word = test_status(status);
  if (!word) return "unknown status " + quote(status);
  t.status = *word;
  t.commit = value_of(row, kCommit);
  t.logs_url = value_of(row, {"logs_url", "log_url"});
  const auto count = [&](const Names& names) {
    const auto text = value_of(row, names);
    return text ? parse_count(*text) : std::nullopt;
  };
  t.total = count({"total_tests", "total"});
  t.passed = count({"passed_tests", "passed"});
  t.failed = count({"failed_tests", "failed"});
  t.duration_ms = count({"duration_ms", "duration"});
  std::optional<std::int64_t> created;
  if (Reason r = read_time(row, kCreated, subject.feature->created_at, created))
    return r;
  t.created_at = *created;
  ++(store::import_test_result(store_, t) ? report_.imported : report_.present)
        .test_results;
  return std::nullopt;
}

Reason Importer::blocker(const LegacyRow& row) {
  Subject subject;
  if (Reason r = require_subject(row, subject)) return r;
  store::Blocker b;
  b.feature_id = subject.feature->id;
  b.role = *subject.role;
  const std::string type =
      value_of(row, {"blocker_type", "type"}).value_or("technical");
  const auto known =
      one_of(type, {"dependency", "conflict", "external", "technical"});
  if (!known) return "unknown type " + quote(type);
  b.type = *known;
  b.description = value_of(row, kMessage).value_or("");
  std::optional<OldAgent> other;
  const std::string reference =
      value_of(row, {"blocking_agent_id", "blocking_agent"}).value_or("");
  if (Reason r = read_agent(reference, {"blocking_role"}, row, other)) return r;
  if (other)
    b.blocking_agent =
        (other->spec_id.empty() ? subject.feature->spec_id : other->spec_id) +
        "/" + other->role;
  const std::string status = value_of(row, {"status"}).value_or("active");
  const auto word = one_of(status, {"active", "resolved"});
  if (!word) return "unknown status " + quote(status);
  b.status = *word;
  b.notes = value_of(row, {"notes", "resolution_notes", "resolution"});
  std::optional<std::int64_t> created;
  if (Reason r = read_time(row, kCreated, subject.feature->created_at, created))
    return r;
  b.created_at = *created;
  if (Reason r = read_time(row, {"resolved_at"}, std::nullopt, b.resolved_at))
    return r;
  if (store::has_blocker_like(store_, b.feature_id, b.role, b.type,
                              b.description, b.created_at)) {
    ++report_.present.blockers;
    return std::nullopt;
  }
  store::insert_blocker(store_, b);
  ++report_.imported.blockers;
  return std::nullopt;
}

}  // namespace orch::legacy
