// SPDX-License-Identifier: MIT
#include "support/sandbox.h"

namespace orch::test {
namespace {

class InitFeatureOptions : public ::testing::Test {
 protected:
  InitFeatureOptions() {
    box.make_repository();
    box.ok("git orch init -q");
  }

  json::Value feature(const std::string& line) const {
    return box.type("git orch " + line + " --json").data()["feature"];
  }
  std::vector<std::string> roles(const std::string& line) const {
    std::vector<std::string> out;
    const json::Value data = box.type("git orch " + line + " --json").data();
    if (const json::Array* agents = data["agents"].as_array())
      for (const json::Value& a : *agents)
        out.push_back(*a["role"].as_string());
    return out;
  }

  Sandbox box;
};

TEST_F(InitFeatureOptions, NameIsWhatPeopleCallIt) {
  EXPECT_EQ(feature("init-feature 001-a --name 'Reading goals'")["name"],
            json::Value("Reading goals"));
  EXPECT_TRUE(holds(box.ok("git orch brief 001-a/overseer"),
                    "The feature is 001-a (Reading goals), from main."));
  EXPECT_TRUE(box.ok("git orch export 001-a").starts_with("# Reading goals\n"));
}

TEST_F(InitFeatureOptions, NameIsAnyBytes) {
  const std::string name = "-- 'x' \"y\"; DROP TABLE features";
  box.run_in(box.repo(),
             {"git", "orch", "init-feature", "001-a", "--name", name});
  EXPECT_EQ((*box.type("git orch status --json")
                  .data()["features"]
                  .as_array())[0]["name"],
            json::Value(name));
}

TEST_F(InitFeatureOptions, SpecIsInTheBrief) {
  box.write(box.repo() + "/spec.md", "# Goals\n");
  box.ok("mkdir deep");
  const Result r = box.type_in(box.repo() + "/deep",
                               "git orch init-feature 001-a --spec ../spec.md");
  EXPECT_EQ(r.status, 0) << r.err;
  EXPECT_TRUE(holds(
      box.ok("git orch brief 001-a/overseer"),
      "The specification is in " + box.repo() + "/spec.md; read it first.\n"));
}

TEST_F(InitFeatureOptions, BaseIsWhereTheWorkStarts) {
  box.ok("git branch side");
  box.ok("git commit -q --allow-empty -m later");
  const std::string side = box.ok("git rev-parse side");
  EXPECT_EQ(feature("init-feature 001-a --base side")["base"],
            json::Value("side"));
  EXPECT_EQ(box.ok("git rev-parse feature/001-a/overseer"), side);
  EXPECT_EQ(box.ok_in(box.worktree("001-a", "impl-ui"), "git rev-parse HEAD"),
            side);
}

TEST_F(InitFeatureOptions, BaseMakesADetachedHeadGood) {
  box.ok("git checkout -q --detach");
  EXPECT_EQ(feature("init-feature 001-a --base main")["base"],
            json::Value("main"));
}

TEST_F(InitFeatureOptions, RolesAreInsteadOfATeams) {
  EXPECT_EQ(roles("init-feature 001-a --roles impl-ui,overseer"),
            (std::vector<std::string>{"impl-ui", "overseer"}));
  EXPECT_EQ(box.ok("git for-each-ref --format %(refname:short) refs/heads/"
                   "feature"),
            "feature/001-a/impl-ui\nfeature/001-a/overseer\n");
}

TEST_F(InitFeatureOptions, TeamIsAFileThatAPersonMayWrite) {
  box.write(box.repo() + "/.git/orch/teams/pair.yaml",
            "name: pair\nroles: [lead, impl-api]\n");
  box.write(box.repo() + "/.git/orch/roles/lead.yaml",
            "name: lead\nkind: overseer\npurpose: lead\n");
  EXPECT_EQ(roles("init-feature 001-a --team pair"),
            (std::vector<std::string>{"lead", "impl-api"}));
  EXPECT_EQ((*box.type("git orch status --json")
                  .data()["features"]
                  .as_array())[0]["integration_branch"],
            json::Value("feature/001-a/lead"));
}

TEST_F(InitFeatureOptions, TeamHasTheRolesOfTheOneItExtendsFirst) {
  EXPECT_EQ(roles("init-feature 001-a --team code_project --no-worktrees"),
            (std::vector<std::string>{"orchestrator", "project_manager",
                                      "developer", "tester", "testrunner"}));
  EXPECT_EQ((*box.type("git orch status --json")
                  .data()["features"]
                  .as_array())[0]["integration_branch"],
            json::Value("feature/001-a/orchestrator"));
}

TEST_F(InitFeatureOptions, TeamsOfALoopAreShown) {
  const std::string teams = box.repo() + "/.git/orch/teams/";
  box.write(teams + "up.yaml", "name: up\nextends: down\nroles: [tester]\n");
  box.write(teams + "down.yaml", "name: down\nextends: up\n");
  const Result r = box.type("git orch init-feature 001-a --team up");
  EXPECT_EQ(r.status, 129);
  EXPECT_TRUE(holds(r.err, "teams extend each other: up, down, up"));
  box.write(teams + "up.yaml", "name: up\nextends: bsae\n");
  EXPECT_TRUE(holds(box.type("git orch init-feature 001-a --team up").err,
                    "did you mean 'base'?"));
}

TEST_F(InitFeatureOptions, RolesThatRequireAnotherNameIt) {
  const std::string before = box.fingerprint();
  const Result r = box.type(
      "git orch init-feature 001-a --roles orchestrator,securityops --json");
  EXPECT_EQ(r.status, 129);
  EXPECT_EQ(r.json()["error"]["message"],
            json::Value("role 'securityops' requires 'sysadmin'"));
  EXPECT_EQ(r.json()["error"]["hint"],
            json::Value("add it: --roles orchestrator,securityops,sysadmin"));
  EXPECT_EQ(box.fingerprint(), before);
  EXPECT_EQ(
      roles("init-feature 001-a --no-worktrees --roles "
            "orchestrator,securityops,sysadmin"),
      (std::vector<std::string>{"orchestrator", "securityops", "sysadmin"}));
}

TEST_F(InitFeatureOptions, NoWorktreesMakesBranchesOnly) {
  const std::string before = box.ok("git worktree list");
  const Result r =
      box.type("git orch init-feature 001-a --no-worktrees --json");
  EXPECT_EQ(r.status, 0) << r.err;
  EXPECT_TRUE((*r.data()["agents"].as_array())[0]["worktree"].is_null());
  EXPECT_EQ(box.ok("git worktree list"), before);
  EXPECT_EQ(box.type("ls -d ../repo.orch").status, 2);
  EXPECT_EQ(box.type("git for-each-ref refs/heads/feature").lines().size(), 4U);
}

TEST_F(InitFeatureOptions, WorktreesThatWereLeftOutComeWithARerun) {
  box.ok(
      "git orch init-feature 001-a --no-worktrees --roles overseer,impl-ui "
      "-q");
  box.ok("git orch init-feature 001-a --no-worktrees -q");
  const Result none =
      box.type("git orch agent start 001-a/impl-ui --runtime script");
  EXPECT_EQ(none.status, 128);
  EXPECT_EQ(none.err,
            "fatal: cannot start '001-a/impl-ui': it has no worktree\nhint: "
            "git orch init-feature 001-a\n");
  const std::string planned =
      box.ok("git orch init-feature 001-a --dry-run --json");
  EXPECT_EQ(box.type("ls -d ../repo.orch").status, 2);
  EXPECT_EQ(box.ok("git orch init-feature 001-a --json"), planned);
  EXPECT_EQ(box.ok_in(box.worktree("001-a", "impl-ui"), "git status -sb"),
            "## feature/001-a/impl-ui\n");
  box.ok("git orch agent start 001-a/impl-ui --runtime script -q");
}

TEST_F(InitFeatureOptions, WhatContradictsTheFeatureThatIsThereIsRefused) {
  box.ok("git orch init-feature 001-a --roles overseer,impl-ui -q");
  box.ok("git branch other");
  const auto fails = [&](const std::string& options, const std::string& why) {
    const Result r = box.type("git orch init-feature 001-a " + options);
    EXPECT_EQ(r.status, 128) << options;
    EXPECT_TRUE(holds(r.err, why)) << r.err;
  };
  fails("--base nosuch", "there is no branch 'nosuch'");
  fails("--base other",
        "feature '001-a' is set up already, from 'main' and not 'other'");
  fails("--roles overseer,tester",
        "feature '001-a' is set up already, without the role 'tester'");
  box.ok("git orch init-feature 001-a --base main --roles overseer -q");
}

TEST_F(InitFeatureOptions, DryRunShowsTheSameAndMakesNothing) {
  box.ok("git orch deinit -q --purge");
  const std::string before = box.fingerprint();
  const Result human = box.type("git orch init-feature 001-a --dry-run");
  EXPECT_EQ(human.status, 0) << human.err;
  EXPECT_TRUE(human.out.starts_with("would set up feature 001-a from main\n"));
  const std::string planned =
      box.ok("git orch init-feature 001-a --dry-run --json");
  EXPECT_EQ(box.fingerprint(), before);
  EXPECT_EQ(box.type("test -e .git/orch").status, 1);
  EXPECT_EQ(box.ok("git orch init-feature 001-a --json"), planned);
}

TEST_F(InitFeatureOptions, DryRunRefusesWhatTheRealRunRefuses) {
  box.ok("git branch feature/001-a/impl-ui");
  const Result dry = box.type("git orch init-feature 001-a --dry-run");
  const Result real = box.type("git orch init-feature 001-a");
  EXPECT_EQ(dry.status, 128);
  EXPECT_EQ(dry.err, real.err);
}

TEST_F(InitFeatureOptions, StartLeavesEveryAgentReadyAndBriefed) {
  const Result r = box.type(
      "git orch init-feature 001-a --roles overseer,impl-ui --start "
      "--runtime script --json");
  EXPECT_EQ(r.status, 0) << r.err;
  const json::Value data = r.data();
  for (const json::Value& a : *data["agents"].as_array()) {
    EXPECT_EQ(a["runtime"], json::Value("script"));
    EXPECT_NE(a["state"], json::Value("stopped"));
  }
  EXPECT_TRUE(eventually([&] {
    const std::string list = box.ok("git orch agent list --porcelain");
    return list.find("001-a/impl-ui\t") != std::string::npos &&
           box.ok("git orch agent log 001-a/impl-ui")
                   .find("You are 001-a/impl-ui.") != std::string::npos;
  }));
}

TEST_F(InitFeatureOptions, StartThatFailsLeavesNothingBehind) {
  box.ok("git orch init -q");
  box.write(box.repo() + "/.git/orch/runtimes/brief.yaml",
            "version: 1\nname: brief\nabout: ends at once\nstart: [\"false\"]\n"
            "submit: [Enter]\nsigns:\n  - {state: exited, source: process}\n");
  const Result r = box.type(
      "git orch init-feature 001-a --roles overseer --start --runtime brief");
  EXPECT_EQ(r.status, 128);
  EXPECT_TRUE(holds(r.err,
                    "fatal: start of '001-a' failed: agent '001-a/overseer' "
                    "ended while starting with status 1; what it had set up "
                    "was undone\nhint: mend the cause, then give the same "
                    "command again\n"))
      << r.err;
  EXPECT_EQ(box.ok("git branch --list 'feature/*'"), "");
  EXPECT_EQ(box.type("git worktree list").lines().size(), 1U);
  EXPECT_EQ(box.ok("git orch agent list --porcelain"), "");
  EXPECT_EQ(box.ok("git orch checkin list --porcelain"), "");
  box.ok(
      "git orch init-feature 001-a --roles overseer --start --runtime "
      "script -q");
}

TEST_F(InitFeatureOptions, AFeatureThatWasThereOutlivesAStartThatFails) {
  box.set("PATH", std::string(ORCH_BUILD_DIR) + "/bin:/usr/bin:/bin");
  box.ok("git orch init-feature 001-a --roles overseer,impl-ui -q");
  for (const char* line :
       {"git orch init-feature 001-a --start --runtime claude",
        "git orch agent start impl-ui --runtime claude",
        "git orch agent start --role impl-api --runtime claude",
        "git orch agent start --dir . --runtime claude"}) {
    const Result r = box.type(line);
    EXPECT_EQ(r.status, 128) << line;
    EXPECT_TRUE(holds(r.err,
                      "fatal: cannot find 'claude' of runtime 'claude' "
                      "on PATH\n"))
        << r.err;
  }
  EXPECT_EQ(box.ok("git orch agent list --porcelain").find("exited"),
            std::string::npos);
  EXPECT_EQ(box.type("git orch agent list --porcelain").lines().size(), 2U);
  EXPECT_EQ(box.sql("SELECT count(*) FROM agents WHERE run <> ''"), "0\n");
}

TEST_F(InitFeatureOptions, StartTakesUpAFeatureThatIsThere) {
  box.ok("git orch init-feature 001-a --roles overseer -q");
  const json::Value data =
      box.type(
             "git orch init-feature 001-a --roles overseer --start "
             "--runtime script --json")
          .data();
  EXPECT_NE((*data["agents"].as_array())[0]["state"], json::Value("stopped"));
}

TEST_F(InitFeatureOptions, RuntimeIsRememberedForALaterStart) {
  box.ok("git orch init-feature 001-a --roles overseer --runtime script -q");
  const Result r = box.type("git orch agent start overseer --json");
  EXPECT_EQ(r.status, 0) << r.err;
  EXPECT_EQ(r.data()["agent"]["runtime"].is_null()
                ? json::Value("script")
                : r.data()["agent"]["runtime"],
            json::Value("script"));
}

TEST_F(InitFeatureOptions, WorktreeRootIsConfigurable) {
  box.ok("git config orch.worktreeRoot " + box.path("trees"));
  box.ok("git orch init-feature 001-a --roles overseer -q");
  EXPECT_EQ(box.type("test -d ../trees/001-a/overseer").status, 0);
  EXPECT_EQ(box.type("test -e ../repo.orch").status, 1);
}

}  // namespace
}  // namespace orch::test
