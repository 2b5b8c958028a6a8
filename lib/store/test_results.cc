// SPDX-License-Identifier: MIT
#include "store/test_results.h"

#include "store/database.h"

namespace orch::store {
namespace {

// Of table t, with f beside it: ?1 the feature, ?2 the role, ?3 the type.
constexpr char kWhere[] =
    " FROM test_results t LEFT JOIN features f ON f.id = t.feature_id "
    "WHERE (?1 IS NULL OR t.feature_id = ?1) AND (?2 = '' OR t.role = ?2) "
    "AND (?3 = '' OR t.test_type = ?3) ";

void bind(Statement& s, const TestQuery& query) {
  s.bind(query.feature_id, query.role, query.type,
         static_cast<std::int64_t>(query.limit));
}

}  // namespace

std::int64_t insert_test_run(Store& store, const TestRun& run,
                             const std::vector<TestCase>& cases) {
  Statement(store.database(),
            "INSERT INTO test_results(feature_id, role, test_type, "
            "commit_hash, tree, status, total, passed, failed, skipped, "
            "duration_ms, logs_url, source, command, reason, dirty, "
            "created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
            "?, ?)")
      .bind(run.feature_id, run.role, run.type, run.commit, run.tree,
            run.status, run.total, run.passed, run.failed, run.skipped,
            run.duration_ms, run.log, run.source, run.command, run.reason,
            run.dirty ? 1 : 0, run.at)
      .run();
  const std::int64_t id = store.database().last_id();
  Statement insert(store.database(),
                   "INSERT INTO test_cases(result_id, suite, name, status, "
                   "duration_ms, message) VALUES (?, ?, ?, ?, ?, ?)");
  for (const TestCase& c : cases)
    insert
        .bind(id, c.suite, c.name, c.status, c.duration_ms,
              c.message.empty() ? std::optional<std::string>() : c.message)
        .run();
  return id;
}

std::vector<TestRun> list_test_runs(Store& store, const TestQuery& query) {
  Statement s(
      store.database(),
      std::string("SELECT t.id, t.feature_id, f.spec_id, t.role, t.test_type, "
                  "t.commit_hash, t.tree, t.status, t.total, t.passed, "
                  "t.failed, t.skipped, t.duration_ms, t.source, t.command, "
                  "t.logs_url, t.reason, t.dirty, t.created_at") +
          kWhere + "ORDER BY t.id DESC LIMIT ?4");
  bind(s, query);
  std::vector<TestRun> out;
  while (s.step()) {
    TestRun t;
    t.id = s.integer(0);
    t.feature_id = s.maybe_integer(1);
    t.spec_id = s.text(2);
    t.role = s.text(3);
    t.type = s.text(4);
    t.commit = s.maybe_text(5);
    t.tree = s.maybe_text(6);
    t.status = s.text(7);
    t.total = s.maybe_integer(8);
    t.passed = s.maybe_integer(9);
    t.failed = s.maybe_integer(10);
    t.skipped = s.maybe_integer(11);
    t.duration_ms = s.maybe_integer(12);
    t.source = s.text(13);
    t.command = s.maybe_text(14);
    t.log = s.maybe_text(15);
    t.reason = s.maybe_text(16);
    t.dirty = s.integer(17) != 0;
    t.at = s.integer(18);
    out.push_back(std::move(t));
  }
  return out;
}

std::vector<TestCase> list_failed_cases(Store& store, std::int64_t run_id,
                                        std::size_t limit) {
  Statement s(store.database(),
              "SELECT suite, name, status, duration_ms, message "
              "FROM test_cases WHERE result_id = ? AND status = 'failed' "
              "ORDER BY id LIMIT ?");
  s.bind(run_id, static_cast<std::int64_t>(limit));
  std::vector<TestCase> out;
  while (s.step())
    out.push_back(
        {s.text(0), s.text(1), s.text(2), s.maybe_integer(3), s.text(4)});
  return out;
}

std::vector<SlowCase> list_slow_cases(Store& store, const TestQuery& query) {
  // The bare duration is that of the row with the greatest id.
  Statement s(
      store.database(),
      std::string("WITH t AS (SELECT t.id, t.role, t.test_type, t.feature_id, "
                  "f.spec_id") +
          kWhere +
          "), c AS (SELECT t.spec_id, t.feature_id, t.role, t.test_type, "
          "c.suite, c.name, c.id, c.duration_ms FROM t JOIN test_cases c "
          "ON c.result_id = t.id WHERE c.duration_ms IS NOT NULL), "
          "newest AS (SELECT *, max(id) FROM c "
          "GROUP BY feature_id, role, test_type, suite, name) "
          "SELECT c.spec_id, c.role, c.test_type, c.suite, c.name, count(*), "
          "cast(avg(c.duration_ms) AS INTEGER), max(c.duration_ms), "
          "n.duration_ms FROM c JOIN newest n "
          "ON n.feature_id IS c.feature_id AND n.role = c.role "
          "AND n.test_type = c.test_type AND n.suite = c.suite "
          "AND n.name = c.name "
          "GROUP BY c.feature_id, c.role, c.test_type, c.suite, c.name "
          "ORDER BY avg(c.duration_ms) DESC, c.suite, c.name LIMIT ?4");
  bind(s, query);
  std::vector<SlowCase> out;
  while (s.step())
    out.push_back({s.text(0), s.text(1), s.text(2), s.text(3), s.text(4),
                   s.integer(5), s.integer(6), s.integer(7), s.integer(8)});
  return out;
}

std::vector<Flaky> list_flaky(Store& store, const TestQuery& query) {
  Statement s(
      store.database(),
      std::string("WITH t AS (SELECT t.*, f.spec_id") + kWhere +
          "AND t.tree IS NOT NULL), "
          // Once for each tree, then over all of them.
          "one AS (SELECT spec_id, feature_id, role, test_type, 1 AS is_run, "
          "'' AS suite, '' AS name, tree, sum(status = 'passed') AS passed, "
          "sum(status = 'failed') AS failed, max(created_at) AS at FROM t "
          "GROUP BY feature_id, role, test_type, tree "
          "UNION ALL SELECT t.spec_id, t.feature_id, t.role, t.test_type, 0, "
          "c.suite, c.name, t.tree, sum(c.status = 'passed'), "
          "sum(c.status = 'failed'), max(t.created_at) FROM t "
          "JOIN test_cases c ON c.result_id = t.id "
          "GROUP BY t.feature_id, t.role, t.test_type, t.tree, c.suite, "
          "c.name) "
          "SELECT spec_id, role, test_type, is_run, suite, name, sum(passed), "
          "sum(failed), tree, max(at) FROM one "
          "WHERE passed > 0 AND failed > 0 "
          "GROUP BY feature_id, role, test_type, is_run, suite, name "
          "ORDER BY is_run DESC, sum(failed) DESC, suite, name LIMIT ?4");
  bind(s, query);
  std::vector<Flaky> out;
  while (s.step())
    out.push_back({s.text(0), s.text(1), s.text(2), s.integer(3) != 0,
                   s.text(4), s.text(5), s.integer(6), s.integer(7), s.text(8),
                   s.integer(9)});
  return out;
}

std::vector<std::string> list_test_logs(Store& store) {
  Statement s(store.database(),
              "SELECT logs_url FROM test_results WHERE logs_url IS NOT NULL");
  std::vector<std::string> out;
  while (s.step()) out.push_back(s.text(0));
  return out;
}

std::vector<std::string> trim_test_cases(
    Store& store, const std::optional<std::int64_t>& feature_id,
    const std::string& type, const TestKeep& keep) {
  // Those that a result of an older tool names are not ours.
  std::vector<std::int64_t> old;
  std::vector<std::string> logs;
  {
    Statement s(store.database(),
                "SELECT id, CASE WHEN source IS NOT NULL THEN logs_url END, "
                "(SELECT count(*) FROM test_cases c WHERE c.result_id = t.id) "
                "FROM test_results t WHERE feature_id IS ? AND test_type = ? "
                "ORDER BY id DESC");
    s.bind(feature_id, type);
    std::int64_t runs = 0, cases = 0;
    while (s.step()) {
      cases += s.integer(2);
      if (++runs == 1 || (runs <= keep.runs && cases <= keep.cases)) continue;
      if (!s.is_null(1)) logs.push_back(s.text(1));
      if (!s.is_null(1) || s.integer(2) != 0) old.push_back(s.integer(0));
    }
  }
  Statement cases(store.database(),
                  "DELETE FROM test_cases WHERE result_id = ?");
  Statement log(store.database(),
                "UPDATE test_results SET logs_url = NULL WHERE id = ? "
                "AND source IS NOT NULL");
  for (const std::int64_t id : old) {
    cases.bind(id).run();
    log.bind(id).run();
  }
  return logs;
}

}  // namespace orch::store
