// SPDX-License-Identifier: MIT
#include "support/sandbox.h"

namespace orch::test {
namespace {

class ResolveConflict : public ::testing::Test {
 protected:
  ResolveConflict() {
    box.make_repository();
    box.ok("git orch init -q");
    box.ok("git orch init-feature 001-a -q");
  }
  Sandbox box;
};

TEST_F(ResolveConflict, ClosesTheRowAndMakesAnEvent) {
  box.ok("git orch log-conflict 001-a impl-ui a.txt");
  EXPECT_EQ(box.ok("git orch resolve-conflict 1 'merged by hand'"),
            "conflict 1 is resolved\n");
  EXPECT_EQ(box.sql("SELECT resolved, notes FROM conflicts"),
            "1|merged by hand\n");
  EXPECT_EQ(box.sql("SELECT spec_id, role, event_type FROM task_events "
                    "ORDER BY id DESC LIMIT 1"),
            "001-a|impl-ui|conflict_resolved\n");
  const json::Value status = box.type("git orch status --json").data();
  EXPECT_EQ((*status["features"].as_array())[0]["conflicts"], json::Value(0));
}

TEST_F(ResolveConflict, SaysThatItWasResolvedAlready) {
  box.ok("git orch log-conflict 001-a impl-ui a.txt");
  box.ok("git orch resolve-conflict 1 first");
  EXPECT_EQ(box.ok("git orch resolve-conflict 1 second"),
            "conflict 1 was resolved already\n");
  const json::Value answer =
      box.type("git orch resolve-conflict 1 --json").data();
  EXPECT_EQ(answer["status"], json::Value("resolved"));
  EXPECT_EQ(answer["notes"], json::Value("first"));
  EXPECT_EQ(box.sql("SELECT count(*) FROM task_events"), "2\n");
}

TEST_F(ResolveConflict, SaysWhenGitStillSeesAPredictedOne) {
  for (const char* role : {"impl-ui", "impl-api"}) {
    const std::string top = box.worktree("001-a", role);
    box.write(top + "/one.txt", std::string(role) + "\n");
    box.ok_in(top, "git commit -qam " + std::string(role));
  }
  box.ok("git orch tick -q");
  ASSERT_TRUE(eventually([&] {
    return box.sql("SELECT count(*) FROM conflicts WHERE kind = 'collision'") ==
           "1\n";
  }));
  const Result r = box.type("git orch resolve-conflict 1 --json");
  EXPECT_EQ(r.status, 0);
  EXPECT_EQ(r.data()["still_there"], json::Value(true));
  EXPECT_TRUE(holds(r.err, "the two do not merge yet"));
}

TEST_F(ResolveConflict, SaysWhatIsWrong) {
  Result r = box.type("git orch resolve-conflict 7");
  EXPECT_EQ(r.status, 128);
  EXPECT_TRUE(holds(r.err, "there is no conflict 7"));
  EXPECT_TRUE(holds(r.err, "hint: git orch conflicts list"));
  r = box.type("git orch resolve-conflict seven");
  EXPECT_EQ(r.status, 129);
  EXPECT_TRUE(holds(r.err, "'seven' is no id"));
  EXPECT_EQ(box.type("git orch resolve-conflict").status, 129);
}

}  // namespace
}  // namespace orch::test
