// SPDX-License-Identifier: MIT
//
// From every older version, with rows in every table, to the present one. A
// store of version N is one that ran only the first N migrations.
#include <algorithm>
#include <filesystem>
#include <map>
#include <vector>

#include "store/database.h"
#include "store/features.h"
#include "store/store.h"
#include "unit/scratch.h"

namespace orch::store {
namespace {

namespace fs = std::filesystem;
using test::thrown_by;

// Rows for every table of version 1; those of later versions are added by the
// migrations themselves or below.
constexpr char kRowsOfVersion1[] = R"sql(
INSERT INTO meta VALUES ('k', 'v');
INSERT INTO features VALUES
  (1, '001-a', 'A', 'feature/001-a/overseer', 'refs/heads/main', 'b0', 'a.md',
   'in-progress', 1, NULL),
  (2, '002-b', 'B', 'feature/002-b/overseer', 'refs/heads/main', 'b0', NULL,
   'archived', 2, 3);
INSERT INTO agents(id, feature_id, address, role, branch, worktree,
                   state_since, created_at)
  VALUES (1, 1, '001-a/overseer', 'overseer', 'feature/001-a/overseer', '/w',
          1, 1),
         (2, NULL, 'dir/x', 'x', NULL, '/x', 1, 1);
INSERT INTO task_events(event_id, spec_id, role, event_type, task_id,
                        commit_hash, message, created_at)
  VALUES (x'00', '001-a', 'overseer', 't', 'T001', 'c0', x'', 1);
)sql";

constexpr char kMoreRowsOfVersion1[] = R"sql(
INSERT INTO task_events(event_id, event_type, message, created_at)
  VALUES (x'01', 't', 'one', 1), (x'02', 't', 'two', 2);
INSERT INTO commit_map VALUES ('c0', 'c1', 1), ('c2', NULL, 1);
INSERT INTO folded VALUES (x'03', 1);
INSERT INTO pull_requests VALUES
  (1, 1, 'overseer', 7, 'title', 'url', 'merged', 'main', 'head', 1, 2);
INSERT INTO conflicts(id, feature_id, a, b, kind, files, detected_at)
  VALUES (1, 1, 'x', 'y', 'stale', '[]', 1);
INSERT INTO verdicts VALUES ('a', 'b', 'c', 'clean', '[]', '[]', 1);
INSERT INTO test_results(id, feature_id, role, test_type, status, created_at)
  VALUES (1, 1, 'overseer', 'unit', 'passed', 1);
INSERT INTO blockers(id, feature_id, role, blocker_type, description,
                     created_at)
  VALUES (1, 1, 'overseer', 'external', 'd', 1);
INSERT INTO tasks(id, feature_id, task_id, title, status, updated_at)
  VALUES (1, 1, 'T001', 'title', 'doing', 1);
INSERT INTO messages(id, uid, sender, agent_id, text, sent_at)
  VALUES (1, x'04', 'person', 1, 'hello', 1);
INSERT INTO message_attempts VALUES (1, 1, 1, 'paste', 'typed', NULL);
INSERT INTO checkins(id, agent_id, slug, note, due_at, created_at)
  VALUES (1, 1, 's', 'n', 1, 1);
INSERT INTO asks(id, agent_id, action, text, created_at)
  VALUES (1, 1, 'push', 'may I', 1);
INSERT INTO contradictions(id, feature_id, topic, first_event, second_event,
                           created_at)
  VALUES (1, 1, 'topic', 1, 2, 1);
INSERT INTO batches VALUES (1, 1, NULL);
INSERT INTO queue(id, batch_id, spec_path, content_hash, enqueued_at)
  VALUES (1, 1, 'p', 'h', 1);
INSERT INTO limits(id, agent_id, runtime, source, resets_at, created_at)
  VALUES (1, 1, 'r', 's', 1, 1);
INSERT INTO leases VALUES ('l', 'o', 1, 1, 1, 1);
INSERT INTO gates(id, tree, command, result, created_at)
  VALUES (1, 't', 'c', 'passed', 1);
INSERT INTO intents(id, ref, old_commit, new_commit, pid, pid_start,
                    created_at)
  VALUES (1, 'r', 'o', 'n', 1, 1, 1);
INSERT INTO snapshots(id, agent, ref, commit_hash, reason, paths, taken_at)
  VALUES (1, '001-a/overseer', 'refs/orch/snapshots/001-a/overseer/1', 'c',
          'stop', '1', 1);
)sql";

constexpr char kRowsOfVersion2[] = R"sql(
INSERT INTO tasks(id, feature_id, task_id, title, status, updated_at)
  VALUES (2, 1, 'T002', 'title', 'open', 1);
INSERT INTO task_dependencies VALUES (1, 'T002', 'T001');
INSERT INTO task_commits VALUES (1, 'T001', 'c0', 1, 1);
INSERT INTO commit_reverts VALUES ('c1', 'c0');
INSERT INTO leases(name, fencing, taken_at) VALUES ('task/001-a/T001', 1, 1);
)sql";

constexpr char kRowsOfVersion3[] = R"sql(
INSERT INTO proposals(id, conflict_id, ours, theirs, program, created_at)
  VALUES (1, 1, 'a', 'b', 'agent', 1);
)sql";

constexpr char kRowsOfVersion4[] = R"sql(
UPDATE agents SET conversation = 'c', transcript = '/t', restart_at = 5;
)sql";

constexpr char kRowsOfVersion5[] =
    "INSERT INTO agent_crashes(agent_id, run, at, exit_status, log) "
    "VALUES (1, 'r', 1, 9, 'the last words');"
    "INSERT INTO ports(port, agent_id, name, taken_at) "
    "VALUES (20000, 1, 'PORT', 1);";

constexpr char kRowsOfVersion6[] =
    "INSERT INTO plans VALUES (1, 'd', 'x', 'launched', 1);";

constexpr char kRowsOfVersion7[] =
    "INSERT INTO overrides VALUES (1, 'refs', 1, 'why', 1, 2);"
    "INSERT INTO known_refs VALUES ('refs/heads/main', 'x', 1);";

constexpr char kRowsOfVersion8[] =
    "INSERT INTO queue_attempts(id, item_id, attempt, started_at) "
    "VALUES (1, 1, 1, 1);";

constexpr char kRowsOfVersion9[] =
    "INSERT INTO landings(id, feature_id, ref, commit_hash, into_ref, "
    "queued_at) VALUES (1, 1, 'refs/heads/x', 'c', 'refs/heads/y', 1);"
    "INSERT INTO test_cases(id, result_id, name, status) "
    "VALUES (1, 1, 'n', 'passed');"
    "INSERT INTO pull_request_notices VALUES (1, 'f', 1);"
    "INSERT INTO syncs(agent_id) VALUES (1);";

// No verb wrote a lease before version 2, which makes the table anew.
bool is_made_anew(const std::string& table) { return table == "leases"; }

std::vector<std::string> migrations() {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(std::string(ORCH_SOURCE_DIR) +
                                                  "/lib/store/migrations"))
    files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  std::vector<std::string> sql;
  for (const fs::path& file : files) {
    std::ifstream in(file, std::ios::binary);
    sql.emplace_back(std::istreambuf_iterator<char>(in),
                     std::istreambuf_iterator<char>());
  }
  return sql;
}

class MigrationFrom : public ::testing::TestWithParam<int> {
 protected:
  std::string path() const { return scratch_.path("orch.db"); }

  // A store of the version that the parameter names.
  void make_old() {
    Database database(path(), Database::Mode::ReadWrite);
    database.execute("PRAGMA journal_mode = WAL");
    const auto sql = migrations();
    for (int v = 0; v < GetParam(); ++v) {
      database.execute(sql[v].c_str());
      if (v == 1) database.execute(kRowsOfVersion2);
      if (v == 2) database.execute(kRowsOfVersion3);
      if (v == 3) database.execute(kRowsOfVersion4);
      if (v == 4) database.execute(kRowsOfVersion5);
      if (v == 5) database.execute(kRowsOfVersion6);
      if (v == 6) database.execute(kRowsOfVersion7);
      if (v == 7) database.execute(kRowsOfVersion8);
      if (v == 8) database.execute(kRowsOfVersion9);
      if (v > 0) continue;
      // The text is bound: it holds every byte.
      const std::string rows(kRowsOfVersion1);
      const std::size_t last = rows.rfind("INSERT");
      database.execute(rows.substr(0, last).c_str());
      Statement(database,
                "INSERT INTO task_events(event_id, spec_id, role, event_type, "
                "task_id, commit_hash, message, created_at) "
                "VALUES (x'00', '001-a', 'overseer', 't', 'T001', 'c0', ?, 1)")
          .bind(test::every_byte())
          .run();
      database.execute(kMoreRowsOfVersion1);
    }
    database.execute(
        ("PRAGMA user_version = " + std::to_string(GetParam())).c_str());
  }

  // Every table with its number of rows.
  static std::map<std::string, std::int64_t> rows_of(Database& database) {
    std::map<std::string, std::int64_t> rows;
    Statement names(database,
                    "SELECT name FROM sqlite_schema WHERE type = 'table' "
                    "AND name NOT LIKE 'sqlite_%'");
    while (names.step()) {
      Statement count(database, "SELECT count(*) FROM " + names.text(0));
      count.step();
      rows[names.text(0)] = count.integer(0);
    }
    return rows;
  }
  static std::string schema_of(Database& database) {
    std::string text;
    Statement s(database,
                "SELECT type, name, sql FROM sqlite_schema ORDER BY 1, 2");
    while (s.step())
      text += s.text(0) + " " + s.text(1) + " " + s.text(2) + "\n";
    return text;
  }
  std::vector<std::string> backups() const {
    std::vector<std::string> names;
    if (!fs::exists(scratch_.path("backup"))) return names;
    for (const auto& entry : fs::directory_iterator(scratch_.path("backup")))
      names.push_back(entry.path().filename());
    return names;
  }

  test::Scratch scratch_;
};

INSTANTIATE_TEST_SUITE_P(Version, MigrationFrom,
                         ::testing::Range(1, kSchemaVersion));

TEST_P(MigrationFrom, KeepsTheRowsOfEveryTable) {
  make_old();
  std::map<std::string, std::int64_t> before;
  {
    Database old(path(), Database::Mode::Existing);
    before = rows_of(old);
  }
  EXPECT_GE(before.size(), 20U);
  Store store = Store::open(scratch_.root());
  EXPECT_EQ(store.schema_version(), kSchemaVersion);
  EXPECT_EQ(store.damage(), std::vector<std::string>());
  const auto after = rows_of(store.database());
  for (const auto& [table, rows] : before) {
    EXPECT_GT(rows, 0) << table << " needs a row in this test";
    if (!is_made_anew(table)) {
      EXPECT_EQ(after.at(table), rows) << table;
    }
  }
  Statement s(store.database(), "SELECT message FROM task_events LIMIT 1");
  ASSERT_TRUE(s.step());
  EXPECT_EQ(s.text(0), test::every_byte());
}

TEST_P(MigrationFrom, EndsInTheSchemaOfANewStore) {
  make_old();
  Store migrated = Store::open(scratch_.root());
  Store fresh = Store::open(scratch_.path("fresh"));
  EXPECT_EQ(schema_of(migrated.database()), schema_of(fresh.database()));
  Statement keys(migrated.database(), "PRAGMA foreign_keys");
  ASSERT_TRUE(keys.step());
  EXPECT_EQ(keys.text(0), "1");
}

TEST_P(MigrationFrom, LeavesAWholeCopyOfTheOldOneBehind) {
  make_old();
  const test::Variable now("ORCH_TEST_NOW", "1792900000000");
  Store::open(scratch_.root());
  const std::string name =
      "orch-v" + std::to_string(GetParam()) + "-20261025T034640Z.db";
  EXPECT_EQ(backups(), std::vector<std::string>{name});
  Database copy(scratch_.path("backup/" + name), Database::Mode::ReadOnly);
  Statement version(copy, "PRAGMA user_version");
  ASSERT_TRUE(version.step());
  EXPECT_EQ(version.integer(0), GetParam());
  EXPECT_EQ(rows_of(copy).at("features"), 2);
  // Once: there is nothing to migrate any more.
  Store::open(scratch_.root());
  EXPECT_EQ(backups().size(), 1U);
}

TEST_P(MigrationFrom, TakesAnotherNameWhenABackupIsThere) {
  make_old();
  const test::Variable now("ORCH_TEST_NOW", "1792900000000");
  const std::string stem =
      "backup/orch-v" + std::to_string(GetParam()) + "-20261025T034640Z";
  scratch_.write(stem + ".db", "somebody's");
  scratch_.write("backup/unfinished", "left by a kill");
  Store::open(scratch_.root());
  EXPECT_EQ(scratch_.read(stem + ".db"), "somebody's");
  EXPECT_TRUE(fs::exists(scratch_.path(stem + "-2.db")));
  EXPECT_EQ(backups().size(), 2U);
}

TEST_P(MigrationFrom, ChangesNothingWhenItCannotBackUp) {
  make_old();
  scratch_.write("backup", "no directory");
  EXPECT_NE(thrown_by([&] { Store::open(scratch_.root()); }), "nothing");
  Database old(path(), Database::Mode::Existing);
  Statement version(old, "PRAGMA user_version");
  ASSERT_TRUE(version.step());
  EXPECT_EQ(version.integer(0), GetParam());
}

TEST_P(MigrationFrom, ChangesNothingWhenRowsReferToNothing) {
  make_old();
  {
    Database old(path(), Database::Mode::Existing);
    old.execute(
        "PRAGMA foreign_keys = OFF;"
        "INSERT INTO blockers(feature_id, role, blocker_type, description, "
        "created_at) VALUES (99, 'r', 'external', 'd', 1)");
  }
  EXPECT_EQ(thrown_by([&] { Store::open(scratch_.root()); }),
            "corrupt: cannot migrate event store '" + path() +
                "': it has rows that refer to rows that are not there");
  Database old(path(), Database::Mode::Existing);
  Statement version(old, "PRAGMA user_version");
  ASSERT_TRUE(version.step());
  EXPECT_EQ(version.integer(0), GetParam());
}

TEST(MigrationFromNothing, LeavesNoBackup) {
  const test::Scratch scratch;
  Store store = Store::open(scratch.root());
  EXPECT_EQ(store.schema_version(), kSchemaVersion);
  EXPECT_FALSE(fs::exists(scratch.path("backup")));
  EXPECT_EQ(store.damage(), std::vector<std::string>());
}

}  // namespace
}  // namespace orch::store
