// SPDX-License-Identifier: MIT
#include "fault/loop.h"
#include "file/file.h"
#include "support/rest.h"

namespace orch::test {
namespace {

// Branches land as if nothing had happened, whenever we, or a git of ours, are
// killed.
class KilledIntegrate : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    box.make_repository();
    box.ok(std::string("git orch init -q ") + GetParam());
    box.ok(
        "git orch init-feature 001-x -q --roles "
        "overseer,impl-api,impl-data,impl-ui");
    make("impl-api",
         "mkdir deep; for i in 1 2 3 4 5 6 7 8 9; do seq 9999 > deep/$i; done; "
         "git rm -q two.txt; echo api > one.txt; ln -s one.txt link");
    make("impl-data", "echo x > bad");
    make("impl-ui", "echo ui > ui.txt; chmod +x three.txt");
    box.write(over + "/open.txt", "somebody's\n");
    quiet();
    before = id(kTarget);
    keep("pristine");
    EXPECT_EQ(integrate().status, 1);
    tree = id(std::string(kTarget) + "^{tree}");
    check();
    quiet();
    keep("landed");
  }
  void make(const std::string& role, const std::string& script) const {
    const std::string top = box.worktree("001-x", role);
    const Result r = box.run_in(
        top, {"sh", "-ec", script + "; git add -A; git commit -qm work"});
    EXPECT_EQ(r.status, 0) << r.err;
  }
  std::string id(const std::string& revision) const {
    return box.ok("git rev-parse " + revision);
  }
  // Until no tick is at work that a hook or a verb has started.
  void quiet() const { EXPECT_TRUE(comes_to_rest(box)); }
  void keep(const std::string& name) const {
    box.ok_in(box.root(), "mkdir " + name);
    box.ok_in(box.root(), "cp -a repo repo.orch " + name);
  }
  void restore(const std::string& name) const {
    quiet();
    EXPECT_TRUE(eventually([&] {
      return box.run_in(box.root(), {"rm", "-rf", "repo", "repo.orch"})
                 .status == 0;
    }));
    box.ok_in(box.root(), "cp -a " + name + "/repo " + name + "/repo.orch .");
  }
  std::vector<std::string> argv(const std::vector<std::string>& more) const {
    std::vector<std::string> out = {std::string(ORCH_BUILD_DIR) +
                                    "/bin/git-orch-integrate"};
    out.insert(out.end(), more.begin(), more.end());
    return out;
  }
  std::vector<std::string> landing() const {
    return argv({"--all", "--gate", "test ! -e bad", "-q"});
  }
  Result integrate() const { return box.run_in(box.repo(), landing()); }
  std::string count(const std::string& from) const {
    const std::string n = box.sql("SELECT count(*) FROM " + from);
    return n.substr(0, n.find('\n'));
  }
  // What holds behind every rerun: of the state, and of what was landed.
  void check_state() const {
    EXPECT_EQ(box.ok_in(over, "git status --porcelain"), "?? open.txt\n");
    EXPECT_EQ(count("intents WHERE status = 'open'"), "0");
    EXPECT_EQ(count("leases WHERE owner IS NOT NULL"), "0");
    quiet();  // a ref that goes while it looks is an error to it
    EXPECT_EQ(box.type("git fsck --no-progress").status, 0);
    // Somebody's tick may just be at work there, too.
    EXPECT_TRUE(eventually([&] {
      box.ok("git orch tick -q");
      return file::names_in(box.repo() + "/.git/orch/tmp").empty();
    }));
    EXPECT_EQ(box.ok("git worktree list").find("gate-"), std::string::npos);
    EXPECT_EQ(box.run_in(box.repo(), {"find", ".git", "-name", "*.lock", "-not",
                                      "-path", ".git/orch/*"})
                  .out,
              "");
    EXPECT_EQ(count("task_events WHERE event_type LIKE 'ref_%'"), "0");
  }
  void check() const {
    EXPECT_EQ(id(std::string(kTarget) + "^{tree}"), tree);
    EXPECT_EQ(
        box.ok(std::string("git log --first-parent --format=%s ") + kTarget),
        "Merge branch 'feature/001-x/impl-ui' into "
        "feature/001-x/overseer\nMerge branch 'feature/001-x/impl-api' "
        "into feature/001-x/overseer\nfirst\n");
    EXPECT_EQ(box.sql("SELECT ref FROM landings WHERE status = 'landed' "
                      "ORDER BY ref"),
              "refs/heads/feature/001-x/impl-api\n"
              "refs/heads/feature/001-x/impl-ui\n");
    EXPECT_EQ(count("landings WHERE status IN ('queued', 'target-dirty')"),
              "0");
    EXPECT_EQ(count("task_events WHERE event_type = 'branch_landed'"), "2");
    EXPECT_EQ(count("messages WHERE text LIKE '%has landed on%'"), "2");
    EXPECT_EQ(count("task_events WHERE event_type = 'branch_rejected'"), "1");
    EXPECT_EQ(count("messages WHERE text LIKE '%did not land%'"), "1");
    check_state();
  }
  // Puts a git before the real one: at the `merge` or `reset` that moves the
  // worktree it does `script` once, then it is the real one.
  void instead(const std::string& script) {
    const std::string real =
        box.run_in("/", {"sh", "-c", "command -v git"}).lines().at(0);
    box.write(box.path("wrap/git"),
              "#!/bin/sh\ncase \" $* \" in *' --ff-only '*|*' --keep '*)\n"
              "if mkdir " +
                  box.path("once") + " 2>/dev/null; then\n" + script +
                  "\nfi;; esac\nexec " + real + " \"$@\"\n");
    box.ok("chmod +x " + box.path("wrap/git"));
    real_ = real;
  }
  Result wrapped(const std::vector<std::string>& line) const {
    box.run_in("/", {"rm", "-rf", box.path("once")});
    std::vector<std::string> all = {
        "sh", "-c", "PATH=" + box.path("wrap") + ":$PATH; exec \"$@\"", "sh"};
    all.insert(all.end(), line.begin(), line.end());
    return box.run_in(box.repo(), all);
  }
  // `git "$@"` that is killed at its nth system call.
  std::string killed_git(int n) const {
    return std::string(ORCH_BUILD_DIR) + "/tests/fault-at kill " +
           std::to_string(n) + " " + real_ + " \"$@\"";
  }

  static constexpr char kTarget[] = "feature/001-x/overseer";
  Sandbox box;
  const std::string over = box.path("repo.orch/001-x/overseer");
  std::string before, tree, real_ = "git";
};

TEST_P(KilledIntegrate, EndsInTheSameTree) {
  const int fired = fault_loop(
      401,
      [&](int n) {
        SCOPED_TRACE("killed at system call " + std::to_string(n));
        restore("pristine");
        const Result r = run_killed(box, box.repo(), n, landing());
        if (r.status == 1) return false;
        EXPECT_EQ(r.status, kKilled) << r.err;
        const Result again = integrate();
        EXPECT_EQ(again.status, 1) << again.out << again.err;
        check();
        return true;
      },
      5);
  EXPECT_GT(fired, 0);
}

// The git that moves the worktree is killed, and with it, or not, the run.
TEST_P(KilledIntegrate, MendsWhatAKilledGitLeaves) {
  for (const bool both : {false, true}) {
    const int fired = fault_loop(
        both ? 103 : 101,
        [&](int n) {
          SCOPED_TRACE("git killed at system call " + std::to_string(n));
          restore("pristine");
          instead(killed_git(n) + "; s=$?; test $s = 137 || { echo > " +
                  box.path("over") + "; exit $s; }" +
                  (both ? "\nkill -9 $PPID" : "\nexit 137"));
          const Result r = wrapped(landing());
          if (file::exists(box.path("over"))) return false;
          EXPECT_EQ(r.status, both ? kKilled : 1) << r.out << r.err;
          if (both) {
            EXPECT_EQ(integrate().status, 1);
          }
          check();
          return true;
        },
        10);
    EXPECT_GT(fired, 0);
    box.run_in("/", {"rm", "-f", box.path("over")});
  }
}

// Killed between the branch and the lock of HEAD, by which it goes.
TEST_P(KilledIntegrate, LeavesNoLockOfAGitThatHadMovedTheBranch) {
  for (const char* end : {"exit 137", "kill -9 $PPID; exit 137"}) {
    restore("pristine");
    instead(real_ + " \"$@\"; : > " + box.repo() +
            "/.git/worktrees/overseer/HEAD.lock; " + end);
    const Result r = wrapped(landing());
    if (r.status == kKilled) {
      EXPECT_EQ(integrate().status, 1);
    }
    check();
  }
}

// git goes on without the run that has started it.
TEST_P(KilledIntegrate, AcceptsWhatItsGitDoesWhenItIsGone) {
  instead("kill -9 $PPID");
  restore("pristine");
  EXPECT_EQ(wrapped(landing()).status, kKilled);
  EXPECT_EQ(integrate().status, 1);
  check();
}

// What somebody put meanwhile where git had half moved, stays.
TEST_P(KilledIntegrate, KeepsWhatIsNotGits) {
  restore("pristine");
  make("impl-api", "git rm -qf one.txt; mkdir one.txt; echo x > one.txt/x");
  instead(
      "rm one.txt; mkdir one.txt; echo x > one.txt/x; echo mine > one.txt/y; "
      "echo mine > three.txt; kill -9 $PPID; exit 137");
  EXPECT_EQ(wrapped(landing()).status, kKilled);
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(integrate().status, 1);
    EXPECT_EQ(box.read(over + "/one.txt/y"), "mine\n");
    EXPECT_EQ(box.read(over + "/three.txt"), "mine\n");
  }
  EXPECT_EQ(id(kTarget), before);
  box.ok_in(over, "rm -r one.txt");
  box.ok_in(over, "git checkout -q one.txt three.txt");
  EXPECT_EQ(integrate().status, 1);
  EXPECT_EQ(box.read(over + "/one.txt/x"), "x\n");
  EXPECT_EQ(count("landings WHERE status = 'landed'"), "2");
  check_state();
}

TEST_P(KilledIntegrate, IsTakenBackByARerun) {
  const auto undo = argv({"--undo", "-q"});
  const int fired = fault_loop(
      61,
      [&](int n) {
        SCOPED_TRACE("killed at system call " + std::to_string(n));
        restore("landed");
        const Result r = run_killed(box, box.repo(), n, undo);
        if (r.status == 0) return false;
        EXPECT_EQ(r.status, kKilled) << r.err;
        const Result again = box.run_in(box.repo(), undo);
        EXPECT_TRUE(again.status == 0 || holds(again.err, "nothing has landed"))
            << again.err;
        EXPECT_EQ(id(kTarget), before);
        EXPECT_EQ(count("landings WHERE status = 'undone'"), "2");
        EXPECT_EQ(count("task_events WHERE event_type = 'integration_undone'"),
                  "1");
        EXPECT_EQ(count("messages WHERE text LIKE '%was taken back%'"), "2");
        check_state();
        return true;
      },
      2);
  EXPECT_GT(fired, 0);
}

// A rerun that does not take back, but lands, knows what was taken back.
TEST_P(KilledIntegrate, LandsAgainWhatWasTakenBack) {
  instead(real_ + " \"$@\"; kill -9 $PPID; exit 0");
  restore("landed");
  EXPECT_EQ(wrapped(argv({"--undo", "-q"})).status, kKilled);
  EXPECT_EQ(id(kTarget), before);
  EXPECT_EQ(integrate().status, 1);
  EXPECT_EQ(id(std::string(kTarget) + "^{tree}"), tree);
  EXPECT_EQ(count("landings WHERE status = 'undone'"), "2");
  EXPECT_EQ(count("landings WHERE status = 'landed'"), "2");
  EXPECT_EQ(count("task_events WHERE event_type = 'integration_undone'"), "1");
  check_state();
}

// The other way round: what a killed run has landed can be taken back.
TEST_P(KilledIntegrate, TakesBackWhatAKilledRunHasLanded) {
  instead(real_ + " \"$@\"; kill -9 $PPID; exit 0");
  restore("pristine");
  EXPECT_EQ(wrapped(landing()).status, kKilled);
  EXPECT_NE(id(kTarget), before);
  const Result r = box.run_in(box.repo(), argv({"--undo"}));
  EXPECT_EQ(r.status, 0) << r.err;
  EXPECT_EQ(id(kTarget), before);
  check_state();
}

// Everything of it at once, git and gates too, at any moment.
TEST_P(KilledIntegrate, SurvivesTheEndOfItsWholeGroup) {
  const int runs = std::getenv("ORCH_TEST_FULL") ? 60 : 3;
  const char* seed = std::getenv("ORCH_TEST_SEED");
  unsigned chance = seed ? static_cast<unsigned>(std::atoi(seed)) : 1;
  for (int i = 0; i < runs && !HasFailure(); ++i) {
    restore("pristine");
    int kills = 0;
    for (; kills < 4; ++kills) {
      chance = chance * 1103515245 + 12345;
      const int ms = static_cast<int>(chance >> 16) % 1500;
      SCOPED_TRACE("killed after " + std::to_string(ms) + " ms");
      std::vector<std::string> all = {"timeout", "-s", "KILL",
                                      std::to_string(ms / 1000.0)};
      const auto line = landing();
      all.insert(all.end(), line.begin(), line.end());
      if (box.run_in(box.repo(), all).status == 1) break;
    }
    const Result last = integrate();
    EXPECT_EQ(last.status, 1) << last.err;
    check();
  }
}

INSTANTIATE_TEST_SUITE_P(Hooks, KilledIntegrate,
                         ::testing::Values("", "--no-hooks"));

}  // namespace
}  // namespace orch::test
