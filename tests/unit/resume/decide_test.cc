// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "resume/resume.h"

namespace orch::resume {
namespace {

Reality down() {
  Reality r;
  r.agent.address = "001/impl-api";
  r.agent.branch = "feature/001/impl-api";
  r.agent.worktree = "/w";
  r.agent.desired = "running";
  r.agent.state = "lost";
  return r;
}

std::string of(const Reality& r, bool rebrief = false) {
  std::string out;
  for (const Action& a : decide(r, rebrief)) {
    EXPECT_EQ(a.agent, r.agent.address);
    EXPECT_NE(a.because, "");
    out += (out.empty() ? "" : " ") + std::string(step_name(a.step));
    if (!a.with.empty()) out += ":" + a.with;
  }
  return out;
}

TEST(Resume, StartsWhatShouldRunAndDoesNot) {
  for (const char* state : {"lost", "exited"}) {
    Reality r = down();
    r.agent.state = state;
    EXPECT_EQ(of(r), "start") << state;
    EXPECT_EQ(of(r, true), "start") << state;
  }
}

// Also one that came up meanwhile: it was not briefed.
TEST(Resume, StartsWhatNobodyStartsAnyMore) {
  for (const char* state : {"starting", "idle", "busy"}) {
    Reality r = down();
    r.agent.state = state;
    r.half_started = true;
    EXPECT_EQ(of(r), "start") << state;
  }
}

TEST(Resume, LeavesWhatRunsAndWhatShouldNot) {
  for (const char* state : {"starting", "idle", "busy", "needs-human",
                            "limited", "unknown", "stopped"})
    for (const char* desired : {"running", "paused", "stopped"}) {
      Reality r = down();
      r.agent.state = state;
      r.agent.desired = desired;
      r.has_worktree = r.has_branch = false;
      EXPECT_EQ(of(r), "") << state << desired;
    }
  for (const char* desired : {"paused", "stopped"}) {
    Reality r = down();
    r.agent.desired = desired;
    EXPECT_EQ(of(r, true), "") << desired;
  }
}

TEST(Resume, BriefsWhatRunsWhenAsked) {
  Reality r = down();
  r.agent.state = "idle";
  EXPECT_EQ(of(r, true), "brief");
  r.agent.state = "starting";
  EXPECT_EQ(of(r, true), "");
}

TEST(Resume, BringsBackBranchAndWorktreeFirst) {
  Reality r = down();
  r.has_worktree = false;
  EXPECT_EQ(of(r), "restore-worktree:/w start");
  r.moved_to = "/elsewhere";
  EXPECT_EQ(of(r), "repair-worktree:/elsewhere start");
  r.has_branch = false;
  r.last_tip = "abc";
  r.has_tip = true;
  EXPECT_EQ(of(r), "repair-worktree:/elsewhere restore-branch:abc start");
  r.moved_to = "";
  EXPECT_EQ(of(r), "restore-branch:abc restore-worktree:/w start");
}

TEST(Resume, SaysWhatCannotBeBroughtBack) {
  Reality r = down();
  r.has_branch = false;
  r.last_tip = "abc";
  EXPECT_EQ(of(r), "impossible");  // the commit is gone, too
  r = down();
  r.agent.branch = "";
  r.has_worktree = false;
  EXPECT_EQ(of(r), "impossible");  // a directory that was never ours
}

TEST(Resume, StartsNothingBehindALimit) {
  Reality r = down();
  r.is_limited = true;
  EXPECT_EQ(of(r), "");
  r.has_worktree = false;
  EXPECT_EQ(of(r), "restore-worktree:/w");
}

TEST(Resume, SaysWhyItIsDown) {
  Reality r = down();
  const auto because = [&] { return decide(r, false).front().because; };
  EXPECT_EQ(because(), "its process is gone, nobody saw how");
  r.agent.exit_status = 3;
  EXPECT_EQ(because(), "it ended with status 3");
  r.agent.exit_status = 137;
  EXPECT_EQ(because(), "it was ended by signal 9");
  r.rebooted = true;
  EXPECT_EQ(because(), "the machine was started anew");
}

}  // namespace
}  // namespace orch::resume
