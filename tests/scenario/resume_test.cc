// SPDX-License-Identifier: MIT
//
// After a crash or a reboot: the same agents, and nothing twice.
#include "file/file.h"
#include "support/sandbox.h"

namespace orch::test {
namespace {

class ResumeVerb : public ::testing::Test {
 protected:
  ResumeVerb() {
    box.make_repository();
    box.ok("git orch init -q");
    box.ok("git orch init-feature -q 001 --base main");
    for (const char* role : {"overseer", "impl-api"}) {
      box.script(role, "await-message\n");
      box.ok(std::string("git orch agent start -q --runtime script 001/") +
             role);
    }
    EXPECT_TRUE(eventually([&] {
      return state("overseer") == "idle" && state("impl-api") == "idle";
    }));
  }
  std::string state(const std::string& role) const {
    box.ok("git orch tick -q");
    const std::string out =
        box.sql("SELECT state FROM agents WHERE role = '" + role + "'");
    return out.substr(0, out.find('\n'));
  }
  std::string conversations() const {
    return box.sql(
        "SELECT conversation FROM agents WHERE run IS NOT NULL "
        "ORDER BY id");
  }
  // All that a power cut ends, and another boot.
  void end_processes() const {
    box.sql("UPDATE agents SET boot_id = 'another' WHERE boot_id <> ''");
    const std::string panes = box.sql(
        "SELECT group_concat(pane_pid || ' ' || pid, ' ') FROM agents "
        "WHERE pid > 0");
    ASSERT_NE(panes, "\n");
    box.run_in("/", {"sh", "-ec", "kill -9 " + panes});
  }
  void reboot() const {
    end_processes();
    ASSERT_TRUE(eventually([&] {
      return state("overseer") == "lost" && state("impl-api") == "lost";
    }));
  }
  // Its branch and its worktree are removed by hand.
  void reboot_and_lose_impl_api() const {
    reboot();
    box.run_in("/", {"rm", "-rf", box.worktree("001", "impl-api")});
    box.ok("git update-ref -d refs/heads/feature/001/impl-api");
  }
  std::string actions(const std::string& options = "") const {
    std::string out;
    for (const std::string& line :
         box.type("git orch resume --porcelain" + options).lines())
      out += line.substr(0, line.rfind('\t')) + "\n";
    return out;
  }

  Sandbox box;
};

constexpr char kBothStart[] = "001/overseer\tstart\n001/impl-api\tstart\n";

TEST_F(ResumeVerb, StartsTheSameAgentsAfterAReboot) {
  const std::string before = conversations();
  const std::string worktrees = box.ok("git worktree list");
  box.write(box.worktree("001", "impl-api") + "/open", "work\n");
  reboot();
  const std::string refs = box.ok("git for-each-ref");
  EXPECT_EQ(actions(" --dry-run"), kBothStart);
  EXPECT_EQ(state("impl-api"), "lost");
  EXPECT_TRUE(
      holds(box.ok("git orch resume -n"), "the machine was started anew"));
  EXPECT_EQ(actions(), kBothStart);
  EXPECT_EQ(conversations(), before);
  EXPECT_EQ(box.ok("git worktree list"), worktrees);
  EXPECT_EQ(box.ok("git for-each-ref"), refs);
  EXPECT_EQ(box.read(box.worktree("001", "impl-api") + "/open"), "work\n");
  EXPECT_TRUE(holds(box.sql("SELECT text FROM messages WHERE kind = 'brief' "
                            "ORDER BY id DESC LIMIT 1"),
                    "You go on with work that you began before."));
  // The second time changes nothing.
  EXPECT_EQ(box.ok("git orch resume"), "nothing to do: what should run runs\n");
}

TEST_F(ResumeVerb, StartsOnlyTheDeadOnesOfOneFeature) {
  box.ok("git orch init-feature -q 002 --base main");
  const std::string pid = box.sql(
      "SELECT pane_pid || ' ' || pid FROM agents WHERE role = 'impl-api' AND "
      "pid > 0");
  const std::string other =
      box.sql("SELECT pid FROM agents WHERE role = 'overseer' AND pid > 0");
  box.run_in("/", {"sh", "-ec", "kill -9 " + pid});
  ASSERT_TRUE(eventually([&] {
    box.ok("git orch tick -q");
    return box.sql("SELECT state FROM agents WHERE address = '001/impl-api'") ==
           "lost\n";
  }));
  EXPECT_EQ(actions(" 002"), "");
  EXPECT_EQ(actions(" 001"), "001/impl-api\tstart\n");
  EXPECT_EQ(
      box.sql("SELECT pid FROM agents WHERE role = 'overseer' AND pid > 0"),
      other);
}

TEST_F(ResumeVerb, LeavesStoppedAndPausedOnesAlone) {
  box.ok("git orch agent stop -q 001/overseer");
  box.ok("git orch pause -q impl-api");
  end_processes();
  ASSERT_TRUE(eventually([&] { return state("impl-api") == "lost"; }));
  EXPECT_EQ(actions(), "");
  EXPECT_TRUE(holds(box.ok("git orch pause --off"),
                    "001/impl-api: goes on with: git orch resume"));
  EXPECT_EQ(actions(), "001/impl-api\tstart\n");
  EXPECT_EQ(state("overseer"), "stopped");
}

TEST_F(ResumeVerb, BriefsTheOthersWhenAsked) {
  EXPECT_EQ(actions(" --rebrief"),
            "001/overseer\tbrief\n001/impl-api\tbrief\n");
  EXPECT_EQ(box.sql("SELECT count(*) FROM messages WHERE kind = 'brief'"),
            "4\n");
}

TEST_F(ResumeVerb, GivesMessagesInTheirOrder) {
  reboot();
  for (const char* text : {"first", "second", "third"})
    box.ok(std::string("git orch send impl-api -q -m ") + text);
  actions();
  EXPECT_TRUE(eventually([&] {
    box.ok("git orch tick -q");
    return box.sql(
               "SELECT count(*) FROM messages WHERE text IN ('first', "
               "'second', 'third') AND level = 'acked'") == "3\n";
  }));
  EXPECT_EQ(
      box.sql("SELECT text FROM messages WHERE text IN ('first', 'second', "
              "'third') ORDER BY typed_at, id"),
      "first\nsecond\nthird\n");
}

TEST_F(ResumeVerb, BringsAWorktreeAndABranchBack) {
  const std::string top = box.worktree("001", "impl-api");
  box.write(top + "/done", "x\n");
  box.write(top + "/staged", "x\n");
  box.ok_in(top, "git add done");
  box.ok_in(top, "git commit -q -m done");
  box.ok_in(top, "git add staged");
  const std::string tip = box.ok("git rev-parse feature/001/impl-api");
  box.ok("git orch tick -q");
  reboot_and_lose_impl_api();
  EXPECT_EQ(actions(" --dry-run"),
            "001/overseer\tstart\n001/impl-api\trestore-branch\n"
            "001/impl-api\trestore-worktree\n001/impl-api\tstart\n");
  actions();
  EXPECT_EQ(box.ok("git rev-parse feature/001/impl-api"), tip);
  EXPECT_EQ(box.ok_in(top, "git status --porcelain"), "A  staged\n");
  EXPECT_EQ(state("impl-api") == "lost", false);
  EXPECT_EQ(actions(), "");
}

// Nor is it lost when somebody has looked since and has found it gone.
TEST_F(ResumeVerb, BringsABranchBackThatATickHasSeenGo) {
  const std::string top = box.worktree("001", "impl-api");
  for (const char* name : {"first", "done"})
    box.ok_in(top, std::string("git commit -q --allow-empty -m ") + name);
  box.ok_in(top, "git commit -q --amend --allow-empty -m mended");
  const std::string tip = box.ok("git rev-parse feature/001/impl-api");
  box.ok("git orch sync-status -q");
  reboot_and_lose_impl_api();
  for (int i = 0; i < 2; ++i) box.ok("git orch sync-status -q");
  EXPECT_TRUE(eventually([&] {
    box.ok("git orch tick -q");
    return box.sql(
               "SELECT count(*) FROM task_events WHERE event_type = "
               "'ref_moved_by_person'") != "0\n";
  }));
  actions();
  EXPECT_EQ(box.ok("git rev-parse feature/001/impl-api"), tip);
  EXPECT_NE(state("impl-api"), "lost");
}

TEST_F(ResumeVerb, FindsAWorktreeThatWasMovedByHand) {
  const std::string top = box.worktree("001", "impl-api");
  box.write(top + "/open", "x\n");
  reboot();
  file::rename(top, top + "-renamed");
  EXPECT_EQ(actions(" --dry-run 001"),
            "001/overseer\tstart\n001/impl-api\trepair-worktree\n"
            "001/impl-api\tstart\n");
  actions();
  EXPECT_EQ(box.sql("SELECT worktree FROM agents WHERE role = 'impl-api'"),
            top + "-renamed\n");
  EXPECT_EQ(box.ok_in(top + "-renamed", "git status --porcelain"), "?? open\n");
  EXPECT_EQ(actions(), "");
}

TEST_F(ResumeVerb, FollowsARenamedBranch) {
  box.ok("git branch -m feature/001/impl-api feature/001/api");
  box.ok("git orch tick -q");
  EXPECT_EQ(box.sql("SELECT branch FROM agents WHERE role = 'impl-api'"),
            "feature/001/api\n");
  EXPECT_EQ(box.sql("SELECT message FROM task_events WHERE event_type = "
                    "'branch_renamed'"),
            "feature/001/impl-api is now feature/001/api\n");
}

TEST_F(ResumeVerb, SaysWhatCannotBeDoneAndDoesTheRest) {
  reboot();
  box.ok("git update-ref -d refs/heads/feature/001/impl-api");
  box.sql("DELETE FROM known_refs");
  const Result done = box.type("git orch resume --json");
  EXPECT_EQ(done.status, 1);
  EXPECT_EQ(*done.data()["actions"].as_array()->at(0)["agent"].as_string(),
            "001/overseer");
  EXPECT_TRUE(
      holds(*done.data()["failed"].as_array()->at(0)["because"].as_string(),
            "nobody knows where it was"));
}

}  // namespace
}  // namespace orch::test
