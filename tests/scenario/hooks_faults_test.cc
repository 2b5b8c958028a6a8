// SPDX-License-Identifier: MIT
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>

#include "file/file.h"
#include "support/rest.h"
#include "support/sandbox.h"
#include "text/text.h"

namespace orch::test {
namespace {

using Lines = std::vector<std::string>;

// Whatever is broken in our directory, git commits as if we were not there,
// with at most one line of warning, and the event arrives when it can.
class HooksUnder : public ::testing::Test {
 protected:
  HooksUnder() {
    box.make_repository();
    box.ok("git orch init -q");
    box.ok("git orch init-feature 001-a -q --roles overseer,impl-api");
    top = box.worktree("001-a", "impl-api");
    commit("before");
    calm();
  }
  // Puts what is set up by the shell line `with` around a command, for it and
  // its children alone.
  Result run_apart(const std::string& with, const Lines& argv) const {
    Lines all = {"unshare", "-rm", "sh", "-ec", with + "\nexec \"$@\"", "sh"};
    all.insert(all.end(), argv.begin(), argv.end());
    return box.run_in(top, all);
  }
  bool can_mount() const {
    return run_apart("mount -t tmpfs none \"$HOME\"", {"true"}).status == 0;
  }
  static Lines commit_of(const std::string& message) {
    return {"git", "commit", "-q", "--allow-empty", "-m", message};
  }
  void expect_silent(const Result& r) const {
    EXPECT_EQ(r.status, 0);
    EXPECT_EQ(r.out + r.err, "");
  }
  void expect_one_warning(const Result& r, const std::string& of) const {
    EXPECT_EQ(r.status, 0);
    EXPECT_EQ(r.out, "");
    EXPECT_TRUE(r.err.starts_with("warning: orch: " + of + ": ")) << r.err;
    EXPECT_EQ(std::count(r.err.begin(), r.err.end(), '\n'), 1) << r.err;
  }
  void commit(const std::string& message) const {
    expect_silent(box.run_in(top, commit_of(message)));
    EXPECT_EQ(box.ok_in(top, "git log -1 --format=%s"), message + "\n");
  }
  // Waits until no child of a hook is at work, and keeps the next from it.
  file::Descriptor hold(const std::string& name, int operation = LOCK_EX) {
    const std::string path = box.repo() + "/.git/orch/" + name;
    file::make_private_directories(file::parent_of(path));
    file::Descriptor fd(
        ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    EXPECT_EQ(::flock(fd.get(), operation), 0) << name;
    return fd;
  }
  void calm() {
    EXPECT_TRUE(comes_to_rest(box));
    const auto next = hold("lock/tick-next");
    const auto now = hold("lock/tick");
    box.ok("git orch tick -q");
  }
  // What the store holds once everybody has done what is due.
  Lines told() {
    calm();
    return Result{0, box.sql("SELECT message FROM task_events ORDER BY id"), ""}
        .lines();
  }
  void expect_told_later(const std::string& message) {
    const Lines all = told();
    EXPECT_EQ(std::count(all.begin(), all.end(), message), 1);
    EXPECT_EQ(box.sql("PRAGMA integrity_check"), "ok\n");
  }

  Sandbox box;
  std::string top;
};

TEST_F(HooksUnder, AFullDiskWarnOnceAndTheEventIsFoundLater) {
  if (!can_mount()) GTEST_SKIP() << "no mount namespace";
  const std::string spool = box.repo() + "/.git/orch/spool";
  const Result r = run_apart("mount -t tmpfs -o size=4k none " + spool +
                                 "\nhead -c 9999 /dev/zero >" + spool +
                                 "/filler 2>/dev/null || :",
                             commit_of("full"));
  expect_one_warning(r, "post-commit");
  EXPECT_TRUE(holds(r.err, "no space left"));
  expect_told_later("full");
}

TEST_F(HooksUnder, AReadOnlyDirectoryWarnOnceAndTheEventIsFoundLater) {
  if (!can_mount()) GTEST_SKIP() << "no mount namespace";
  const std::string ours = box.repo() + "/.git/orch";
  const Result r = run_apart("mount --bind " + ours + " " + ours +
                                 "\nmount -o remount,bind,ro " + ours,
                             commit_of("read-only"));
  expect_one_warning(r, "post-commit");
  expect_told_later("read-only");
}

TEST_F(HooksUnder, AStoreThatSomebodyLocksDoNotWait) {
  calm();
  // Held for as long as the test likes: who waits for it never ends.
  box.ok("mkfifo ../release");
  box.run_in(
      box.repo(),
      {"sh", "-c",
       "sqlite3 -cmd '.timeout 10000' .git/orch/orch.db 'BEGIN EXCLUSIVE' "
       "'.system touch ../held; cat ../release' >/dev/null 2>&1 &"});
  ASSERT_TRUE(eventually([&] { return file::exists(box.path("held")); }));
  {
    const auto gate = hold("store.lock");
    commit("locked");
    commit("locked too");
    EXPECT_EQ(box.ok_in(top, "git log --oneline -2 --format=%s"),
              "locked too\nlocked\n");
    box.run_in(box.root(), {"sh", "-c", "echo >release"});
  }
  expect_told_later("locked");
  expect_told_later("locked too");
}

TEST_F(HooksUnder, ASpoolThatSomebodyLocksDoNotWait) {
  calm();
  {
    const auto file = hold("spool/events");
    const auto fold = hold("spool/fold.lock");
    const auto next = hold("lock/tick-next");
    commit("locked");
  }
  expect_told_later("locked");
  EXPECT_EQ(box.ok("find .git/orch/spool -name '*-*'"), "");
}

TEST_F(HooksUnder, AStoreThatIsGoneMakeTheNextOneTellIt) {
  calm();
  const auto next = hold("lock/tick-next");
  box.ok("mv .git/orch/orch.db ../kept.db");
  box.ok("rm -f .git/orch/orch.db-wal .git/orch/orch.db-shm");
  commit("without a store");
  EXPECT_EQ(box.type("test -e .git/orch/orch.db").status, 1);
  box.type("git orch doctor --fix");
  EXPECT_TRUE(
      holds(box.sql("SELECT message FROM task_events"), "without a store\n"));
}

TEST_F(HooksUnder, ACorruptStoreKeepTheEventUntilItIsMended) {
  calm();
  box.ok("cp .git/orch/orch.db ../kept.db");
  {
    const auto next = hold("lock/tick-next");
    box.ok("rm -f .git/orch/orch.db-wal .git/orch/orch.db-shm");
    box.ok(
        "dd if=/dev/urandom of=.git/orch/orch.db bs=1k count=200 "
        "conv=notrunc status=none");
  }
  commit("in between");
  commit("in between too");
  EXPECT_NE(box.type("git orch recent").status, 0);
  {
    const auto next = hold("lock/tick-next");
    const auto now = hold("lock/tick");
    box.ok("rm -f .git/orch/orch.db-wal .git/orch/orch.db-shm");
    box.ok("cp ../kept.db .git/orch/orch.db");
  }
  expect_told_later("in between");
  expect_told_later("in between too");
}

TEST_F(HooksUnder, AStoreOfANewerSuiteKeepTheEventForIt) {
  calm();
  const std::string version = box.sql("PRAGMA user_version");
  box.sql("PRAGMA user_version = 9999");
  commit("newer");
  EXPECT_NE(box.type("git orch recent").status, 0);
  box.sql("PRAGMA user_version = " + version);
  expect_told_later("newer");
}

TEST_F(HooksUnder, AnUninstalledSuiteAreNothing) {
  calm();
  for (const char* event : {"post-commit", "prepare-commit-msg", "commit-msg"})
    box.ok("ln -sfn /gone/libexec/git-orch/hooks/" + std::string(event) +
           " .git/hooks/" + event);
  commit("uninstalled");
  box.ok("git orch hooks install -q");
  expect_told_later("uninstalled");
}

TEST_F(HooksUnder, AHalfUninstalledSuiteKeepTheEvent) {
  calm();
  const std::string prefix = box.path("prefix");
  box.ok("mkdir -p " + prefix + "/libexec/git-orch");
  box.ok("cp -r " + std::string(ORCH_BUILD_DIR) + "/libexec/git-orch/hooks " +
         prefix + "/libexec/git-orch");
  box.ok("ln -sfn " + prefix +
         "/libexec/git-orch/hooks/post-commit .git/hooks/post-commit");
  commit("no tick to start");
  box.ok("git orch hooks install -q");
  expect_told_later("no tick to start");
}

TEST_F(HooksUnder, AGitThatTakesLongLetTheRebaseGoOn) {
  calm();
  // The tick asks git, too.
  const auto next = hold("lock/tick-next");
  // A merge driver that never ends when our check calls it.
  box.write(box.path("driver"),
            "#!/bin/sh\ncase $GIT_OBJECT_DIRECTORY in\n"
            "*/orch/tmp/*) exec sleep 600 ;;\nesac\n"
            "exec git merge-file -q \"$1\" \"$2\" \"$3\"\n");
  box.ok("chmod 755 ../driver");
  box.ok("git config merge.slow.driver '" + box.path("driver") + " %A %O %B'");
  box.write(box.repo() + "/.git/info/attributes", "*.txt merge=slow\n");
  for (const std::string& side : {top, box.repo()}) {
    std::string text = box.read(side + "/one.txt");
    text.insert(side == top ? text.size() : 0, "line of " + side + "\n");
    box.write(side + "/one.txt", text);
    box.ok_in(side, "git commit -qam changed");
  }
  box.set("ORCH_TEST_PATIENCE_MS", "200");
  const Result r = box.type_in(top, "git rebase -q main");
  expect_one_warning(r, "pre-rebase");
  EXPECT_TRUE(holds(r.err, "in 200 ms; the rebase is not checked"));
  EXPECT_EQ(box.ok_in(top, "git merge-base --is-ancestor main HEAD"), "");
  EXPECT_EQ(box.ok("find .git/orch/tmp -mindepth 1"), "");
}

// What hooks start and what they leave to others.
class HooksStart : public HooksUnder {
 protected:
  // The processes of this sandbox whose program is `name`.
  Lines processes(const std::string& name) const {
    Lines pids;
    for (const std::string& pid : file::names_in("/proc")) {
      if (pid[0] < '0' || pid[0] > '9') continue;
      try {
        const std::string proc = "/proc/" + pid;
        if (file::find_contents(proc + "/environ")
                .value_or("")
                .find("HOME=" + box.path("home")) != std::string::npos)
          if (file::name_of(file::link_target(proc + "/exe").value_or("")) ==
              name)
            pids.push_back(pid);
      } catch (const std::exception&) {
        continue;  // it has ended
      }
    }
    return pids;
  }
};

TEST_F(HooksStart, OneChildThatHasNothingOfGits) {
  calm();
  const auto running = hold("lock/tick");
  box.set("GIT_AUTHOR_NAME", "Somebody");
  box.set("GIT_TRACE2", "0");
  // cat ends when nobody has the pipe any more.
  expect_silent(box.run_in(
      top, {"sh", "-c", "git commit -q --allow-empty -m one 2>&1 | cat"}));
  const auto child = [&] { return processes("git-orch-tick"); };
  ASSERT_TRUE(eventually([&] { return child().size() == 1; }));
  ASSERT_TRUE(eventually([&] {
    return box.type("flock -n .git/orch/lock/tick-next true").status != 0;
  }));
  commit("two");
  // Another one would end at once, since one waits already.
  EXPECT_TRUE(eventually([&] { return child().size() == 1; }));
  const std::string pid = child().at(0);
  const std::string proc = "/proc/" + pid;
  for (const char* fd : {"0", "1", "2"})
    EXPECT_EQ(file::link_target(proc + "/fd/" + fd), "/dev/null") << fd;
  EXPECT_EQ(::getsid(std::stoi(pid)), std::stoi(pid));
  for (const std::string& variable :
       text::split(file::load_contents(proc + "/environ"), '\0'))
    EXPECT_FALSE(variable.starts_with("GIT_")) << variable;
}

TEST_F(HooksStart, NoSecondEventWhenTheUsersHookCommitsToo) {
  box.ok("git init -q ../other");
  box.ok_in(box.path("other"), "git orch init -q");
  // Behind our own hooks; once, or it would never end.
  box.write(box.repo() + "/.git/hooks/post-commit.orch-chained",
            "#!/bin/sh\n[ -z \"$INNER\" ] || exit 0\nexport INNER=1\n"
            "git commit -q --allow-empty -m inner\n"
            "env -u GIT_DIR -u GIT_INDEX_FILE git -C " +
                box.path("other") + " commit -q --allow-empty -m elsewhere\n");
  box.ok("chmod 755 .git/hooks/post-commit.orch-chained");
  expect_silent(box.run_in(top, commit_of("outer")));
  EXPECT_EQ(box.ok_in(top, "git log -2 --format=%s"), "inner\nouter\n");
  const Lines all = told();
  for (const char* message : {"outer", "inner"})
    EXPECT_EQ(std::count(all.begin(), all.end(), message), 1) << message;
  EXPECT_EQ(std::count(all.begin(), all.end(), "elsewhere"), 0);
  const auto theirs =
      box.type_in(box.path("other"), "git orch recent --porcelain").lines();
  ASSERT_EQ(theirs.size(), 1U);
  EXPECT_TRUE(holds(theirs[0], "\telsewhere\t"));
}

}  // namespace
}  // namespace orch::test
