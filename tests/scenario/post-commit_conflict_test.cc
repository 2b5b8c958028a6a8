// SPDX-License-Identifier: MIT
#include "support/sandbox.h"

namespace orch::test {
namespace {

// Commits alone make a conflict known: nobody asks, nothing ticks but what the
// hooks start.
class HookConflict : public ::testing::Test {
 protected:
  HookConflict() {
    box.make_repository();
    box.ok("git orch init -q");
    box.ok(
        "git orch init-feature 001-a -q "
        "--roles overseer,impl-api,impl-data,impl-ui");
    api = box.worktree("001-a", "impl-api");
    ui = box.worktree("001-a", "impl-ui");
  }
  void commit(const std::string& top, const std::string& file,
              const std::string& text) const {
    box.write(top + "/" + file, text + "\n");
    box.ok_in(top, "git add .");
    const Result r = box.type_in(top, "git commit -qm '" + text + "'");
    EXPECT_EQ(r.status, 0);
    EXPECT_EQ(r.err, "");
  }
  std::string inbox(const std::string& role) const {
    return box.ok("git orch inbox --all --kind conflict --porcelain --agent " +
                  role);
  }
  std::size_t told(const std::string& role) const {
    return box
        .type("git orch inbox --all --kind conflict --porcelain --agent " +
              role)
        .lines()
        .size();
  }
  // What the store holds, without the help of a verb.
  std::string count(const std::string& type) const {
    return box.sql("SELECT count(*) FROM task_events WHERE event_type = '" +
                   type + "'");
  }
  void collide() const {
    commit(api, "one.txt", "by api");
    commit(ui, "one.txt", "by ui");
    ASSERT_TRUE(
        eventually([&] { return count("conflict_detected") == "1\n"; }));
  }
  Sandbox box;
  std::string api, ui;
};

TEST_F(HookConflict, ReachesBothAgentsAndTheOverseerOnce) {
  collide();
  EXPECT_TRUE(
      holds(inbox("impl-api"),
            "\torch\tyour work collides with 001-a/impl-ui in 1 file:\\n"
            "  one.txt\\nconflict type: contents\\n001-a/impl-api: "));
  EXPECT_TRUE(holds(inbox("impl-api"), "git orch conflicts show 1\tqueued\t"));
  EXPECT_TRUE(holds(inbox("impl-ui"),
                    "your work collides with 001-a/impl-api in 1 file"));
  EXPECT_TRUE(holds(inbox("overseer"),
                    "001-a/impl-api collides with 001-a/impl-ui in 1 file"));
  EXPECT_EQ(inbox("impl-data"), "");
  EXPECT_EQ(box.sql("SELECT a, b, kind, files, resolved FROM conflicts"),
            "001-a/impl-api|001-a/impl-ui|collision|[\"one.txt\"]|0\n");
  EXPECT_TRUE(holds(box.ok("git orch recent --porcelain"),
                    "\t001-a\timpl-api\tconflict_detected\t001-a/impl-api and "
                    "001-a/impl-ui (collision): one.txt\t"));
}

TEST_F(HookConflict, IsToldAgainOnlyForOtherFiles) {
  collide();
  commit(api, "one.txt", "by api again");
  commit(ui, "unrelated.txt", "by ui");
  box.ok("git orch tick -q");
  EXPECT_EQ(count("conflict_detected"), "1\n");
  for (const char* role : {"impl-api", "impl-ui", "overseer"})
    EXPECT_EQ(told(role), 1U) << role;
  commit(api, "two.txt", "by api");
  commit(ui, "two.txt", "by ui");
  ASSERT_TRUE(eventually([&] { return count("conflict_detected") == "2\n"; }));
  EXPECT_TRUE(holds(inbox("overseer"), "in 2 files:\\n  one.txt\\n  two.txt"));
  EXPECT_EQ(told("impl-api"), 2U);
}

TEST_F(HookConflict, IsResolvedWhenItIsGone) {
  collide();
  box.ok_in(ui, "git reset -q --hard HEAD~1");
  commit(ui, "unrelated.txt", "by ui");
  ASSERT_TRUE(eventually([&] { return count("conflict_resolved") == "1\n"; }));
  EXPECT_EQ(box.sql("SELECT resolved FROM conflicts"), "1\n");
  const Result r = box.type("git orch check-conflicts --all");
  EXPECT_EQ(r.status, 0) << r.out << r.err;
  // And found again when it comes back.
  commit(ui, "one.txt", "by ui once more");
  EXPECT_TRUE(eventually([&] { return count("conflict_detected") == "2\n"; }));
}

TEST_F(HookConflict, IsFoundAfterAMergeAndAnAmendToo) {
  commit(api, "one.txt", "by api");
  commit(ui, "two.txt", "by ui");
  box.write(ui + "/one.txt", "by ui\n");
  box.ok_in(ui, "git commit -qa --amend --no-edit");
  ASSERT_TRUE(eventually([&] { return count("conflict_detected") == "1\n"; }));
  box.ok("git orch policy override -q guards.merges -m settles");
  box.ok_in(ui, "git merge -q -X ours --no-edit feature/001-a/impl-api");
  EXPECT_TRUE(eventually([&] { return count("conflict_resolved") == "1\n"; }));
}

TEST_F(HookConflict, WithTheBaseIsToldToTheAgentAndTheOverseer) {
  commit(api, "one.txt", "by api");
  commit(box.repo(), "one.txt", "on main");
  ASSERT_TRUE(eventually([&] { return count("conflict_detected") == "1\n"; }));
  EXPECT_TRUE(holds(inbox("impl-api"),
                    "your work is out of date with base in 1 file:\\n"
                    "  one.txt"));
  EXPECT_EQ(told("overseer"), 1U);
  EXPECT_EQ(told("impl-ui"), 0U);
}

TEST_F(HookConflict, ReachesARunningAgentInItsPane) {
  box.ok("git orch agent start impl-api --runtime script -q");
  collide();
  EXPECT_TRUE(eventually([&] {
    return box.ok("git orch agent log impl-api")
               .find(
                   "your work collides with 001-a/impl-ui in 1 file:\n"
                   "  one.txt\n") != std::string::npos;
  }));
}

TEST_F(HookConflict, OfOpenWorkIsNobodysMessage) {
  commit(api, "one.txt", "by api");
  box.write(ui + "/one.txt", "by ui\n");
  box.ok("git orch tick -q");
  EXPECT_EQ(box.type("git orch check-conflicts --all -q").status, 1);
  EXPECT_EQ(count("conflict_detected"), "0\n");
}

}  // namespace
}  // namespace orch::test
