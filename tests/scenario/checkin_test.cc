// SPDX-License-Identifier: MIT
#include "support/sandbox.h"

namespace orch::test {
namespace {

constexpr char kStart[] = "1790000000000";  // 2026-09-21T14:13:20Z
constexpr char kHalfAnHourLater[] = "1790001860000";
constexpr char kADayLater[] = "1790086400000";

class Checkin : public ::testing::Test {
 protected:
  Checkin() {
    box.make_repository();
    box.set("ORCH_TEST_NOW", kStart);
    box.ok("git orch init -q");
    box.ok("git orch init-feature 001-a --roles overseer,impl-api -q");
    sql("DELETE FROM checkins");
  }
  std::string sql(const std::string& query) const {
    return box
        .run_in(box.repo(), {"sqlite3", "-cmd", ".timeout 10000",
                             ".git/orch/orch.db", query})
        .out;
  }
  std::string messages() const {
    return sql("SELECT text FROM messages WHERE kind = 'checkin' ORDER BY id");
  }
  void running() const { sql("UPDATE agents SET desired = 'running'"); }

  Sandbox box;
};

TEST_F(Checkin, IsPlannedListedAndEnded) {
  EXPECT_EQ(box.ok("git orch checkin"), "no check-ins\n");
  box.ok("git orch checkin add impl-api --in 30m 'is it done?' -q");
  box.ok("git orch checkin add overseer --every 2h 'bring together'");
  box.ok("git orch checkin add overseer --at 2026-09-21T14:20:00Z 'now then'");
  EXPECT_EQ(
      box.ok("git orch checkin list --porcelain"),
      "3\t001-a/overseer\tnow then\t2026-09-21T14:20:00Z\t\twaiting\t\n"
      "1\t001-a/impl-api\tis it done?\t2026-09-21T14:43:20Z\t\twaiting\t\n"
      "2\t001-a/overseer\tbring "
      "together\t2026-09-21T16:13:20Z\t2h\twaiting\t\n");
  EXPECT_EQ(box.type("git orch checkin list impl-api --json")
                .data()["checkins"]
                .as_array()
                ->size(),
            1U);
  EXPECT_TRUE(holds(box.ok("git orch checkin rm 2"), "cancelled: by person"));
  EXPECT_FALSE(holds(box.ok("git orch checkin"), "bring together"));
  EXPECT_TRUE(holds(box.ok("git orch checkin list --all"), "bring together"));
}

TEST_F(Checkin, IsSentOnceWhenItsTimeHasCome) {
  box.ok("git orch checkin add impl-api --in 30m once");
  box.ok("git orch checkin add impl-api --every 10m often");
  running();
  box.ok("git orch tick -q");
  EXPECT_EQ(messages(), "");
  box.set("ORCH_TEST_NOW", kHalfAnHourLater);
  box.ok("git orch tick -q");
  box.ok("git orch tick -q");
  EXPECT_EQ(messages(),
            "scheduled check-in: often (2 earlier ones were missed and are "
            "covered by this one)\nscheduled check-in: once\n");
  EXPECT_EQ(sql("SELECT state FROM checkins WHERE note = 'once'"), "done\n");
}

TEST_F(Checkin, WaitsForAnAgentThatIsStoppedAndEndsWithOneThatHasFinished) {
  box.ok("git orch checkin add impl-api --in 30m once");
  box.ok("git orch checkin add overseer --in 30m gone");
  sql("UPDATE agents SET status = 'completed' WHERE role = 'overseer'");
  box.set("ORCH_TEST_NOW", kADayLater);
  box.ok("git orch tick -q");
  EXPECT_EQ(messages(), "");
  EXPECT_EQ(sql("SELECT state, reason FROM checkins ORDER BY id"),
            "waiting|\ncancelled|the agent has finished\n");
  EXPECT_TRUE(holds(box.ok("git orch checkin"), "overdue by"));
  running();
  box.ok("git orch tick -q");
  EXPECT_EQ(messages(), "scheduled check-in: once\n");
}

TEST_F(Checkin, IsOneForOneNoteUntilItIsReplaced) {
  box.ok("git orch checkin add impl-api --in 30m 'Review: the API'");
  box.ok("git orch checkin add impl-api --in 30m 'review the API!'");
  EXPECT_EQ(sql("SELECT count(*) FROM checkins"), "1\n");
  const Result r =
      box.type("git orch checkin add impl-api --in 1h 'review the api'");
  EXPECT_EQ(r.status, 128);
  EXPECT_TRUE(holds(r.err, "check-in 1 with that note waits"));
  EXPECT_TRUE(holds(r.err, "--replace"));
  box.ok("git orch checkin add impl-api --in 1h --replace 'review the api'");
  EXPECT_EQ(sql("SELECT state FROM checkins ORDER BY id"),
            "cancelled\nwaiting\n");
  // Of another agent it is another.
  box.ok("git orch checkin add overseer --in 1h 'review the api'");
}

TEST_F(Checkin, IsPlannedByAnAgentForItselfAlone) {
  box.script("impl-api",
             "await-message\n"
             "run git orch checkin add --in 5m look-again\n"
             "run git orch checkin add overseer --in 5m look-you\n");
  box.set("ORCH_TEST_NOW", "");
  box.ok("git orch agent start -q impl-api --runtime script");
  EXPECT_TRUE(eventually([&] {
    return holds(box.ok("git orch agent log impl-api"),
                 "may not plan check-ins of '001-a/overseer'");
  }));
  EXPECT_EQ(sql("SELECT note FROM checkins WHERE slug = 'look-again'"),
            "look-again\n");
}

TEST_F(Checkin, IsRefusedWhereItCannotBeMeant) {
  for (const char* line :
       {"add impl-api --in 5m --every 5m x", "add impl-api x", "add --in 5m x",
        "add impl-api --at yesterday x", "add impl-api --every 5s x", "ad x"})
    EXPECT_EQ(box.type(std::string("git orch checkin ") + line).status, 129)
        << line;
  EXPECT_EQ(box.type("git orch checkin add impl-api --in 5m '!'").status, 129);
  EXPECT_TRUE(holds(
      box.type("git orch checkin add impl-api --at 2026-01-01T00:00:00Z x").err,
      "is over; now it is 2026-09-21T14:13:20Z"));
  EXPECT_EQ(box.type("git orch checkin add nobody --in 5m x").status, 128);
  EXPECT_EQ(box.type("git orch checkin rm 77").status, 128);
  EXPECT_EQ(sql("SELECT count(*) FROM checkins"), "0\n");
}

}  // namespace
}  // namespace orch::test
