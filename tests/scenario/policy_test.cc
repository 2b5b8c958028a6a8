// SPDX-License-Identifier: MIT
#include "support/sandbox.h"

namespace orch::test {
namespace {

class Policy : public ::testing::Test {
 protected:
  Policy() {
    box.make_repository();
    box.ok("git orch init -q");
    box.ok("git orch init-feature 001-a --roles overseer,impl-api,impl-ui -q");
  }
  std::string file() const { return box.repo() + "/.git/orch/policy.yaml"; }
  // "rule value" of each, and the source without its directory.
  std::vector<std::string> rules(const std::string& line) const {
    std::vector<std::string> out;
    for (std::string row : box.type(line + " --porcelain").lines()) {
      const std::string directory = box.repo() + "/.git/orch/";
      const std::size_t at = row.find(directory);
      if (at != std::string::npos) row.erase(at, directory.size());
      out.push_back(row);
    }
    return out;
  }
  Sandbox box;
};

TEST_F(Policy, ListsEveryRuleWithWhereItStands) {
  box.write(file(), "messages:\n  rate: 4 per 1m\n");
  const auto all = rules("git orch policy");
  ASSERT_EQ(all.size(), 49U);
  EXPECT_EQ(all[0], "messages.rate\t4 per 1m\tpolicy.yaml:2");
  EXPECT_EQ(all[1], "messages.progress_rate\t5 per 5m\tbuilt in");
  EXPECT_EQ(all[9],
            "messages.circles.standard\torchestrator, developer, tester, "
            "testrunner\tbuilt in");
  EXPECT_EQ(all[15], "asks.escalate_after\t10m\tbuilt in");
  EXPECT_EQ(all[16], "guards.refs\tblock\tbuilt in");
  EXPECT_EQ(all[29], "thresholds.conflict_age\t30m\tbuilt in");
  EXPECT_EQ(all[32], "thresholds.stall_age\t30m\tbuilt in");
  EXPECT_EQ(all[38], "thresholds.loop_cool_down\t2h\tbuilt in");
  EXPECT_EQ(all[39], "integration.method\tmerge\tbuilt in");
  EXPECT_EQ(all[44], "integration.jobs\tauto\tbuilt in");
  EXPECT_EQ(rules("git orch policy list"), all);
  EXPECT_TRUE(holds(box.ok("git orch policy"), "RULE"));
  const json::Value data = box.type("git orch policy --json").data();
  EXPECT_EQ((*data["rules"].as_array())[0]["value"], json::Value("4 per 1m"));
}

TEST_F(Policy, IsCopiedByInitAndNeverOverwritten) {
  EXPECT_EQ(box.read(file()),
            box.read(std::string(ORCH_SOURCE_DIR) + "/templates/policy.yaml"));
  box.write(file(), "asks:\n  approver: person\n");
  box.ok("git orch init -q");
  EXPECT_EQ(box.read(file()), "asks:\n  approver: person\n");
  // One that is not there is taken from the installation.
  box.ok("rm .git/orch/policy.yaml");
  EXPECT_TRUE(
      holds(box.ok("git orch policy"), "share/git-orch/templates/policy.yaml"));
}

TEST_F(Policy, ExplainsARuleOrAGroupOfThem) {
  EXPECT_EQ(rules("git orch policy explain messages.rate").size(), 1U);
  EXPECT_EQ(rules("git orch policy explain messages.may_message").size(), 4U);
  EXPECT_EQ(rules("git orch policy explain asks").size(), 10U);
  const Result r = box.type("git orch policy explain messages.rat --json");
  EXPECT_EQ(r.status, 128);
  EXPECT_EQ(r.json()["error"]["code"], json::Value("unknown_name"));
  EXPECT_EQ(r.json()["error"]["hint"],
            json::Value("did you mean 'messages.rate'?"));
}

TEST_F(Policy, ExplainsWhoMayWriteToWhom) {
  Result r = box.type("git orch policy explain impl-api impl-ui");
  EXPECT_EQ(r.status, 1);
  EXPECT_EQ(r.out,
            "001-a/impl-api may not write to 001-a/impl-ui: "
            "messages.may_message.implementor: reports_to, overseer\n");
  EXPECT_EQ(box.ok("git orch policy explain overseer impl-ui"),
            "001-a/overseer may write to 001-a/impl-ui: "
            "messages.may_message.overseer: *\n");
  const std::string role = box.repo() + "/.git/orch/roles/impl-api.yaml";
  box.write(role, box.read(role) + "may_message: [impl-ui]\n");
  r = box.type("git orch policy explain impl-api impl-ui --json");
  EXPECT_EQ(r.status, 0);
  const json::Value data = r.data();
  const json::Value& explained = (*data["explained"].as_array())[0];
  EXPECT_EQ(explained["from"], json::Value("001-a/impl-api"));
  EXPECT_EQ(explained["allowed"], json::Value(true));
  EXPECT_EQ(explained["rule"],
            json::Value("may_message of role 'impl-api': impl-ui"));
}

TEST_F(Policy, LetsTheMembersOfACircleWriteToEachOther) {
  box.ok(
      "git orch init-feature 002-b --roles "
      "orchestrator,developer,tester,researcher -q");
  EXPECT_EQ(box.ok("git orch policy explain 002-b/developer 002-b/tester"),
            "002-b/developer may write to 002-b/tester: "
            "messages.circles.standard: orchestrator, developer, tester, "
            "testrunner\n");
  EXPECT_EQ(
      box.type("git orch policy explain 002-b/researcher 002-b/tester").status,
      1);
  const std::string more = "    research: [researcher, tester]\n";
  const std::string text = box.read(file());
  const std::size_t at = text.find("    standard: [");
  ASSERT_NE(at, std::string::npos);
  box.write(file(), text.substr(0, at) + more + text.substr(at));
  EXPECT_TRUE(
      holds(box.ok("git orch policy explain 002-b/researcher 002-b/tester"),
            "messages.circles.research: researcher, tester"));
}

TEST_F(Policy, ShipsWhoApprovesWhat) {
  const std::string text =
      box.ok("git orch policy explain asks.actions.deploy_to_production");
  EXPECT_TRUE(holds(text, "approver project_manager, expires 30m"));
  EXPECT_EQ(rules("git orch policy explain asks.actions").size(), 5U);
}

TEST_F(Policy, RefusesAFileThatIsBroken) {
  box.write(file(), "messages:\n  rat: 4 per 1m\n");
  for (const char* line : {"git orch policy", "git orch policy explain asks",
                           "git orch send impl-api -m x"}) {
    const Result r = box.type(line);
    EXPECT_EQ(r.status, 129) << line;
    EXPECT_TRUE(holds(r.err,
                      "policy.yaml:2:3: unknown key 'rat', did you mean "
                      "'rate'?"));
  }
  // What nobody watches goes on.
  box.ok("git orch tick -q");
}

TEST_F(Policy, SaysWhatIsWrong) {
  EXPECT_EQ(box.type("git orch policy explain").status, 129);
  EXPECT_EQ(box.type("git orch policy list asks").status, 129);
  EXPECT_EQ(box.type("git orch policy explain a b c").status, 129);
  EXPECT_TRUE(
      holds(box.type("git orch policy show").err, "unknown action 'show'"));
  EXPECT_EQ(box.type("git orch policy explain impl-api nobody").status, 128);
}

}  // namespace
}  // namespace orch::test
