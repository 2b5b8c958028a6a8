// SPDX-License-Identifier: MIT
//
// A damaged event store: verbs say so, hooks go on, and --fix makes a new one
// from what can be read, from git and from the spool.
#include "file/file.h"
#include "support/rest.h"
#include "support/sandbox.h"

namespace orch::test {
namespace {

class DoctorFix : public ::testing::Test {
 protected:
  DoctorFix() {
    box.make_repository();
    box.ok("git orch init -q");
    box.ok("git orch init-feature 001-a -q --roles overseer,impl-ui");
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
  void commit(const std::string& role, const std::string& message) const {
    box.ok_in(box.worktree("001-a", role),
              "git commit -q --allow-empty -m '" + message + "'");
  }
  // "status|detail|fix" of one check, "" when there is none of that name.
  std::string check(const std::string& name) const {
    for (const std::string& line :
         box.type("git orch doctor --porcelain").lines())
      if (line.starts_with(name + "\t")) {
        std::string rest = line.substr(name.size() + 1);
        for (char& c : rest)
          if (c == '\t') c = '|';
        return rest;
      }
    return "";
  }
  // All of it in the file itself, so that damage cannot miss it.
  void write_log_back() const {
    EXPECT_TRUE(comes_to_rest(box));
    sql("PRAGMA wal_checkpoint(TRUNCATE)");
    file::remove(orch("orch.db-wal"));
    file::remove(orch("orch.db-shm"));
  }
  void destroy() const {
    write_log_back();
    box.write(orch("orch.db"), std::string(40960, 'x'));
  }
  void overwrite(std::size_t at, std::size_t size) const {
    std::string bytes = box.read(orch("orch.db"));
    ASSERT_GE(bytes.size(), at + size);
    bytes.replace(at, size, std::string(size, '\xA5'));
    box.write(orch("orch.db"), bytes);
  }
  std::vector<std::string> set_aside() const {
    std::vector<std::string> names;
    for (const std::string& name : file::names_in(box.repo() + "/.git/orch"))
      if (name.starts_with("orch.db.corrupt-")) names.push_back(name);
    return names;
  }
  bool has_event(const std::string& message) const {
    for (const std::string& line :
         box.type("git orch recent 100 --porcelain").lines())
      if (line.find("\t" + message + "\t") != std::string::npos) return true;
    return false;
  }

  Sandbox box;
};

TEST_F(DoctorFix, LeavesAHealthyRepositoryAlone) {
  const std::string before = box.fingerprint();
  const Result r = box.type("git orch doctor --fix --json");
  EXPECT_EQ(r.status, 0) << r.out;
  EXPECT_TRUE(r.data()["fixed"].as_array()->empty());
  EXPECT_EQ(box.type("git orch doctor --fix").err, "");
  EXPECT_EQ(box.fingerprint(), before);
  EXPECT_TRUE(set_aside().empty());
}

TEST_F(DoctorFix, IsWhatAVerbSaysThatMeetsADamagedStore) {
  destroy();
  const Result json = box.type("git orch status --json");
  EXPECT_EQ(json.status, 128);
  EXPECT_TRUE(holds(json.out, R"("ok":false,"error":{"code":"corrupt",)"));
  EXPECT_TRUE(holds(json.out, R"("hint":"git orch doctor --fix"})"));
  const Result human = box.type("git orch log-event 001-a overseer t x");
  EXPECT_EQ(human.status, 128);
  EXPECT_TRUE(holds(human.err, "hint: git orch doctor --fix\n"));
  EXPECT_EQ(box.type("git orch doctor").status, 1);
  EXPECT_TRUE(check("store").starts_with("fail|"));
  EXPECT_TRUE(check("store").ends_with("|git orch doctor --fix"));
  EXPECT_TRUE(set_aside().empty());
}

TEST_F(DoctorFix, KnowsAgainWhatCommitsSayOfTasks) {
  commit("impl-ui", "done T001");
  EXPECT_TRUE(has_event("done T001"));
  destroy();
  box.ok("git orch doctor --fix -q");
  box.ok("git orch task add 'what was done' --id T001 -q");
  EXPECT_EQ(box.ok("git orch task --porcelain"),
            "T001\twhat was done\tdone\t\t\n");
  EXPECT_EQ(sql("SELECT count(*) FROM task_events "
                "WHERE message = 'done T001'"),
            "1\n");
}

TEST_F(DoctorFix, MakesTheStoreAnewFromGitAndTheSpool) {
  commit("impl-ui", "before, done T001");
  EXPECT_TRUE(has_event("before, done T001"));
  box.write(box.worktree("001-a", "impl-ui") + "/one.txt", "not committed\n");
  const std::string saved = "refs/orch/snapshots/001-a/impl-ui/1700000000000";
  box.ok("git update-ref " + saved + " HEAD");
  destroy();
  const std::string damaged = box.read(orch("orch.db"));
  // Hooks do not need the store: no word, and nothing is lost.
  const Result quiet = box.type_in(box.worktree("001-a", "overseer"),
                                   "git commit -q --allow-empty -m meanwhile");
  EXPECT_EQ(quiet.status, 0);
  EXPECT_EQ(quiet.err, "");

  const Result r = box.type("git orch doctor --fix");
  EXPECT_EQ(r.status, 0) << r.out << r.err;
  ASSERT_EQ(set_aside().size(), 1U);
  EXPECT_EQ(box.read(orch(set_aside()[0])), damaged);
  for (const char* line :
       {"rebuilt the event store; the damaged one is '",
        "nothing of it could be read\n",
        "feature '001-a' made anew; its base and its name are guesses",
        "agent '001-a/impl-ui' made anew from its branch",
        "2 events made anew from commits", "1 snapshot found by ref",
        "agent '001-a/overseer' got a check-in every 30 minutes"})
    EXPECT_TRUE(holds(r.err, line));

  EXPECT_TRUE(has_event("before, done T001"));
  EXPECT_TRUE(eventually([&] { return has_event("meanwhile"); }));
  EXPECT_EQ(sql("SELECT role, event_type, task_id FROM task_events "
                "WHERE message LIKE 'before%'"),
            "impl-ui|task_completed|T001\n");
  EXPECT_EQ(sql("SELECT count(*) FROM task_events WHERE message = 'meanwhile'"),
            "1\n");
  EXPECT_EQ(sql("SELECT base_branch, overseer_branch FROM features"),
            "refs/heads/main|feature/001-a/overseer\n");
  EXPECT_EQ(sql("SELECT worktree FROM agents WHERE role = 'impl-ui'"),
            box.worktree("001-a", "impl-ui") + "\n");
  EXPECT_EQ(sql("SELECT ref FROM snapshots"), saved + "\n");
  EXPECT_TRUE(holds(check("set-aside store"), set_aside()[0]));
  EXPECT_TRUE(holds(check("set-aside store"), "feature '001-a' made anew"));
  EXPECT_TRUE(check("store").starts_with("ok|"));
  // Once is enough.
  EXPECT_EQ(box.type("git orch doctor --fix").err, "");
  EXPECT_EQ(set_aside().size(), 1U);
}

TEST_F(DoctorFix, GivesAgentsThatRunTheirRowsBack) {
  box.ok("git config orch.daemon off");
  for (const char* role : {"overseer", "impl-ui"})
    box.ok(std::string("git orch agent start -q 001-a/") + role +
           " --runtime script");
  const std::string processes =
      "SELECT address, id, run, pane, pid, pid_start, runtime FROM agents "
      "ORDER BY address";
  const std::string before = sql(processes);
  destroy();
  const std::string said = box.type("git orch doctor --fix").err;
  EXPECT_TRUE(holds(said,
                    "'001-a/impl-ui' made anew from its branch and its "
                    "process, which runs"));
  EXPECT_EQ(sql(processes), before);
  // Only its screen tells that it is free, and who waits looks himself.
  box.ok(
      "git orch send 001-a/impl-ui -q -m still-there --wait acked --timeout "
      "300");
  box.ok("git orch agent stop -q 001-a/impl-ui");
  EXPECT_EQ(sql("SELECT state FROM agents WHERE role = 'impl-ui'"),
            "stopped\n");
}

TEST_F(DoctorFix, ReadsADamagedTableFromBothEnds) {
  sql("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE "
      "i < 4000) INSERT INTO task_events(event_id, spec_id, role, event_type, "
      "message, created_at) SELECT randomblob(16), '001-a', 'overseer', "
      "'many', 'event ' || i, i FROM n");
  sql("INSERT INTO messages(uid, sender, agent_id, text, sent_at) "
      "VALUES (x'01', 'person', 2, 'keep me', 1)");
  write_log_back();
  // A leaf in the middle of the table, not of an index.
  const std::string page =
      sql("SELECT pageno FROM dbstat WHERE name = 'task_events' AND "
          "pagetype = 'leaf' ORDER BY path LIMIT 1 OFFSET 20");
  std::size_t at = page.empty() ? 0 : std::stoul(page) - 1;
  if (at == 0) {  // a shell without dbstat
    const std::string bytes = box.read(orch("orch.db"));
    at = bytes.find("event 2000") / 4096;
  }
  overwrite(at * 4096, 4096);
  EXPECT_TRUE(check("store").starts_with("fail|"));

  const Result r = box.type("git orch doctor --fix --json");
  EXPECT_EQ(r.status, 0) << r.out;
  const long rows = std::stol(
      sql("SELECT count(*) FROM task_events WHERE event_type = 'many'"));
  EXPECT_GT(rows, 3900);
  EXPECT_LT(rows, 4000);
  EXPECT_TRUE(holds(r.out, "table task_events: "));
  EXPECT_TRUE(holds(r.out, "at most " + std::to_string(4000 - rows) + " lost"));
  EXPECT_TRUE(holds(sql("SELECT message FROM task_events"), "event 1\n"));
  EXPECT_TRUE(holds(sql("SELECT message FROM task_events"), "event 4000\n"));
  // What was whole is as it was, ids included.
  EXPECT_EQ(sql("SELECT agent_id, text FROM messages"), "2|keep me\n");
  EXPECT_EQ(sql("SELECT id, address FROM agents ORDER BY id"),
            "1|001-a/overseer\n2|001-a/impl-ui\n");
  EXPECT_EQ(sql("PRAGMA integrity_check"), "ok\n");
  EXPECT_EQ(sql("PRAGMA foreign_key_check"), "");
}

TEST_F(DoctorFix, KeepsNumbersApartWhenATableIsLost) {
  // By name it comes first, by number it does not.
  box.ok("git orch init-feature 000-b -q --roles overseer");
  sql("INSERT INTO messages(uid, sender, agent_id, text, sent_at) "
      "VALUES (x'01', 'person', 2, 'for impl-ui', 1)");
  write_log_back();
  const std::size_t root = std::stoul(
      sql("SELECT rootpage FROM sqlite_schema WHERE name = 'features'"));
  overwrite((root - 1) * 4096, 4096);
  EXPECT_EQ(box.type("git orch doctor --fix -q").status, 0);
  // The agents tell which number the feature had.
  EXPECT_EQ(sql("SELECT id, spec_id, status FROM features ORDER BY id"),
            "1|001-a|in-progress\n2|000-b|in-progress\n");
  EXPECT_EQ(sql("SELECT text FROM messages"), "for impl-ui\n");
  EXPECT_EQ(sql("PRAGMA foreign_key_check"), "");
}

TEST_F(DoctorFix, DropsWhatBelongsToALostAgent) {
  sql("INSERT INTO messages(uid, sender, agent_id, text, sent_at) "
      "VALUES (x'01', 'person', 2, 'for impl-ui', 1)");
  write_log_back();
  const std::size_t root = std::stoul(
      sql("SELECT rootpage FROM sqlite_schema WHERE name = 'agents'"));
  overwrite((root - 1) * 4096, 4096);
  const Result r = box.type("git orch doctor --fix");
  EXPECT_EQ(r.status, 0) << r.out << r.err;
  EXPECT_TRUE(holds(r.err, " dropped, since what they refer to is lost"));
  // Never to another agent that got the same number.
  EXPECT_EQ(sql("SELECT count(*) FROM messages"), "0\n");
  EXPECT_EQ(sql("SELECT address FROM agents ORDER BY 1"),
            "001-a/impl-ui\n001-a/overseer\n");
}

TEST_F(DoctorFix, DoesNotBringBackWhatIsNotThereAnyMore) {
  box.ok("git branch feature/002-old/overseer");
  write_log_back();
  const std::size_t root = std::stoul(
      sql("SELECT rootpage FROM sqlite_schema WHERE name = 'messages'"));
  overwrite((root - 1) * 4096, 4096);
  EXPECT_EQ(box.type("git orch doctor --fix -q").status, 0);
  EXPECT_EQ(sql("SELECT spec_id FROM features"), "001-a\n");
}

TEST_F(DoctorFix, GoesOnWithARebuildThatWasInterrupted) {
  box.ok("git orch log-event 001-a overseer t precious");
  write_log_back();
  const std::string aside = orch("orch.db.corrupt-20260101T000000Z");
  box.write(orch("orch.db.rebuilding"), aside);
  file::rename(orch("orch.db"), aside);
  for (const char* verb : {"git orch status --json",
                           "git orch log-event 001-a overseer t x --json"}) {
    const Result r = box.type(verb);
    EXPECT_EQ(r.status, 128) << verb;
    EXPECT_TRUE(holds(r.out, "was interrupted\""));
    EXPECT_TRUE(holds(r.out, "\"git orch doctor --fix\""));
  }
  EXPECT_EQ(check("store"),
            "fail|its rebuild was interrupted|git orch doctor --fix");
  EXPECT_EQ(box.type("git orch doctor --fix -q").status, 0);
  EXPECT_TRUE(has_event("precious"));
  EXPECT_FALSE(file::exists(orch("orch.db.rebuilding")));
  EXPECT_EQ(set_aside().size(), 1U);
}

TEST_F(DoctorFix, LeavesANewerStoreAlone) {
  sql("PRAGMA user_version = 99");
  const Result r = box.type("git orch doctor --fix");
  EXPECT_EQ(r.status, 1);
  EXPECT_TRUE(holds(check("store"), "its schema is version 99"));
  EXPECT_TRUE(check("store").ends_with("|install a newer git orch"));
  EXPECT_EQ(sql("PRAGMA user_version"), "99\n");
  EXPECT_TRUE(set_aside().empty());
}

TEST_F(DoctorFix, SchedulesTheCheckInThatAnAgentLacks) {
  sql("UPDATE checkins SET state = 'cancelled' WHERE agent_id = 2");
  EXPECT_EQ(check("check-in 001-a/impl-ui"),
            "fail|none is scheduled|git orch doctor --fix");
  const Result r = box.type("git orch doctor --fix");
  EXPECT_EQ(r.status, 0) << r.out;
  EXPECT_TRUE(holds(
      r.err, "scheduled a check-in of '001-a/impl-ui' every 30 minutes\n"));
  EXPECT_EQ(check("check-in 001-a/impl-ui"), "");
}

TEST_F(DoctorFix, RemovesWhatKilledProgramsLeft) {
  box.ok("mkdir -p .git/orch/tmp/4194303-1-abcdef/objects");
  box.write(orch("roles/x.yml.new-4194303"), "half");
  box.ok("touch -d 2020-01-01 .git/orch/roles/x.yml.new-4194303");
  EXPECT_EQ(check("leftovers"),
            "warn|2 leftovers of killed programs|git orch doctor --fix");
  EXPECT_TRUE(holds(box.type("git orch doctor --fix").err,
                    "removed 2 leftovers of killed programs\n"));
  EXPECT_FALSE(file::exists(orch("tmp/4194303-1-abcdef")));
  EXPECT_FALSE(file::exists(orch("roles/x.yml.new-4194303")));
  EXPECT_EQ(check("leftovers"), "");
}

}  // namespace
}  // namespace orch::test
