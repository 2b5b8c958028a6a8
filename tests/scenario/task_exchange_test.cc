// SPDX-License-Identifier: MIT
#include "support/sandbox.h"

namespace orch::test {
namespace {

class TaskExchange : public ::testing::Test {
 protected:
  TaskExchange() {
    box.make_repository();
    box.ok("git orch init -q");
    box.ok("git orch init-feature 001-a --roles overseer,impl-api -q");
    box.ok("git orch task add 'one, \"quoted\"' --section Core -q");
    box.ok("git orch task add two --depends T001 --agent impl-api -q");
    box.ok("git orch task add three -q");
    box.ok("git orch task start T003 -q");
  }
  Sandbox box;
};

TEST_F(TaskExchange, GoesOutAndComesBackInEveryForm) {
  const std::string before =
      box.ok("git orch task --feature 001-a --porcelain");
  int n = 0;
  for (const char* form : {"md", "json", "csv", "github"}) {
    const std::string page = box.ok(
        std::string("git orch task export --feature 001-a --format ") + form);
    const std::string id = "00" + std::to_string(++n + 1) + "-copy";
    box.ok("git orch init-feature " + id + " --roles overseer,impl-api -q");
    box.write(box.repo() + "/page", page);
    box.ok("git orch task import page --feature " + id + " --format " + form +
           " -q");
    EXPECT_EQ(box.ok("git orch task --feature " + id + " --porcelain"), before)
        << form << "\n"
        << page;
    box.ok("git orch task import page --feature " + id + " --format " + form +
           " -q");
    EXPECT_EQ(box.ok("git orch task --feature " + id + " --porcelain"), before)
        << form << ", twice";
    box.ok("git orch task export " + id + ".json --feature " + id + " -q");
    EXPECT_TRUE(
        holds(box.read(box.repo() + "/" + id + ".json"), "{\"tasks\":["));
  }
}

// Who waits only for another is released in the copy, too; who was blocked by
// hand, besides, is not.
TEST_F(TaskExchange, WhatWaitsIsReleasedInTheCopyButNotWhatWasHeldByHand) {
  box.ok("git orch task add four --depends T001 -q");
  box.ok("git orch task block T004 -m 'no key' -q");
  int n = 0;
  for (const char* form : {"md", "json", "csv", "github"}) {
    const std::string id = "00" + std::to_string(++n + 1) + "-copy";
    box.ok("git orch init-feature " + id + " --roles overseer,impl-api -q");
    box.write(box.repo() + "/page",
              box.ok(std::string("git orch task export --feature 001-a ") +
                     "--format " + form));
    box.ok("git orch task import page --feature " + id + " --format " + form +
           " -q");
    box.ok("git orch task done T001 --feature " + id + " -q");
    EXPECT_EQ(box.sql("SELECT task_id || ' ' || t.status FROM tasks t JOIN "
                      "features f ON f.id = feature_id WHERE spec_id = '" +
                      id + "' ORDER BY task_id"),
              "T001 done\nT002 open\nT003 doing\nT004 blocked\n")
        << form;
  }
}

TEST_F(TaskExchange, HeadsTasksWithoutASectionInWords) {
  const std::string page = box.ok("git orch task export");
  EXPECT_TRUE(holds(page, "\n## Other tasks\n\n- [ ] T002 two "));
}

TEST_F(TaskExchange, NamesOwnersThatAreNoAgents) {
  box.write(box.repo() + "/list.csv", "id,title,owner\r\nT050,a,them/api\r\n");
  EXPECT_EQ(box.type("git orch task import list.csv").err,
            "no agent here, but an owner there: them/api\n"
            "1 added, 0 updated\n");
}

TEST_F(TaskExchange, ReadsIssuesAsGitHubGivesThem) {
  const Result r = box.type(
      "git orch task import - --format github --json",
      R"([{"number":7,"title":"T003: renamed","state":"CLOSED","body":""},)"
      R"({"number":8,"title":"a new one","state":"OPEN","body":"text"}])");
  EXPECT_EQ(r.status, 0) << r.err;
  EXPECT_EQ(r.data()["added"], json::Value(1));
  EXPECT_EQ(r.data()["updated"], json::Value(1));
  EXPECT_TRUE(holds(box.ok("git orch task --porcelain"),
                    "T003\trenamed\tdone\t\t\nGH-8\ta new one\topen\t\t\n"));
}

TEST_F(TaskExchange, RefusesWhatItCannotReadAndAppliesNothing) {
  const std::string before = box.ok("git orch task --porcelain");
  box.write(box.repo() + "/bad.md",
            "- [ ] T050 fine\n- [ ] T051 a\n- [ ] T051 b\n");
  const Result twice = box.type("git orch task import bad.md");
  EXPECT_NE(twice.status, 0);
  EXPECT_TRUE(holds(twice.err, "bad.md:3:"));
  EXPECT_TRUE(holds(twice.err, "T051"));
  box.write(box.repo() + "/bad.json", "{\"tasks\":[{\"id\":\"T060\"");
  EXPECT_TRUE(holds(box.type("git orch task import bad.json").err, "bad.json"));
  box.write(box.repo() + "/ring.csv",
            "id,title,status,owner,depends_on\r\nT070,a,open,,T071\r\n"
            "T071,b,open,,T070\r\n");
  EXPECT_EQ(box.type("git orch task import ring.csv").status, 2);
  box.write(box.repo() + "/lost.csv",
            "id,title,status,owner,depends_on\r\nT070,a,open,,T099\r\n");
  EXPECT_TRUE(holds(box.type("git orch task import lost.csv").err,
                    "task 'T070' depends on 'T099', which is not there"));
  EXPECT_EQ(box.type("git orch task import none.md").status, 128);
  EXPECT_EQ(box.type("git orch task export --format pdf").status, 129);
  EXPECT_EQ(box.ok("git orch task --porcelain"), before);
}

}  // namespace
}  // namespace orch::test
