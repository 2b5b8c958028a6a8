// SPDX-License-Identifier: MIT
#include "support/sandbox.h"
#include "support/specs.h"

namespace orch::test {
namespace {

// What people come for, from the first command to the last, as the manual
// describes it; a script plays each agent.
class Workflow : public ::testing::Test {
 protected:
  Workflow() {
    box.make_repository();
    box.ok("git orch init -q");
    box.ok("git config --global orch.runtime script");
  }
  void tracked(const std::string& path, const std::string& bytes) const {
    box.write(box.repo() + "/" + path, bytes);
    box.ok("git add " + path);
    box.ok("git commit -q -m add");
  }
  std::string sql(const std::string& query, std::string where = "") const {
    if (where.empty()) where = box.repo();
    return box
        .run_in(where, {"sqlite3", "-cmd", ".timeout 10000",
                        ".git/orch/orch.db", query})
        .out;
  }
  // The passing of time, as any hook and verb brings it.
  bool comes_to(const std::string& query, const std::string& wanted,
                std::string where = "") const {
    if (where.empty()) where = box.repo();
    return eventually([&] {
      box.ok_in(where, "git orch tick -q");
      return sql(query, where) == wanted;
    });
  }
  Sandbox box;
};

// 1. A feature, from its specification to the integration branch.
TEST_F(Workflow, AFeature) {
  tracked("Cargo.toml", "[package]\n");
  box.write(box.repo() + "/003-goals.md", kGoalsSpec);
  box.script("developer",
             "await-message\nedit goals.txt 1 model\n"
             "run git add goals.txt\n"
             "run git commit -q -m \"the model\" --trailer "
             "\"Orch-Task-Done: T001\"\n"
             "run git-orch-report ready -m \"the model is there\" -q\n"
             "await-message\n");
  box.script("orchestrator",
             "await-message\nawait-message ready\n"
             "run git merge -q --no-edit feature/003-goals/developer\n"
             "await-message\n");
  EXPECT_TRUE(holds(box.ok("git orch launch 003-goals.md --plan pro"),
                    "launched 003-goals"));
  EXPECT_TRUE(
      comes_to("SELECT status FROM tasks WHERE task_id = 'T001'", "done\n"));
  EXPECT_TRUE(eventually([&] {
    box.ok("git orch tick -q");
    return box.type("git show feature/003-goals/orchestrator:goals.txt").out ==
           "model\n";
  }));
  const json::Value status = box.type("git orch status --json").data();
  const json::Value& feature = (*status["features"].as_array())[0];
  EXPECT_EQ(feature["tasks"]["done"], json::Value(1));
  EXPECT_EQ(feature["conflicts"], json::Value(0));
}

// 2. A deployment: who may let it happen is asked.
TEST_F(Workflow, ADeployment) {
  tracked("ansible.cfg", "[defaults]\n");
  tracked("playbooks/site.yml", "- hosts: all\n");
  box.write(box.repo() + "/shop_deployment_plan.md",
            "GOAL: the shop runs on the new host\n\nREQUIREMENTS:\n- set up "
            "the host\n- deploy the service\n");
  box.script("devops",
             "await-message\nrun git-orch-ask deploy_to_production -m \"the "
             "host is ready\" -q\nawait-message\n");
  const json::Value plan =
      box.type("git orch plan shop_deployment_plan.md --json").data();
  EXPECT_EQ(plan["project"]["type"], json::Value("system_deployment"));
  box.ok("git orch launch shop_deployment_plan.md --size large -q");
  EXPECT_TRUE(
      comes_to("SELECT action || ' ' || approver || ' ' || status "
               "FROM asks",
               "deploy_to_production "
               "shop_deployment_plan/project_manager open\n"));
  // The ones that need the sysadmin have one.
  EXPECT_EQ(sql("SELECT count(*) FROM agents WHERE role = 'sysadmin'"), "1\n");
  // Nobody but the approver and a person may answer; a person does.
  box.ok("git orch ask approve 1 -q");
  EXPECT_TRUE(
      comes_to("SELECT count(*) FROM messages m JOIN agents a ON a.id "
               "= m.agent_id WHERE a.role = 'devops' AND m.kind = 'report' AND "
               "m.text LIKE "
               "'%approved%' AND m.level = 'acked'",
               "1\n"));
}

// 3. A usage limit: the agent waits, and nothing that is for it is lost.
TEST_F(Workflow, OutOfCredit) {
  box.write(box.repo() + "/003-goals.md", kGoalsSpec);
  box.script("developer",
             "await-message\nlimit \"You've hit your limit, resets 3pm\"\n");
  box.ok("git orch launch 003-goals.md --plan pro -q");
  EXPECT_TRUE(comes_to("SELECT state FROM agents WHERE role = 'developer'",
                       "limited\n"));
  const Result held = box.type(
      "git orch send 003-goals/developer -m 'go on' --wait typed "
      "--timeout 1");
  EXPECT_EQ(held.status, 3);
  EXPECT_TRUE(holds(held.out + held.err, "the agent is limited"));
  EXPECT_EQ(sql("SELECT count(*) FROM messages WHERE text = 'go on' AND level "
                "= 'queued'"),
            "1\n");
  // The others work meanwhile.
  EXPECT_EQ(
      box.type("git orch send 003-goals/tester -m 'hello' --wait acked").status,
      0);
  // The limit is over: it is started again, and gets what waited.
  box.script("developer", "await-message\n");
  box.ok("git orch agent restart 003-goals/developer -q");
  EXPECT_TRUE(
      comes_to("SELECT level FROM messages WHERE text = 'go on'", "acked\n"));
}

// 4. Several specifications wait as one batch, each text once.
TEST_F(Workflow, ABatch) {
  box.write(box.repo() + "/batch/001-one.md", kGoalsSpec);
  box.write(box.repo() + "/batch/002-two.md",
            std::string(kGoalsSpec) + "- and a second one\n");
  const Result r = box.type("git orch launch batch");
  EXPECT_EQ(r.status, 0) << r.err;
  EXPECT_TRUE(holds(r.out, "batch 1: queued 2 specifications"));
  for (const char* spec : {"001-one", "002-two"})
    box.ok("git orch launch batch/" + std::string(spec) + ".md --plan pro -q");
  EXPECT_EQ(sql("SELECT group_concat(spec_id || ' ' || status) FROM queue"),
            "001-one running,002-two running\n");
  EXPECT_EQ(sql("SELECT count(*) FROM agents WHERE desired = 'running'"),
            "6\n");
}

// 5. Two repositories at once know nothing of each other.
TEST_F(Workflow, TwoRepositories) {
  box.write(box.repo() + "/003-goals.md", kGoalsSpec);
  const std::string other = box.path("other");
  box.ok("git orch launch 003-goals.md --plan pro -q");
  box.ok("git orch launch 003-goals.md --plan pro -q --new-repo " + other);
  EXPECT_EQ(box.type("git -C " + other +
                     " orch send 003-goals/developer -m 'only here' --wait "
                     "acked")
                .status,
            0);
  EXPECT_EQ(sql("SELECT count(*) FROM messages WHERE text = 'only here'"),
            "0\n");
  EXPECT_EQ(
      sql("SELECT count(*) FROM messages WHERE text = 'only here'", other),
      "1\n");
  // From here to there, when a person means it.
  EXPECT_EQ(box.type("git orch send 003-goals/tester -m 'from next door' "
                     "--wait acked -R " +
                     other)
                .status,
            0);
  EXPECT_EQ(
      sql("SELECT count(*) FROM messages WHERE text = 'from next door'", other),
      "1\n");
}

// 6. How it performs is counted by itself, and what piles up is cleared.
TEST_F(Workflow, LookingAtPerformance) {
  box.write(box.repo() + "/003-goals.md", kGoalsSpec);
  box.ok("git orch launch 003-goals.md --plan pro -q");
  EXPECT_TRUE(
      comes_to("SELECT count(*) FROM messages WHERE kind = 'brief' AND "
               "level = 'acked'",
               "3\n"));
  const std::string stats = box.ok("git orch stats");
  EXPECT_TRUE(holds(stats, "messages"));
  EXPECT_TRUE(holds(stats, "feature_launched"));
  EXPECT_EQ(box.type("git orch gc --dry-run").status, 0);
}

// 7. Everything is tried before anybody works.
TEST_F(Workflow, BeforeProduction) {
  box.write(box.repo() + "/003-goals.md", kGoalsSpec);
  const Result ready = box.type("git orch doctor --for start");
  EXPECT_EQ(ready.status, 0) << ready.out;
  EXPECT_EQ(box.type("git orch role check").status, 0);
  EXPECT_EQ(box.type("git orch runtime check script").status, 0);
  const std::string before = box.fingerprint();
  EXPECT_TRUE(holds(box.ok("git orch launch 003-goals.md --plan pro --dry-run"),
                    "would launch 003-goals"));
  EXPECT_EQ(box.fingerprint(), before);
}

// 8. A run that failed says where, and goes through once that is mended.
TEST_F(Workflow, DebuggingAFailedRun) {
  box.write(box.repo() + "/003-goals.md", kGoalsSpec);
  box.script("developer",
             "await-message\nawait-message now\n"
             "say the disk is full\nexit 9\n");
  box.ok("git orch launch 003-goals.md --plan pro -q");
  box.ok("git orch send 003-goals/developer -m now -q");
  EXPECT_TRUE(
      comes_to("SELECT state || ' ' || exit_status FROM agents WHERE "
               "role = 'developer'",
               "exited 9\n"));
  EXPECT_TRUE(holds(box.ok("git orch agent list -v"), "exit status 9"));
  EXPECT_TRUE(holds(box.ok("git orch agent log 003-goals/developer"),
                    "the disk is full"));
  EXPECT_TRUE(holds(box.ok("git orch recent 20"), "exit status 9"));
  EXPECT_TRUE(holds(box.ok("git orch doctor --porcelain"),
                    "git orch agent start 003-goals/developer"));
  box.script("developer", "await-message\n");
  box.ok("git orch launch 003-goals.md --plan pro -q");
  EXPECT_TRUE(
      comes_to("SELECT state FROM agents WHERE role = 'developer'", "idle\n"));
}

// 9. A prototype: two agents and a sentence, no specification.
TEST_F(Workflow, APrototype) {
  const Result r = box.type(
      "git orch agent start --role developer --brief 'a page that says hello'");
  EXPECT_EQ(r.status, 0) << r.err;
  EXPECT_TRUE(holds(r.out, "started prototype/developer"));
  EXPECT_EQ(sql("SELECT group_concat(role) FROM agents WHERE desired = "
                "'running'"),
            "orchestrator,developer\n");
  EXPECT_TRUE(holds(box.ok("git orch brief prototype/developer"),
                    "Goal: a page that says hello"));
  // One more, while they work.
  const Result more = box.type("git orch agent start --role tester");
  EXPECT_EQ(more.status, 0) << more.err;
  EXPECT_TRUE(holds(more.out, "started prototype/tester"));
  EXPECT_EQ(sql("SELECT count(*) FROM checkins WHERE state = 'waiting'"),
            "3\n");
  EXPECT_TRUE(holds(box.ok("git orch agent start --role tester"),
                    "already running: prototype/tester"));
  const Result second = box.type("git orch agent start --role securityops");
  EXPECT_EQ(second.status, 129);
  EXPECT_TRUE(holds(second.err, "role 'securityops' requires 'sysadmin'"));
  EXPECT_EQ(box.type("git orch agent start --role orchestrator").status, 0);
  EXPECT_EQ(box.type("git orch agent start --role overseer").status, 129);
}

}  // namespace
}  // namespace orch::test
