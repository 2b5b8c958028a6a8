// SPDX-License-Identifier: MIT
#include "support/sandbox.h"

namespace orch::test {
namespace {

class RestoreVerb : public ::testing::Test {
 protected:
  RestoreVerb() {
    box.make_repository();
    box.ok("git orch init -q");
    box.ok("git orch init-feature 001-a --roles overseer -q");
  }

  void log(const std::string& message) const {
    box.ok("git orch log-event 001-a overseer note " + message + " -q");
  }
  std::string messages() const {
    return box.ok(
        "git orch query --porcelain 'SELECT group_concat(message) FROM "
        "(SELECT message FROM task_events ORDER BY id)'");
  }
  std::string ask(const std::string& file, const std::string& sql) const {
    const Result r = box.run_in(
        box.repo(), {"sqlite3", "-cmd", ".timeout 10000", file, sql});
    EXPECT_EQ(r.status, 0) << r.err;
    return r.out;
  }
  // A copy of the store with `sql` run on it.
  std::string changed_copy(const std::string& sql) const {
    box.ok("git orch backup changed.db -q");
    ask("changed.db", sql);
    return "changed.db";
  }
  // Restores a file that must be refused, without any change, and returns why.
  std::string refusal_of(const std::string& file) const {
    const std::string before = messages();
    const Result r = box.type("git orch restore " + file);
    EXPECT_EQ(r.status, 128);
    EXPECT_EQ(r.out, "");
    EXPECT_EQ(messages(), before);
    EXPECT_EQ(box.type("ls .git/orch/backup").out, "");
    EXPECT_EQ(
        box.type("git orch restore --json " + file).json()["ok"].as_bool(),
        false);
    return r.err;
  }

  Sandbox box;
};

TEST_F(RestoreVerb, PrintsItsUsageAndRefusesWrongUsage) {
  EXPECT_TRUE(
      box.ok("git orch restore -h").starts_with("usage: git orch restore "));
  for (const char* line : {"git orch restore", "git orch restore a b"})
    EXPECT_EQ(box.type(line).status, 129) << line;
}

TEST_F(RestoreVerb, PutsTheCopyBackAndKeepsWhatItReplaces) {
  log("one");
  box.ok("git orch backup copy.db -q");
  const std::string sum = box.ok("sha256sum copy.db");
  log("two");
  log("three");
  box.set("ORCH_TEST_NOW", "1800000000000");
  const std::string kept =
      box.repo() + "/.git/orch/backup/replaced-20270115T080000Z.db";
  EXPECT_EQ(box.ok("git orch restore copy.db"),
            "restored copy.db, 1 event\nwhat it replaced is in " + kept +
                ", with 2 events that the store does not have now\n");
  EXPECT_EQ(messages(), "one\n");
  EXPECT_EQ(ask(kept, "SELECT message FROM task_events"), "one\ntwo\nthree\n");
  EXPECT_EQ(box.ok("sha256sum copy.db"), sum);
  // And forward again.
  EXPECT_EQ(box.ok("git orch restore --json " + kept),
            R"({"version":1,"ok":true,"data":{"file":")" + kept +
                R"(","kept":")" + box.repo() +
                "/.git/orch/backup/replaced-20270115T080000Z-2.db\","
                R"("events":3,"only_kept":0,"schema":)" +
                std::to_string(std::stoi(ask(kept, "PRAGMA user_version"))) +
                "}}\n");
  EXPECT_EQ(messages(), "one,two,three\n");
  EXPECT_EQ(box.type("ls .git/orch").out.find("restore-"), std::string::npos);
}

TEST_F(RestoreVerb, QuietSaysNothing) {
  box.ok("git orch backup copy.db -q");
  EXPECT_EQ(box.ok("git orch restore copy.db -q"), "");
}

TEST_F(RestoreVerb, KeepsEventsThatHooksHaveAcknowledged) {
  box.ok("git orch backup copy.db -q");
  box.ok_in(box.worktree("001-a", "overseer"),
            "git commit -q --allow-empty -m work");
  const json::Value data = box.type("git orch restore copy.db --json").data();
  EXPECT_EQ(data["only_kept"], json::Value(1));
  EXPECT_EQ(ask(*data["kept"].as_string(), "SELECT message FROM task_events"),
            "work\n");
}

TEST_F(RestoreVerb, MakesAStoreWhereThereIsNone) {
  log("one");
  box.ok("git orch backup ../copy.db -q");
  box.make_repository("other");
  EXPECT_EQ(box.ok("git orch restore ../copy.db"),
            "restored ../copy.db, 1 event\n");
  EXPECT_EQ(messages(), "one\n");
  EXPECT_EQ(
      box.type("git orch restore ../copy.db --json").data()["kept"].is_null(),
      false);
}

TEST_F(RestoreVerb, TakesACopyWithOtherPagesOrWithALog) {
  log("one");
  EXPECT_TRUE(box.type("git orch restore " +
                       changed_copy("PRAGMA page_size = 8192; VACUUM; "
                                    "PRAGMA journal_mode = WAL"))
                  .out.starts_with("restored changed.db, 1 event\n"));
  EXPECT_EQ(messages(), "one\n");
  EXPECT_EQ(box.run_in(box.repo(), {"bash", "-c", "ls -A | grep changed"}).out,
            "changed.db\n");
  log("two");
  EXPECT_EQ(messages(), "one,two\n");
}

TEST_F(RestoreVerb, RefusesWhatIsNoStore) {
  log("one");
  box.write(box.repo() + "/text", std::string(5000, 'x'));
  box.write(box.repo() + "/empty", "");
  box.ok("mkfifo pipe");
  ask("foreign.db", "CREATE TABLE t (a); PRAGMA user_version = 1");
  const std::string head = "fatal: cannot restore '";
  EXPECT_TRUE(holds(refusal_of("text"),
                    head + "text': it is damaged, or no event store of git "
                           "orch\n"));
  for (const char* name : {"empty", "foreign.db"})
    EXPECT_EQ(refusal_of(name),
              head + name +
                  "': it is no event store of git orch\nhint: git orch import "
                  "reads the store of an older tool\n");
  for (const char* name : {".git", "pipe"})
    EXPECT_EQ(refusal_of(name), head + name + "': it is no regular file\n");
  EXPECT_EQ(refusal_of("gone"), "fatal: there is no file 'gone'\n");
}

TEST_F(RestoreVerb, RefusesADamagedCopy) {
  for (int i = 0; i < 30; ++i) log(std::string(500, 'x'));
  box.ok("git orch backup copy.db -q");
  std::string bytes = box.read(box.repo() + "/copy.db");
  for (std::size_t page = 2; page * 4096 < bytes.size(); page += 2)
    for (std::size_t i = 0; i < 64; ++i) bytes[page * 4096 + i] = '\x7f';
  box.write(box.repo() + "/bent.db", bytes);
  EXPECT_TRUE(holds(refusal_of("bent.db"), "fatal: cannot restore 'bent.db'"));
  box.write(box.repo() + "/cut.db", bytes.substr(0, bytes.size() / 2));
  EXPECT_TRUE(holds(refusal_of("cut.db"), "fatal: cannot restore 'cut.db'"));
}

TEST_F(RestoreVerb, SaysOfADamagedCopyThatItIsInWordsOfItsOwn) {
  const std::string why = refusal_of(
      changed_copy("PRAGMA writable_schema = ON; DELETE FROM sqlite_schema "
                   "WHERE name = 'gates_tree'"));
  EXPECT_TRUE(why.starts_with(
      "fatal: cannot restore 'changed.db': the backup is damaged: Page "))
      << why;
  EXPECT_TRUE(holds(why, "\nhint: restore another copy (ls .git/orch/backup)"));
  EXPECT_FALSE(holds(why, "***"));
}

TEST_F(RestoreVerb, RefusesACopyThatWasTamperedWith) {
  log("one");
  EXPECT_TRUE(holds(
      refusal_of(changed_copy("CREATE TRIGGER spy AFTER INSERT ON task_events "
                              "BEGIN DELETE FROM meta; END")),
      "cannot restore 'changed.db': it has a foreign trigger 'spy'\n"));
  box.ok("rm changed.db");
  EXPECT_TRUE(
      holds(refusal_of(changed_copy("DROP TRIGGER task_events_no_delete")),
            "it has no 'task_events_no_delete'\n"));
  box.ok("rm changed.db");
  EXPECT_TRUE(
      holds(refusal_of(changed_copy("DROP VIEW v_team; CREATE VIEW v_team AS "
                                    "SELECT 1")),
            "'v_team' is another one\n"));
  box.ok("rm changed.db");
  EXPECT_TRUE(
      holds(refusal_of(changed_copy("PRAGMA foreign_keys = OFF; INSERT INTO "
                                    "message_attempts(message_id, at, channel, "
                                    "outcome) VALUES (77, 1, 'x', 'y')")),
            "a row of 'message_attempts' refers to none\n"));
}

TEST_F(RestoreVerb, RefusesANewerSchemaByNumber) {
  const std::string ours = ask(".git/orch/orch.db", "PRAGMA user_version");
  EXPECT_EQ(
      refusal_of(changed_copy("PRAGMA user_version = 700")),
      "fatal: cannot restore 'changed.db': its schema is version 700, this "
      "git orch knows " +
          ours + "hint: install a newer git orch\n");
}

TEST_F(RestoreVerb, BringsAnOlderSchemaUpToDate) {
  const std::string script =
      std::string(ORCH_SOURCE_DIR) + "/lib/store/migrations/0001_initial.sql";
  ask("old.db", ".read '" + script + "'");
  ask("old.db",
      "PRAGMA user_version = 1; INSERT INTO task_events(event_id, event_type, "
      "message, created_at) VALUES (x'01', 'note', 'old', 1)");
  const std::string sum = box.ok("sha256sum old.db");
  const std::string ours = ask(".git/orch/orch.db", "PRAGMA user_version");
  const std::string out = box.ok("git orch restore old.db");
  EXPECT_TRUE(
      out.starts_with("restored old.db, 1 event\n"
                      "its schema was version 1 and is " +
                      ours.substr(0, ours.size() - 1) + " now\n"))
      << out;
  EXPECT_EQ(messages(), "old\n");
  EXPECT_EQ(ask(".git/orch/orch.db", "PRAGMA user_version"), ours);
  EXPECT_EQ(box.ok("sha256sum old.db"), sum);
  EXPECT_EQ(box.type("git orch restore old.db --json").data()["schema"],
            json::Value(1));
}

TEST_F(RestoreVerb, SetsAStoreAsideThatCannotBeRead) {
  log("one");
  box.ok("git orch backup copy.db -q");
  box.write(box.repo() + "/.git/orch/orch.db", std::string(9000, 'x'));
  box.ok("rm .git/orch/orch.db-wal");
  EXPECT_EQ(box.type("git orch recent").status, 128);
  const Result r = box.type("git orch restore copy.db --json");
  EXPECT_EQ(r.status, 0) << r.err;
  EXPECT_EQ(messages(), "one\n");
  EXPECT_EQ(box.read(*r.data()["kept"].as_string()), std::string(9000, 'x'));
  log("two");
  EXPECT_EQ(messages(), "one,two\n");
}

TEST_F(RestoreVerb, ReplacesAStoreOfANewerSchema) {
  log("one");
  box.ok("git orch backup copy.db -q");
  ask(".git/orch/orch.db", "PRAGMA user_version = 700");
  EXPECT_EQ(box.type("git orch recent").status, 128);
  box.ok("git orch restore copy.db -q");
  EXPECT_EQ(messages(), "one\n");
}

TEST_F(RestoreVerb, LosesNoEventOfThoseWhoWriteMeanwhile) {
  log("one");
  box.ok("git orch backup copy.db -q");
  const Result r = box.run_in(
      box.repo(),
      {"timeout", "120", "bash", "-c",
       "for w in a b c; do (for i in 1 2 3 4 5; do "
       "git orch log-event -q 001-a overseer note $w$i && echo $w$i; "
       "done) & done; "
       "for n in 1 2 3; do git orch restore -q copy.db || echo failed; done; "
       "wait"});
  ASSERT_EQ(r.status, 0) << r.err;
  // Each acknowledged event is in the store or in something that was kept.
  std::string all = messages();
  for (const std::string& name : box.type("ls .git/orch/backup").lines())
    all += ask(".git/orch/backup/" + name, "SELECT message FROM task_events");
  ASSERT_EQ(r.lines().size(), 15U) << r.out << r.err;
  for (const std::string& logged : r.lines())
    EXPECT_NE(all.find(logged), std::string::npos) << logged << "\n" << all;
}

TEST_F(RestoreVerb, ShowsAReaderTheOldOrTheNewStore) {
  log("one");
  box.ok("git orch backup copy.db -q");
  log("two");
  const Result r = box.run_in(
      box.repo(),
      {"timeout", "60", "bash", "-c",
       "mkfifo in; sqlite3 -readonly .git/orch/orch.db < in > out & "
       "exec 9> in; "
       "echo 'BEGIN; SELECT count(*) FROM task_events;' >&9; "
       "until grep -q 2 out; do :; done; "
       "git orch restore -q copy.db || exit 1; "
       "echo 'SELECT count(*) FROM task_events; COMMIT; "
       "SELECT count(*) FROM task_events;' >&9; exec 9>&-; wait; cat out"});
  EXPECT_EQ(r.out, "2\n2\n1\n") << r.err;
}

TEST_F(RestoreVerb, NamesRunningAgentsThatTheStoreDoesNotKnow) {
  box.ok("git orch backup copy.db -q");
  box.ok("git orch agent start 001-a/overseer --runtime script -q");
  const Result r = box.type("git orch restore copy.db -q --json");
  EXPECT_EQ(r.status, 0) << r.err;
  const Result again =
      box.type("git orch restore " + *r.data()["kept"].as_string() + " --json");
  EXPECT_EQ(again.err, "");
  const Result loud = box.type("git orch restore copy.db --json");
  EXPECT_TRUE(holds(loud.err, "warning: 001-a/overseer runs as process "));
  EXPECT_TRUE(holds(loud.err, ", which the restored store does not know\n"));
  box.ok("git orch restore -q " + *loud.data()["kept"].as_string());
}

}  // namespace
}  // namespace orch::test
