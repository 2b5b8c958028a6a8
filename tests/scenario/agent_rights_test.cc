// SPDX-License-Identifier: MIT
#include "support/acting_agent.h"

namespace orch::test {
namespace {

class AgentRights : public ::testing::Test {
 protected:
  AgentRights() {
    box.make_repository();
    box.ok("git orch init -q");
    box.ok("git orch init-feature 001-a --roles overseer,impl-api,impl-ui -q");
  }

  static std::string refused(const std::string& what) {
    return "fatal: '001-a/impl-api' may not " + what +
           "\nhint: git orch send overseer -m TEXT\nexit 2\n";
  }

  Sandbox box;
};

TEST_F(AgentRights, AnImplementorDirectsNobodyElse) {
  const std::vector<std::pair<std::string, std::string>> acts = {
      {"agent start impl-ui --runtime script", "start '001-a/impl-ui'"},
      {"agent stop impl-ui", "stop '001-a/impl-ui'"},
      {"agent restart overseer", "restart '001-a/overseer'"},
      {"agent attach impl-ui", "type to '001-a/impl-ui'"},
      {"agent compact impl-ui", "compact '001-a/impl-ui'"},
      {"agent start --role impl-ui", "start another agent"},
      {"agent start --dir .", "start another agent"},
      {"agent clean", "remove agents"},
      {"task assign T001 impl-api", "take task 'T001' from '001-a/impl-ui'"},
  };
  box.ok("git orch task add one --agent impl-ui -q");
  std::vector<std::string> turns;
  for (const auto& [act, what] : acts) turns.push_back("git orch " + act);
  ActingAgent agent(box, "impl-api", turns);
  for (const auto& [act, what] : acts) EXPECT_EQ(agent.act(), refused(what));
}

TEST_F(AgentRights, AnImplementorLeavesTheSetUpAlone) {
  box.write(box.path("tmp") + "/old.sql",
            "CREATE TABLE features(spec_id TEXT);");
  box.ok("sqlite3 " + box.path("tmp") + "/old.db '.read " + box.path("tmp") +
         "/old.sql'");
  box.ok("git orch backup " + box.path("tmp") + "/copy.db -q");
  box.write(box.path("tmp") + "/002-b.md", "# B\n\nSay hello.\n");
  const std::vector<std::pair<std::string, std::string>> acts = {
      {"hooks install", "install hooks"},
      {"hooks uninstall", "remove the hooks"},
      {"daemon stop", "stop the daemon"},
      {"daemon uninstall", "uninstall the daemon"},
      {"restore " + box.path("tmp") + "/copy.db", "restore the store"},
      {"init-feature 002-b", "set up a feature"},
      {"add-feature 002-b", "register a feature"},
      {"launch " + box.path("tmp") + "/002-b.md", "launch a team"},
      {"role new mine --from developer", "make a role"},
      {"gc", "clear up"},
      {"import " + box.path("tmp") + "/old.db", "import events"},
  };
  std::vector<std::string> turns;
  for (const auto& [act, what] : acts) turns.push_back("git orch " + act);
  ActingAgent agent(box, "impl-api", turns);
  for (const auto& [act, what] : acts)
    EXPECT_EQ(agent.act(), refused(what));
}

TEST_F(AgentRights, ReadingAndDryRunsAreOpenAndAnOverseerLeads) {
  ActingAgent agent(box, "impl-api",
                    {"git orch init-feature 002-b --dry-run -q",
                     "git orch gc --dry-run -q", "git orch hooks -q",
                     "git orch task add two -q && git orch task assign T001 "
                     "impl-api -q",
                     "git orch agent log overseer -q"});
  for (int i = 0; i < 5; ++i) EXPECT_EQ(agent.act(), "exit 0\n") << i;
  ActingAgent overseer(box, "overseer",
                       {"git orch agent stop impl-api -q",
                        "git orch task assign T001 impl-ui -q"});
  EXPECT_EQ(overseer.act(), "exit 0\n");
  EXPECT_EQ(overseer.act(), "exit 0\n");
}

}  // namespace
}  // namespace orch::test
