// SPDX-License-Identifier: MIT
//
// An agent behind walls: what it can do, what it cannot, and what becomes of
// its commits.
#include "support/inside.h"

namespace orch::test {
namespace {

class AgentSandbox : public Inside {
 protected:
  void SetUp() override {
    SKIP_WITHOUT_WALLS();
    set_up();
  }
};

TEST_F(AgentSandbox, CommitsAndItsBranchFollowsOutside) {
  const std::string shown = inside_ok(
      "echo data > own.txt && git add own.txt && git commit -q -m work && "
      "git log -1 --format='inside %s' orch/outside");
  EXPECT_TRUE(holds(shown, "inside work"));
  const std::string log =
      box.ok(std::string("git log -1 --format=%B ") + kBranch);
  EXPECT_TRUE(holds(log, "work"));
  EXPECT_TRUE(holds(log, "Orch-Agent: 001/impl-api"));
  // Its worktree outside is at that commit, with nothing uncommitted.
  EXPECT_EQ(box.ok_in(worktree, "git status --porcelain"), "");
  EXPECT_EQ(box.ok_in(worktree, "git rev-parse HEAD"), tip(kBranch));
  EXPECT_EQ(sql("SELECT message FROM task_events WHERE event_type = "
                "'status_update'"),
            "work\n");
  box.ok("git orch tick -q");
  EXPECT_EQ(sql("SELECT count(*) FROM task_events WHERE event_type LIKE "
                "'ref_%'"),
            "0\n");
}

TEST_F(AgentSandbox, SeesAsOpenWorkWhatItHasNotCommitted) {
  inside_ok("echo more >> one.txt && echo new > new.txt");
  EXPECT_EQ(box.ok_in(worktree, "git status --porcelain"),
            " M one.txt\n?? new.txt\n");
  EXPECT_TRUE(holds(inside_ok("git status --porcelain"), " M one.txt"));
}

TEST_F(AgentSandbox, MayWriteNothingOfTheRepositoryButItsOwn) {
  box.write(box.path("home/.ssh/key"), "secret");
  box.write(box.path("home/.netrc"), "secret");
  inside_ok("git worktree prune; git -C '" + box.repo() +
            "' worktree prune; git gc -q");
  const std::string before = box.fingerprint();
  const std::string git = box.repo() + "/.git";
  for (const std::string& path :
       {git + "/refs/heads/main", git + "/packed-refs", git + "/config",
        git + "/hooks/pre-commit", git + "/orch/guard/pre-commit",
        git + "/worktrees/impl-data/HEAD", git + "/objects/x", git + "/index",
        box.repo() + "/one.txt", box.worktree("001", "impl-data") + "/one.txt",
        worktree + "/.git", box.path("home/.bashrc")}) {
    const Result r = inside("printf x >> '" + path + "'");
    EXPECT_NE(r.status, 0) << path << r.out;
  }
  for (const char* script :
       {"rm -rf .git", "mv .git x", "cat ~/.ssh/key", "test -s ~/.netrc"}) {
    const Result r = inside("OUTSIDE='" + box.repo() + "'; " + script);
    EXPECT_NE(r.status, 0) << script << r.out;
  }
  EXPECT_EQ(box.fingerprint(), before);
  EXPECT_EQ(box.read(box.path("home/.ssh/key")), "secret");
  // What of ours is there in its stead is its own.
  inside("rm -rf '" + git + "/orch/orch.db'; echo x > '" + git +
         "/orch/policy.yaml'");
  EXPECT_EQ(box.type("git orch policy list").status, 0);
  EXPECT_NE(sql("SELECT count(*) FROM agents"), "0\n");
}

TEST_F(AgentSandbox, ReachesNoPaneAndNoProcessOutside) {
  box.ok("git config orch.tmuxSocket " + box.path("server"));
  box.ok("git orch agent start -q 001/overseer --runtime script");
  const std::string pid =
      sql("SELECT pid FROM agents WHERE address = '001/overseer'");
  const std::string list = "tmux -S '" + box.path("server") + "' list-panes -a";
  EXPECT_NE(box.run_in(box.root(), {"sh", "-c", list}).out, "");
  EXPECT_NE(inside(list).status, 0);
  EXPECT_NE(inside("kill -0 " + pid).status, 0);
  // What it types into its own terminal is not for whoever reads next.
  EXPECT_EQ(inside("perl -e 'my $c = \"x\"; exit(ioctl(STDIN, 0x5412, $c) ? 1 "
                   ": 0)'")
                .status,
            0);
}

TEST_F(AgentSandbox, SpeaksWithTheTeam) {
  box.ok("git orch send 001/impl-api -m 'for you'");
  const std::string shown = inside_ok(
      "git orch inbox --ack-all && git orch send overseer -m hello && "
      "echo long text | git orch send overseer - && "
      "git orch report progress -m half && git orch status >/dev/null && "
      "cd / && git -C \"$OLDPWD\" orch task add 'more to do' --id T9");
  EXPECT_TRUE(holds(shown, "for you"));
  EXPECT_EQ(sql("SELECT level FROM messages WHERE text = 'for you'"),
            "acked\n");
  EXPECT_EQ(sql("SELECT sender || ': ' || text FROM messages WHERE kind = "
                "'message' AND sender = '001/impl-api' ORDER BY id"),
            "001/impl-api: hello\n001/impl-api: long text\n\n");
  EXPECT_EQ(sql("SELECT count(*) FROM task_events WHERE event_type = "
                "'report_progress'"),
            "1\n");
  EXPECT_EQ(sql("SELECT title FROM tasks WHERE task_id = 'T9'"),
            "more to do\n");
}

TEST_F(AgentSandbox, HasNothingRunOutsideThatIsNotForIt) {
  box.write(box.path("home/.ssh/key"), "secret");
  for (const char* line :
       {"agent start 001/impl-data -- sh -c true", "agent stop 001/overseer",
        "policy override guards.refs -m why", "init", "deinit",
        "log-event 001 overseer commit x", "send overseer -F ~/.ssh/key",
        "send overseer --fil=/etc/passwd", "send overseer -qF/etc/passwd",
        "task import /etc/passwd", "task export x", "conflicts suggest 1",
        "doctor", "hooks uninstall", "launch x", "gc"}) {
    const Result r = inside(std::string("git orch ") + line);
    EXPECT_EQ(r.status, 2) << line << r.out;
    EXPECT_TRUE(holds(r.out, "sandbox")) << line;
  }
  EXPECT_EQ(sql("SELECT count(*) FROM messages WHERE sender = "
                "'001/impl-api'"),
            "0\n");
}

TEST_F(AgentSandbox, KeepsCommitsOfWhatItsRoleMayNotChange) {
  const std::string before = tip(kBranch);
  const Result r = inside(
      "mkdir .husky && echo x > .husky/x && git add . && "
      "git commit -q --no-verify -m bad && git orch status >/dev/null");
  EXPECT_TRUE(holds(r.out, "orch: refused by guards.paths"));
  EXPECT_TRUE(holds(r.out, "hint: why: git orch policy explain guards.paths"));
  EXPECT_EQ(tip(kBranch), before);
  EXPECT_EQ(sql("SELECT count(*) FROM task_events WHERE event_type = "
                "'guard_refused'"),
            "1\n");
  // Whoever looks finds the commit; the agent takes the change out of it.
  EXPECT_EQ(box.ok("git log -1 --format=%s refs/orch/sandbox/" +
                   sql("SELECT id FROM agents WHERE address = "
                       "'001/impl-api'")
                       .substr(0, 1) +
                   "/seen"),
            "bad\n");
  inside_ok(
      "git reset -q --soft orch/outside && "
      "git rm -q -r --cached .husky && git commit -q --allow-empty -m good");
  EXPECT_EQ(box.ok(std::string("git log -1 --format=%s ") + kBranch), "good\n");
}

TEST_F(AgentSandbox, FriendlyRefusesBeforeTheCommit) {
  const Result r = inside(
      "mkdir .husky && echo x > .husky/x && git add . && git commit -q -m bad");
  EXPECT_NE(r.status, 0);
  EXPECT_TRUE(holds(r.out, "hint: to leave it out: git restore --staged"));
  EXPECT_EQ(sql("SELECT count(*) FROM task_events WHERE event_type = "
                "'guard_refused'"),
            "1\n");
}

TEST_F(AgentSandbox, RefusesOtherNamesMergesAndSubmodules) {
  box.run_in(box.worktree("001", "impl-data"),
             {"git", "commit", "-q", "--allow-empty", "-m", "theirs"});
  const std::string before = tip(kBranch);
  struct Case {
    const char* script;
    const char* guard;
  };
  for (const Case& c : {
           Case{"git commit -q --allow-empty --no-verify -m 'x\n\nOrch-Agent: "
                "001/overseer'",
                "guards.trailers"},
           Case{"git -c core.hooksPath=/dev/null merge -q --no-ff -m x "
                "feature/001/impl-data",
                "guards.merges"},
           Case{"git init -q sub && git -C sub commit -q --allow-empty -m x "
                "&& git -c core.hooksPath=/dev/null add sub && git commit -q "
                "-m x",
                "sandbox.modules"},
       }) {
    const Result r = inside(std::string(c.script) + "; git orch status");
    EXPECT_TRUE(holds(r.out, std::string("orch: refused by ") + c.guard))
        << c.script;
    EXPECT_EQ(tip(kBranch), before) << c.script;
    inside("git reset -q --hard orch/outside; rm -rf sub");
  }
}

TEST_F(AgentSandbox, TakesInNoOthersWorkByAnyWay) {
  box.ok_in(box.worktree("001", "impl-data"),
            "git commit -q --allow-empty -m theirs");
  const std::string before = tip(kBranch);
  for (const char* script :
       {"git reset -q --hard feature/001/impl-data",
        "git rebase -q feature/001/impl-data",
        "git -c core.hooksPath=/dev/null merge -q --ff-only "
        "feature/001/impl-data",
        "git reset -q --hard $(git commit-tree HEAD^{tree} -p "
        "feature/001/impl-data -p HEAD -m x)"}) {
    const Result r = inside(std::string(script) + "; git orch status");
    EXPECT_TRUE(holds(r.out, "orch: refused by guards.merges")) << script;
    EXPECT_EQ(tip(kBranch), before) << script;
    inside("git reset -q --hard orch/outside");
  }
  // A copy of one commit is its own, in the name of who made it.
  box.write(box.worktree("001", "impl-data") + "/data.txt", "data\n");
  box.run_in(box.worktree("001", "impl-data"),
             {"sh", "-c", "git add . && git commit -q -m data"});
  inside_ok("git cherry-pick feature/001/impl-data");
  EXPECT_EQ(box.ok(std::string("git log -1 --format=%s ") + kBranch), "data\n");
}

TEST_F(AgentSandbox, ChangesNoDeniedFileByAMerge) {
  const auto commit_hook = [&](const std::string& text) {
    box.run_in(box.repo(), {"sh", "-ec",
                            "mkdir -p .husky; echo " + text +
                                " > .husky/pre-commit; git add .; "
                                "git commit -q -m " +
                                text});
  };
  commit_hook("old");
  commit_hook("safe");
  // To catch up takes the file as the base has it.
  inside_ok("GIT_MERGE_AUTOEDIT=no git merge -q main");
  EXPECT_EQ(box.ok(std::string("git show ") + kBranch + ":.husky/pre-commit"),
            "safe\n");
  const Result r = inside(
      "git reset -q --hard main~1 && git commit -q --allow-empty -m x && "
      "git merge -q -s ours --no-edit main; git orch status");
  EXPECT_TRUE(holds(r.out, "orch: refused by guards.paths")) << r.out;
  EXPECT_EQ(box.ok(std::string("git log -1 --format=%s ") + kBranch), "x\n");
}

TEST_F(AgentSandbox, ShowsNoSecretToWhatServesItsClone) {
  box.write(box.path("home/.git-credentials"),
            "https://user:TOKEN@example.org");
  const Result r = inside(
      "ln -s ~/.git-credentials \"$ORCH_GIT_DIR\"/shallow; git orch status");
  EXPECT_FALSE(holds(r.out, "TOKEN"));
}

TEST_F(AgentSandbox, HasNoOthersSocketAndNoLockInSight) {
  inside_ok("true");
  const std::string orch = box.repo() + "/.git/orch";
  EXPECT_EQ(
      inside_ok("ls -1 '" + orch + "'; ls '" + orch + "/sandbox' | wc -l"),
      "run\nsandbox\nscripts\n1\n");
}

TEST_F(AgentSandbox, StaysOneUntilItIsSaidOtherwise) {
  const std::string probe = "! touch '" + box.repo() + "/probe'";
  inside_ok(probe);
  EXPECT_EQ(inside(probe, "-q").status, 0);
  EXPECT_NE(inside(probe, "--no-sandbox").status, 0);
  box.ok("rm " + box.repo() + "/probe");
  EXPECT_NE(inside(probe, "-q").status, 0);
  EXPECT_EQ(box.type("git orch agent restart 001/impl-api --runtime shell "
                     "--sandbox --no-sandbox")
                .status,
            129);
  EXPECT_EQ(box.type("git orch agent start 001/impl-api --sandbox "
                     "--no-sandbox")
                .status,
            129);
}

TEST_F(AgentSandbox, IsWhereARoleSaysSo) {
  const std::string role = box.repo() + "/.git/orch/roles/impl-api.yaml";
  box.write(role, box.read(role) + "\nsandbox: true\n");
  EXPECT_EQ(inside("! touch '" + box.repo() + "/probe'", "-q").status, 0);
}

TEST_F(AgentSandbox, IsWhereNobodyWouldBeAsked) {
  box.write(box.path("home/bin/claude"),
            "#!/bin/sh\n! touch '" + box.repo() + "/probe'\n");
  box.ok("chmod +x " + box.path("home/bin/claude"));
  const Result r = box.run_in(
      box.repo(),
      {"git", "orch", "agent", "start", "-q", kAgent, "--runtime", "shell",
       "--", box.path("home/bin/claude"), "--dangerously-skip-permissions"});
  EXPECT_TRUE(holds(r.err, "with status 0")) << r.err;
}

TEST_F(AgentSandbox, IsRefusedWithoutBubblewrapUnlessTheUserAllowsIt) {
  // Every program but one.
  const std::string bin = box.path("without");
  box.ok("mkdir " + bin);
  box.run_in(
      box.root(),
      {"sh", "-ec", "ln -s /usr/bin/* " + bin + "; rm " + bin + "/bwrap"});
  const std::string path = box.ok("printenv PATH");
  std::string without = path.substr(0, path.size() - 1);
  for (const char* directory : {"/usr/bin", "/bin"}) {
    const std::string part = std::string(":") + directory;
    for (std::size_t at = (":" + without + ":").find(part + ":");
         at != std::string::npos; at = (":" + without + ":").find(part + ":"))
      without.replace(at == 0 ? 0 : at - 1, part.size(), "");
  }
  box.set("PATH", without + ":" + bin);
  const std::string line =
      "git orch agent start 001/impl-api --runtime shell --sandbox -- true";
  const Result r = box.type(line);
  EXPECT_EQ(r.status, 128);
  EXPECT_TRUE(holds(r.err, "bubblewrap is not installed"));
  EXPECT_TRUE(holds(r.err, "orch.allowUnsandboxed"));
  // What a repository says of itself is not the user's word.
  box.ok("git config orch.allowUnsandboxed true");
  EXPECT_TRUE(holds(box.type(line).err, "fatal: cannot start '001/impl-api'"));
  box.ok("git config --global orch.allowUnsandboxed false");
  EXPECT_TRUE(holds(box.type(line).err, "fatal: cannot start '001/impl-api'"));
  box.ok("git config --global orch.allowUnsandboxed true");
  const Result allowed = box.type(line);
  EXPECT_TRUE(holds(allowed.err, "starts without a sandbox"));
  EXPECT_TRUE(holds(allowed.err, "with status 0"));
}

TEST_F(AgentSandbox, IsForAgentsOfFeaturesOnly) {
  const Result r = box.type(
      "git orch agent start --dir . --runtime script "
      "--sandbox");
  EXPECT_NE(r.status, 0);
  EXPECT_TRUE(holds(r.err, "outside any feature"));
  // Where none can be had, it is said.
  box.write(box.path("home/bin/claude"), "#!/bin/sh\nexit 3\n");
  box.ok("chmod +x " + box.path("home/bin/claude"));
  EXPECT_TRUE(holds(
      box.type("git orch agent start --dir . --runtime shell -- " +
               box.path("home/bin/claude") + " --dangerously-skip-permissions")
          .err,
      "warning: 'dir/repo' starts without a sandbox, and its CLI "
      "asks nobody"));
  const Result role =
      box.type("git orch agent start --role developer --sandbox");
  EXPECT_NE(role.status, 0);
}

}  // namespace
}  // namespace orch::test
