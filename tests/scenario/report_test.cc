// SPDX-License-Identifier: MIT
#include "support/sandbox.h"

namespace orch::test {
namespace {

class Report : public ::testing::Test {
 protected:
  Report() {
    box.make_repository();
    box.ok("git orch init -q");
    box.ok("git orch init-feature 001-a --roles overseer,impl-api,impl-ui -q");
    box.ok("git orch task add one -q");
    box.ok("git orch task add two --depends T001 --agent impl-ui -q");
  }
  std::string inbox(const std::string& agent) const {
    const json::Value data =
        box.type("git orch inbox --kind report --json --agent " + agent).data();
    std::string out;
    for (const json::Value& m : *data["messages"].as_array())
      out += *m["from"].as_string() + ": " + *m["text"].as_string() + "\n";
    return out;
  }
  std::string status_of(const std::string& role) const {
    return box.ok("git orch query \"SELECT status FROM agents WHERE role = '" +
                  role + "'\" --csv");
  }
  Sandbox box;
};

TEST_F(Report, PrintsItsUsageAndRefusesWrongUsage) {
  EXPECT_TRUE(holds(box.ok("git orch report -h"), "usage: git orch report ("));
  for (const char* line :
       {"git orch report", "git orch report finished -m x --agent impl-api",
        "git orch report done --agent impl-api",
        "git orch report done -m '' --agent impl-api",
        "git orch report done -m x"})
    EXPECT_EQ(box.type(line).status, 129) << line;
  EXPECT_TRUE(holds(box.type("git orch report blokced -m x").err,
                    "hint: did you mean blocked?"));
}

TEST_F(Report, GoesToWhomTheRoleReportsTo) {
  const Result r = box.type(
      "git orch report progress -m 'half of it' --agent impl-api --json");
  ASSERT_EQ(r.status, 0) << r.err;
  EXPECT_EQ(r.data()["report"]["kind"], json::Value("progress"));
  EXPECT_EQ(r.data()["messages"].as_array()->at(0)["to"],
            json::Value("001-a/overseer"));
  EXPECT_EQ(inbox("overseer"), "001-a/impl-api: progress: half of it\n");
  EXPECT_EQ(inbox("impl-ui"), "");
  EXPECT_TRUE(holds(box.ok("git orch recent 1 --porcelain"),
                    "\t001-a\timpl-api\treport_progress\thalf of it\t"));
}

TEST_F(Report, OfCompletionGoesToTheOverseerInAnyCase) {
  const std::string role = box.repo() + "/.git/orch/roles/impl-api.yaml";
  std::string yaml = box.read(role);
  const std::string line = "reports_to: overseer";
  ASSERT_NE(yaml.find(line), std::string::npos);
  yaml.replace(yaml.find(line), line.size(), "reports_to: impl-ui");
  box.write(role, yaml);
  box.ok("git orch report progress -m p --agent impl-api -q");
  box.ok("git orch report done -m d --agent impl-api -q");
  box.ok("git orch report ready -m r --agent impl-api -q");
  EXPECT_EQ(inbox("overseer"),
            "001-a/impl-api: done: d\n001-a/impl-api: ready: r\n");
  EXPECT_EQ(inbox("impl-ui"),
            "001-a/impl-api: progress: p\n001-a/impl-api: done: d\n"
            "001-a/impl-api: ready: r\n");
}

TEST_F(Report, CompletesATaskAndReleasesWhoWaits) {
  box.ok(
      "git orch report done -m 'with tests' --task T001 --agent impl-api "
      "-q");
  EXPECT_EQ(box.ok("git orch task --porcelain"),
            "T001\tone\tdone\t\t\nT002\ttwo\topen\t001-a/impl-ui\tT001\n");
  EXPECT_EQ(inbox("overseer"), "001-a/impl-api: done T001: with tests\n");
  EXPECT_TRUE(holds(box.ok("git orch inbox --agent impl-ui"),
                    "T002 can start: T001 is finished: two"));
}

TEST_F(Report, BlocksATaskWithItsReason) {
  box.ok("git orch report blocked -m 'no key' --task T001 --agent impl-api -q");
  EXPECT_TRUE(holds(box.ok("git orch task"), "one (no key)"));
  EXPECT_EQ(status_of("impl-api"), "status\r\nblocked\r\n");
  box.ok("git orch report progress -m 'found it' --agent impl-api -q");
  EXPECT_EQ(status_of("impl-api"), "status\r\nactive\r\n");
  box.ok("git orch report done -m all --agent impl-api -q");
  EXPECT_EQ(status_of("impl-api"), "status\r\ncompleted\r\n");
}

TEST_F(Report, OfAnUnknownTaskChangesNothing) {
  const std::string events = box.ok("git orch recent 100 --porcelain");
  for (const char* kind : {"done", "failed"}) {
    const Result r = box.type(std::string("git orch report ") + kind +
                              " -m x --task T009 --agent impl-api --json");
    EXPECT_EQ(r.status, 128);
    EXPECT_EQ(r.json()["error"]["code"], json::Value("unknown_name"));
  }
  EXPECT_EQ(box.ok("git orch recent 100 --porcelain"), events);
  EXPECT_EQ(inbox("overseer"), "");
}

TEST_F(Report, ByAnAgentIsItsOwn) {
  const std::string out = box.path("home") + "/out";
  box.script("impl-api",
             "run git orch report failed -m \"gave up\"\n"
             "run sh -c \"git orch report done -m x --agent impl-ui 2> " +
                 out + "; true\"\nsay over\n");
  box.ok("git orch agent start impl-api --runtime script -q");
  ASSERT_TRUE(eventually([&] {
    return box.ok("git orch agent log impl-api").find("\nover\n") !=
           std::string::npos;
  })) << box.ok("git orch agent log impl-api");
  EXPECT_EQ(inbox("overseer"), "001-a/impl-api: failed: gave up\n");
  EXPECT_TRUE(holds(box.read(out),
                    "an agent reports for itself, not for '001-a/impl-ui'"));
}

TEST_F(Report, HasATopicWhereItIsAboutNoTask) {
  box.ok("git orch report progress -m p --topic 'a \"b\"' --agent impl-api -q");
  EXPECT_TRUE(holds(box.ok("git orch query \"SELECT metadata ->> '$.topic' AS "
                           "topic FROM task_events ORDER BY id DESC LIMIT "
                           "1\" --csv"),
                    "a \"\"b\"\""));
  EXPECT_EQ(
      box.type("git orch report progress -m p --topic '' --agent impl-api")
          .status,
      129);
}

TEST_F(Report, TakesALongTextFromStandardInput) {
  const std::string text(200000, 'x');
  const Result r =
      box.type("git orch report progress -m - --agent impl-api -q", text);
  EXPECT_EQ(r.status, 0) << r.err;
  EXPECT_EQ(inbox("overseer"), "001-a/impl-api: progress: " + text + "\n");
}

}  // namespace
}  // namespace orch::test
