// SPDX-License-Identifier: MIT
#include <sys/stat.h>

#include "support/sandbox.h"

namespace orch::test {
namespace {

constexpr char kList[] =
    "# Tasks\r\n"
    "\r\n"
    "```\r\n- [ ] T000 not a task\r\n```\r\n"
    "## Core\r\n"
    "- [ ] T001 [P] [US1] the model in src/api.txt\r\n"
    "  * [ ] T002 its test (depends on T001)\r\n"
    "- [X] T003 done long ago\r\n"
    "- [ ] write the docs";

// The list in the work tree: read once, written when asked for.
class SyncStatusList : public ::testing::Test {
 protected:
  SyncStatusList() {
    box.make_repository();
    box.ok("git orch init -q");
    box.write(box.repo() + "/specs/goals/spec.md", "# Goals\n");
    box.write(list(), kList);
    box.ok("git add -A");
    box.ok("git commit -qm specs");
    box.ok(
        "git orch init-feature 001-a --spec specs/goals/spec.md "
        "--roles overseer,impl-api -q");
  }
  std::string list() const { return box.repo() + "/specs/goals/tasks.md"; }
  Sandbox box;
};

TEST_F(SyncStatusList, IsFoundBesideTheSpecification) {
  EXPECT_EQ(box.ok("git orch sync-status --porcelain -q"),
            "T001\topen\t\nT002\tblocked\t\nT003\tdone\t\n"
            "write-the-docs\topen\t\n");
  EXPECT_EQ(box.read(list()), kList);
}

TEST_F(SyncStatusList, IsMarkedItemByItemWhenAskedFor) {
  const std::string api = box.worktree("001-a", "impl-api");
  box.write(api + "/a.txt", "a\n");
  box.ok_in(api, "git add a.txt");
  box.ok_in(api, "git commit -q -m 'done T001'");
  box.ok_in(api,
            "git commit -q --allow-empty -m docs "
            "-m 'Orch-Task-Done: write-the-docs'");
  ASSERT_EQ(::chmod(list().c_str(), 0640), 0);
  const Result r = box.type("git orch sync-status --write --json");
  ASSERT_EQ(r.status, 0) << r.err;
  EXPECT_EQ(r.data()["marked"], json::Value(2));
  EXPECT_EQ(r.data()["file"], json::Value(list()));
  std::string expected = kList;
  expected.replace(expected.find("[ ] T001"), 3, "[x]");
  expected.replace(expected.find("[ ] write"), 3, "[x]");
  EXPECT_EQ(box.read(list()), expected);
  struct stat status {};
  ASSERT_EQ(::stat(list().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0640u);
  EXPECT_EQ(box.type("git orch sync-status --write --json").data()["marked"],
            json::Value(0));
  // A revert clears the box again.
  box.ok_in(api, "git revert --no-edit HEAD~1");
  box.ok("git orch sync-status --write -q");
  EXPECT_TRUE(holds(box.read(list()), "[ ] T001"));
  EXPECT_TRUE(holds(box.ok("git status --porcelain"), " M specs/goals"));
}

TEST_F(SyncStatusList, OfThisWorktreeIsMarkedAndNoOther) {
  const std::string api = box.worktree("001-a", "impl-api");
  box.ok_in(api, "git commit -q --allow-empty -m 'done T001'");
  box.ok_in(api, "git orch sync-status --write -q");
  EXPECT_TRUE(holds(box.read(api + "/specs/goals/tasks.md"), "[x] T001"));
  EXPECT_EQ(box.read(list()), kList);
}

TEST_F(SyncStatusList, ATickCountsTheFirstTimeOnly) {
  box.ok("git orch task -q");
  box.ok("git orch task reopen T003 -q");
  EXPECT_TRUE(
      holds(box.ok("git orch sync-status --porcelain -q"), "T003\topen\t\n"));
  box.ok("git orch sync-status --write -q");
  EXPECT_TRUE(holds(box.read(list()), "[ ] T003"));
}

TEST_F(SyncStatusList, IsTheFileThatIsConfigured) {
  box.write(box.repo() + "/plan/001-a.md", "1. [ ] T009 other\n");
  box.ok("git config orch.tasksFile plan/{spec-id}.md");
  EXPECT_TRUE(holds(box.ok("git orch sync-status --porcelain -q"),
                    "write-the-docs\topen\t\nT009\topen\t\n"));
  box.ok("git config orch.tasksFile plan/none.md");
  const Result r = box.type("git orch sync-status --write");
  EXPECT_EQ(r.status, 128);
  EXPECT_TRUE(holds(r.err, "there is no task list 'plan/none.md'"));
  EXPECT_TRUE(holds(r.err, "git config orch.tasksFile <path>"));
}

TEST_F(SyncStatusList, WithAnErrorIsNamedByLineAndColumnAndNothingIsTaken) {
  box.write(list(), "- [ ] T001 a\n- [ ] T001 b\n");
  const Result r = box.type("git orch sync-status");
  EXPECT_NE(r.status, 0);
  EXPECT_TRUE(holds(r.err, "tasks.md:2:"));
  EXPECT_TRUE(holds(r.err, "duplicate task id 'T001', first on line 1"));
  box.ok("git config orch.tasksFile none.md");
  EXPECT_EQ(box.type("git orch task --porcelain").lines().size(), 4u);
}

TEST_F(SyncStatusList, OfTenMegabytesIsReadAndMarked) {
  std::string big;
  for (int i = 0; big.size() < 10u << 20; ++i)
    big += "- [ ] T" + std::to_string(100000 + i) + " " + std::string(60, 'x') +
           "\n";
  box.write(list(), big);
  box.ok("git orch sync-status -q");
  box.ok("git orch task done T100007 -q");
  EXPECT_EQ(box.type("git orch sync-status --write --json").data()["marked"],
            json::Value(1));
}

}  // namespace
}  // namespace orch::test
