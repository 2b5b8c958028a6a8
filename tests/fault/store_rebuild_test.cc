// SPDX-License-Identifier: MIT
//
// kill -9 at every system call of the two acts that put another store in the
// place of the one that is there: the rebuild of a damaged one and a migration.
#include <algorithm>

#include "fault/loop.h"
#include "file/file.h"

namespace orch::test {
namespace {

const std::string kBin = std::string(ORCH_BUILD_DIR) + "/bin/";

class KilledStore : public ::testing::Test {
 protected:
  void SetUp() override {
    box.make_repository();
    box.ok("git orch init -q");
    box.ok("git orch init-feature 001-a -q --roles overseer");
    for (const char* text : {"one", "two", "three"})
      box.ok("git orch log-event 001-a overseer t " + std::string(text));
    sql("PRAGMA wal_checkpoint(TRUNCATE)");
  }

  std::string orch(const std::string& name) const {
    return box.repo() + "/.git/orch/" + name;
  }
  std::string sql(const std::string& query) const {
    return box
        .run_in(box.repo(),
                {"sqlite3", "-cmd", ".timeout 10000", orch("orch.db"), query})
        .out;
  }
  std::vector<std::string> store_files() const {
    std::vector<std::string> names;
    for (const std::string& name : file::names_in(orch("")))
      if (name.starts_with("orch.db")) names.push_back(name);
    return names;
  }
  // The store as these bytes and nothing beside it.
  void put(const std::string& bytes) const {
    for (const std::string& name : store_files()) file::remove(orch(name));
    file::remove_tree(orch("backup"));
    box.write(orch("orch.db"), bytes);
  }
  void expect_all(int n) const {
    EXPECT_EQ(sql("SELECT message FROM task_events ORDER BY id"),
              "one\ntwo\nthree\n")
        << "killed at " << n;
    EXPECT_EQ(sql("PRAGMA integrity_check"), "ok\n") << "killed at " << n;
    EXPECT_EQ(sql("PRAGMA foreign_key_check"), "") << "killed at " << n;
  }

  Sandbox box;
};

TEST_F(KilledStore, IsRebuiltByARerun) {
  std::string damaged = box.read(orch("orch.db"));
  const std::size_t root = std::stoul(
      sql("SELECT rootpage FROM sqlite_schema WHERE name = 'messages'"));
  damaged.replace((root - 1) * 4096, 4096, std::string(4096, '\xA5'));
  const int fired = fault_loop(
      47,
      [&](int n) {
        put(damaged);
        const Result r =
            run_killed(box, box.repo(), n, {kBin + "git-orch-doctor", "--fix"});
        if (r.status != kKilled) return false;
        // Whoever comes in between is told, or sees the old one, or the new
        // one; never an empty one.
        const Result between = box.type("git orch recent --json");
        if (between.status == 0)
          EXPECT_TRUE(holds(between.out, "\"three\"")) << "killed at " << n;
        else
          EXPECT_TRUE(holds(between.out, R"("code":"corrupt")"))
              << "killed at " << n;
        const Result again = box.type("git orch doctor --fix");
        EXPECT_EQ(again.status, 0)
            << "killed at " << n << again.out << again.err;
        expect_all(n);
        const auto files = store_files();
        EXPECT_EQ(std::count(files.begin(), files.end(), "orch.db.rebuilding"),
                  0);
        // The damaged bytes are still there.
        bool kept = false;
        for (const std::string& name : files)
          if (name.starts_with("orch.db.corrupt-") && !name.ends_with("-wal") &&
              !name.ends_with("-shm"))
            kept = kept || box.read(orch(name)) == damaged;
        EXPECT_TRUE(kept) << "killed at " << n;
        return true;
      },
      5);
  EXPECT_GT(fired, 5);
}

TEST_F(KilledStore, IsOfOneOfTheVersionsWhereverItWasKilled) {
  // One that ran the first migration only, with rows.
  std::string migration;
  const std::string directory =
      std::string(ORCH_SOURCE_DIR) + "/lib/store/migrations";
  for (const std::string& name : file::names_in(directory))
    if (name.starts_with("0001"))
      migration = file::load_contents(file::join(directory, name));
  ASSERT_NE(migration, "");
  const std::string old_path = box.path("old.db");
  box.run_in(box.repo(), {"sqlite3", old_path},
             "PRAGMA journal_mode = WAL;\n" + migration +
                 "\nPRAGMA user_version = 1;\n"
                 "INSERT INTO features VALUES (1, '001-a', 'A', 'b', 'main', "
                 "'c', NULL, 'in-progress', 1, NULL);\n"
                 "INSERT INTO task_events(event_id, spec_id, event_type, "
                 "message, created_at) VALUES (x'01', '001-a', 't', 'one', 1),"
                 "(x'02', '001-a', 't', 'two', 1),"
                 "(x'03', '001-a', 't', 'three', 1);\n");
  const std::string old = box.read(old_path);
  ASSERT_GT(old.size(), 4096U);
  put(old);
  box.ok("git orch recent -q");
  const std::string newest = sql("PRAGMA user_version");
  ASSERT_NE(newest, "1\n");
  const int fired = fault_loop(5, [&](int n) {
    put(old);
    const Result r =
        run_killed(box, box.repo(), n, {kBin + "git-orch-recent", "-q"});
    if (r.status != kKilled) return false;
    const std::string version = sql("PRAGMA user_version");
    // Each migration is whole by itself.
    EXPECT_GE(std::stoi(version), 1) << "killed at " << n;
    EXPECT_LE(std::stoi(version), std::stoi(newest)) << "killed at " << n;
    expect_all(n);
    box.ok("git orch recent -q");
    EXPECT_EQ(sql("PRAGMA user_version"), newest);
    expect_all(n);
    // A whole copy of the old one.
    bool kept = false;
    for (const std::string& name : file::names_in(orch("backup")))
      if (name.starts_with("orch-v1-"))
        kept =
            kept || box.run_in(box.repo(), {"sqlite3", orch("backup/" + name),
                                            "SELECT count(*) FROM task_events"})
                            .out == "3\n";
    EXPECT_TRUE(kept) << "killed at " << n;
    return true;
  });
  EXPECT_GT(fired, 5);
}

}  // namespace
}  // namespace orch::test
