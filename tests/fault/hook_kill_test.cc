// SPDX-License-Identifier: MIT
//
// kill -9 of each hook program at each of its system calls, while a real git
// runs it in an agent's worktree. What git says and does is git's alone. Where
// githooks(5) lets a hook refuse (commit-msg, prepare-commit-msg, pre-rebase,
// pre-commit), a killed one counts as a refusal: then nothing has happened, and
// the same command goes through afterwards.
#include <filesystem>
#include <map>

#include "fault/loop.h"
#include "file/file.h"
#include "text/text.h"

namespace orch::test {
namespace {

class KilledHook : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!has_strace(box)) GTEST_SKIP() << "no strace";
    box.make_repository();
    box.ok("git orch init -q");
    box.ok("git orch init-feature 001-a -q --roles overseer,impl-api");
    top = box.worktree("001-a", "impl-api");
    calm();
  }
  void TearDown() override {
    if (IsSkipped()) return;
    calm();
    EXPECT_EQ(
        box.run_in(box.repo(), {"sqlite3", "-cmd", ".timeout 10000",
                                ".git/orch/orch.db", "PRAGMA integrity_check"})
            .out,
        "ok\n");
    EXPECT_EQ(box.ok("find .git -name '*.lock' -not -path '*/orch/*'"), "");
    EXPECT_EQ(box.ok("find .git/orch/tmp -mindepth 1"), "");
    EXPECT_EQ(box.ok_in(top, "git status --porcelain"), "");
    EXPECT_EQ(box.type("git fsck --no-progress --no-dangling").status, 0);
  }

  // Where git_killed finds its hooks: a tick takes what it finds over one of
  // ours in the repository for a hook of the user's.
  std::string hooks() const { return box.path("hooks"); }

  // Puts a script there for `event` that runs our program under strace with
  // what FAULT says, when it says something, and notes how it ended.
  void make_killable(const std::string& event, const std::string& program) {
    const std::string link = box.path("killable/") + event;
    std::filesystem::create_directories(box.path("killable"));
    std::filesystem::create_symlink(program, link);
    if (!file::exists(hooks())) box.ok("cp -a .git/hooks " + hooks());
    const std::string hook = hooks() + "/" + event;
    file::remove(hook);
    box.write(hook, "#!/bin/sh\n[ -n \"$FAULT\" ] || exec " + link +
                        " \"$@\"\nstrace -o \"$HOME/trace\" -e \"$FAULT\" " +
                        link +
                        " \"$@\"\nstatus=$?\necho $status >>\"$HOME/ended\"\n"
                        "exit $status\n");
    box.ok("chmod 755 " + hook);
  }
  void make_killable(const std::string& event) {
    make_killable(event, std::string(ORCH_BUILD_DIR) +
                             "/libexec/git-orch/hooks/" + event);
  }

  // git with the hook killed as `fault` says; whether it was.
  Result git_killed(const std::string& fault,
                    const std::vector<std::string>& args, bool* fired) {
    box.set("FAULT", fault);
    file::remove(box.path("home/ended"));
    std::vector<std::string> argv = {"git", "-c", "core.hooksPath=" + hooks()};
    argv.insert(argv.end(), args.begin(), args.end());
    Result r = box.run_in(top, argv);
    box.set("FAULT", "");
    *fired = box.read(box.path("home/ended")).find("137") != std::string::npos;
    return r;
  }

  // Calls `once(fault, n)` for the Nth system call of the hook, as a run
  // without a fault has made it. strace counts each kind of call by itself, so
  // the Nth call is the Kth of its kind.
  void at_each_call(
      int sampled,
      const std::function<bool(const std::string& fault, int n)>& once) {
    EXPECT_FALSE(once("trace=all", 9999)) << "without a fault";
    std::map<std::string, int> of_its_kind;
    std::vector<std::string> faults;
    for (const std::string& line :
         text::split(box.read(box.path("home/trace")), '\n')) {
      const std::string name = line.substr(0, line.find('('));
      if (name.empty() || name[0] == '+' || name[0] == '-') continue;
      faults.push_back("inject=" + name + ":signal=KILL:when=" +
                       std::to_string(++of_its_kind[name]));
    }
    ASSERT_GT(faults.size(), 10U);
    const int step = fault_step(sampled);
    int missed = 0, fired = 0;
    for (std::size_t n = static_cast<std::size_t>(fault_first(step));
         n <= faults.size() && !HasFailure();
         n += static_cast<std::size_t>(step)) {
      SCOPED_TRACE("killed at " + std::to_string(n) + ", " + faults[n - 1]);
      (once(faults[n - 1], static_cast<int>(n)) ? fired : missed) += 1;
    }
    // A run may differ from the one before it in a call or two.
    EXPECT_GT(fired, 3 * missed);
  }

  // No child of a hook is at work, and everything is told.
  void calm() const {
    box.ok("mkdir -p .git/orch/lock");
    box.ok("flock .git/orch/lock/tick-next flock .git/orch/lock/tick true");
    box.ok("git orch tick -q");
  }
  std::string head() const {
    std::string id = box.ok_in(top, "git rev-parse HEAD");
    id.pop_back();
    return id;
  }
  // How many events speak of that commit, followed through rewrites.
  std::string events_of(const std::string& commit) const {
    const Result r = box.run_in(
        box.repo(),
        {"sqlite3", "-cmd", ".timeout 10000", ".git/orch/orch.db",
         "SELECT count(*) FROM task_events e LEFT JOIN commit_map m ON "
         "m.old_commit = e.commit_hash WHERE CASE WHEN m.old_commit IS NULL "
         "THEN e.commit_hash ELSE m.new_commit END = '" +
             commit + "'"});
    return r.out;
  }
  void expect_told_once(const std::string& commit) const {
    calm();
    EXPECT_EQ(events_of(commit), "1\n");
    EXPECT_EQ(box.ok("find .git/orch/spool -name '*-*'"), "");
  }
  // The Nth change of the agent, staged.
  std::string change(int n) const {
    box.write(top + "/one.txt", "change " + std::to_string(n) + "\n");
    box.ok_in(top, "git add one.txt");
    return "c" + std::to_string(n);
  }
  void commit(int n) const {
    box.run_in(top, {"git", "commit", "-q", "-m", change(n)});
  }
  // So that a loop does not rebase more and more commits.
  void start_over() const { box.ok_in(top, "git reset -q --hard main"); }
  std::string subject() const {
    return box.ok_in(top, "git log -1 --format=%s");
  }

  Sandbox box;
  std::string top;
};

TEST_F(KilledHook, PostCommitNeverCostsACommitNorDoublesItsEvent) {
  make_killable("post-commit");
  at_each_call(9, [&](const std::string& fault, int n) {
    bool fired = false;
    const std::string name = change(n);
    EXPECT_EQ(git_killed(fault, {"commit", "-q", "-m", name}, &fired).status,
              0);
    EXPECT_EQ(subject(), name + "\n");
    expect_told_once(head());
    return fired;
  });
}

TEST_F(KilledHook, PostMergeNeverCostsAMerge) {
  make_killable("post-merge");
  at_each_call(9, [&](const std::string& fault, int) {
    bool fired = false;
    box.ok("git commit -q --allow-empty -m base");
    EXPECT_EQ(
        git_killed(fault, {"merge", "-q", "--no-ff", "-m", "m", "main"}, &fired)
            .status,
        0);
    EXPECT_EQ(subject(), "m\n");
    expect_told_once(head());
    return fired;
  });
}

TEST_F(KilledHook, PostCheckoutNeverCostsACheckout) {
  make_killable("post-checkout");
  at_each_call(9, [&](const std::string& fault, int n) {
    bool fired = false;
    const std::string name = "side" + std::to_string(n);
    git_killed(fault, {"checkout", "-q", "-b", name}, &fired);
    EXPECT_EQ(box.ok_in(top, "git symbolic-ref --short HEAD"), name + "\n");
    calm();
    const std::string told =
        box.run_in(box.repo(),
                   {"sqlite3", "-cmd", ".timeout 10000", ".git/orch/orch.db",
                    "SELECT count(*) FROM task_events WHERE message = "
                    "'checked out " +
                        name + "'"})
            .out;
    // Nothing but the hook knows of a checkout that made no commit.
    EXPECT_TRUE(told == "1\n" || (fired && told == "0\n")) << told;
    return fired;
  });
}

TEST_F(KilledHook, PostRewriteLeavesOneEventOfTheAmendedCommit) {
  make_killable("post-rewrite");
  at_each_call(9, [&](const std::string& fault, int n) {
    bool fired = false;
    commit(n);
    expect_told_once(head());
    const std::string before = head();
    change(n + 1000);
    EXPECT_EQ(
        git_killed(fault, {"commit", "-q", "--amend", "-m", "new"}, &fired)
            .status,
        0);
    EXPECT_EQ(subject(), "new\n");
    expect_told_once(head());
    EXPECT_EQ(events_of(before), "0\n");
    return fired;
  });
}

TEST_F(KilledHook, PostRewriteLeavesOneEventOfEachRebasedCommit) {
  make_killable("post-rewrite");
  at_each_call(9, [&](const std::string& fault, int n) {
    bool fired = false;
    start_over();
    commit(n);
    commit(n + 1000);
    box.ok("git commit -q --allow-empty -m base");
    EXPECT_EQ(git_killed(fault, {"rebase", "-q", "main"}, &fired).status, 0);
    expect_told_once(head());
    std::string parent = box.ok_in(top, "git rev-parse HEAD~1");
    parent.pop_back();
    expect_told_once(parent);
    return fired;
  });
}

// A hook that git takes for a refuser when it dies.
class KilledRefuser : public KilledHook {
 protected:
  // `act` is refused, with nothing changed, or goes through; repeated without
  // the fault it goes through. Whether the fault fired.
  bool refused_or_done(const std::string& fault,
                       const std::vector<std::string>& act) {
    bool fired = false;
    const std::string before = head();
    const Result r = git_killed(fault, act, &fired);
    EXPECT_EQ(fired, r.status != 0) << r.err;
    if (fired) {
      EXPECT_EQ(head(), before);
      std::vector<std::string> again = {"git"};
      again.insert(again.end(), act.begin(), act.end());
      const Result second = box.run_in(top, again);
      EXPECT_EQ(second.status, 0) << second.err;
    }
    EXPECT_NE(head(), before);
    expect_told_once(head());
    return fired;
  }
  void expect_signed_once() const {
    EXPECT_EQ(box.ok_in(top, "git log -1 --format=%(trailers:only)"),
              "Orch-Feature: 001-a\nOrch-Agent: 001-a/impl-api\n\n");
  }
};

TEST_F(KilledRefuser, PrepareCommitMsgLeavesTheMessageToTheNextCommit) {
  make_killable("prepare-commit-msg");
  at_each_call(9, [&](const std::string& fault, int n) {
    const bool fired =
        refused_or_done(fault, {"commit", "-q", "-m", change(n)});
    expect_signed_once();
    return fired;
  });
}

TEST_F(KilledRefuser, CommitMsgLeavesTheMessageToTheNextCommit) {
  make_killable("commit-msg");
  // So that there is something to sign: the other hook does not do it.
  box.ok("ln -sf /bin/true .git/hooks/prepare-commit-msg");
  at_each_call(9, [&](const std::string& fault, int n) {
    const bool fired =
        refused_or_done(fault, {"commit", "-q", "-m", change(n)});
    expect_signed_once();
    return fired;
  });
}

TEST_F(KilledRefuser, PreRebaseLeavesTheRebaseToTheNext) {
  make_killable("pre-rebase");
  at_each_call(9, [&](const std::string& fault, int n) {
    start_over();
    commit(n);
    box.ok("git commit -q --allow-empty -m base");
    return refused_or_done(fault, {"rebase", "-q", "main"});
  });
}

TEST_F(KilledRefuser, PassOnLeavesTheCommitToTheNext) {
  make_killable("pre-commit", std::string(ORCH_BUILD_DIR) +
                                  "/libexec/git-orch/hooks/chain/pass-on");
  at_each_call(2, [&](const std::string& fault, int n) {
    return refused_or_done(fault, {"commit", "-q", "-m", change(n)});
  });
}

}  // namespace
}  // namespace orch::test
