// SPDX-License-Identifier: MIT
//
// Each hook program is killed at its system calls, and each of them fails with
// each error that it can. What git says and does is git's alone: an error costs
// a warning. Where githooks(5) lets a hook refuse (commit-msg, pre-rebase,
// pre-commit …), a killed one counts as a refusal: then nothing has happened,
// and the same command goes through afterwards.
#include "fault/hook_loop.h"

namespace orch::test {
namespace {

TEST_F(HookFaults, PostCommitNeverCostsACommitNorDoublesItsEvent) {
  make_killable("post-commit");
  at_each_call("post-commit", 15, [&](const std::string& fault, int n) {
    bool fired = false;
    const std::string name = change(n);
    EXPECT_EQ(git_killed(fault, {"commit", "-q", "-m", name}, &fired).status,
              0);
    EXPECT_EQ(subject(), name + "\n");
    expect_told_once(head());
  });
}

TEST_F(HookFaults, PostMergeNeverCostsAMerge) {
  make_killable("post-merge");
  at_each_call("post-merge", 15, [&](const std::string& fault, int) {
    bool fired = false;
    box.ok("git commit -q --allow-empty -m base");
    EXPECT_EQ(
        git_killed(fault, {"merge", "-q", "--no-ff", "-m", "m", "main"}, &fired)
            .status,
        0);
    EXPECT_EQ(subject(), "m\n");
    expect_told_once(head());
  });
}

TEST_F(HookFaults, PostCheckoutNeverCostsACheckout) {
  make_killable("post-checkout");
  at_each_call("post-checkout", 15, [&](const std::string& fault, int n) {
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
    EXPECT_TRUE(told == "1\n" || (came && told == "0\n")) << told;
  });
}

TEST_F(HookFaults, PostRewriteLeavesOneEventOfTheAmendedCommit) {
  make_killable("post-rewrite");
  at_each_call(
      "post-rewrite of an amend", 15, [&](const std::string& fault, int n) {
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
      });
}

TEST_F(HookFaults, PostRewriteLeavesOneEventOfEachRebasedCommit) {
  make_killable("post-rewrite");
  at_each_call(
      "post-rewrite of a rebase", 15, [&](const std::string& fault, int n) {
        bool fired = false;
        start_over();
        commit(n);
        commit(n + 1000);
        box.ok("git commit -q --allow-empty -m base");
        EXPECT_EQ(git_killed(fault, {"rebase", "-q", "main"}, &fired).status,
                  0);
        expect_told_once(head());
        std::string parent = box.ok_in(top, "git rev-parse HEAD~1");
        parent.pop_back();
        expect_told_once(parent);
      });
}

TEST_F(HookFaults, PostApplypatchNeverCostsAPatchNorDoublesItsEvent) {
  make_killable("post-applypatch");
  at_each_call("post-applypatch", 15, [&](const std::string& fault, int n) {
    bool fired = false;
    const std::string name = "p" + std::to_string(n);
    const std::string patch = box.path(name);
    box.write(patch,
              "From 0000000000000000000000000000000000000000 Mon Sep 17 "
              "00:00:00 2001\nFrom: A <a@example.com>\nDate: Tue, 22 Sep 2026 "
              "10:00:00 +0000\nSubject: [PATCH] " +
                  name + "\n\n---\ndiff --git a/" + name + " b/" + name +
                  "\nnew file mode 100644\n--- /dev/null\n+++ b/" + name +
                  "\n@@ -0,0 +1 @@\n+one\n-- \n2.39\n");
    const Result r = git_killed(fault, {"am", "-q", patch}, &fired);
    EXPECT_EQ(r.status, 0) << r.out << r.err;
    EXPECT_EQ(subject(), name + "\n");
    expect_told_once(head());
  });
}

// A hook that git takes for a refuser when it dies.
class RefuserFaults : public HookFaults {
 protected:
  // `act` is refused, with nothing changed, where the hook is killed, or goes
  // through; repeated without the fault it goes through.
  void refused_or_done(const std::string& fault,
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
  }
  void expect_signed_once() const {
    EXPECT_EQ(box.ok_in(top, "git log -1 --format=%(trailers:only)"),
              "Orch-Feature: 001-a\nOrch-Agent: 001-a/impl-api\n\n");
  }
};

TEST_F(RefuserFaults, PrepareCommitMsgLeavesTheMessageToTheNextCommit) {
  make_killable("prepare-commit-msg");
  at_each_call("prepare-commit-msg", 15, [&](const std::string& fault, int n) {
    refused_or_done(fault, {"commit", "-q", "-m", change(n)});
    expect_signed_once();
  });
}

TEST_F(RefuserFaults, CommitMsgLeavesTheMessageToTheNextCommit) {
  make_killable("commit-msg");
  // So that there is something to sign: the other hook does not do it.
  box.ok("ln -sf /bin/true .git/hooks/prepare-commit-msg");
  at_each_call("commit-msg", 15, [&](const std::string& fault, int n) {
    refused_or_done(fault, {"commit", "-q", "-m", change(n)});
    expect_signed_once();
  });
}

TEST_F(RefuserFaults, PreRebaseLeavesTheRebaseToTheNext) {
  make_killable("pre-rebase");
  at_each_call("pre-rebase", 15, [&](const std::string& fault, int n) {
    start_over();
    commit(n);
    box.ok("git commit -q --allow-empty -m base");
    refused_or_done(fault, {"rebase", "-q", "main"});
  });
}

TEST_F(RefuserFaults, TheGuardOfCommitsLeavesTheCommitToTheNext) {
  make_guard_killable("pre-commit");
  at_each_call("pre-commit", 23, [&](const std::string& fault, int n) {
    refused_or_done(fault, {"commit", "-q", "-m", change(n)});
  });
}

TEST_F(RefuserFaults, TheGuardOfMergesLeavesTheMergeToTheNext) {
  make_guard_killable("pre-merge-commit");
  at_each_call("pre-merge-commit", 23, [&](const std::string& fault, int) {
    box.ok("git commit -q --allow-empty -m base");
    bool fired = false;
    const std::string before = head();
    const Result r = git_killed(
        fault, {"merge", "-q", "--no-ff", "-m", "m", "main"}, &fired);
    EXPECT_EQ(fired, r.status != 0) << r.err;
    // What git leaves of a refused merge, git ends.
    if (fired) {
      EXPECT_EQ(head(), before);
      box.ok_in(top, "git commit -q --no-edit");
    }
    EXPECT_NE(head(), before);
  });
}

TEST_F(RefuserFaults, TheGuardOfRefsLeavesTheCommitToTheNext) {
  make_killable("reference-transaction",
                std::string(ORCH_BUILD_DIR) +
                    "/libexec/git-orch/hooks/guard/reference-transaction",
                ".git/orch/guard");
  at_each_call("reference-transaction", 23,
               [&](const std::string& fault, int n) {
                 refused_or_done(fault, {"commit", "-q", "-m", change(n)});
               });
}

// The glance that lies before it, and then the guard itself: a ref of another's
// moves only where the guard says that it could not decide.
TEST_F(RefuserFaults, TheGuardOfRefsLetsNothingPassSilently) {
  make_guard_killable("reference-transaction");
  const std::string ref = "refs/heads/feature/001-a/overseer";
  const std::string before = box.ok("git rev-parse " + ref);
  commit(1);
  at_each_call(
      "reference-transaction of another's ref", 23,
      [&](const std::string& fault, int) {
        bool fired = false;
        const Result r = git_killed(fault, {"update-ref", ref, head()}, &fired);
        const bool is_moved = box.ok("git rev-parse " + ref) != before;
        EXPECT_EQ(is_moved, r.status == 0) << r.err;
        if (!is_moved) return;
        EXPECT_TRUE(came) << "it was not refused";
        EXPECT_TRUE(holds(r.err, "warning: orch")) << r.err;
        box.ok("git update-ref " + ref + " " + before.substr(0, 40));
      });
}

TEST_F(RefuserFaults, TheGuardOfPushesLeavesThePushToTheNext) {
  box.ok("sed -i 's/^  pushes: block/  pushes: warn/' .git/orch/policy.yaml");
  make_guard_killable("pre-push");
  box.ok("git init -q --bare ../there.git");
  box.ok("git remote add there ../there.git");
  at_each_call("pre-push", 23, [&](const std::string& fault, int n) {
    commit(n);
    bool fired = false;
    const std::vector<std::string> push = {"push", "-q", box.path("there.git"),
                                           "HEAD"};
    const Result r = git_killed(fault, push, &fired);
    EXPECT_EQ(fired, r.status != 0) << r.err;
    if (fired) box.ok_in(top, "git push -q " + push[2] + " HEAD");
    EXPECT_EQ(box.ok_in(box.path("there.git"),
                        "git rev-parse feature/001-a/impl-api"),
              head() + "\n");
  });
}

TEST_F(RefuserFaults, PassOnLeavesTheCommitToTheNext) {
  make_killable("pre-commit", std::string(ORCH_BUILD_DIR) +
                                  "/libexec/git-orch/hooks/chain/pass-on");
  at_each_call("pass-on", 3, [&](const std::string& fault, int n) {
    refused_or_done(fault, {"commit", "-q", "-m", change(n)});
  });
}

}  // namespace
}  // namespace orch::test
