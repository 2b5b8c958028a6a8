// SPDX-License-Identifier: MIT
#include "support/sandbox.h"

namespace orch::test {
namespace {

class BackupVerb : public ::testing::Test {
 protected:
  BackupVerb() { box.make_repository(); }

  void set_up() const {
    box.ok("git orch init -q");
    box.ok("git orch init-feature 001-a --roles overseer -q");
  }
  std::string ask(const std::string& file, const std::string& sql) const {
    return box.run_in(box.repo(), {"sqlite3", "-readonly", file, sql}).out;
  }

  Sandbox box;
};

TEST_F(BackupVerb, PrintsItsUsageAndRefusesWrongUsage) {
  EXPECT_TRUE(
      box.ok("git orch backup -h").starts_with("usage: git orch backup "));
  for (const char* line : {"git orch backup", "git orch backup a b",
                           "git orch backup ''", "git orch backup --force a"})
    EXPECT_EQ(box.type(line).status, 129) << line;
}

TEST_F(BackupVerb, WritesOneWholePrivateFile) {
  set_up();
  box.ok("git orch log-event 001-a overseer note x -q");
  EXPECT_EQ(box.ok("git orch backup copy.db"), "wrote copy.db, 1 event\n");
  EXPECT_EQ(ask("copy.db",
                "PRAGMA integrity_check; PRAGMA journal_mode; "
                "SELECT message FROM task_events"),
            "ok\ndelete\nx\n");
  EXPECT_EQ(box.ok("stat -c %a copy.db"), "600\n");
  EXPECT_EQ(box.run_in(box.repo(), {"bash", "-c", "ls -A | grep copy"}).out,
            "copy.db\n");
}

TEST_F(BackupVerb, AnswersInJson) {
  set_up();
  const json::Value data = box.type("git orch backup copy.db --json").data();
  EXPECT_EQ(data["file"], json::Value("copy.db"));
  EXPECT_EQ(data["events"], json::Value(0));
  EXPECT_EQ(std::to_string(*data["bytes"].as_integer()) + "\n",
            box.ok("stat -c %s copy.db"));
  EXPECT_EQ(box.ok("git orch backup other.db -q"), "");
}

TEST_F(BackupVerb, HoldsWhatHooksHaveAcknowledged) {
  set_up();
  box.ok_in(box.worktree("001-a", "overseer"),
            "git commit -q --allow-empty -m work");
  box.ok("git orch backup copy.db -q");
  EXPECT_EQ(ask("copy.db", "SELECT message FROM task_events"), "work\n");
}

TEST_F(BackupVerb, NeverReplacesAnything) {
  set_up();
  box.write(box.repo() + "/there", "mine\n");
  box.ok("ln -s nowhere dangling");
  box.ok("mkdir full");
  for (const char* name : {"there", "dangling", "full"}) {
    const Result r = box.type(std::string("git orch backup ") + name);
    EXPECT_EQ(r.status, 128) << name;
    EXPECT_EQ(r.err, "fatal: '" + std::string(name) +
                         "' already exists\nhint: name a file that is not "
                         "there\n");
    EXPECT_EQ(box.type(std::string("git orch backup --json ") + name)
                  .json()["error"]["code"],
              json::Value("exists"));
  }
  EXPECT_EQ(box.read(box.repo() + "/there"), "mine\n");
  EXPECT_EQ(box.type("ls nowhere").status, 2);
}

TEST_F(BackupVerb, LetsOnlyOneOfManyHaveTheName) {
  set_up();
  const Result r = box.run_in(
      box.repo(), {"bash", "-c",
                   "for i in 1 2 3 4; do git orch backup one.db & done; wait; "
                   "ls -A | grep one.db"});
  const auto lines = r.lines();
  ASSERT_EQ(lines.size(), 2U) << r.out << r.err;
  EXPECT_EQ(lines[0], "wrote one.db, 0 events");
  EXPECT_EQ(lines[1], "one.db");
}

TEST_F(BackupVerb, LeavesFilesWithNamesLikeItsOwnAlone) {
  set_up();
  box.write(box.repo() + "/copy.db.new", "mine\n");
  box.ok("git orch backup copy.db -q");
  EXPECT_EQ(box.read(box.repo() + "/copy.db.new"), "mine\n");
}

TEST_F(BackupVerb, SaysThatItCannotWrite) {
  set_up();
  const Result r = box.type("git orch backup gone/copy.db");
  EXPECT_EQ(r.status, 128);
  EXPECT_EQ(r.err,
            "fatal: cannot write 'gone/copy.db': no such file or directory\n");
}

TEST_F(BackupVerb, NeedsAStoreAndMakesNone) {
  const Result r = box.type("git orch backup copy.db");
  EXPECT_EQ(r.status, 128);
  EXPECT_EQ(r.err,
            "fatal: there is no event store here\nhint: git orch init\n");
  EXPECT_EQ(box.type("ls .git/orch").status, 2);
  EXPECT_EQ(box.type("ls copy.db").status, 2);
}

TEST_F(BackupVerb, IsConsistentWhileOthersWrite) {
  set_up();
  // Each writer logs 1 to 6 in order: a copy has a prefix of each.
  const Result r = box.run_in(
      box.repo(),
      {"timeout", "120", "bash", "-c",
       "for w in a b c; do (for i in 1 2 3 4 5 6; do "
       "git orch log-event -q 001-a overseer $w $i; done) & done; "
       "for n in 1 2 3 4 5; do git orch backup -q copy-$n.db || exit 1; done; "
       "wait; git orch backup -q copy-6.db"});
  ASSERT_EQ(r.status, 0) << r.err;
  for (int n = 1; n <= 6; ++n) {
    const std::string file = "copy-" + std::to_string(n) + ".db";
    EXPECT_EQ(ask(file, "PRAGMA integrity_check"), "ok\n");
    EXPECT_EQ(ask(file,
                  "SELECT event_type FROM task_events GROUP BY 1 "
                  "HAVING count(*) <> max(CAST(message AS INTEGER))"),
              "");
  }
  EXPECT_EQ(ask("copy-6.db", "SELECT count(*) FROM task_events"), "18\n");
}

TEST_F(BackupVerb, ChangesNothingElse) {
  set_up();
  const std::string before = box.fingerprint();
  box.ok("git orch backup ../tmp/copy.db -q");
  EXPECT_EQ(box.fingerprint(), before);
}

}  // namespace
}  // namespace orch::test
