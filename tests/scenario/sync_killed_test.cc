// SPDX-License-Identifier: MIT
//
// What a sync leaves whose git was killed, too, made by hand.
#include "file/file.h"
#include "support/sandbox.h"

namespace orch::test {
namespace {

class SyncKilled : public ::testing::Test {
 protected:
  SyncKilled() {
    box.make_repository();
    box.ok("git orch init -q --no-hooks");
    box.ok("git orch init-feature 001-a -q --roles overseer,impl-api");
    api = box.worktree("001-a", "impl-api");
    const std::string overseer = box.worktree("001-a", "overseer");
    box.write(overseer + "/one.txt", "changed\n");
    box.write(overseer + "/dir/new.cc", "new\n");
    box.ok_in(overseer, "git rm -q two.txt");
    box.ok_in(overseer, "git add -A");
    box.ok_in(overseer, "git commit -qm more");
    box.ok("git orch tick -q");
    git_dir = line(box.ok_in(api, "git rev-parse --absolute-git-dir"));
    from = line(box.ok_in(api, "git rev-parse HEAD"));
    to = line(box.ok_in(overseer, "git rev-parse HEAD"));
    box.ok("git update-ref " + std::string(kBackup) + " " + from);
    box.write(git_dir + "/orch-sync",
              "orch-sync 1\nbranch refs/heads/feature/001-a/impl-api\n"
              "upstream refs/heads/feature/001-a/overseer\nmethod forward\n"
              "from " +
                  from + "\nto " + to + "\ntaken-in " + to + "\nbackup " +
                  kBackup + "\nby person\nat 1\nend\n");
  }
  static std::string line(const std::string& text) {
    return text.substr(0, text.find('\n'));
  }
  std::string events(const std::string& type) const {
    return box.sql("SELECT count(*) FROM task_events WHERE event_type = '" +
                   type + "'");
  }
  void expect_done() const {
    EXPECT_EQ(line(box.ok_in(api, "git rev-parse HEAD")), to);
    EXPECT_EQ(box.ok_in(api, "git status --porcelain"), "");
    EXPECT_EQ(box.read(api + "/one.txt"), "changed\n");
    EXPECT_FALSE(file::exists(api + "/two.txt"));
    EXPECT_EQ(events("synced"), "1\n");
    EXPECT_FALSE(file::exists(git_dir + "/orch-sync"));
    EXPECT_EQ(line(box.ok("git rev-parse " + std::string(kBackup))), from);
  }

  static constexpr char kBackup[] = "refs/orch/backup/feature/001-a/impl-api/1";
  Sandbox box;
  std::string api, git_dir, from, to;
};

TEST_F(SyncKilled, BeforeAnythingIsTakenBack) {
  box.ok("git orch tick -q");
  EXPECT_FALSE(file::exists(git_dir + "/orch-sync"));
  EXPECT_EQ(line(box.ok_in(api, "git rev-parse HEAD")), from);
  EXPECT_NE(
      box.type("git rev-parse -q --verify " + std::string(kBackup)).status, 0);
  EXPECT_EQ(events("synced"), "0\n");
}

TEST_F(SyncKilled, AmongTheFilesIsCompletedWithTheLocksOfGit) {
  box.write(api + "/one.txt", "changed\n");
  box.write(api + "/dir/new.cc", "new\n");
  box.write(git_dir + "/index.lock", "");
  box.write(git_dir + "/HEAD.lock", "");
  box.ok("git orch tick -q");
  expect_done();
}

TEST_F(SyncKilled, AmongTheBytesOfAFileIsCompleted) {
  // git writes in place: the beginning of one, nothing yet of the other.
  box.write(api + "/one.txt", "chan");
  box.write(api + "/dir/new.cc", "");
  box.write(git_dir + "/index.lock", "half of it");
  box.ok("git orch tick -q");
  expect_done();
  EXPECT_EQ(events("sync_interrupted"), "0\n");
}

TEST_F(SyncKilled, IsCompletedByACallFromTheWorktreeItself) {
  box.write(api + "/one.txt", "chan");
  box.write(git_dir + "/index.lock", "");
  box.ok_in(api, "git orch sync run");
  expect_done();
}

TEST_F(SyncKilled, BetweenTwoFilesOfOneNameIsCompleted) {
  // Removed, and not written yet.
  file::remove(api + "/one.txt");
  box.ok("git orch tick -q");
  expect_done();
}

TEST_F(SyncKilled, IsTakenBackWhereAnIgnoredFileIsInTheWayMeanwhile) {
  box.write(box.repo() + "/.git/info/exclude", "dir\n");
  box.write(api + "/one.txt", "chan");
  box.write(api + "/dir", "mine\n");
  box.ok("git orch tick -q");
  EXPECT_EQ(box.read(api + "/dir"), "mine\n");
  EXPECT_EQ(line(box.ok_in(api, "git rev-parse HEAD")), from);
  EXPECT_EQ(box.ok_in(api, "git status --porcelain"), "");
  EXPECT_FALSE(file::exists(git_dir + "/orch-sync"));
}

TEST_F(SyncKilled, BehindTheIndexIsCompleted) {
  box.ok_in(api, "git read-tree -m -u " + from + " " + to);
  EXPECT_TRUE(
      holds(box.ok("git orch sync run impl-api"), "nothing is missing"));
  expect_done();
  box.ok("git orch tick -q");
  EXPECT_EQ(events("synced"), "1\n");
}

TEST_F(SyncKilled, BehindTheBranchIsTold) {
  box.ok_in(api, "git reset -q --keep " + to);
  box.ok("git orch tick -q");
  expect_done();
  EXPECT_EQ(box.sql("SELECT count(*) FROM messages WHERE level = 'queued' AND "
                    "text LIKE 'your branch was brought up to %'"),
            "1\n");
}

TEST_F(SyncKilled, KeepsWhatIsNotTrackedWhenItIsCompleted) {
  box.write(api + "/one.txt", "changed\n");
  box.write(api + "/notes", "mine\n");
  box.ok("git orch tick -q");
  EXPECT_EQ(box.read(api + "/notes"), "mine\n");
  EXPECT_EQ(line(box.ok_in(api, "git rev-parse HEAD")), to);
  EXPECT_EQ(box.ok_in(api, "git status --porcelain"), "?? notes\n");
}

TEST_F(SyncKilled, TouchesNothingThatSomebodyHasChangedSince) {
  box.write(api + "/one.txt", "changed\n");
  box.write(api + "/dir/new.cc", "edited since\n");
  box.ok("git orch tick -q");
  box.ok("git orch tick -q");
  EXPECT_EQ(line(box.ok_in(api, "git rev-parse HEAD")), from);
  EXPECT_EQ(box.read(api + "/dir/new.cc"), "edited since\n");
  // What git itself had done is undone.
  EXPECT_EQ(box.ok_in(api, "git status --porcelain"), "?? dir/\n");
  EXPECT_EQ(events("sync_interrupted"), "1\n");
  EXPECT_TRUE(holds(box.ok("git orch snapshot list impl-api"),
                    "a sync that was ended"));
  const std::string told = box.ok("git orch inbox --agent impl-api");
  EXPECT_TRUE(holds(told, "was ended half way"));
  // The advice can be typed as it stands.
  const std::string advice = "git orch snapshot restore ";
  const auto at = told.find(advice);
  ASSERT_NE(at, std::string::npos) << told;
  box.ok(told.substr(
      at, told.find_first_not_of("0123456789", at + advice.size()) - at));
  EXPECT_EQ(box.read(api + "/one.txt"), "changed\n");
  EXPECT_EQ(box.read(api + "/dir/new.cc"), "edited since\n");
  EXPECT_FALSE(file::exists(git_dir + "/orch-sync"));
}

TEST_F(SyncKilled, IsForgottenWhereSomebodyHasGoneOn) {
  box.ok_in(api, "git commit -q --allow-empty -m own");
  box.ok("git orch tick -q");
  EXPECT_FALSE(file::exists(git_dir + "/orch-sync"));
  EXPECT_EQ(box.ok_in(api, "git log -1 --format=%s"), "own\n");
  box.write(git_dir + "/orch-sync", "torn");
  box.ok("git orch tick -q");
  EXPECT_FALSE(file::exists(git_dir + "/orch-sync"));
}

}  // namespace
}  // namespace orch::test
