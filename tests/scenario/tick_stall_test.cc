// SPDX-License-Identifier: MIT
#include <chrono>

#include "support/sandbox.h"

namespace orch::test {
namespace {

std::string minutes_from_now(int minutes) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::to_string(
      std::chrono::duration_cast<std::chrono::milliseconds>(now).count() +
      minutes * 60000LL);
}

class TickStall : public ::testing::Test {
 protected:
  TickStall() {
    box.make_repository();
    box.ok("git orch init -q");
    box.ok(
        "git orch init-feature 001-a --roles overseer,impl-api --start "
        "--runtime script -q");
    EXPECT_TRUE(eventually([&] {
      return box.ok("git orch agent list --porcelain").find("\tidle\t") !=
             std::string::npos;
    }));
  }
  std::string told(const std::string& part) const {
    return box
        .run_in(box.repo(),
                {"sqlite3", "-cmd", ".timeout 10000", ".git/orch/orch.db",
                 "SELECT count(*) FROM messages m JOIN agents a "
                 "ON a.id = m.agent_id WHERE a.role = 'impl-api' "
                 "AND m.text LIKE '%" +
                     part + "%'"})
        .out;
  }

  Sandbox box;
};

TEST_F(TickStall, RemindsOfUncommittedWorkOnceInAnInterval) {
  const std::string worktree = box.repo() + ".orch/001-a/impl-api";
  box.write(worktree + "/draft.txt", "not yet\n");
  box.ok("git orch tick -q");
  EXPECT_EQ(told("uncommitted for"), "0\n");
  box.set("ORCH_TEST_NOW", minutes_from_now(40));
  box.ok("git orch tick -q");
  box.ok("git orch tick -q");
  EXPECT_EQ(told("you have 1 path uncommitted for"), "1\n");
  box.set("ORCH_TEST_NOW", minutes_from_now(50));
  box.ok("git orch tick -q");
  EXPECT_EQ(told("uncommitted for"), "1\n");
  box.set("ORCH_TEST_NOW", minutes_from_now(90));
  box.ok("git orch tick -q");
  EXPECT_EQ(told("uncommitted for"), "2\n");
  EXPECT_TRUE(holds(box.ok("git orch recent --json"), "commit_overdue"));
}

TEST_F(TickStall, RemindsAnAgentFromWhichNothingComes) {
  box.write(box.repo() + "/.git/orch/policy.yaml",
            "thresholds: {stall_age: 20m, commit_age: never}\n");
  box.set("ORCH_TEST_NOW", minutes_from_now(15));
  EXPECT_TRUE(holds(box.ok("git orch tick --porcelain"), "stalls\t0\n"));
  EXPECT_EQ(told("you are idle"), "0\n");
  box.set("ORCH_TEST_NOW", minutes_from_now(25));
  EXPECT_TRUE(holds(box.ok("git orch tick --porcelain"), "stalls\t"));
  box.ok("git orch tick -q");
  EXPECT_EQ(told("you are idle, and nothing has come from you"), "1\n");
  EXPECT_TRUE(holds(box.ok("git orch recent --json"), "agent_idle"));
}

}  // namespace
}  // namespace orch::test
