// SPDX-License-Identifier: MIT
//
// The real page of the real server in a real browser, with a live team: each
// card against the verbs' own data, and a commit that shows up by itself.
#include "support/dashboard.h"

namespace orch::test {
namespace {

TEST_F(DashboardTest, ThePageShowsWhatTheVerbsSayAndACommitComesByItself) {
  make_team();
  box.script("impl-api", "await-message\n");
  box.ok("git orch agent start 001-a/impl-api --runtime script -q");
  for (const char* role : {"overseer", "impl-api"}) {
    const std::string tree = box.worktree("001-a", role);
    box.write(tree + "/one.txt", std::string(role) + "\n");
    box.ok_in(tree, "git commit -qam " + std::string(role));
  }
  box.ok("git orch task add \"the list\" --id T001 --feature 001-a -q");
  box.ok("git orch limits set 001-a/overseer --in 43m -q");
  box.ok("git orch tick -q");
  serve("--port 0");
  box.set("ORCH_DASHBOARD_URL", url);
  box.set("ORCH_DASHBOARD_WORKTREE", box.worktree("001-a", "impl-api"));
  box.set("ORCH_PAGE_TOOLS",
          std::string(ORCH_SOURCE_DIR) + "/build/tools/page-tests");
  const Result r = box.run_in(
      box.repo(),
      {"node", std::string(ORCH_SOURCE_DIR) + "/tests/page/live.mjs"});
  EXPECT_EQ(r.status, 0) << r.out << r.err;
  signal_server("TERM");
  EXPECT_TRUE(eventually([&] { return !runs(); }));
}

}  // namespace
}  // namespace orch::test
