// SPDX-License-Identifier: MIT
#include "support/sandbox.h"

namespace orch::test {
namespace {

// As the earlier tools made it.
constexpr char kSchema[] = R"sql(
CREATE TABLE features(id INTEGER PRIMARY KEY, spec_id TEXT UNIQUE, name TEXT,
  overseer_branch TEXT, status TEXT DEFAULT 'in-progress',
  created_at TEXT DEFAULT CURRENT_TIMESTAMP, completed_at TEXT);
CREATE TABLE agents(id INTEGER PRIMARY KEY, feature_id INTEGER, role TEXT,
  branch TEXT, status TEXT, created_at TEXT);
CREATE TABLE task_events(id INTEGER PRIMARY KEY, feature_id INTEGER,
  agent_id INTEGER, event_type TEXT, task_id TEXT, commit_hash TEXT,
  message TEXT, metadata TEXT, created_at TEXT);
CREATE TABLE pull_requests(id INTEGER PRIMARY KEY, feature_id INTEGER,
  agent_id INTEGER, pr_number INTEGER, title TEXT, status TEXT,
  base_branch TEXT, head_branch TEXT, created_at TEXT, merged_at TEXT);
CREATE TABLE conflicts(id INTEGER PRIMARY KEY, feature_id INTEGER,
  agent_id INTEGER, files TEXT, severity TEXT, resolved INTEGER, notes TEXT,
  detected_at TEXT, resolved_at TEXT);
CREATE TABLE test_results(id INTEGER PRIMARY KEY, feature_id INTEGER,
  agent_id INTEGER, test_type TEXT, commit_hash TEXT, status TEXT,
  total_tests INTEGER, passed_tests INTEGER, failed_tests INTEGER,
  duration_ms INTEGER, logs_url TEXT, created_at TEXT);
CREATE TABLE blockers(id INTEGER PRIMARY KEY, feature_id INTEGER,
  agent_id INTEGER, blocker_type TEXT, description TEXT,
  blocking_agent_id INTEGER, status TEXT, notes TEXT, created_at TEXT,
  resolved_at TEXT);
)sql";

constexpr char kRows[] = R"sql(
INSERT INTO features VALUES (1, '003-goals', 'Reading goals',
  'feature/003-goals/overseer', 'in-progress', '2024-02-29 12:00:00', NULL);
INSERT INTO features VALUES (2, '002-old', 'Old one', 'old/overseer',
  'completed', '2023-01-01T00:00:00Z', 1672617600);
INSERT INTO agents VALUES (1, 1, 'overseer', 'feature/003-goals/overseer',
  'active', '2024-02-29 12:00:01');
INSERT INTO agents VALUES (2, 1, 'impl-api', 'feature/003-goals/impl-api',
  'blocked', NULL);
INSERT INTO task_events VALUES (1, 1, 2, 'task_started', 'T001', NULL,
  'it''s "so"' || char(10) || 'done', '{"k":1}', '2024-02-29 12:01:00.250');
INSERT INTO task_events VALUES (2, 1, 2, 'task_completed', 'T001', 'abc1234',
  'T001', NULL, '2024-02-29T14:02:00+02:00');
INSERT INTO task_events VALUES (3, 1, 2, 'note', NULL, NULL, 'twice', '',
  1709208300);
INSERT INTO task_events VALUES (4, 1, 2, 'note', NULL, NULL, 'twice', '',
  1709208300);
INSERT INTO task_events VALUES (5, NULL, NULL, 'moon', NULL, NULL, 'landing',
  'not json', '1969-07-20 20:17:40');
INSERT INTO pull_requests VALUES (1, 1, 2, 17, 'api', 'merged',
  'feature/003-goals/overseer', 'feature/003-goals/impl-api',
  '2024-03-01 00:00:00', '2024-03-02 00:00:00');
INSERT INTO conflicts VALUES (1, 1, 2, '["a,b.txt","c.txt"]', 'critical', 1,
  'merged', '2024-03-01 00:00:00', '2024-03-01 01:00:00');
INSERT INTO conflicts VALUES (2, 1, NULL, 'd.txt, e.txt', 'warning', 0, NULL,
  '2024-03-01 00:00:00', NULL);
INSERT INTO test_results VALUES (1, 1, 2, 'e2e', 'abc1234', 'failed', 10, 9, 1,
  1234, 'https://ci/1', '2024-03-01 00:00:00');
INSERT INTO blockers VALUES (1, 1, 2, 'dependency', 'no schema', 1, 'active',
  NULL, '2024-03-01 00:00:00', NULL);
)sql";

constexpr char kAll[] =
    "SELECT 'f', spec_id, name, overseer_branch, base_branch, status, "
    "created_at, completed_at FROM features ORDER BY spec_id;"
    "SELECT 'a', address, kind, branch, worktree, status, created_at "
    "FROM agents ORDER BY id;"
    "SELECT 'e', hex(event_id), spec_id, role, event_type, task_id, "
    "commit_hash, quote(message), metadata, created_at FROM task_events "
    "ORDER BY id;"
    "SELECT 'p', * FROM pull_requests; SELECT 'c', * FROM conflicts;"
    "SELECT 't', * FROM test_results; SELECT 'b', * FROM blockers";

class Import : public ::testing::Test {
 protected:
  Import() {
    box.make_repository();
    box.ok("git orch init -q");
  }
  Result sql(const std::string& file, const std::string& text) const {
    return box.run_in(box.repo(), {"sqlite3", "-bail", file}, text);
  }
  void make(const std::string& rows) const {
    const Result r = sql(old, kSchema + rows);
    ASSERT_EQ(r.status, 0) << r.err;
  }
  std::string query(const std::string& text) const {
    return sql(".git/orch/orch.db", text).out;
  }
  // "id: reason" of every row that was skipped.
  std::vector<std::string> skipped(const json::Value& data) const {
    std::vector<std::string> out;
    for (const json::Value& s : *data["skipped"].as_array())
      out.push_back(*s["table"].as_string() + " " + *s["id"].as_string() +
                    ": " + *s["reason"].as_string());
    return out;
  }
  std::string counts(const json::Value& counts) const {
    std::string out;
    for (const auto& [table, n] : *counts.as_object())
      out += table + "=" + std::to_string(*n.as_integer()) + " ";
    return out;
  }
  Sandbox box;
  std::string old = box.path("events.db");
};

TEST_F(Import, BringsEveryTable) {
  make(kRows);
  const std::string bytes = box.read(old);
  const Result r = box.type("git orch import ../events.db --json");
  ASSERT_EQ(r.status, 0) << r.err;
  EXPECT_EQ(counts(r.data()["imported"]),
            "features=2 agents=2 events=5 pull_requests=1 conflicts=2 "
            "test_results=1 blockers=1 ");
  EXPECT_EQ(skipped(r.data()), std::vector<std::string>{});
  EXPECT_EQ(box.read(old), bytes);
  EXPECT_TRUE(holds(r.err,
                    "there is no branch 'feature/003-goals/impl-api': "
                    "kept as a name"));
  EXPECT_EQ(query("SELECT spec_id, name, overseer_branch, base_branch, status, "
                  "created_at, completed_at FROM features ORDER BY id"),
            "003-goals|Reading goals|feature/003-goals/overseer|"
            "refs/heads/main|in-progress|1709208000000|\n"
            "002-old|Old one|old/overseer|refs/heads/main|completed|"
            "1672531200000|1672617600000\n");
  EXPECT_EQ(query("SELECT address, kind, status, created_at FROM agents"),
            "003-goals/overseer|overseer|active|1709208001000\n"
            "003-goals/impl-api|implementor|blocked|1709208000000\n");
  EXPECT_EQ(query("SELECT spec_id, role, event_type, task_id, commit_hash, "
                  "quote(message), metadata, created_at FROM task_events"),
            "003-goals|impl-api|task_started|T001||'it''s \"so\"\ndone'|"
            "{\"k\":1}|1709208060250\n"
            "003-goals|impl-api|task_completed|T001|abc1234|'T001'|{}|"
            "1709208120000\n"
            "003-goals|impl-api|note|||'twice'|{}|1709208300000\n"
            "003-goals|impl-api|note|||'twice'|{}|1709208300000\n"
            "||moon|||'landing'|{\"text\":\"not json\"}|-14182940000\n");
  EXPECT_EQ(query("SELECT role, pr_number, title, status, merged_at "
                  "FROM pull_requests"),
            "impl-api|17|api|merged|1709337600000\n");
  EXPECT_EQ(query("SELECT a, b, kind, files, severity, resolved, notes "
                  "FROM conflicts"),
            "003-goals/impl-api|integration|stale|[\"a,b.txt\",\"c.txt\"]|"
            "critical|1|merged\n"
            "feature/003-goals/overseer|base|stale|[\"d.txt\",\"e.txt\"]|"
            "warning|0|\n");
  EXPECT_EQ(query("SELECT role, test_type, commit_hash, status, total, passed, "
                  "failed, duration_ms, logs_url FROM test_results"),
            "impl-api|e2e|abc1234|failed|10|9|1|1234|https://ci/1\n");
  EXPECT_EQ(query("SELECT role, blocker_type, description, blocking_agent, "
                  "status FROM blockers"),
            "impl-api|dependency|no schema|003-goals/overseer|active\n");
  // What shows features shows them; nobody is without a check-in.
  const json::Value status = box.type("git orch status --json").data();
  const json::Value& f = (*status["features"].as_array())[0];
  EXPECT_EQ(f["spec_id"], json::Value("003-goals"));
  EXPECT_EQ(f["blockers"], json::Value(1));
  EXPECT_EQ(f["conflicts"], json::Value(1));
  EXPECT_EQ(query("SELECT count(*) FROM checkins"), "2\n");
}

TEST_F(Import, AddsNothingTheSecondTime) {
  make(kRows);
  box.ok("git orch import ../events.db");
  const std::string before = query(kAll);
  const json::Value again =
      box.type("git orch import ../events.db --json").data();
  EXPECT_EQ(counts(again["imported"]),
            "features=0 agents=0 events=0 pull_requests=0 conflicts=0 "
            "test_results=0 blockers=0 ");
  EXPECT_EQ(counts(again["present"]),
            "features=2 agents=2 events=5 pull_requests=1 conflicts=2 "
            "test_results=1 blockers=1 ");
  EXPECT_EQ(query(kAll), before);
  // A row that came since is all that is added.
  sql(old,
      "INSERT INTO task_events VALUES (6, 1, 1, 'note', NULL, NULL, "
      "'later', NULL, '2024-04-01 00:00:00')");
  EXPECT_TRUE(holds(
      counts(
          box.type("git orch import ../events.db --json").data()["imported"]),
      "events=1 "));
}

TEST_F(Import, ShowsADryRunAndChangesNothing) {
  make(kRows);
  const std::string before = query(kAll);
  const json::Value dry =
      box.type("git orch import ../events.db --dry-run --json").data();
  EXPECT_EQ(dry["dry_run"], json::Value(true));
  EXPECT_TRUE(holds(counts(dry["imported"]), "features=2 agents=2 events=5 "));
  EXPECT_EQ(query(kAll), before);
  EXPECT_TRUE(holds(box.ok("git orch import ../events.db -n"), "WOULD COME"));

  Sandbox other;
  other.make_repository();
  EXPECT_EQ(other.type("git orch import -n " + old).status, 0);
  EXPECT_EQ(other.type("ls .git/orch").status, 2);
}

TEST_F(Import, NamesEveryRowThatItSkips) {
  make(std::string(kRows) + R"sql(
    INSERT INTO features VALUES (3, '004-x', 'x', 'b', 'paused', NULL, NULL);
    INSERT INTO features VALUES (4, 'Bad Id', 'x', 'b', 'active', NULL, NULL);
    INSERT INTO features VALUES (5, '005-t', 'x', 'b', 'active', 'soon', NULL);
    INSERT INTO agents VALUES (3, 3, 'impl-ui', 'b', 'active', NULL);
    INSERT INTO agents VALUES (4, 9, 'impl-ui', 'b', 'active', NULL);
    INSERT INTO agents VALUES (5, 1, 'impl-ui', 'b', 'asleep', NULL);
    INSERT INTO agents VALUES (6, 1, 'a/b', 'b', 'active', NULL);
    INSERT INTO task_events VALUES (6, 9, 1, 'note', 0, 0, 'm', 0, 1);
    INSERT INTO task_events VALUES (7, 1, 99, 'note', 0, 0, 'm', 0, 1);
    INSERT INTO task_events VALUES (8, 1, 1, '', 0, 0, 'm', 0, 1);
    INSERT INTO task_events VALUES (9, 1, 5, 'note', 0, 0, 'kept', 0, 1);
    INSERT INTO task_events VALUES (10, 1, 1, 'note', 0, 0, 'm', 0,
      '2024-13-01 00:00:00');
    INSERT INTO pull_requests VALUES (2, 1, 2, 'x', 't', 'open', 'b', 'h', 1,
      NULL);
    INSERT INTO pull_requests VALUES (3, 1, 2, 5, 't', 'lost', 'b', 'h', 1,
      NULL);
    INSERT INTO conflicts VALUES (3, 1, 2, '[]', 'warning', 0, 0, 1, NULL);
    INSERT INTO conflicts VALUES (4, 1, 2, 'f', 'huge', 0, 0, 1, NULL);
    INSERT INTO test_results VALUES (2, 1, 2, 'smoke', 0, 'passed', 1, 1, 0, 0,
      0, 1);
    INSERT INTO test_results VALUES (3, 1, 2, 'unit', 0, 'maybe', 1, 1, 0, 0, 0,
      1);
    INSERT INTO blockers VALUES (2, 1, 2, 'legal', 'd', 0, 'active', 0, 1,
      NULL);
    INSERT INTO blockers VALUES (3, 1, NULL, 'external', 'd', 0, 'active', 0, 1,
      NULL);
  )sql");
  const Result r = box.type("git orch import ../events.db --json");
  EXPECT_EQ(r.status, 0);
  EXPECT_EQ(
      skipped(r.data()),
      (std::vector<std::string>{
          "features 3: unknown status 'paused'",
          "features 4: 'Bad Id' is no spec-id", "features 5: 'soon' is no time",
          "agents 3: its feature '3' was skipped",
          "agents 4: there is no feature '9'",
          "agents 5: unknown status 'asleep'", "agents 6: 'a/b' is no role",
          "task_events 6: there is no feature '9'",
          "task_events 7: there is no agent '99'",
          "task_events 8: it has no type",
          "task_events 10: '2024-13-01 00:00:00' is no time",
          "pull_requests 2: 'x' is no number",
          "pull_requests 3: unknown status 'lost'",
          "conflicts 3: it names no file",
          "conflicts 4: unknown severity 'huge'",
          "test_results 2: unknown type 'smoke'",
          "test_results 3: unknown status 'maybe'",
          "blockers 2: unknown type 'legal'",
          "blockers 3: it names no agent"}));
  EXPECT_EQ(query("SELECT role FROM task_events WHERE message = 'kept'"),
            "impl-ui\n");
  EXPECT_EQ(box.type("git orch import ../events.db --porcelain").lines()[0],
            "features\t3\tunknown status 'paused'");
}

TEST_F(Import, ReadsOtherNamesOfTheSameColumns) {
  sql(old,
      "CREATE TABLE Features(spec_id, name, Status);"
      "CREATE TABLE agents(spec_id, role, status);"
      "CREATE TABLE task_events(spec_id, role, type, message, timestamp);"
      "INSERT INTO Features VALUES ('001-a', NULL, 'IN_PROGRESS');"
      "INSERT INTO agents VALUES ('001-a', 'impl-ui', 'done');"
      "INSERT INTO task_events VALUES ('001-a', 'impl-ui', 'note', 'ms',"
      "  1709208000123);"
      "INSERT INTO task_events VALUES ('001-a', 'impl-ui', 'note', 's',"
      "  '1709208000');"
      "INSERT INTO task_events VALUES ('001-a', 'impl-ui', 'note', 'day',"
      "  '2024-02-29')");
  const Result r = box.type("git orch import ../events.db --json");
  EXPECT_EQ(skipped(r.data()), std::vector<std::string>{}) << r.err;
  EXPECT_EQ(query("SELECT message, created_at FROM task_events"),
            "ms|1709208000123\ns|1709208000000\nday|1709164800000\n");
  EXPECT_EQ(query("SELECT overseer_branch FROM features"),
            "feature/001-a/overseer\n");
  EXPECT_EQ(query("SELECT status FROM agents"), "completed\n");
}

TEST_F(Import, KeepsEveryByteAndOneMegabyte) {
  make(
      "INSERT INTO features VALUES (1, '001-a', x'27FF0A22', 'b', 'active',"
      "  1, NULL);"
      "INSERT INTO task_events VALUES (1, 1, NULL, 'note', NULL, NULL,"
      "  CAST(x'C0FF0A1B5B' AS TEXT), NULL, 1);"
      "INSERT INTO task_events VALUES (2, 1, NULL, 'note', NULL, NULL,"
      "  hex(zeroblob(500000)) || '; DROP TABLE task_events; --', NULL, 1);");
  box.ok("git orch import ../events.db");
  EXPECT_EQ(query("SELECT hex(name) FROM features"), "27FF0A22\n");
  EXPECT_EQ(query("SELECT hex(message) FROM task_events LIMIT 1"),
            "C0FF0A1B5B\n");
  EXPECT_EQ(query("SELECT length(message) FROM task_events WHERE id = 2"),
            "1000028\n");
}

TEST_F(Import, TakesTheFirstOfRowsWithTheSameId) {
  sql(old,
      "CREATE TABLE features(id, spec_id, name);"
      "CREATE TABLE agents(id, feature_id, role);"
      "INSERT INTO features VALUES (1, '001-a', 'a'), (1, '002-b', 'b'),"
      "  (2, '001-a', 'again');"
      "INSERT INTO agents VALUES (1, 1, 'x'), (1, 2, 'y'), (2, 2, 'z')");
  const Result r = box.type("git orch import ../events.db --json");
  EXPECT_EQ(skipped(r.data()),
            (std::vector<std::string>{"features 1: its id is that of '001-a'",
                                      "agents 1: its id is that of "
                                      "'001-a/x'"}));
  EXPECT_EQ(query("SELECT address FROM agents ORDER BY id"),
            "001-a/x\n001-a/z\n");
}

TEST_F(Import, LeavesWhatIsThereAsItIs) {
  box.ok("git orch init-feature 003-goals -q --roles overseer,impl-api");
  const std::string before = query("SELECT * FROM features, agents");
  make(kRows);
  const Result r = box.type("git orch import ../events.db --json");
  EXPECT_TRUE(holds(counts(r.data()["imported"]), "features=1 agents=0 "));
  EXPECT_EQ(query("SELECT * FROM features, agents WHERE spec_id = "
                  "'003-goals'"),
            before);
  EXPECT_EQ(query("SELECT count(*) FROM task_events "
                  "WHERE spec_id = '003-goals'"),
            "4\n");
}

TEST_F(Import, SaysWhatIsWrong) {
  const auto fails = [&](const std::string& line, int status,
                         const std::string& why) {
    const Result r = box.type("git orch import " + line);
    EXPECT_EQ(r.status, status) << line;
    EXPECT_TRUE(holds(r.err, why));
  };
  box.write(box.path("text"), "no database, and long enough to be read\n");
  sql(box.path("other.db"), "CREATE TABLE t(x)");
  fails("../nothing.db", 128, "there is no file '../nothing.db'");
  fails("../home", 128, "there is no file '../home'");
  fails("../text", 128, "cannot read '../text': file is not a database");
  fails("../other.db", 128, "it has no table 'features'");
  fails(".git/orch/orch.db", 129, "is an event store of git orch itself");
  fails("", 129, "too few arguments");
}

}  // namespace
}  // namespace orch::test
