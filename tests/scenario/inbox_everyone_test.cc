// SPDX-License-Identifier: MIT
#include "support/sandbox.h"

namespace orch::test {
namespace {

class InboxEveryone : public ::testing::Test {
 protected:
  InboxEveryone() {
    box.set("ORCH_TEST_NOW", "1800000000000");
    box.make_repository();
  }
  void make_team() const {
    box.ok("git orch init -q");
    box.ok("git orch init-feature 001-a --roles overseer,impl-api -q");
    for (const char* line :
         {"impl-api -m one", "overseer -m two", "impl-api -m \"three, 3\""})
      box.ok("git orch send -q " + std::string(line));
  }
  Sandbox box;
};

TEST_F(InboxEveryone, ListsTheLatestMessagesOfAllAgentsNewestFirst) {
  make_team();
  EXPECT_EQ(
      box.ok("git orch inbox --everyone -n 2 --porcelain"),
      "3\tperson\tthree, 3\tqueued\t2027-01-15T08:00:00Z\t001-a/impl-api\n"
      "2\tperson\ttwo\tqueued\t2027-01-15T08:00:00Z\t001-a/overseer\n");
  const auto all = box.type("git orch inbox --everyone --json").json();
  const json::Array& rows = *all["data"]["messages"].as_array();
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[2]["text"], json::Value("one"));
  EXPECT_EQ(rows[2]["to"], json::Value("001-a/impl-api"));
  EXPECT_EQ(rows[2]["level"], json::Value("queued"));
  EXPECT_TRUE(holds(box.ok("git orch inbox --everyone"),
                    "from person to 001-a/impl-api, "));
}

TEST_F(InboxEveryone, SaysSoWhereThereIsNone) {
  EXPECT_EQ(box.ok("git orch inbox --everyone"), "no messages\n");
  EXPECT_EQ(box.ok("git orch inbox --everyone --json"),
            R"({"version":1,"ok":true,"data":{"messages":[]}})"
            "\n");
}

TEST_F(InboxEveryone, RefusesWhatBelongsToOneInbox) {
  for (const char* line :
       {"git orch inbox --everyone --all", "git orch inbox --everyone -n 0",
        "git orch inbox --everyone --count 100001", "git orch inbox -n 3",
        "git orch inbox --everyone --agent impl-api"})
    EXPECT_EQ(box.type(line).status, 129) << line;
}

TEST_F(InboxEveryone, IsNotForAgents) {
  make_team();
  box.script("impl-api", "run git orch inbox --everyone\nsay done\n");
  box.ok("git orch agent start impl-api --runtime script -q");
  EXPECT_TRUE(eventually([&] {
    return holds(box.ok("git orch agent log impl-api"),
                 "only a person looks into every inbox");
  })) << box.ok("git orch agent log impl-api");
}

}  // namespace
}  // namespace orch::test
