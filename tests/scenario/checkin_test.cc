// SPDX-License-Identifier: MIT
#include "support/sandbox.h"
#include "text/text.h"

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
    box.set("TZ", "UTC");
    box.ok("git orch init -q");
    box.ok("git orch init-feature 001-a --roles overseer,impl-api -q");
    box.sql("DELETE FROM checkins");
  }
  std::string messages() const {
    return box.sql(
        "SELECT text FROM messages WHERE kind = 'checkin' ORDER BY id");
  }
  void running() const { box.sql("UPDATE agents SET desired = 'running'"); }

  Sandbox box;
};

TEST_F(Checkin, IsPlannedListedAndEnded) {
  EXPECT_EQ(box.ok("git orch checkin"), "no check-ins\n");
  box.ok("git orch checkin add impl-api --in 30m 'is it done?' -q");
  box.ok("git orch checkin add overseer --every 2h 'bring together'");
  box.ok("git orch checkin add overseer --at 2026-09-21T14:20:00Z 'now then'");
  EXPECT_EQ(
      box.ok("git orch checkin list --porcelain"),
      "3\t001-a/overseer\tnow then\t2026-09-21T14:20:00Z\t\twaiting\t\t\t0\n"
      "1\t001-a/impl-api\tis it done?\t2026-09-21T14:43:20Z\t\twaiting\t\t\t0\n"
      "2\t001-a/overseer\tbring "
      "together\t2026-09-21T16:13:20Z\t2h\twaiting\t\t\t0\n");
  EXPECT_EQ(box.type("git orch checkin list impl-api --json")
                .data()["checkins"]
                .as_array()
                ->size(),
            1U);
  EXPECT_TRUE(holds(box.ok("git orch checkin rm 2"), "cancelled: by person"));
  EXPECT_FALSE(holds(box.ok("git orch checkin"), "bring together"));
  EXPECT_TRUE(holds(box.ok("git orch checkin list --all"), "bring together"));
}

TEST_F(Checkin, IsAsFarAwayAsWasAskedForAlsoAMomentLater) {
  box.ok("git orch checkin add impl-api --in 30m 'is it done?' -q");
  box.set("ORCH_TEST_NOW", "1790000002000");
  EXPECT_TRUE(holds(box.ok("git orch checkin"), "  in 30m  "));
  const Result none = box.type("git orch checkin add impl-api --in 0m never");
  EXPECT_EQ(none.status, 129);
  EXPECT_TRUE(holds(none.err, "'--in' must be 1s or more"));
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
  EXPECT_EQ(box.sql("SELECT state FROM checkins WHERE note = 'once'"),
            "done\n");
}

TEST_F(Checkin, WaitsForAnAgentThatIsStoppedAndEndsWithOneThatHasFinished) {
  box.ok("git orch checkin add impl-api --in 30m once");
  box.ok("git orch checkin add overseer --in 30m gone");
  box.sql("UPDATE agents SET status = 'completed' WHERE role = 'overseer'");
  box.set("ORCH_TEST_NOW", kADayLater);
  box.ok("git orch tick -q");
  EXPECT_EQ(messages(), "");
  EXPECT_EQ(box.sql("SELECT state, reason FROM checkins ORDER BY id"),
            "waiting|the agent is stopped\ncancelled|the agent has finished\n");
  EXPECT_TRUE(holds(box.ok("git orch checkin"), "overdue by"));
  EXPECT_TRUE(holds(box.ok("git orch checkin"), "the agent is stopped"));
  running();
  box.ok("git orch tick -q");
  EXPECT_EQ(messages(), "scheduled check-in: once\n");
}

TEST_F(Checkin, ComesByTheClockOfAZone) {
  const auto due = [&](const std::string& line) {
    const auto fields = text::split(
        box.ok("git orch checkin add overseer --porcelain " + line), '\t');
    return fields.at(3) + " " + fields.at(4) + " " + fields.at(7);
  };
  box.set("TZ", "Europe/Berlin");  // 16:13, a Monday
  EXPECT_EQ(due("--every 'weekdays 9:00' a"),
            "2026-09-22T07:00:00Z weekdays 9:00 Europe/Berlin");
  EXPECT_EQ(due("--every 'weekdays 9:00' --zone Asia/Kolkata b"),
            "2026-09-22T03:30:00Z weekdays 9:00 Asia/Kolkata");
  EXPECT_EQ(due("--every '*/30 * * * *' c"),
            "2026-09-21T14:30:00Z */30 * * * * Europe/Berlin");
  EXPECT_EQ(due("--every @monthly --zone UTC d"),
            "2026-10-01T00:00:00Z @monthly UTC");
  EXPECT_EQ(due("--at 17:30 e"), "2026-09-21T15:30:00Z  ");
  EXPECT_EQ(due("--at 17:30 --zone America/New_York f"),
            "2026-09-21T21:30:00Z  ");
  EXPECT_EQ(due("--at 'tomorrow 9:00' g"), "2026-09-22T07:00:00Z  ");
  EXPECT_EQ(due("--at 'in 2 hours' h"), "2026-09-21T16:13:20Z  ");
  EXPECT_EQ(due("--at '2026-11-25 09:00 Asia/Kolkata' i"),
            "2026-11-25T03:30:00Z  ");
  // Whoever looks from elsewhere sees and sends the same.
  box.set("TZ", "America/New_York");
  EXPECT_TRUE(holds(box.ok("git orch checkin list overseer"),
                    "weekdays 9:00 (Europe/Berlin)"));
  box.sql("UPDATE agents SET desired = 'running'");
  box.set("ORCH_TEST_NOW", "1790060400000");  // 2026-09-22T07:00:00Z
  box.ok("git orch tick -q");
  EXPECT_EQ(
      box.sql("SELECT note, (due_at - 1790060400000) / 3600000 FROM checkins "
              "WHERE note IN ('a', 'b') ORDER BY id"),
      "a|24\nb|20\n");
}

TEST_F(Checkin, ShowsWhatBecameOfTheLastMessage) {
  box.ok("git orch checkin add impl-api --every 10m often -q");
  EXPECT_TRUE(holds(box.ok("git orch checkin --json"), "\"last\":null"));
  running();
  box.set("ORCH_TEST_NOW", kHalfAnHourLater);
  box.ok("git orch tick -q");
  EXPECT_TRUE(holds(box.ok("git orch checkin --json"),
                    R"("last":{"at":"2026-09-21T14:44:20Z","message":1,)"
                    R"("level":"queued"})"));
  EXPECT_TRUE(holds(box.ok("git orch checkin"), "queued"));
  // The next takes the place of one that nobody has read.
  box.set("ORCH_TEST_NOW", "1790003060000");
  box.ok("git orch tick -q");
  EXPECT_EQ(box.sql("SELECT level, reason FROM messages ORDER BY id"),
            "expired|replaced by message 2\nqueued|the agent is not running\n");
  EXPECT_TRUE(holds(messages(), "often (4 earlier ones were missed"));
  EXPECT_EQ(box.sql("SELECT failures FROM checkins"), "0\n");
}

TEST_F(Checkin, FailsWhenNobodyEverReadsIt) {
  box.ok("git orch checkin add impl-api --every 10m often -q");
  running();
  box.sql("UPDATE checkins SET failures = 4");
  box.set("ORCH_TEST_NOW", kHalfAnHourLater);
  box.ok("git orch tick -q");
  box.sql("UPDATE messages SET level = 'failed'");
  box.ok("git orch tick -q");
  EXPECT_TRUE(holds(box.ok("git orch checkin list --all"),
                    "failed: 5 messages in a row ended unread"));
  EXPECT_TRUE(holds(box.ok("git orch recent --json"), "checkin_failed"));
  EXPECT_TRUE(holds(box.ok("git orch inbox --agent overseer --all"),
                    "has failed: 5 messages in a row"));
}

TEST_F(Checkin, MovesOnWithoutAPausedAgent) {
  box.ok("git orch checkin add impl-api --every 10m often -q");
  box.sql("UPDATE agents SET desired = 'paused'");
  box.set("ORCH_TEST_NOW", kHalfAnHourLater);
  box.ok("git orch tick -q");
  EXPECT_EQ(messages(), "");
  EXPECT_TRUE(
      holds(box.ok("git orch checkin"), "waiting: the agent is paused"));
  EXPECT_TRUE(
      holds(box.ok("git orch checkin --porcelain"), "2026-09-21T14:53:20Z"));
}

TEST_F(Checkin, OutlivesAClockThatIsSetBack) {
  box.ok("git orch checkin add impl-api --every 10m often -q");
  running();
  box.set("ORCH_TEST_NOW", "1758464000000");  // a year before
  box.ok("git orch tick -q");
  EXPECT_EQ(box.sql("SELECT due_at FROM checkins"), "1758464600000\n");
}

TEST_F(Checkin, IsOneForOneNoteUntilItIsReplaced) {
  box.ok("git orch checkin add impl-api --in 30m 'Review: the API'");
  box.ok("git orch checkin add impl-api --in 30m 'review the API!'");
  EXPECT_EQ(box.sql("SELECT count(*) FROM checkins"), "1\n");
  const Result r =
      box.type("git orch checkin add impl-api --in 1h 'review the api'");
  EXPECT_EQ(r.status, 128);
  EXPECT_TRUE(holds(r.err, "check-in 1 with that note waits"));
  EXPECT_TRUE(holds(r.err, "--replace"));
  box.ok("git orch checkin add impl-api --in 1h --replace 'review the api'");
  EXPECT_EQ(box.sql("SELECT state FROM checkins ORDER BY id"),
            "cancelled\nwaiting\n");
  // Of another agent it is another.
  box.ok("git orch checkin add overseer --in 1h 'review the api'");
}

TEST_F(Checkin, PlannedAnewTakesThePlaceOfWhatNobodyHasRead) {
  running();
  box.ok("git orch checkin add impl-api --in 10m again -q");
  box.set("ORCH_TEST_NOW", kHalfAnHourLater);
  box.ok("git orch tick -q");
  box.ok("git orch checkin add impl-api --in 10m again -q");
  box.set("ORCH_TEST_NOW", kADayLater);
  box.ok("git orch tick -q");
  EXPECT_EQ(box.sql("SELECT level, text FROM messages ORDER BY id"),
            "expired|scheduled check-in: again\nqueued|scheduled check-in: "
            "again (1 earlier one was missed and is covered by this one)\n");
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
  EXPECT_EQ(box.sql("SELECT note FROM checkins WHERE slug = 'look-again'"),
            "look-again\n");
}

TEST_F(Checkin, IsRefusedWhereItCannotBeMeant) {
  for (const char* line :
       {"add impl-api --in 5m --every 5m x", "add impl-api x", "add --in 5m x",
        "add impl-api --at yesterday x", "add impl-api --every 5s x", "ad x",
        "add impl-api --every '0 0 30 2 *' x", "add impl-api --every often x",
        "add impl-api --in 5m --zone UTC x",
        "add impl-api --every 5m --zone UTC x",
        "add impl-api --at 17:30 --zone Mars/Base x"})
    EXPECT_EQ(box.type(std::string("git orch checkin ") + line).status, 129)
        << line;
  EXPECT_EQ(box.type("git orch checkin add impl-api --in 5m '!'").status, 129);
  EXPECT_TRUE(holds(
      box.type("git orch checkin add impl-api --at 2026-01-01T00:00:00Z x").err,
      "is over; now it is 2026-09-21T14:13:20Z"));
  EXPECT_TRUE(holds(
      box.type("git orch checkin add impl-api --every '61 * * * *' x").err,
      "minute: 61 is not from 0 to 59"));
  EXPECT_EQ(box.type("git orch checkin add nobody --in 5m x").status, 128);
  EXPECT_EQ(box.type("git orch checkin rm 77").status, 128);
  EXPECT_EQ(box.sql("SELECT count(*) FROM checkins"), "0\n");
}

TEST(CheckinSnapshot, HoldsOpenWorkOnceForEachState) {
  Sandbox box;
  box.make_repository();
  box.set("ORCH_TEST_NOW", kStart);
  box.ok("git orch init -q");
  box.ok("git orch init-feature 001-a --roles overseer,impl-api -q");
  box.script("impl-api", "await-message\n");
  box.ok("git orch agent start -q --runtime script 001-a/impl-api");
  const std::string top = box.worktree("001-a", "impl-api");
  box.write(top + "/open", "work\n");
  std::int64_t now = std::atoll(kStart);
  // One of the ticks takes it, perhaps one that an agent's hook has started.
  const auto snapshots = [&] {
    return box.ok("git orch snapshot list 001-a/impl-api --porcelain");
  };
  const auto check_in = [&] {
    now += 31 * 60 * 1000;
    box.set("ORCH_TEST_NOW", std::to_string(now));
    box.ok("git orch tick -q");
  };
  check_in();
  EXPECT_TRUE(eventually([&] { return !snapshots().empty(); }));
  const std::string first = snapshots();
  EXPECT_TRUE(holds(first, "check-in"));
  check_in();
  EXPECT_EQ(snapshots(), first);
  box.write(top + "/open", "more\n");
  check_in();
  EXPECT_TRUE(eventually([&] { return snapshots() != first; }));
  EXPECT_TRUE(snapshots().starts_with(first));
}

}  // namespace
}  // namespace orch::test
