// SPDX-License-Identifier: MIT
#include "support/sandbox.h"
#include "support/specs.h"

namespace orch::test {
namespace {

class PlanVerb : public ::testing::Test {
 protected:
  PlanVerb() {
    box.make_repository();
    tracked("Cargo.toml", "[package]\n");
    tracked("src/main.rs", "fn main() {}\n");
    box.write(box.repo() + "/003-goals.md", kGoalsSpec);
  }
  void tracked(const std::string& path, const std::string& bytes) const {
    box.write(box.repo() + "/" + path, bytes);
    box.ok("git add " + path);
    box.ok("git commit -q -m add");
  }
  json::Value plan(const std::string& args = "003-goals.md") const {
    const Result r = box.type("git orch plan " + args + " --json");
    EXPECT_EQ(r.status, 0) << r.out << r.err;
    return r.data();
  }
  static std::vector<std::string> names(const json::Value& list,
                                        const char* key) {
    std::vector<std::string> out;
    for (const json::Value& v : *list.as_array())
      out.push_back(*v[key].as_string());
    return out;
  }
  std::vector<std::string> team(const std::string& args) const {
    return names(plan(args)["team"], "role");
  }
  void refuses(const std::string& args, int status,
               const std::string& why) const {
    const Result r = box.type("git orch plan " + args);
    EXPECT_EQ(r.status, status) << args << r.out << r.err;
    EXPECT_TRUE(holds(r.err, why)) << args;
    EXPECT_EQ(r.out, "");
  }
  using Names = std::vector<std::string>;
  Sandbox box;
};

TEST_F(PlanVerb, ShowsTeamTasksAndWhatIsMissing) {
  const std::string before = box.fingerprint();
  const Result r = box.type("git orch plan 003-goals.md");
  EXPECT_EQ(r.status, 0) << r.err;
  for (const char* part :
       {"003-goals  Reading goals\n", "goal: readers set a goal",
        "project: code_project, by Cargo.toml", "ROLE", "orchestrator",
        "developer", "tester", "implement the API for goals"})
    EXPECT_TRUE(holds(r.out, part));
  EXPECT_EQ(box.fingerprint(), before);
  // It only reads: nothing is made, not even our own directory.
  EXPECT_NE(box.type("test -e .git/orch").status, 0);
  box.write(box.repo() + "/vague.md", "# Do something\n\nMake it good.\n");
  const Result vague = box.type("git orch plan vague.md");
  EXPECT_EQ(vague.status, 0);
  EXPECT_TRUE(holds(vague.err, "warning: the specification has no"));
  EXPECT_TRUE(holds(vague.err, "SUCCESS CRITERIA"));
}

TEST_F(PlanVerb, AnswersInTheKeysOfTheContract) {
  const json::Value data = plan();
  EXPECT_EQ(data["project"]["type"], json::Value("code_project"));
  EXPECT_GT(data["project"]["confidence"].as_integer().value(), 0);
  EXPECT_TRUE(holds(*(*data["project"]["because"].as_array())[0].as_string(),
                    "Cargo.toml"));
  EXPECT_EQ(names(data["team"], "role")[0], "orchestrator");
  const auto titles = names(data["tasks"], "title");
  EXPECT_EQ(titles.size(), 4U);
  EXPECT_EQ(titles[1], "implement the API for goals");
  EXPECT_EQ(names(data["tasks"], "id")[0], "T001");
  EXPECT_EQ(data["spec_id"], json::Value("003-goals"));
  EXPECT_EQ(data["constraints"], json::Value(Names{"no new dependency"}));
}

TEST_F(PlanVerb, TakesTeamRolesCapAndSize) {
  EXPECT_EQ(team("003-goals.md --team overseer-3"),
            (Names{"overseer", "impl-data", "impl-api", "impl-ui"}));
  const Names more = team("003-goals.md --roles researcher,code_reviewer");
  for (const char* role : {"researcher", "code_reviewer"})
    EXPECT_EQ(std::count(more.begin(), more.end(), role), 1) << role;
  // What it requires comes with it, on top of what the work needs.
  EXPECT_EQ(team("003-goals.md --roles securityops --size small"),
            (Names{"orchestrator", "sysadmin", "securityops", "developer",
                   "tester"}));
  EXPECT_EQ(team("003-goals.md --plan pro"),
            (Names{"orchestrator", "developer", "tester"}));
  EXPECT_TRUE(holds(box.type("git orch plan 003-goals.md --plan pro").out,
                    "left out: project_manager, "));
  EXPECT_EQ(team("003-goals.md --size large --plan 8").size(), 8U);
  EXPECT_EQ(team("003-goals.md --size small").size(), 3U);
  box.ok("git config orch.maxAgents 2");
  EXPECT_EQ(team("003-goals.md").size(), 2U);
  EXPECT_EQ(plan("003-goals.md --runtime script")["runtime"],
            json::Value("script"));
}

TEST_F(PlanVerb, SaysWhyWithTheFileThatDecided) {
  const std::string out = box.ok("git orch plan 003-goals.md --why");
  EXPECT_TRUE(holds(out, "why this team:\n  Cargo.toml"));
  EXPECT_TRUE(holds(out, "code_project scores "));
  EXPECT_TRUE(holds(out, "why this size:\n"));
  EXPECT_TRUE(holds(out, "at most 8 agents: the plan 'max20' (the default)"));
  const json::Value why = plan("003-goals.md --why")["why"];
  EXPECT_EQ(why["cap"], json::Value(8));
  EXPECT_EQ(names(why["scores"], "team")[0], "code_project");
}

TEST_F(PlanVerb, RefusesUnknownNamesWithTheNearest) {
  refuses("003-goals.md --team code_projekt", 128,
          "did you mean 'code_project'");
  refuses("003-goals.md --roles develper", 128, "did you mean 'developer'");
  refuses("003-goals.md --plan por", 129, "did you mean 'pro'");
  refuses("003-goals.md --size lagre", 128, "did you mean 'large'");
  refuses("003-goal.md", 128, "did you mean '003-goals.md'");
}

TEST_F(PlanVerb, RefusesWhatIsNoText) {
  box.write(box.repo() + "/empty.md", "");
  refuses("empty.md", 129, "empty.md:1:1: ");
  box.write(box.repo() + "/nul.md", std::string("# A\n\0b\n", 7));
  refuses("nul.md", 129, "nul.md:2:1: ");
  box.write(box.repo() + "/big.md", std::string((1 << 20) + 1, 'a'));
  refuses("big.md", 129, "big.md:1:1: the text is above 1 MiB");
  box.ok("mkfifo fifo.md");
  refuses("fifo.md", 129, "is no regular file");
}

TEST_F(PlanVerb, ReadsCrlfAndAByteOrderMark) {
  std::string spec = "\xEF\xBB\xBF";
  for (const char c : std::string(kGoalsSpec))
    spec += c == '\n' ? std::string("\r\n") : std::string(1, c);
  box.write(box.repo() + "/003-goals.md", spec);
  const json::Value data = plan();
  EXPECT_EQ(data["name"], json::Value("Reading goals"));
  EXPECT_EQ(data["tasks"].as_array()->size(), 4U);
}

TEST_F(PlanVerb, ReadsASpecificationOutsideTheRepositoryWhereItIs) {
  const std::string outside = box.path("elsewhere.md");
  box.write(outside, kGoalsSpec);
  const json::Value data = plan(outside);
  EXPECT_EQ(data["spec"], json::Value(outside));
  EXPECT_EQ(data["spec_id"], json::Value("elsewhere"));
}

TEST_F(PlanVerb, ReadsAFolderOfSpecKit) {
  const std::string folder = box.repo() + "/specs/004-shelves/";
  box.write(folder + "spec.md",
            "# Feature Specification: Shelves\n\n## Requirements\n\n### "
            "Functional Requirements\n\n- **FR-001**: readers make shelves\n");
  box.write(folder + "tasks.md",
            "## Phase 1: Setup\n\n- [x] T001 make the module\n\n## Phase 2: "
            "Core\n\n- [ ] T002 [P] implement shelves (depends on T001)\n");
  const json::Value data = plan("specs/004-shelves");
  EXPECT_EQ(data["spec_id"], json::Value("004-shelves"));
  // What is ticked is done.
  EXPECT_EQ(names(data["tasks"], "id"), (Names{"T002"}));
  EXPECT_EQ(names(data["tasks"], "phase"), (Names{"Phase 2: Core"}));
  EXPECT_EQ(names(data["phases"], "name"), (Names{"Phase 2: Core"}));
}

TEST_F(PlanVerb, WritesAPlanThatAPersonCanEdit) {
  const Result r = box.type("git orch plan 003-goals.md -o plan.yaml");
  EXPECT_EQ(r.status, 0) << r.err;
  EXPECT_TRUE(holds(r.err, "git orch launch plan.yaml"));
  const std::string bytes = box.read(box.repo() + "/plan.yaml");
  EXPECT_TRUE(holds(bytes, "plan: 1\n"));
  // What was edited is not overwritten by asking again.
  const Result again = box.type("git orch plan 003-goals.md -o plan.yaml");
  EXPECT_EQ(again.status, 128);
  EXPECT_TRUE(holds(again.err, "exists already"));
  EXPECT_EQ(box.read(box.repo() + "/plan.yaml"), bytes);
  // The plan file is itself something to plan with: nothing is lost.
  const json::Value data = plan("plan.yaml");
  EXPECT_EQ(names(data["team"], "role"), team("003-goals.md"));
  EXPECT_EQ(names(data["tasks"], "title"),
            names(plan("003-goals.md")["tasks"], "title"));
}

TEST_F(PlanVerb, RunsWhatTheUserHasPrimedItWith) {
  box.ok("git config orch.planPrime 'touch primed'");
  refuses("003-goals.md", 129, "does not count in the configuration");
  box.ok("git config --unset orch.planPrime");
  box.ok("git config --global orch.planPrime 'touch primed'");
  plan();
  EXPECT_EQ(box.type("test -e primed").status, 0);
  box.ok("git config --global orch.planPrime false");
  refuses("003-goals.md", 128, "(orch.planPrime) ended with status 1");
  box.ok("git config --global orch.planPrime 'sleep 600'");
  box.ok("git config --global orch.planPrimeTimeout 1s");
  refuses("003-goals.md", 3, "(orch.planPrime) did not end in 1s");
}

}  // namespace
}  // namespace orch::test
