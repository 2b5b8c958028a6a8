// SPDX-License-Identifier: MIT
#include "support/sandbox.h"

namespace orch::test {
namespace {

class QueryVerb : public ::testing::Test {
 protected:
  QueryVerb() { box.make_repository(); }

  void set_up() const {
    box.ok("git orch init -q");
    box.ok("git orch init-feature 001-a --roles overseer -q");
  }
  void log(const std::string& message) const {
    const Result r =
        box.type("git orch log-event 001-a overseer note - -q", message);
    EXPECT_EQ(r.status, 0) << r.err;
  }
  Result ask(const std::string& sql,
             const std::vector<std::string>& options = {}) const {
    std::vector<std::string> argv = {"git", "orch", "query"};
    argv.insert(argv.end(), options.begin(), options.end());
    argv.insert(argv.end(), {"--", sql});
    return box.run_in(box.repo(), argv);
  }
  // The refusal of `sql`, which must be one.
  std::string refusal_of(const std::string& sql) const {
    const Result r = ask(sql);
    EXPECT_EQ(r.status, 129) << sql;
    EXPECT_EQ(r.out, "") << sql;
    return r.err.substr(0, r.err.find('\n'));
  }

  Sandbox box;
};

TEST_F(QueryVerb, PrintsItsUsageAndRefusesWrongUsage) {
  EXPECT_TRUE(box.ok("git orch query -h")
                  .starts_with("usage: git orch query (<sql>|-) "));
  for (const char* line : {"git orch query", "git orch query 'SELECT 1' 2",
                           "git orch query 'SELECT 1' --csv --json",
                           "git orch query 'SELECT 1' --csv --porcelain",
                           "git orch query 'SELECT 1' --csv -z",
                           "git orch query 'SELECT 1' --timeout 0",
                           "git orch query 'SELECT 1' --timeout 1.5",
                           "git orch query 'SELECT 1' --timeout 99999999999"}) {
    const Result r = box.type(line);
    EXPECT_EQ(r.status, 129) << line;
    EXPECT_TRUE(holds(r.err + r.out, "usage")) << line;
  }
}

TEST_F(QueryVerb, AsksAnEmptyStoreWhereThereIsNoneAndMakesNone) {
  EXPECT_EQ(ask("SELECT count(*) AS n FROM task_events", {"--json"}).out,
            R"({"version":1,"ok":true,"data":{"columns":["n"],"rows":[[0]]}})"
            "\n");
  EXPECT_EQ(ask("SELECT spec_id, at FROM v_recent_events").out,
            "spec_id  at\n");
  EXPECT_EQ(refusal_of("SELECT * FROM gone"),
            "fatal: cannot run the query: no such table: gone");
  EXPECT_EQ(refusal_of("DELETE FROM features"),
            "fatal: cannot run the query: it would write");
  EXPECT_EQ(box.type("ls .git/orch").status, 2);
}

TEST_F(QueryVerb, AnswersInEveryForm) {
  set_up();
  log("a,\"b\"");
  log("tab\there");
  const std::string sql = "SELECT id, message, task_id FROM task_events";
  EXPECT_EQ(ask(sql).out,
            "id  message    task_id\n"
            "1   a,\"b\"      \n"
            "2   tab\\there  \n");
  EXPECT_EQ(ask(sql, {"--json"}).out,
            R"({"version":1,"ok":true,"data":{"columns":["id","message",)"
            R"("task_id"],"rows":[[1,"a,\"b\"",null],[2,"tab\there",null]]}})"
            "\n");
  EXPECT_EQ(ask(sql, {"--csv"}).out,
            "id,message,task_id\r\n1,\"a,\"\"b\"\"\",\r\n2,tab\there,\r\n");
  EXPECT_EQ(ask(sql, {"--porcelain"}).out, "1\ta,\"b\"\t\n2\ttab\\there\t\n");
  EXPECT_EQ(ask(sql, {"-z"}).out, std::string("1\ta,\"b\"\t\0"
                                              "2\ttab\there\t\0",
                                              21));
  EXPECT_EQ(ask(sql, {"-q"}).out, "");
}

TEST_F(QueryVerb, KeepsColumnsOfTheSameNameApart) {
  EXPECT_EQ(ask("SELECT 1 AS n, 2 AS n", {"--porcelain"}).out, "1\t2\n");
  EXPECT_EQ(ask("SELECT 1 AS n, 2 AS n").out, "n  n\n1  2\n");
  EXPECT_EQ(ask("SELECT 1 AS n, 2 AS n", {"--json"}).data()["rows"],
            json::Value(json::Array{json::Value(json::Array{1, 2})}));
}

TEST_F(QueryVerb, KeepsEveryByte) {
  set_up();
  std::string every;
  for (int c = 1; c < 256; ++c) every += static_cast<char>(c);
  log(every);
  const std::string sql = "SELECT id, message FROM task_events";
  EXPECT_EQ(ask(sql, {"-z"}).out, "1\t" + every + std::string(1, '\0'));
  EXPECT_TRUE(holds(ask(sql, {"--csv"}).out, "\xfd\xfe\xff\"\r\n"));
  const Result r =
      ask("SELECT 7, CAST(x'61ff' AS TEXT), 'b', NULL", {"--json"});
  EXPECT_TRUE(holds(r.out,
                    "\"rows\":[[7,\"a\xEF\xBF\xBD\",\"b\",null]],"
                    R"("rows_b64":[[null,"Yf8=","Yg==",null]]})"));
  EXPECT_EQ(ask("SELECT 'b'", {"--json"}).out.find("b64"), std::string::npos);
  // A terminal sees no byte that it would obey.
  EXPECT_TRUE(holds(ask(sql).out, "\\x1b"));
}

TEST_F(QueryVerb, ShowsABlobInHexadecimalAndNulInsideText) {
  const std::string sql = "SELECT x'00ff', CAST(x'410042' AS TEXT)";
  EXPECT_EQ(ask(sql, {"--porcelain"}).out, std::string("00ff\tA\0B\n", 9));
  EXPECT_TRUE(holds(ask(sql, {"--json"}).out, R"(["00ff","A\u0000B"])"));
  EXPECT_TRUE(holds(ask(sql).out, "A\\x00B"));
  const Result z = ask(sql, {"-z"});
  EXPECT_EQ(z.status, 129);
  EXPECT_TRUE(holds(z.err, "a value has a NUL byte"));
}

TEST_F(QueryVerb, TellsNullFromEmptyAndNumbersFromText) {
  EXPECT_EQ(ask("SELECT NULL, '', 1.5, -9223372036854775808, 9e999", {"--csv"})
                .lines()[1],
            ",\"\",1.5,-9223372036854775808,Inf\r");
  EXPECT_TRUE(holds(ask("SELECT NULL, '', 1.5, '1', 2", {"--json"}).out,
                    R"([[null,"",1.5,"1",2]])"));
}

TEST_F(QueryVerb, RefusesEverythingButReading) {
  set_up();
  box.ok("git orch log-event 001-a overseer note x -q");
  for (const char* sql :
       {"INSERT INTO meta VALUES ('a', 'b')", "UPDATE features SET name = 'x'",
        "DELETE FROM meta", "DROP TABLE meta", "CREATE TABLE t (a)",
        "CREATE TEMP TABLE t (a)", "REINDEX", "ANALYZE", "VACUUM",
        "VACUUM INTO 'copy.db'", "EXPLAIN DELETE FROM meta",
        "WITH x AS (SELECT 1) DELETE FROM meta",
        "INSERT INTO meta VALUES ('a', 'b') RETURNING key"})
    EXPECT_EQ(refusal_of(sql), "fatal: cannot run the query: it would write")
        << sql;
  for (const char* sql : {"ATTACH 'x.db' AS x", "DETACH main"})
    EXPECT_EQ(refusal_of(sql),
              "fatal: cannot run the query: it would open another file")
        << sql;
  for (const char* sql : {"BEGIN", "COMMIT", "SAVEPOINT a"})
    EXPECT_EQ(refusal_of(sql),
              "fatal: cannot run the query: it is no question but a "
              "transaction")
        << sql;
  for (const char* sql :
       {"PRAGMA user_version = 9", "PRAGMA query_only = OFF",
        "PRAGMA wal_checkpoint", "PRAGMA writable_schema = 1",
        "PRAGMA optimize", "PRAGMA journal_mode = DELETE", "PRAGMA key"})
    EXPECT_TRUE(holds(refusal_of(sql), "' is not for reading")) << sql;
  EXPECT_EQ(refusal_of("SELECT load_extension('x')"),
            "fatal: cannot run the query: it would load a program");
  EXPECT_EQ(refusal_of("UPDATE sqlite_master SET sql = ''"),
            "fatal: cannot run the query: table sqlite_master may not be "
            "modified");
  EXPECT_EQ(ask("SELECT count(*), (SELECT name FROM features) FROM meta "
                "WHERE key = 'a'",
                {"--porcelain"})
                .out,
            "0\t001-a\n");
  EXPECT_EQ(box.type("ls x.db copy.db").out, "");
}

TEST_F(QueryVerb, LetsPragmasTellWhatIsThere) {
  set_up();
  EXPECT_TRUE(holds(ask("PRAGMA table_info(task_events)").out, "commit_hash"));
  EXPECT_EQ(ask("PRAGMA query_only", {"--porcelain"}).out, "1\n");
  EXPECT_EQ(ask("SELECT value FROM json_each('[7]')", {"--porcelain"}).out,
            "7\n");
  EXPECT_EQ(ask("PRAGMA integrity_check", {"--porcelain"}).out, "ok\n");
  EXPECT_EQ(
      ask("SELECT name FROM pragma_table_info('meta') LIMIT 1", {"--porcelain"})
          .out,
      "key\n");
  EXPECT_EQ(ask("EXPLAIN QUERY PLAN SELECT * FROM meta").status, 0);
}

TEST_F(QueryVerb, TakesOneStatementAndCommentsBehindIt) {
  EXPECT_EQ(ask("SELECT 1; -- the end\n /* really */ ;", {"--porcelain"}).out,
            "1\n");
  for (const char* sql : {"SELECT 1; SELECT 2", "SELECT 1; DROP TABLE meta",
                          "SELECT 1; what is this"})
    EXPECT_EQ(refusal_of(sql),
              "fatal: cannot run the query: it is more than one statement");
  for (const char* sql : {"", " ", "-- nothing"})
    EXPECT_EQ(refusal_of(sql), "fatal: cannot run the query: it is empty");
  EXPECT_EQ(refusal_of("SELECT ?"),
            "fatal: cannot run the query: it has a parameter without a value");
  EXPECT_TRUE(holds(refusal_of("SELECT FROM"), "near \"FROM\": syntax error"));
  EXPECT_TRUE(holds(refusal_of("SELECT abs(-9223372036854775808)"),
                    "integer overflow"));
}

TEST_F(QueryVerb, ReadsTheStatementFromStandardInput) {
  EXPECT_EQ(box.type("git orch query - --porcelain", "SELECT 1,\n 2\n").out,
            "1\t2\n");
  const Result r =
      box.type("git orch query -", std::string("SELECT 1;\0 DROP", 15));
  EXPECT_EQ(r.status, 129);
  EXPECT_TRUE(holds(r.err, "it has a NUL byte"));
}

TEST_F(QueryVerb, GivesUpAfterTheTimeThatItIsGiven) {
  const std::string endless =
      "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) "
      "SELECT count(*) FROM c";
  const Result r = ask(endless, {"--timeout", "1"});
  EXPECT_EQ(r.status, 3);
  EXPECT_EQ(r.err,
            "fatal: the query ran too long and was ended\nhint: narrow it, or "
            "give it more time with --timeout\n");
  const Result json = ask(endless, {"--timeout", "1", "--json"});
  EXPECT_EQ(json.status, 3);
  EXPECT_EQ(json.json()["error"]["code"], json::Value("timeout"));
}

TEST_F(QueryVerb, BoundsWhatItHoldsInMemoryAndStreamsTheRest) {
  const std::string large =
      "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c "
      "WHERE x < 70) SELECT zeroblob(500000) FROM c";
  const Result r = ask(large, {"--json"});
  EXPECT_EQ(r.status, 129);
  EXPECT_TRUE(holds(r.out, "the answer is larger than 64 MiB"));
  const Result csv = box.run_in(
      box.repo(), {"bash", "-c", "git orch query --csv \"$0\" | wc -c", large});
  EXPECT_EQ(csv.out, std::to_string(18 + 70 * 1000002) + "\n") << csv.err;
}

TEST_F(QueryVerb, EndsSilentlyWhenTheReaderGoesAway) {
  const Result r = box.run_in(
      box.repo(),
      {"bash", "-c",
       "git orch query --csv 'WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL "
       "SELECT x + 1 FROM c) SELECT x FROM c' | head -2"});
  EXPECT_EQ(r.out, "x\r\n1\r\n");
  EXPECT_EQ(r.err, "");
}

TEST_F(QueryVerb, FoldsTheSpoolFirst) {
  set_up();
  const std::string tree = box.worktree("001-a", "overseer");
  box.ok_in(tree, "git commit -q --allow-empty -m work");
  EXPECT_EQ(ask("SELECT message FROM task_events", {"--porcelain"}).out,
            "work\n");
}

TEST_F(QueryVerb, AnswersWhileOthersWrite) {
  set_up();
  const Result r = box.run_in(
      box.repo(),
      {"timeout", "60", "bash", "-c",
       "for i in 1 2 3 4 5 6 7 8; do "
       "git orch log-event -q 001-a overseer note $i & "
       "git orch query -q 'SELECT * FROM task_events' || echo failed; done; "
       "wait; git orch query --porcelain 'SELECT count(*) FROM task_events'"});
  EXPECT_EQ(r.out, "8\n") << r.err;
}

}  // namespace
}  // namespace orch::test
