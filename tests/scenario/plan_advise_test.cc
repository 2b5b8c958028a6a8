// SPDX-License-Identifier: MIT
#include "support/sandbox.h"
#include "support/specs.h"

namespace orch::test {
namespace {

// A stand-in for an agent CLI that is asked about a plan.
class PlanAdvise : public ::testing::Test {
 protected:
  PlanAdvise() {
    box.make_repository();
    box.write(box.repo() + "/003-goals.md", kGoalsSpec);
  }
  void adviser(const std::string& body) const {
    box.write(box.path("adviser"), "#!/bin/sh\ncat > " + box.path("asked") +
                                       "\npwd > " + box.path("where") +
                                       "\nls -A >> " + box.path("where") +
                                       "\n" + body);
    box.ok("chmod +x " + box.path("adviser"));
    for (const char* name : {"asked", "where"}) box.write(box.path(name), "");
    box.ok("git config --global orch.adviseCommand " + box.path("adviser"));
  }
  void answers(const std::string& json) const {
    adviser("cat <<'END'\n" + json + "\nEND\n");
  }
  Result advise(const std::string& flag = "--advise") const {
    return box.type("git orch plan 003-goals.md " + flag);
  }
  void refuses(const std::string& why) const {
    const Result r = advise();
    EXPECT_NE(r.status, 0);
    EXPECT_TRUE(holds(r.err, why)) << r.out;
  }
  Sandbox box;
};

TEST_F(PlanAdvise, ShowsChangesAsADiffWithReasonsAndAppliesNone) {
  answers(R"({"changes":[
    {"action":"add","role":"code_reviewer","reason":"the API is public"},
    {"action":"remove","role":"testrunner","reason":"one suite only"},
    {"action":"remove","role":"orchestrator","reason":"why not"},
    {"action":"add","role":"wizard","reason":"magic"}]})");
  const std::string before = box.fingerprint();
  const Result r = advise("--size medium --advise");
  EXPECT_EQ(r.status, 0) << r.err;
  EXPECT_EQ(box.fingerprint(), before);
  for (const char* part :
       {"advised, and not applied:", "add code_reviewer: the API is public",
        "remove testrunner: one suite only",
        "cannot remove orchestrator: a team has exactly one overseer",
        "cannot add wizard: there is no role 'wizard'", "--- a/plan.yaml",
        "+++ b/advised.yaml"})
    EXPECT_TRUE(holds(r.out, part));
  // The table above it is the plan as it was.
  EXPECT_LT(r.out.find("testrunner"), r.out.find("advised, and not"));
  const json::Value advice =
      box.type("git orch plan 003-goals.md --size medium --advise --json")
          .data()["advice"];
  EXPECT_EQ(advice["changes"].as_array()->size(), 2U);
  EXPECT_EQ(advice["refused"].as_array()->size(), 2U);
}

TEST_F(PlanAdvise, AsksInAnEmptyPlaceWithPlanRolesAndSchema) {
  answers(R"({"changes":[]})");
  EXPECT_TRUE(holds(advise().out, "advised: no change"));
  const std::string asked = box.read(box.path("asked"));
  for (const char* part : {"\"$schema\"", "- code_reviewer (", "plan: 1",
                           "implement the API for goals"})
    EXPECT_TRUE(holds(asked, part));
  const std::string where = box.read(box.path("where"));
  EXPECT_EQ(where.find(box.repo()), std::string::npos);
  // Nothing lies there, and nothing is left of it.
  EXPECT_EQ(where.find('\n'), where.size() - 1);
  EXPECT_NE(box.type("test -e " + where.substr(0, where.size() - 1)).status, 0);
}

TEST_F(PlanAdvise, TakesACommandFromTheCommandLine) {
  answers(R"({"changes":[]})");
  box.ok("git config --global --unset orch.adviseCommand");
  refuses("orch.adviseCommand is not set");
  const Result r = advise("--advise=" + box.path("adviser"));
  EXPECT_EQ(r.status, 0) << r.err;
  EXPECT_TRUE(holds(r.out, "advised: no change"));
}

TEST_F(PlanAdvise, TakesAnAnswerWithWordsAroundIt) {
  answers(
      "Here you are:\n```json\n{\"changes\":[{\"action\":\"add\",\"role\":"
      "\"researcher\",\"reason\":\"new ground\"}]}\n```\n");
  EXPECT_TRUE(holds(advise().out, "add researcher: new ground"));
  answers(R"({"type":"result","result":"{\"changes\":[]}"})");
  EXPECT_TRUE(holds(advise().out, "advised: no change"));
}

TEST_F(PlanAdvise, RefusesWhatIsNoAdvice) {
  answers("no idea");
  refuses("the answer is no advice: it holds no JSON object");
  answers(R"({"changes":[{"action":"rename","role":"x","reason":"y"}]})");
  refuses("changes[0].action is 'rename', neither add nor remove");
  answers(R"({"changes":[{"action":"add","role":"tester"}]})");
  refuses("changes[0].reason is missing");
  adviser("echo broken >&2; exit 3\n");
  refuses("ended with status 3: broken");
  adviser("sleep 600\n");
  box.ok("git config --global orch.adviseTimeout 1s");
  refuses("did not end in 1s");
  EXPECT_TRUE(holds(advise("--advise=" + box.path("adviser")).err,
                    "did not end in 1s"));
}

}  // namespace
}  // namespace orch::test
