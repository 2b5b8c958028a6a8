// SPDX-License-Identifier: MIT
#include "store/legacy.h"

#include <algorithm>
#include <cctype>

#include "error/error.h"
#include "file/file.h"
#include "store/database.h"
#include "store/path_list.h"
#include "text/case.h"

namespace orch::store {
namespace {

std::string quoted(const std::string& name) {
  std::string out = "\"";
  for (const char c : name) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + "\"";
}

bool exists(Statement& s) { return s.step(); }

}  // namespace

LegacyFile::LegacyFile(const std::string& path) : path_(path) {
  if (!file::exists(path) || file::is_directory(path))
    throw Error(ErrorCode::UnknownName, "there is no file '" + path + "'");
  try {
    database_ = std::make_unique<Database>(path, Database::Mode::ReadOnly);
    has_table("features");
  } catch (const Error& error) {
    const std::string why = error.what();
    throw Error(error.code(), "cannot read '" + path +
                                  "': " + why.substr(why.rfind(": ") + 2));
  }
  if (has_table("task_events") && has_table("commit_map"))
    throw Error(ErrorCode::Usage,
                "'" + path + "' is an event store of git orch itself",
                "git orch restore <file>");
}

LegacyFile::~LegacyFile() = default;

bool LegacyFile::has_table(const std::string& table) {
  Statement s(*database_,
              "SELECT 1 FROM sqlite_schema WHERE type = 'table' "
              "AND lower(name) = ?");
  s.bind(table);
  return exists(s);
}

void LegacyFile::read(const std::string& table,
                      const std::function<void(const LegacyRow&)>& row) {
  if (!has_table(table)) return;
  std::vector<std::string> names;
  std::string columns;
  {
    Statement s(*database_, "SELECT name FROM pragma_table_info(?)");
    s.bind(table);
    while (s.step()) {
      if (!columns.empty()) columns += ", ";
      columns += quoted(s.text(0));
      names.push_back(text::lower(s.text(0)));
    }
  }
  Statement s(*database_, "SELECT " + columns + " FROM " + quoted(table));
  while (s.step()) {
    LegacyRow values;
    for (std::size_t i = 0; i < names.size(); ++i)
      if (auto value = s.maybe_text(static_cast<int>(i)))
        values[names[i]] = *std::move(value);
    row(values);
  }
}

EventAppender::EventAppender(Store& store)
    : store_(store),
      insert_(std::make_unique<Statement>(
          store.database(),
          "INSERT OR IGNORE INTO task_events(event_id, spec_id, role, "
          "event_type, task_id, commit_hash, message, metadata, created_at) "
          "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")) {}

EventAppender::~EventAppender() = default;

bool EventAppender::append(const Event& e) {
  insert_
      ->bind(Blob{e.event_id}, e.spec_id, e.role, e.type, e.task_id,
             e.recorded_commit, e.message, e.metadata, e.at)
      .run();
  return store_.database().changes() > 0;
}

void import_end_of_feature(Store& store, std::int64_t feature_id,
                           std::int64_t at) {
  Statement(store.database(),
            "UPDATE features SET completed_at = ? WHERE id = ?")
      .bind(at, feature_id)
      .run();
}

bool import_pull_request(Store& store, const LegacyPullRequest& p) {
  Statement same(store.database(),
                 "SELECT 1 FROM pull_requests WHERE feature_id = ?1 AND "
                 "role = ?2 AND pr_number IS ?3 AND (?3 IS NOT NULL OR "
                 "(title = ?4 AND created_at = ?5))");
  same.bind(p.feature_id, p.role, p.number, p.title, p.created_at);
  if (exists(same)) return false;
  Statement(store.database(),
            "INSERT INTO pull_requests(feature_id, role, pr_number, title, "
            "url, status, base_branch, head_branch, created_at, merged_at) "
            "VALUES (?, ?, ?, ?, nullif(?, ''), ?, ?, ?, ?, ?)")
      .bind(p.feature_id, p.role, p.number, p.title, p.url, p.status, p.base,
            p.head, p.created_at, p.merged_at)
      .run();
  return true;
}

bool import_test_result(Store& store, const LegacyTestResult& t) {
  Statement same(store.database(),
                 "SELECT 1 FROM test_results WHERE feature_id = ? AND "
                 "role = ? AND test_type = ? AND status = ? AND "
                 "commit_hash IS ? AND created_at = ? AND total IS ? AND "
                 "passed IS ? AND failed IS ? AND duration_ms IS ?");
  same.bind(t.feature_id, t.role, t.type, t.status, t.commit, t.created_at,
            t.total, t.passed, t.failed, t.duration_ms);
  if (exists(same)) return false;
  Statement(store.database(),
            "INSERT INTO test_results(feature_id, role, test_type, "
            "commit_hash, status, total, passed, failed, duration_ms, "
            "logs_url, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
      .bind(t.feature_id, t.role, t.type, t.commit, t.status, t.total, t.passed,
            t.failed, t.duration_ms, t.logs_url, t.created_at)
      .run();
  return true;
}

bool has_blocker_like(Store& store, std::int64_t feature_id,
                      const std::string& role, const std::string& type,
                      const std::string& description, std::int64_t created_at) {
  Statement s(store.database(),
              "SELECT 1 FROM blockers WHERE feature_id = ? AND role = ? AND "
              "blocker_type = ? AND description = ? AND created_at = ?");
  s.bind(feature_id, role, type, description, created_at);
  return exists(s);
}

bool has_conflict_like(Store& store, std::int64_t feature_id,
                       const std::string& a, const std::string& b,
                       const std::vector<std::string>& paths,
                       std::int64_t detected_at) {
  Statement s(store.database(),
              "SELECT 1 FROM conflicts WHERE feature_id = ? AND a = ? AND "
              "b = ? AND files = ? AND detected_at = ? AND source = 'manual'");
  s.bind(feature_id, a, b, paths_to_json(paths), detected_at);
  return exists(s);
}

}  // namespace orch::store
