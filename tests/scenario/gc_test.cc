// SPDX-License-Identifier: MIT
#include "support/sandbox.h"

namespace orch::test {
namespace {

constexpr std::int64_t kDay = 24LL * 60 * 60 * 1000;
constexpr std::int64_t kStart = 1800000000000;

class GcVerb : public ::testing::Test {
 protected:
  GcVerb() {
    box.make_repository();
    at_day(0);
  }

  void at_day(std::int64_t day) {
    box.set("ORCH_TEST_NOW", std::to_string(kStart + day * kDay));
  }
  void set_up() const {
    box.ok("git orch init -q");
    box.ok("git orch init-feature 001-a --roles overseer,impl-ui -q");
  }
  // A snapshot of some work, taken now.
  void take_snapshot(const std::string& role, const std::string& text) const {
    box.write(box.worktree("001-a", role) + "/work.txt", text);
    box.ok("git orch snapshot take 001-a/" + role + " -q");
  }
  std::string refs() const {
    return box.ok("git for-each-ref --format=%(refname) refs/orch/snapshots");
  }
  std::string sql(const std::string& statement) const {
    const Result r = box.run_in(
        box.repo(),
        {"sqlite3", "-cmd", ".timeout 10000", ".git/orch/orch.db", statement});
    EXPECT_EQ(r.status, 0) << r.err;
    return r.out;
  }
  // A file in the state directory that was last changed so many days before
  // now, as the file system sees it.
  std::string old_file(const std::string& name, int days) const {
    const std::string path = box.repo() + "/.git/orch/" + name;
    box.ok("mkdir -p " + path.substr(0, path.rfind('/')));
    box.write(path, "12345");
    box.ok("touch -d @" + std::to_string((kStart - days * kDay) / 1000) + " " +
           path);
    return path;
  }
  bool is_there(const std::string& path) const {
    return box.type("test -e " + path).status == 0;
  }
  // What `gc` has for one kind, as "<count> <bytes>"; bytes empty for unknown.
  std::string removed(const std::string& what,
                      const std::string& options = "") const {
    for (const std::string& line :
         box.type("git orch gc --porcelain " + options).lines())
      if (line.starts_with(what + "\t")) return line.substr(what.size() + 1);
    return "missing";
  }

  Sandbox box;
};

TEST_F(GcVerb, PrintsItsUsageAndRefusesWrongUsage) {
  EXPECT_TRUE(box.ok("git orch gc -h").starts_with("usage: git orch gc "));
  for (const char* line : {"git orch gc a", "git orch gc --dry"})
    EXPECT_EQ(box.type(line).status, 129) << line;
}

TEST_F(GcVerb, HasNothingToDoAndCreatesNothingWithoutAStore) {
  EXPECT_EQ(box.ok("git orch gc"), "nothing to remove\n");
  EXPECT_EQ(box.ok("git orch gc --json"),
            R"({"version":1,"ok":true,"data":{"removed":[)"
            R"({"what":"snapshots","count":0,"bytes":null},)"
            R"({"what":"folded","count":0,"bytes":0},)"
            R"({"what":"verdicts","count":0,"bytes":0},)"
            R"({"what":"torn","count":0,"bytes":0},)"
            R"({"what":"leftovers","count":0,"bytes":0},)"
            R"({"what":"backups","count":0,"bytes":0},)"
            R"({"what":"trash","count":0,"bytes":0},)"
            R"({"what":"log","count":0,"bytes":0}],"dry_run":false}})"
            "\n");
  EXPECT_EQ(box.type("ls .git/orch").status, 2);
}

TEST_F(GcVerb, SaysWhatItRemovesAndOnlySaysItWithDryRun) {
  set_up();
  const std::string torn = old_file("spool/torn-1", 2);
  box.ok("git orch gc -q");
  old_file("spool/torn-1", 2);
  const std::string would = box.ok("git orch gc --dry-run");
  EXPECT_TRUE(would.starts_with("would remove:\nWHAT "));
  EXPECT_TRUE(holds(would, "damaged ends of the spool  1      5\n"));
  EXPECT_EQ(removed("torn", "-n"), "1\t5");
  EXPECT_TRUE(
      holds(box.ok("git orch gc --dry-run --json"), R"("dry_run":true)"));
  EXPECT_TRUE(is_there(torn));
  const std::string did = box.ok("git orch gc");
  EXPECT_TRUE(did.starts_with("removed:\nWHAT "));
  EXPECT_TRUE(holds(did, "damaged ends of the spool  1      5\n"));
  EXPECT_FALSE(is_there(torn));
  EXPECT_EQ(box.ok("git orch gc"), "nothing to remove\n");
  EXPECT_EQ(box.ok("git orch gc -q"), "");
}

TEST_F(GcVerb, DropsSnapshotsThatAreBothOldAndMany) {
  set_up();
  for (int day = 0; day < 4; ++day) {
    at_day(day);
    take_snapshot("impl-ui", "day " + std::to_string(day));
  }
  take_snapshot("overseer", "only one");
  box.ok("git config orch.snapshotKeep 2");
  at_day(60);  // many, not old
  EXPECT_EQ(removed("snapshots"), "0\t");
  at_day(91);  // the first one is old, by a day; both of the oldest are many
  const std::string before = refs();
  EXPECT_EQ(removed("snapshots", "--dry-run"), "1\t");
  EXPECT_EQ(refs(), before);
  EXPECT_EQ(removed("snapshots"), "1\t");
  at_day(400);  // all are old; two of each agent stay
  EXPECT_EQ(removed("snapshots"), "1\t");
  EXPECT_EQ(removed("snapshots"), "0\t");
  const std::string left = refs();
  for (const int day : {2, 3})
    EXPECT_TRUE(holds(left, "refs/orch/snapshots/001-a/impl-ui/" +
                                std::to_string(kStart + day * kDay) + "\n"));
  EXPECT_TRUE(holds(left, "refs/orch/snapshots/001-a/overseer/"));
  EXPECT_EQ(box.type("git orch snapshot list --porcelain").lines().size(), 3U);
}

TEST_F(GcVerb, KeepsTwentySnapshotsForNinetyDaysUnlessToldOtherwise) {
  set_up();
  take_snapshot("impl-ui", "work");
  const std::string commit =
      box.ok("git for-each-ref --format=%(objectname) refs/orch/snapshots")
          .substr(0, 40);
  for (int i = 1; i <= 21; ++i)
    sql("INSERT INTO snapshots(agent, ref, commit_hash, reason, paths, "
        "taken_at) VALUES ('001-a/impl-ui', 'refs/orch/snapshots/x/" +
        std::to_string(i) + "', '" + commit + "', 'x', '1', " +
        std::to_string(kStart + i) + ")");
  at_day(89);
  EXPECT_EQ(removed("snapshots", "-n"), "0\t");
  at_day(91);
  EXPECT_EQ(removed("snapshots", "-n"), "2\t");
  box.ok("git config orch.snapshotAge 100d");
  EXPECT_EQ(removed("snapshots", "-n"), "0\t");
  box.ok("git config orch.snapshotAge 1d");
  box.ok("git config orch.snapshotKeep 0");
  EXPECT_EQ(removed("snapshots", "-n"), "22\t");
  // Rows whose ref somebody has removed are no obstacle.
  EXPECT_EQ(removed("snapshots"), "22\t");
  EXPECT_EQ(refs(), "");
}

TEST_F(GcVerb, LeavesASnapshotAloneWhoseRefWasMoved) {
  set_up();
  take_snapshot("impl-ui", "work");
  std::string ref = refs();
  ref.pop_back();
  box.ok("git update-ref " + ref + " HEAD");
  box.ok("git config orch.snapshotKeep 0");
  at_day(100);
  EXPECT_EQ(removed("snapshots"), "0\t");
  EXPECT_EQ(refs(), ref + "\n");
}

TEST_F(GcVerb, NamesAKeyWithABadValue) {
  set_up();
  for (const char* value : {"many", "-1", "", "5x"}) {
    box.run_in(box.repo(), {"git", "config", "orch.snapshotKeep", value});
    const Result r = box.type("git orch gc");
    EXPECT_EQ(r.status, 129);
    EXPECT_EQ(r.err, "fatal: bad value '" + std::string(value) +
                         "' for 'orch.snapshotKeep': it is no whole number\n");
  }
  box.ok("git config orch.snapshotKeep 1");
  box.ok("git config orch.snapshotAge soon");
  EXPECT_TRUE(holds(box.type("git orch gc").err,
                    "fatal: bad value 'soon' for 'orch.snapshotAge': it is no "
                    "duration\nhint: "));
}

TEST_F(GcVerb, ForgetsIdsOfRecordsThatCannotComeAgain) {
  set_up();
  sql("INSERT INTO folded VALUES (x'01', " + std::to_string(kStart) +
      "), "
      "(x'02', " +
      std::to_string(kStart + 50 * kDay) + ")");
  at_day(89);
  EXPECT_EQ(removed("folded"), "0\t0");
  at_day(91);
  EXPECT_EQ(removed("folded", "-n"), "1\t9");
  EXPECT_EQ(removed("folded"), "1\t9");
  EXPECT_EQ(sql("SELECT hex(event_id) FROM folded"), "02\n");
}

TEST_F(GcVerb, KeepsIdsWhileTheSpoolCouldHoldThemAgain) {
  set_up();
  sql("INSERT INTO folded VALUES (x'01', " + std::to_string(kStart) + ")");
  at_day(91);
  // Somebody is folding.
  const Result r = box.run_in(box.repo(), {"flock", ".git/orch/spool/fold.lock",
                                           "git", "orch", "gc", "--porcelain"});
  EXPECT_TRUE(holds(r.out, "folded\t0\t0\n")) << r.err;
  EXPECT_EQ(sql("SELECT count(*) FROM folded"), "1\n");
}

TEST_F(GcVerb, ForgetsVerdictsAfterThirtyDays) {
  set_up();
  sql("INSERT INTO verdicts VALUES ('aa', 'bb', 'c', 'clean', '[]', '[]', " +
      std::to_string(kStart) + ")");
  at_day(29);
  EXPECT_EQ(removed("verdicts"), "0\t0");
  at_day(31);
  EXPECT_EQ(removed("verdicts"), "1\t17");
  EXPECT_EQ(sql("SELECT count(*) FROM verdicts"), "0\n");
}

TEST_F(GcVerb, RemovesWhatKilledProgramsHaveLeftForADay) {
  set_up();
  const std::string torn = old_file("spool/torn-1", 2);
  const std::string page = old_file("roles/a.yaml.new-123", 2);
  const std::string copy = old_file("backup/x.db.new-0123456789abcdef", 2);
  const std::string part = old_file("restore-0123456789abcdef/orch.db", 2);
  box.ok("touch -d @" + std::to_string((kStart - 2 * kDay) / 1000) + " " +
         part.substr(0, part.rfind('/')));
  const std::string recent = old_file("roles/b.yaml.new-124", 0);
  const std::string mine = old_file("roles/note.new-idea", 2);
  const std::string live = old_file("spool/torn-2", 0);
  EXPECT_EQ(removed("torn"), "1\t5");
  EXPECT_FALSE(is_there(torn));
  for (const std::string& path : {page, copy, part})
    EXPECT_FALSE(is_there(path)) << path;
  for (const std::string& path : {recent, mine, live})
    EXPECT_TRUE(is_there(path)) << path;
  EXPECT_EQ(removed("leftovers"), "0\t0");
}

TEST_F(GcVerb, FollowsNoLinkOutOfTheStateDirectory) {
  set_up();
  box.ok("mkdir ../outside");
  box.write(box.path("outside/a.new-1"), "mine");
  box.ok("touch -d @1000000000 ../outside/a.new-1");
  box.ok("ln -s ../../../outside .git/orch/roles/link");
  box.ok("ln -s ../../../outside/a.new-1 .git/orch/roles/b.new-2");
  EXPECT_EQ(removed("leftovers"), "0\t0");
  EXPECT_TRUE(is_there(box.path("outside/a.new-1")));
}

TEST_F(GcVerb, KeepsTheTenNewestCopiesOfTheStore) {
  set_up();
  for (int i = 0; i < 12; ++i)
    old_file("backup/" + std::to_string(i) + ".db", i);
  const std::string other = old_file("backup/notes.txt", 900);
  EXPECT_EQ(removed("backups", "-n"), "2\t10");
  EXPECT_EQ(removed("backups"), "2\t10");
  EXPECT_FALSE(is_there(".git/orch/backup/11.db"));
  EXPECT_FALSE(is_there(".git/orch/backup/10.db"));
  EXPECT_TRUE(is_there(".git/orch/backup/9.db"));
  EXPECT_TRUE(is_there(other));
}

TEST_F(GcVerb, WritesTheLogBackWithoutWaitingForReaders) {
  set_up();
  EXPECT_EQ(removed("log", "-n").substr(0, 2), "1\t");
  const Result r =
      box.run_in(box.repo(),
                 {"timeout", "60", "bash", "-c",
                  "mkfifo in; sqlite3 -readonly .git/orch/orch.db < in > out & "
                  "exec 9> in; "
                  "echo 'BEGIN; SELECT count(*) + 70 FROM features;' >&9; "
                  "until grep -q 71 out; do :; done; "
                  "git orch log-event -q 001-a overseer note x; "
                  "git orch gc -q || exit 1; exec 9>&-; wait"});
  EXPECT_EQ(r.status, 0) << r.err;
  box.ok("git orch gc -q");
  EXPECT_EQ(box.ok("stat -c %s .git/orch/orch.db-wal"), "0\n");
  EXPECT_EQ(removed("log", "-n"), "0\t0");
}

TEST_F(GcVerb, NeverRemovesEventsMessagesOrWork) {
  set_up();
  box.ok("git orch log-event 001-a overseer note x -q");
  box.ok("git orch send 001-a/impl-ui -m hi -q");
  box.write(box.worktree("001-a", "impl-ui") + "/work.txt", "unsaved");
  box.ok("git orch gc -q");
  const std::string before = box.fingerprint();
  const std::string rows =
      sql("SELECT * FROM task_events; SELECT * FROM messages; SELECT * FROM "
          "agents; SELECT * FROM features; SELECT * FROM checkins");
  at_day(5000);
  box.ok("git orch gc -q");
  EXPECT_EQ(box.fingerprint(), before);
  EXPECT_EQ(sql("SELECT * FROM task_events; SELECT * FROM messages; SELECT * "
                "FROM agents; SELECT * FROM features; SELECT * FROM checkins"),
            rows);
}

TEST_F(GcVerb, MayRunManyTimesAtOnce) {
  set_up();
  for (int i = 0; i < 3; ++i) {
    at_day(i);
    take_snapshot("impl-ui", std::to_string(i));
  }
  box.ok("git config orch.snapshotKeep 0");
  at_day(200);
  const Result r = box.run_in(
      box.repo(), {"bash", "-c",
                   "for i in 1 2 3 4; do (git orch gc -q || echo failed) & "
                   "done; wait"});
  EXPECT_EQ(r.out, "") << r.err;
  EXPECT_EQ(refs(), "");
  EXPECT_EQ(sql("SELECT count(*) FROM snapshots WHERE dropped_at IS NULL"),
            "0\n");
}

TEST_F(GcVerb, KeepsTakenAwayWorktreesForAWhile) {
  set_up();
  const std::string trash = box.repo() + "/.git/orch/trash/";
  box.ok("mkdir -p .git/orch/trash/001-a-impl-ui.1000");
  box.write(trash + "001-a-impl-ui.1000/notes.new-abc", "x\n");
  box.write(trash + "foreign", "x\n");
  box.ok("git config orch.trashAge 36500d");
  EXPECT_EQ(removed("trash"), "0\t0");
  EXPECT_EQ(box.read(trash + "001-a-impl-ui.1000/notes.new-abc"), "x\n");
  box.ok("git config --unset orch.trashAge");
  EXPECT_EQ(removed("trash", "-n"), "1\t2");
  EXPECT_EQ(removed("trash"), "1\t2");
  EXPECT_EQ(box.ok("ls .git/orch/trash"), "foreign\n");
  box.ok("git config orch.trashAge soon");
  EXPECT_TRUE(holds(box.type("git orch gc").err, "orch.trashAge"));
}

}  // namespace
}  // namespace orch::test
