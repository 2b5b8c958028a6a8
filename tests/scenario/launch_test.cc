// SPDX-License-Identifier: MIT
#include "support/sandbox.h"
#include "support/specs.h"

namespace orch::test {
namespace {

class Launch : public ::testing::Test {
 protected:
  Launch() {
    box.make_repository();
    box.ok("git orch init -q");
    box.write(box.repo() + "/003-goals.md", kGoalsSpec);
  }
  Result launch(const std::string& args) const {
    return box.type("git orch launch " + args);
  }
  json::Value launched(const std::string& args) const {
    const Result r = launch(args + " --json");
    EXPECT_EQ(r.status, 0) << r.out << r.err;
    return r.data();
  }
  // Every agent but those named acknowledges its brief by itself.
  bool all_briefed() const {
    return eventually([&] {
      box.ok("git orch tick -q");
      return box.sql(
                 "SELECT count(*) FROM messages WHERE kind = 'brief' AND "
                 "level <> 'acked'") == "0\n";
    });
  }
  Sandbox box;
};

TEST_F(Launch, MakesARunningBriefedScheduledTeamInOneCommand) {
  const std::string head = box.ok("git rev-parse HEAD");
  const Result r = launch("003-goals.md --plan pro --runtime script");
  EXPECT_EQ(r.status, 0) << r.err;
  EXPECT_TRUE(holds(r.out, "launched 003-goals (Reading goals) from main"));
  EXPECT_TRUE(holds(
      r.out, "attach with: git orch agent attach 003-goals/orchestrator"));
  EXPECT_TRUE(all_briefed());
  EXPECT_EQ(box.sql("SELECT group_concat(role) FROM agents WHERE desired = "
                    "'running' ORDER BY id"),
            "orchestrator,developer,tester\n");
  // A recurring check-in of the role's interval for each.
  EXPECT_EQ(
      box.sql("SELECT every_ms / 60000 FROM checkins WHERE state = 'waiting' "
              "ORDER BY agent_id"),
      "20\n30\n30\n");
  EXPECT_EQ(box.sql("SELECT count(*) FROM tasks"), "4\n");
  EXPECT_EQ(box.sql("SELECT owner FROM tasks WHERE title LIKE 'write tests%'"),
            "003-goals/tester\n");
  EXPECT_EQ(box.sql("SELECT status FROM plans"), "launched\n");
  EXPECT_EQ(box.sql("SELECT count(*) FROM task_events WHERE event_type = "
                    "'feature_launched'"),
            "1\n");
  // The brief speaks of the plan.
  const std::string brief = box.ok("git orch brief 003-goals/tester");
  for (const char* part :
       {"Goal: readers set a goal for the year", "no new dependency",
        "a reader can set a goal and read it back", "write tests for the API"})
    EXPECT_TRUE(holds(brief, part));
  // The person's own checkout is untouched.
  EXPECT_EQ(box.ok("git rev-parse HEAD"), head);
  EXPECT_EQ(box.ok("git status --porcelain"), "?? 003-goals.md\n");
}

TEST_F(Launch, TakesTheTeamRolesAndSizeThatAreAskedFor) {
  launched("003-goals.md --team overseer-3 --runtime script --size small");
  EXPECT_EQ(box.sql("SELECT group_concat(role) FROM agents"),
            "overseer,impl-data,impl-api\n");
  box.write(box.repo() + "/004-more.md", kGoalsSpec + std::string("- more\n"));
  launched("004-more.md --roles researcher --size small --runtime script");
  EXPECT_EQ(
      box.sql("SELECT group_concat(a.role) FROM agents a JOIN features f ON "
              "f.id = a.feature_id WHERE f.spec_id = '004-more'"),
      "orchestrator,researcher,developer,tester\n");
}

TEST_F(Launch, AnswersInTheKeysOfTheContract) {
  const json::Value data = launched("003-goals.md --plan pro --runtime script");
  const json::Value& feature = (*data["features"].as_array())[0];
  EXPECT_EQ(feature["feature"]["spec_id"], json::Value("003-goals"));
  EXPECT_EQ(feature["feature"]["integration_branch"],
            json::Value("feature/003-goals/orchestrator"));
  EXPECT_EQ(feature["agents"].as_array()->size(), 3U);
}

TEST_F(Launch, ShowsWhatItWouldMakeAndMakesNothing) {
  const std::string before = box.fingerprint();
  const Result r = launch("003-goals.md --plan pro --runtime script --dry-run");
  EXPECT_EQ(r.status, 0) << r.err;
  EXPECT_TRUE(holds(r.out, "would launch 003-goals from main"));
  EXPECT_TRUE(holds(r.out, "feature/003-goals/developer"));
  EXPECT_EQ(box.fingerprint(), before);
  EXPECT_EQ(box.ok("git orch agent list"), "no agents\n");
}

TEST_F(Launch, ChangesNothingTheSecondTime) {
  launched("003-goals.md --plan pro --runtime script");
  EXPECT_TRUE(all_briefed());
  const std::string runs = box.sql("SELECT group_concat(run) FROM agents");
  launched("003-goals.md --plan pro --runtime script");
  EXPECT_EQ(box.sql("SELECT group_concat(run) FROM agents"), runs);
  // One that was stopped since comes back; the rest goes on.
  box.ok("git orch agent stop 003-goals/tester -q");
  launched("003-goals.md --plan pro --runtime script");
  EXPECT_EQ(box.sql("SELECT count(*) FROM agents WHERE desired = 'running'"),
            "3\n");
  EXPECT_EQ(
      box.sql("SELECT group_concat(run) FROM agents WHERE role <> 'tester'"),
      box.sql("SELECT '" + runs.substr(0, 33) + "'"));
}

TEST_F(Launch, TakesAPlanThatWasEdited) {
  box.ok(
      "git orch plan 003-goals.md --plan pro --runtime script -o plan.yaml "
      "-q");
  std::string plan = box.read(box.repo() + "/plan.yaml");
  const auto replace = [&](const std::string& from, const std::string& to) {
    const std::size_t at = plan.find(from);
    ASSERT_NE(at, std::string::npos) << plan;
    plan.replace(at, from.size(), to);
  };
  replace("implement the API for goals", "implement the API of goals");
  replace("spec_id: \"003-goals\"", "spec_id: \"004-edited\"");
  box.write(box.repo() + "/plan.yaml", plan);
  launched("plan.yaml");
  EXPECT_EQ(
      box.sql("SELECT count(*) FROM tasks WHERE title = 'implement the API "
              "of goals'"),
      "1\n");
  EXPECT_TRUE(holds(box.ok("git branch --list"), "feature/004-edited/tester"));
  // A mistake in it is named with its place, and nothing is made.
  replace("role: tester", "role: tster");
  replace("spec_id: \"004-edited\"", "spec_id: \"005-wrong\"");
  box.write(box.repo() + "/plan.yaml", plan);
  const Result r = launch("plan.yaml");
  EXPECT_EQ(r.status, 129);
  EXPECT_TRUE(holds(r.err, "plan.yaml:"));
  EXPECT_EQ(box.ok("git branch --list 'feature/005*'"), "");
}

TEST_F(Launch, RefusesWhatIsThereUnderThatName) {
  box.ok("git orch init-feature 003-goals --roles overseer,impl-ui -q");
  Result r = launch("003-goals.md --runtime script");
  EXPECT_EQ(r.status, 128);
  EXPECT_TRUE(holds(r.err, "feature '003-goals' is set up already, without"));
  box.write(box.repo() + "/other.md", kGoalsSpec);
  launched("other.md --plan pro --runtime script");
  box.write(box.repo() + "/other.md", std::string(kGoalsSpec) + "- more\n");
  r = launch("other.md --plan pro --runtime script");
  EXPECT_EQ(r.status, 128);
  EXPECT_TRUE(holds(r.err, "was launched with another specification"));
}

TEST_F(Launch, ChecksEverythingBeforeItsFirstChange) {
  const std::string before = box.fingerprint();
  Result r = launch("003-goals.md");
  EXPECT_EQ(r.status, 128);
  EXPECT_TRUE(holds(r.err, "no known agent CLI is on PATH"));
  r = launch("003-goals.md --runtime scirpt");
  EXPECT_TRUE(holds(r.err, "did you mean 'script'"));
  box.ok("git config orch.startStagger soon");
  r = launch("003-goals.md --runtime script");
  EXPECT_EQ(r.status, 129);
  EXPECT_TRUE(holds(r.err, "bad value 'soon' for orch.startStagger"));
  box.ok("git config --unset orch.startStagger");
  box.write(box.repo() + "/.git/orch/policy.yaml", "messages: [\n");
  r = launch("003-goals.md --runtime script");
  EXPECT_NE(r.status, 0);
  EXPECT_TRUE(holds(r.err, "cannot launch: policy: "));
  EXPECT_EQ(box.ok("git branch --list 'feature/*'"), "");
}

TEST_F(Launch, WarnsWhereCommitsWouldNotBeSeen) {
  EXPECT_EQ(launch("003-goals.md --plan pro --runtime script")
                .err.find("warning: not all hooks"),
            std::string::npos);
  box.make_repository("bare-of-hooks");
  box.write(box.repo() + "/003-goals.md", kGoalsSpec);
  const Result r = launch("003-goals.md --plan pro --runtime script");
  EXPECT_EQ(r.status, 0) << r.err;
  EXPECT_TRUE(holds(r.err, "warning: not all hooks of git orch are installed"));
  EXPECT_TRUE(holds(r.err, "git orch init"));
}

TEST_F(Launch, RefusesWhatAPlanSaysByItself) {
  box.ok(
      "git orch plan 003-goals.md --plan pro --runtime script -o plan.yaml "
      "-q");
  for (const char* flag :
       {"--team base", "--roles devops", "--size small", "--plan pro"}) {
    const Result r = launch("plan.yaml " + std::string(flag));
    EXPECT_EQ(r.status, 129) << flag;
    EXPECT_TRUE(holds(r.err, "a plan says by itself who is in the team"));
  }
  box.write(box.repo() + "/other.yaml", "spec_id: x\n");
  const Result none = launch("other.yaml --runtime script");
  EXPECT_EQ(none.status, 129);
  EXPECT_TRUE(holds(none.err, "other.yaml:1:1: 'plan: 1' is missing"));
  box.write(box.repo() + "/only.yaml", "plan: 1\nspec_id: x\n");
  EXPECT_TRUE(holds(launch("only.yaml").err, "'team' is missing"));
  EXPECT_EQ(box.ok("git branch --list 'feature/*'"), "");
}

TEST_F(Launch, GivesASpecificationOfAnyNameAFeatureOfItsOwn) {
  box.write(box.repo() + "/\xE6\x97\xA5.md", kGoalsSpec);
  const std::string id = *box.run_in(box.repo(), {"git", "orch", "plan",
                                                  "\xE6\x97\xA5.md", "--json"})
                              .data()["spec_id"]
                              .as_string();
  EXPECT_TRUE(id.starts_with("spec-")) << id;
  box.write(box.repo() + "/a/same.md", kGoalsSpec);
  box.write(box.repo() + "/b/same.md", std::string(kGoalsSpec) + "- b\n");
  const Result twice = launch("a/same.md b/same.md");
  EXPECT_EQ(twice.status, 129);
  EXPECT_TRUE(holds(twice.err, "are both called 'same'"));
}

TEST_F(Launch, OfOneFeatureGoesOneAtATime) {
  box.ok("mkdir -p .git/orch/lock");
  const Result r = box.type(
      "flock .git/orch/lock/launch-003-goals git orch launch 003-goals.md "
      "--plan pro --runtime script");
  EXPECT_EQ(r.status, 4) << r.out << r.err;
  EXPECT_TRUE(holds(r.err, "another launch of '003-goals' is under way"));
  EXPECT_EQ(box.ok("git branch --list 'feature/*'"), "");
}

TEST_F(Launch, StartsTheNextWhenTheOneBeforeIsReady) {
  // Without a stagger a team asks for everything in the same second.
  box.ok("git config orch.startStagger 10m");
  launched("003-goals.md --plan pro --runtime script");
  const std::string starts = box.sql(
      "SELECT e.role FROM task_events e WHERE e.event_type = "
      "'agent_started' ORDER BY e.id");
  EXPECT_EQ(starts, "orchestrator\ndeveloper\ntester\n");
}

TEST_F(Launch, QueuesSeveralAsOneBatchEachTextOnce) {
  box.write(box.repo() + "/batch/a.md", kGoalsSpec);
  box.write(box.repo() + "/batch/b.md", std::string(kGoalsSpec) + "- b\n");
  box.write(box.repo() + "/batch/copy.md", kGoalsSpec);
  box.write(box.repo() + "/batch/README.md", "# About\n");
  box.ok("ln -s /etc/passwd batch/p.md");
  box.write(box.repo() + "/batch/c/spec.md", "# C\n\n- implement c\n");
  const Result r = launch("batch --json");
  EXPECT_EQ(r.status, 0) << r.err;
  EXPECT_TRUE(holds(r.err, "left out, the same text again: "));
  EXPECT_TRUE(holds(r.err, "batch/copy.md"));
  const json::Value data = r.data();
  EXPECT_EQ(data["batch"], json::Value(1));
  ASSERT_EQ(data["items"].as_array()->size(), 3U);
  const json::Value& first = (*data["items"].as_array())[0];
  EXPECT_EQ(first["spec"], json::Value(box.repo() + "/batch/a.md"));
  EXPECT_EQ(first["status"], json::Value("queued"));
  EXPECT_EQ((*data["items"].as_array())[2]["spec_id"], json::Value("c"));
  // What waits already is not queued again.
  const json::Value again = launched("'batch/*.md'");
  EXPECT_TRUE(again["batch"].is_null());
  EXPECT_EQ(box.sql("SELECT count(*) FROM queue"), "3\n");
  // One of them, launched by hand, waits no more.
  launched("batch/a.md --plan pro --runtime script");
  EXPECT_EQ(box.sql("SELECT status, spec_id FROM queue ORDER BY id LIMIT 1"),
            "running|a\n");
  const Result dry = launch("batch --dry-run");
  EXPECT_TRUE(holds(dry.out, "would queue 3 specifications"));
}

TEST_F(Launch, MakesANewRepositoryWithTheSpecificationInIt) {
  const std::string place = box.path("fresh");
  const Result r = launch(
      "003-goals.md --plan pro --runtime script "
      "--new-repo " +
      place);
  EXPECT_EQ(r.status, 0) << r.err;
  EXPECT_EQ(box.ok_in(place, "git log --format=%s --all --max-parents=0"),
            "Add the specification\n");
  EXPECT_EQ(box.ok_in(place, "git show HEAD:003-goals.md"), kGoalsSpec);
  EXPECT_EQ(box.ok_in(place, "git status --porcelain"), "");
  EXPECT_TRUE(
      holds(box.ok_in(place, "git orch agent list"), "003-goals/developer"));
  EXPECT_TRUE(holds(box.ok_in(place, "git orch brief 003-goals/developer"),
                    place + "/003-goals.md"));
  // A second run goes on with it; another directory's content is left alone.
  EXPECT_EQ(
      launch("003-goals.md --plan pro --runtime script --new-repo " + place)
          .status,
      0);
  box.write(box.path("taken/file"), "mine\n");
  const Result taken =
      launch("003-goals.md --runtime script --new-repo " + box.path("taken"));
  EXPECT_EQ(taken.status, 128);
  EXPECT_TRUE(holds(taken.err, "exists and is not empty"));
  EXPECT_EQ(box.run_in(box.path("taken"), {"ls", "-A"}).out, "file\n");
}

}  // namespace
}  // namespace orch::test
