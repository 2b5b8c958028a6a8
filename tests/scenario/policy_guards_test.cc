// SPDX-License-Identifier: MIT
//
// What a role may do in git, in the worktree of its agent and nowhere else.
#include "file/file.h"
#include "support/sandbox.h"

namespace orch::test {
namespace {

class PolicyGuards : public ::testing::Test {
 protected:
  PolicyGuards() {
    box.make_repository();
    config_ = box.read(box.repo() + "/.git/config");
    box.ok("git orch init -q");
    box.ok("git orch init-feature -q 001 --base main");
  }
  std::string top(const std::string& role = "impl-api") const {
    return box.worktree("001", role);
  }
  // In the agent's worktree.
  Result sh(const std::string& script,
            const std::string& role = "impl-api") const {
    return box.run_in(top(role), {"sh", "-ec", script});
  }
  void policy(const std::string& yaml) const {
    box.write(box.repo() + "/.git/orch/policy.yaml", yaml);
  }
  void role(const std::string& name, const std::string& keys) const {
    box.write(box.repo() + "/.git/orch/roles/" + name + ".yaml",
              "name: " + name + "\n" + keys);
  }
  static constexpr char kMoveBase[] = "git update-ref refs/heads/main HEAD";

  Sandbox box;
  std::string config_;
};

TEST_F(PolicyGuards, HoldForAnAgentAndNotForAPerson) {
  ASSERT_EQ(sh("git commit -q --allow-empty -m x").status, 0);
  const Result r = sh(kMoveBase);
  EXPECT_NE(r.status, 0);
  EXPECT_TRUE(holds(r.err,
                    "orch: refused by guards.refs: 'refs/heads/main' is the "
                    "base of feature '001'"));
  EXPECT_TRUE(holds(r.err, "git orch ask move_ref -m WHY"));
  // The same in the person's worktree, and in one that he has added.
  box.ok("git update-ref refs/heads/main feature/001/impl-api");
  box.ok("git worktree add -q ../mine -b mine");
  box.ok_in(box.path("mine"), "git update-ref refs/heads/main HEAD~1");
  box.ok_in(box.path("mine"), "git merge -q --ff-only main");
  EXPECT_EQ(box.type_in(box.path("mine"), "git config --get merge.ff").out, "");
  // Every refusal is an event.
  EXPECT_TRUE(eventually([&] {
    box.ok("git orch tick -q");
    return box.sql(
               "SELECT role, message FROM task_events WHERE event_type = "
               "'guard_refused'") ==
           "impl-api|guards.refs: 'refs/heads/main' is the base of feature "
           "'001'\n";
  }));
}

TEST_F(PolicyGuards, ArePutBackByTheCommandThatTheyName) {
  sh("echo one > a; git add a; git commit -q -m one; echo more > b");
  // A reset of somebody else's branch leaves files behind: git asks too late.
  const Result r =
      sh("git checkout -q --ignore-other-worktrees main; "
         "git reset --hard feature/001/impl-api");
  EXPECT_NE(r.status, 0);
  EXPECT_TRUE(holds(r.err, "git reset --merge HEAD"));
  EXPECT_EQ(sh("git status --porcelain").out, "A  a\n?? b\n");
  EXPECT_EQ(sh("git reset -q --merge HEAD; git status --porcelain; cat b").out,
            "?? b\nmore\n");
}

TEST_F(PolicyGuards, FollowAnEditedPolicyAtOnce) {
  sh("git commit -q --allow-empty -m x");
  policy("guards: {refs: warn}\n");
  const Result warned = sh(kMoveBase);
  EXPECT_EQ(warned.status, 0) << warned.err;
  EXPECT_TRUE(holds(warned.err, "warning: orch: guards.refs: "));
  EXPECT_FALSE(holds(warned.err, "hint:"));
  policy("guards: {refs: off}\n");
  const Result off = sh("git update-ref refs/heads/main HEAD~1");
  EXPECT_EQ(off.status, 0);
  EXPECT_EQ(off.err, "");
  // A broken file changes nothing, and says so.
  policy("guards: {refs: block}\n");
  EXPECT_NE(sh(kMoveBase).status, 0);
  policy("guards: {refs: no}\n");
  const Result broken = sh(kMoveBase);
  EXPECT_NE(broken.status, 0);
  EXPECT_TRUE(holds(broken.err, "the guards hold what held before"));
  EXPECT_TRUE(holds(broken.err, "policy.yaml:1:16:"));
  const char* const kCommit = "git commit -q --allow-empty -m x";
  EXPECT_EQ(sh(kCommit).status, 0);
  // Who wants to rely on them has their breakage refuse.
  box.ok("git config orch.hookStrict true");
  const Result strict = sh(kCommit);
  EXPECT_EQ(strict.status, 1);
  EXPECT_TRUE(holds(strict.err,
                    "orch: refused by orch.hookStrict: the guards "
                    "hold what held before: "));
  box.ok("git commit -q --allow-empty -m mine");
  box.ok("git config --unset orch.hookStrict");
}

TEST_F(PolicyGuards, FollowTheRole) {
  role("impl-api",
       "paths: {allow: [src, ':(glob)*.md'], deny: [src/own]}\n"
       "refs: {allow: ['refs/heads/release/*'], deny: ['refs/tags/*']}\n"
       "can: [merge]\n");
  EXPECT_EQ(sh("mkdir src; echo x > src/x; echo x > README2.md; git add -A; "
               "git commit -q -m x")
                .status,
            0);
  const Result outside = sh("echo x > top; git add top; git commit -q -m y");
  EXPECT_NE(outside.status, 0);
  EXPECT_TRUE(holds(outside.err,
                    "refused by guards.paths: role 'impl-api' may "
                    "not change 'top'"));
  EXPECT_TRUE(holds(outside.err, "git restore --staged -- top"));
  EXPECT_EQ(sh("git restore --staged -- top; git status --porcelain").out,
            "?? top\n");
  EXPECT_NE(sh("echo x > src/own; git add src/own; git commit -q -m y").status,
            0);
  EXPECT_EQ(sh("git reset -q; git branch release/1").status, 0);
  EXPECT_TRUE(holds(sh("git tag v1").err, "role 'impl-api' may not move"));
  // Merging was allowed; what the merge brings is not its own change.
  sh("echo d > data.txt; git add .; git commit -q -m d", "impl-data");
  const Result merged = sh("git merge -q feature/001/impl-data");
  EXPECT_EQ(merged.status, 0) << merged.err;
  // What came past is found.
  sh("git add -f top; git commit -q --no-verify -m z");
  const Result check = box.type("git orch policy check impl-api --porcelain");
  EXPECT_EQ(check.status, 1);
  EXPECT_TRUE(holds(check.out,
                    "001/impl-api\tguards.paths\tbroken\tchanged "
                    "top\n"));
}

TEST_F(PolicyGuards, LetAnAgentPushWhatItMay) {
  box.ok("git init -q --bare ../origin.git");
  box.ok("git remote add origin " + box.path("origin.git"));
  const std::string own = "refs/heads/feature/001/impl-api";
  role("impl-api", "can: [pr]\n");
  EXPECT_EQ(sh("git push -q origin HEAD").status, 0);
  EXPECT_TRUE(holds(sh("git push -q origin HEAD:other").err,
                    "may not push but to '" + own + "'"));
  role("impl-api", "can: [push]\n");
  EXPECT_EQ(sh("git push -q origin HEAD:other").status, 0);
  EXPECT_TRUE(holds(sh("git push -q origin HEAD:main").err,
                    "'refs/heads/main' is the base"));
  role("impl-api", "can: [push, base]\n");
  EXPECT_EQ(sh("git push -q origin HEAD:main").status, 0);
  EXPECT_EQ(
      sh("git push -q origin HEAD:refs/heads/feature/001/overseer").status, 1);
}

TEST_F(PolicyGuards, LetTheOverseerIntegrateAndNotLandIt) {
  sh("echo a > a; git add a; git commit -q -m a");
  const Result merged = sh("git merge -q feature/001/impl-api", "overseer");
  EXPECT_EQ(merged.status, 0) << merged.err;
  // git asks before a merge only where it makes a commit.
  EXPECT_EQ(sh("git log -1 --format=%p | wc -w", "overseer").out, "2\n");
  EXPECT_NE(sh(kMoveBase, "overseer").status, 0);
  // An agent catches up with the integration branch.
  EXPECT_EQ(sh("git merge -q feature/001/overseer", "impl-data").status, 0);
}

TEST_F(PolicyGuards, WantASubjectThatBeginsWithTheFeature) {
  policy("guards: {prefix: block}\n");
  EXPECT_TRUE(holds(sh("git commit -q --allow-empty -m x").err,
                    "refused by guards.prefix: the subject does not begin with "
                    "'[001]'"));
  EXPECT_EQ(sh("git commit -q --allow-empty -m '[001] x'").status, 0);
  EXPECT_EQ(sh("git commit -q --allow-empty --fixup HEAD").status, 0);
}

TEST_F(PolicyGuards, PassWhatAPersonOverrides) {
  sh("git commit -q --allow-empty -m x");
  EXPECT_EQ(box.type("git orch policy override guards.refs").status, 129);
  EXPECT_TRUE(holds(box.type("git orch policy override guards.ref -m x").err,
                    "did you mean 'guards.refs'?"));
  const json::Value made =
      box.type(
             "git orch policy override guards.refs impl-api --for 1h "
             "-m 'lands by hand' --json")
          .data();
  EXPECT_EQ(made["override"]["guard"], json::Value("guards.refs"));
  EXPECT_EQ(made["override"]["agent"], json::Value("001/impl-api"));
  EXPECT_EQ(sh(kMoveBase).status, 0);
  // For that agent, and that guard.
  EXPECT_NE(sh(kMoveBase, "impl-data").status, 0);
  EXPECT_NE(sh("git push -q . HEAD:refs/heads/x").status, 0);
  EXPECT_EQ(box.sql("SELECT role, message FROM task_events WHERE event_type = "
                    "'policy_override'"),
            "impl-api|guards.refs for 1h: lands by hand\n");
  // Until it ends, by itself or before.
  box.ok("git orch policy override --end -q guards.refs");
  EXPECT_NE(sh("git update-ref refs/heads/main HEAD~1").status, 0);
  box.ok("git orch policy override guards.refs -q --for 1s -m soon");
  EXPECT_TRUE(eventually([&] {
    return sh("git update-ref refs/heads/main HEAD~1 && "
              "git update-ref refs/heads/main HEAD")
               .status != 0;
  }));
}

TEST_F(PolicyGuards, AreNotOverriddenByAnAgent) {
  box.script(
      "impl-api",
      "await-message\nrun git orch policy override guards.refs -m now\n");
  box.ok("git orch agent start -q impl-api --runtime script");
  box.ok("git orch send -q impl-api -m go");
  EXPECT_TRUE(eventually([&] {
    return holds(box.ok("git orch agent log impl-api"),
                 "'001/impl-api' may not override a guard");
  }));
  EXPECT_EQ(box.sql("SELECT count(*) FROM overrides"), "0\n");
}

TEST_F(PolicyGuards, RunTheHooksOfThePersonToo) {
  const std::string log = box.path("log");
  for (const char* hook : {"pre-commit", "reference-transaction", "pre-push"}) {
    const std::string path = box.repo() + "/.git/hooks/" + hook;
    box.write(path, std::string("#!/bin/sh\ncat > /dev/null\necho ") + hook +
                        " \"$1\" >> " + log + "\n");
    box.ok("chmod +x " + path);
  }
  box.ok("git orch tick -q");
  EXPECT_EQ(sh("git commit -q --allow-empty -m x").status, 0);
  EXPECT_EQ(box.read(log),
            "pre-commit \nreference-transaction prepared\n"
            "reference-transaction committed\n");
  EXPECT_NE(sh(kMoveBase).status, 0);
}

TEST_F(PolicyGuards, LeaveTheConfigurationAsItWas) {
  EXPECT_TRUE(holds(box.read(box.repo() + "/.git/config"),
                    "path = orch-worktrees.config"));
  EXPECT_EQ(box.type("git config --get extensions.worktreeConfig").out, "");
  box.ok("git orch hooks uninstall");
  EXPECT_FALSE(holds(box.read(box.repo() + "/.git/config"), "include"));
  EXPECT_EQ(sh("git config --get core.hooksPath || true").out, "");
  box.ok("git orch hooks install");
  box.ok("git orch tick -q");
  EXPECT_NE(sh("git update-ref refs/heads/main HEAD~0 && git branch -f main "
               "$(git commit-tree HEAD^{tree} -m x)")
                .status,
            0);
  box.ok("git orch deinit -q");
  EXPECT_EQ(box.read(box.repo() + "/.git/config"), config_);
  EXPECT_EQ(box.ok("find .git/worktrees -name orch*"), "");
  EXPECT_EQ(box.ok("find .git -maxdepth 1 -name orch-*.config"), "");
}

TEST_F(PolicyGuards, AreLookedAtByDoctorAndMendedByTheNextTick) {
  const auto guards = [&] {
    for (const std::string& line :
         box.type("git orch doctor --porcelain").lines())
      if (line.starts_with("guards\t")) return line;
    return std::string();
  };
  EXPECT_TRUE(holds(guards(), "\tok\t"));
  const std::string hook =
      box.repo() + "/.git/orch/guard/reference-transaction";
  box.ok("chmod -x " + hook);
  EXPECT_TRUE(holds(guards(), "\tfail\t"));
  EXPECT_TRUE(holds(guards(), "cannot be run"));
  EXPECT_TRUE(holds(guards(), "git orch tick"));
  box.ok("git orch tick -q");
  EXPECT_TRUE(holds(guards(), "\tok\t"));
  box.write(hook, "#!/bin/sh\n");
  EXPECT_TRUE(holds(guards(), "is not ours"));
  box.ok("git orch tick -q");
  EXPECT_TRUE(holds(guards(), "\tok\t"));
  sh("git config --file \"$(git rev-parse --git-common-dir)/config\" "
     "--add include.path /dev/null; "
     "printf '[core]\\n\\thooksPath = /dev/null\\n' >> "
     "\"$(git rev-parse --git-common-dir)/config\"");
  EXPECT_TRUE(holds(guards(), "core.hooksPath is '/dev/null' (local, file:"));
}

TEST_F(PolicyGuards, LookAtAllOfALargeTransaction) {
  sh("git commit -q --allow-empty -m x");
  const std::string many =
      "for i in $(seq 3000); do echo create refs/heads/many/$i "
      "$(git rev-parse HEAD); done; ";
  EXPECT_EQ(sh("{ " + many + "} | git update-ref --stdin").status, 0);
  EXPECT_NE(sh("{ for i in $(seq 3000); do echo delete refs/heads/many/$i; "
               "done; echo delete refs/heads/main; } | git update-ref --stdin")
                .status,
            0);
  EXPECT_EQ(sh("git for-each-ref refs/heads/many | wc -l").out, "3000\n");
}

TEST_F(PolicyGuards, HoldForWhatIsTakenAway) {
  box.ok("git orch policy override -q guards.paths -m 'sets it up'");
  EXPECT_EQ(sh("mkdir .husky; echo x > .husky/x; echo y > ' .husky y'; "
               "git add -A; git commit -q -m x")
                .status,
            0);
  box.ok("git orch policy override -q --end");
  const Result r = sh("git rm -q -r .husky; git commit -q -m gone");
  EXPECT_NE(r.status, 0);
  EXPECT_TRUE(holds(r.err, "may not change '.husky/x'"));
  // What is there and stays as it is does not matter.
  EXPECT_EQ(sh("git reset -q --hard; echo z > z; git add z; "
               "git commit -q -m z")
                .status,
            0);
}

TEST_F(PolicyGuards, LeaveTheLogOfABranchThatMayNotBeRenamed) {
  EXPECT_EQ(sh("git commit -q --allow-empty -m x").status, 0);
  const std::string log =
      "git log -g --format='%h %gs' feature/001/impl-api --";
  const std::string before = sh(log).out;
  EXPECT_TRUE(holds(before, "commit: x"));
  const Result r = sh("git branch -m other");
  EXPECT_NE(r.status, 0);
  EXPECT_TRUE(holds(r.err, "orch: refused by guards.refs"));
  EXPECT_EQ(sh(log).out, before);
  EXPECT_FALSE(file::exists(box.repo() + "/.git/logs/refs/.tmp-renamed-log"));
}

TEST_F(PolicyGuards, AreCheckedWithTheThresholds) {
  const Result well = box.type("git orch policy check --json");
  EXPECT_EQ(well.status, 0) << well.out;
  const auto of = [&](const Result& r, const std::string& subject,
                      const std::string& rule) {
    const json::Value data = r.data();
    for (const json::Value& c : *data["checks"].as_array())
      if (c["subject"] == json::Value(subject) &&
          c["rule"] == json::Value(rule))
        return *c["status"].as_string() + ": " + *c["detail"].as_string();
    return std::string();
  };
  EXPECT_EQ(of(well, "001/impl-api", "guards"), "ok: in force");
  EXPECT_EQ(of(well, "001", "thresholds.conflict_age"), "ok: no open conflict");
  role("impl-api", "commit_every: 1s\n");
  policy("thresholds: {behind: 0, integration_age: 0s, push_age: 0s}\n");
  sh("echo x > x; git add x; git commit -q -m x; echo y > y; "
     "touch -d '2 hours ago' y");
  sh("git commit -q --allow-empty -m x", "overseer");
  const Result bad = box.type("git orch policy check --json");
  EXPECT_EQ(bad.status, 1);
  EXPECT_TRUE(holds(of(bad, "001/impl-api", "thresholds.commit_age"),
                    "broken: 1 path uncommitted for 2h"));
  EXPECT_EQ(of(bad, "001/impl-api", "thresholds.behind"),
            "broken: 1 behind feature/001/overseer, more than 0");
  EXPECT_TRUE(holds(of(bad, "001/impl-api", "thresholds.push_age"),
                    "broken: 1 commit unpushed for"));
  EXPECT_TRUE(
      holds(of(bad, "001", "thresholds.integration_age"), "1 commit waiting"));
  EXPECT_TRUE(holds(box.type("git orch policy check").out, "broken"));
  // Finished work that nobody takes in.
  EXPECT_EQ(of(well, "001", "thresholds.pr_age"), "ok: no pull request waits");
  EXPECT_EQ(of(well, "001", "thresholds.landing_age"),
            "ok: no branch waits to land");
  box.sql(
      "INSERT INTO pull_requests(feature_id, role, pr_number, title, status, "
      "base_branch, head_branch, created_at) VALUES "
      "(1, 'x', 7, 't', 'merged', 'b', 'h', 1), "
      "(1, 'x', 8, 't', 'open', 'b', 'h', 86400000), "
      "(1, 'x', 9, 't', 'open', 'b', 'h', 172800000)");
  box.sql(
      "INSERT INTO landings(feature_id, ref, commit_hash, into_ref, status, "
      "queued_at, ended_at) VALUES "
      "(1, 'refs/heads/old', 'c', 'refs/heads/i', 'rejected', 1, 2), "
      "(1, 'refs/heads/late', 'c', 'refs/heads/i', 'queued', 86400000, NULL)");
  box.set("ORCH_TEST_NOW", "100800000");
  const Result stuck = box.type("git orch policy check --json");
  EXPECT_EQ(of(stuck, "001", "thresholds.pr_age"),
            "broken: the pull request #8 has waited for 4h, more than 2h");
  EXPECT_EQ(of(stuck, "001", "thresholds.landing_age"),
            "broken: the branch late has waited for 4h, more than 2h");
  policy("thresholds: {pr_age: 5h, landing_age: never}\n");
  const Result later = box.type("git orch policy check --json");
  EXPECT_EQ(of(later, "001", "thresholds.pr_age"),
            "ok: the pull request #8 has waited for 4h");
  EXPECT_EQ(of(later, "001", "thresholds.landing_age"), "");
}

}  // namespace
}  // namespace orch::test
