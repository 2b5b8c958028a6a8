// SPDX-License-Identifier: MIT
#include <unistd.h>

#include <set>

#include "support/sandbox.h"

namespace orch::test {
namespace {

constexpr char kStart[] = "1800000000000";
constexpr char kHalfADayLater[] = "1800043200000";

class Tick : public ::testing::Test {
 protected:
  Tick() { box.make_repository(); }

  // How often `what` happened in one tick.
  std::int64_t count(const std::string& what) const {
    const json::Value data = box.type("git orch tick --json").data();
    for (const json::Value& ran : *data["ran"].as_array())
      if (ran["what"] == json::Value(what)) return *ran["count"].as_integer();
    return -1;
  }

  Sandbox box;
};

TEST_F(Tick, PrintsItsUsageAndRefusesWrongUsage) {
  const Result help = box.type("git orch tick -h");
  EXPECT_EQ(help.status, 0);
  EXPECT_TRUE(help.out.starts_with("usage: git orch tick [--budget <ms>]\n"));
  box.ok("git orch init -q");
  for (const char* line :
       {"git orch tick now", "git orch tick --budget",
        "git orch tick --budget soon", "git orch tick --budget 5s",
        "git orch tick --budget -5", "git orch tick --budgt 5"}) {
    const Result r = box.type(line);
    EXPECT_EQ(r.status, 129) << line;
    EXPECT_EQ(r.out, "") << line;
    EXPECT_TRUE(holds(r.err, "usage: git orch tick")) << line;
  }
  EXPECT_TRUE(holds(box.type("git orch tick --budget soon").err,
                    "'soon' is no whole number for '--budget'"));
}

TEST_F(Tick, NeedsASetUpRepository) {
  const Result r = box.type("git orch tick");
  EXPECT_EQ(r.status, 128);
  EXPECT_EQ(r.err, "fatal: git orch is not set up here\nhint: git orch init\n");
  EXPECT_EQ(box.type("ls .git/orch").status, 2);
  EXPECT_EQ(box.type_in(box.path("tmp"), "git orch tick").status, 128);
}

TEST_F(Tick, AnswersInTheKeysOfTheContract) {
  box.ok("git orch init -q");
  const std::string out = box.ok("git orch tick --json");
  EXPECT_TRUE(out.starts_with(
      R"({"version":1,"ok":true,"data":{"ran":[{"what":"fold","count":0},)"))
      << out;
  EXPECT_TRUE(holds(out, R"({"what":"check-ins","count":0})"));
  EXPECT_TRUE(holds(out, R"(],"left":0,"ms":)"));
  EXPECT_TRUE(holds(box.ok("git orch tick --porcelain"), "check-ins\t0\n"));
  const std::string nul = box.ok("git orch tick -z");
  EXPECT_EQ(nul.find('\n'), std::string::npos);
  EXPECT_TRUE(nul.starts_with("fold\t0" + std::string(1, '\0')));
  EXPECT_EQ(box.ok("git orch tick -q"), "");
  EXPECT_TRUE(box.ok("git orch tick").starts_with("WHAT "));
}

TEST_F(Tick, QueuesADueCheckInOnceAndSaysWhatItCovers) {
  box.set("ORCH_TEST_NOW", kStart);
  box.ok("git orch init -q");
  box.ok(
      "git orch init-feature 001-a --roles overseer,impl-ui --start "
      "--runtime script -q");
  EXPECT_EQ(count("check-ins"), 0);
  box.set("ORCH_TEST_NOW", kHalfADayLater);
  EXPECT_EQ(count("check-ins"), 2);
  // Every 20 and 30 minutes: 36 and 24 in half a day, the last one is this.
  EXPECT_EQ(
      box.sql("SELECT a.role, m.text FROM messages m JOIN agents a "
              "ON a.id = m.agent_id WHERE m.kind = 'checkin' ORDER BY a.id"),
      "overseer|scheduled check-in: report your progress and what blocks "
      "you (35 earlier ones were missed and are covered by this one)\n"
      "impl-ui|scheduled check-in: report your progress and what blocks "
      "you (23 earlier ones were missed and are covered by this one)\n");
  EXPECT_EQ(box.sql("SELECT count(*) FROM checkins WHERE due_at <= " +
                    std::string(kHalfADayLater)),
            "0\n");
  EXPECT_EQ(count("check-ins"), 0);
  EXPECT_EQ(box.sql("SELECT count(*) FROM messages WHERE kind = 'checkin'"),
            "2\n");
}

TEST_F(Tick, SendsNoneToAnAgentThatDoesNotRunButSchedulesTheNext) {
  box.set("ORCH_TEST_NOW", kStart);
  box.ok("git orch init -q");
  box.ok("git orch init-feature 001-a --roles overseer -q");
  box.set("ORCH_TEST_NOW", kHalfADayLater);
  EXPECT_TRUE(holds(box.ok("git orch status"), "1 check-in overdue"));
  EXPECT_EQ(count("check-ins"), 0);
  EXPECT_EQ(box.sql("SELECT count(*) FROM messages"), "0\n");
  EXPECT_TRUE(holds(box.ok("git orch status"), "0 check-ins overdue"));
}

TEST_F(Tick, DoesNothingTheSecondTime) {
  box.ok("git orch init -q");
  box.ok("git orch init-feature 001-a --roles overseer,impl-ui -q");
  for (const char* role : {"overseer", "impl-ui"}) {
    const std::string tree = box.worktree("001-a", role);
    box.write(tree + "/one.txt", std::string(role) + "\n");
    box.ok_in(tree, "git commit -qam " + std::string(role));
  }
  box.ok("git orch tick -q");
  const std::string rows = box.sql(
      "SELECT * FROM conflicts; SELECT * FROM "
      "task_events; SELECT * FROM messages");
  EXPECT_NE(rows, "");
  for (const char* what : {"fold", "liveness", "conflicts", "check-ins", "asks",
                           "expiry", "messages", "scratch"})
    EXPECT_EQ(count(what), 0) << what;
  EXPECT_EQ(box.sql("SELECT * FROM conflicts; SELECT * FROM "
                    "task_events; SELECT * FROM messages"),
            rows);
}

TEST_F(Tick, StopsAtTheBudgetSaysWhatIsLeftAndGoesOnNextTime) {
  box.ok("git orch init -q");
  box.ok("git orch init-feature 001-a -q");
  for (const char* role : {"overseer", "impl-ui", "impl-api", "impl-data"}) {
    const std::string tree = box.worktree("001-a", role);
    box.write(tree + "/one.txt", std::string(role) + "\n");
    box.ok_in(tree, "git -c core.hooksPath=/none commit -qam x");
  }
  const Result r = box.type("git orch tick --budget 1 --json");
  EXPECT_EQ(r.status, 4);
  EXPECT_TRUE(r.out.starts_with(R"({"version":1,"ok":true,)"));
  EXPECT_GE(*r.data()["left"].as_integer(), 1);
  const Result whole = box.type("git orch tick --json");
  EXPECT_EQ(whole.status, 0);
  EXPECT_EQ(whole.data()["left"], json::Value(0));
  const std::size_t kinds = whole.data()["ran"].as_array()->size();
  EXPECT_EQ(kinds, 23U);
  EXPECT_EQ(box.type("git orch tick --budget 60000").status, 0);
  // A budget that is always too small starves no kind of work.
  std::set<std::string> ran;
  for (std::size_t i = 0; i < 3 * kinds && ran.size() < kinds; ++i) {
    const json::Value data = box.type("git orch tick --budget 1 --json").data();
    for (const json::Value& one : *data["ran"].as_array())
      ran.insert(*one["what"].as_string());
  }
  EXPECT_EQ(ran.size(), kinds);
}

TEST_F(Tick, ExpiresAMessageThatWasNeverTyped) {
  box.set("ORCH_TEST_NOW", kStart);
  box.ok("git orch init -q");
  box.ok("git orch init-feature 001-a --roles overseer -q");
  box.ok("git orch send 001-a/overseer -m hurry --expires 30m -q");
  EXPECT_EQ(count("expiry"), 0);
  box.set("ORCH_TEST_NOW", kHalfADayLater);
  EXPECT_EQ(count("expiry"), 1);
  EXPECT_EQ(box.sql("SELECT level FROM messages"), "expired\n");
}

TEST_F(Tick, FoldsWhatHooksLeft) {
  box.ok("git orch init -q");
  box.ok("chmod 000 .git/orch/orch.db");
  box.ok("git commit -q --allow-empty -m work");
  box.ok("chmod 600 .git/orch/orch.db");
  box.ok("git orch tick -q");
  EXPECT_EQ(box.sql("SELECT message FROM task_events"), "work\n");
}

TEST_F(Tick, NoticesAnAgentWhoseProcessIsGone) {
  box.ok("git orch init -q");
  box.ok(
      "git orch init-feature 001-a --roles overseer --start --runtime "
      "script -q");
  const json::Value data = box.type("git orch agent list --json").data();
  const std::int64_t pid = *(*data["agents"].as_array())[0]["pid"].as_integer();
  box.ok("kill -9 " + std::to_string(pid));
  EXPECT_TRUE(eventually([&] {
    box.ok("git orch tick -q");
    const std::string state = box.sql("SELECT state FROM agents");
    return state == "exited\n" || state == "lost\n";
  }));
}

TEST_F(Tick, ClearsScratchThatAKillLeft) {
  box.ok("git orch init -q");
  const std::string tmp = box.repo() + "/.git/orch/tmp/";
  // Named by its owner: this process, and one that cannot be.
  const std::string stat = box.read("/proc/self/stat");
  std::string start = stat.substr(stat.rfind(')') + 2);
  for (int field = 3; field < 22; ++field)
    start = start.substr(start.find(' ') + 1);
  const std::string used = tmp + std::to_string(::getpid()) + "-" +
                           start.substr(0, start.find(' ')) + "-a1b2c3";
  const std::string left = tmp + std::to_string(::getpid()) + "-1-d4e5f6";
  box.write(used + "/object", "x");
  box.write(left + "/object", "x");
  EXPECT_EQ(count("scratch"), 1);
  EXPECT_EQ(box.type("test -e " + left).status, 1);
  EXPECT_EQ(box.type("test -e " + used).status, 0);
}

TEST_F(Tick, BehindAHookPrintsNothing) {
  box.ok("git orch init -q");
  const Result r = box.type("git orch tick --behind");
  EXPECT_EQ(r.status, 0);
  EXPECT_EQ(r.out + r.err, "");
  EXPECT_TRUE(holds(box.ok("git orch status"), "last tick now,") ||
              holds(box.ok("git orch status"), "s ago"));
}

}  // namespace
}  // namespace orch::test
