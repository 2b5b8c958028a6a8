// SPDX-License-Identifier: MIT
#include <signal.h>

#include <cstdlib>

#include "file/file.h"
#include "process/process.h"
#include "support/sandbox.h"

namespace orch::test {
namespace {

class DaemonVerb : public ::testing::Test {
 protected:
  DaemonVerb() {
    box.make_repository();
    box.ok("git config --global orch.daemon auto");
    box.ok("git orch init -q");
    box.ok("git orch init-feature -q 001 --base main");
    box.script("impl-api", "await-message\n");
  }
  json::Value status() const {
    return box.type("git orch daemon --json").data();
  }
  bool runs() const { return status()["running"].as_bool().value_or(false); }
  bool is_up() const { return pid() != 0; }
  pid_t pid() const {
    return static_cast<pid_t>(status()["pid"].as_integer().value_or(0));
  }
  // Processes, whether or not they have the lock.
  int daemons() const {
    int found = 0;
    for (const auto& seen : process::processes_below("/"))
      if (seen.name == "git-orch--daemo") {
        const std::string line =
            file::find_contents("/proc/" + std::to_string(seen.identity.pid) +
                                "/cmdline")
                .value_or("");
        found += line.find(box.repo()) != std::string::npos ? 1 : 0;
      }
    return found;
  }
  void start_agent() const {
    box.ok("git orch agent start -q --runtime script 001/impl-api");
    // What it does about its brief makes other things due.
    EXPECT_TRUE(eventually([&] {
      return box.sql("SELECT state FROM agents WHERE role = 'impl-api'") ==
             "idle\n";
    }));
  }

  Sandbox box;
};

TEST_F(DaemonVerb, ComesWithTheFirstAgentAndGoesWithTheLast) {
  EXPECT_TRUE(holds(box.ok("git orch daemon"), "no daemon runs; one starts"));
  start_agent();
  ASSERT_TRUE(eventually([&] { return is_up(); }));
  EXPECT_TRUE(holds(box.ok("git orch daemon status"), "check-ins"));
  const json::Value s = status();
  EXPECT_EQ(*s["next"].as_array()->front()["what"].as_string(), "check-ins");
  EXPECT_TRUE(s["wanted"].as_bool().value_or(false));
  box.ok("git orch agent stop -q 001/impl-api");
  EXPECT_TRUE(eventually([&] { return !runs(); }));
}

TEST_F(DaemonVerb, TypesACheckInWhenItIsDueWithoutAnybodyComingBy) {
  start_agent();
  ASSERT_TRUE(eventually([&] { return is_up(); }));
  box.ok("git orch checkin add -q 001/impl-api --in 1s \"how far are you\"");
  EXPECT_TRUE(eventually([&] {
    return box.sql("SELECT level FROM messages WHERE kind = 'checkin'") ==
           "acked\n";
  }));
}

TEST_F(DaemonVerb, SeesABranchThatNoHookTellsOf) {
  start_agent();
  ASSERT_TRUE(eventually([&] { return is_up(); }));
  const std::string top = box.worktree("001", "impl-api");
  box.write(top + "/new", "x\n");
  box.ok_in(top, "git add new");
  box.ok_in(top, "git -c core.hooksPath=/dev/null commit -q -m unseen");
  EXPECT_TRUE(eventually([&] {
    return box.sql(
               "SELECT message FROM task_events WHERE commit_hash IS NOT "
               "NULL") == "unseen\n";
  }));
}

TEST_F(DaemonVerb, NoticesTheEndOfAnAgentsProcess) {
  start_agent();
  ASSERT_TRUE(eventually([&] { return is_up(); }));
  const std::string pids = box.sql(
      "SELECT pane_pid || ' ' || pid FROM agents WHERE role = 'impl-api'");
  // The launcher first: nobody is left to tell.
  for (const std::string& which :
       {pids.substr(0, pids.find(' ')), pids.substr(pids.find(' ') + 1)})
    ASSERT_EQ(::kill(std::atoi(which.c_str()), SIGKILL), 0) << pids;
  EXPECT_TRUE(eventually([&] {
    return box.sql("SELECT state FROM agents WHERE role = 'impl-api'") ==
           "lost\n";
  }));
}

TEST_F(DaemonVerb, IsOneHoweverManyAreStarted) {
  start_agent();
  ASSERT_TRUE(eventually([&] { return is_up(); }));
  const pid_t first = pid();
  std::string all;
  for (int i = 0; i < 20; ++i) all += "git orch daemon start -q & ";
  EXPECT_EQ(box.run_in(box.repo(), {"sh", "-ec", all + "wait"}).status, 0);
  EXPECT_EQ(pid(), first);
  const Result second = box.type("git orch daemon run");
  EXPECT_EQ(second.status, 128);
  EXPECT_TRUE(holds(second.err,
                    "a daemon runs already: process " + std::to_string(first)));
  // The same when none ran before.
  box.ok("git orch daemon stop -q");
  EXPECT_EQ(box.run_in(box.repo(), {"sh", "-ec", all + "wait"}).status, 0);
  EXPECT_TRUE(eventually([&] { return is_up(); }));
  // The others end by themselves.
  EXPECT_TRUE(eventually([&] { return daemons() == 1; }));
  EXPECT_TRUE(is_up());
}

TEST_F(DaemonVerb, StaysStopped) {
  start_agent();
  ASSERT_TRUE(eventually([&] { return is_up(); }));
  EXPECT_TRUE(holds(box.ok("git orch daemon stop"), "stopped; it stays so"));
  EXPECT_FALSE(runs());
  EXPECT_TRUE(holds(box.ok("git orch daemon stop"), "no daemon runs"));
  box.ok("git orch tick --behind");
  EXPECT_FALSE(runs());
  EXPECT_TRUE(
      holds(box.ok("git orch daemon"), "no daemon runs, and none starts"));
  EXPECT_TRUE(holds(box.ok("git orch daemon start"), "the daemon runs"));
}

TEST_F(DaemonVerb, SaysWhenTheLastTickWas) {
  box.ok("git config orch.daemon off");
  box.set("ORCH_TEST_NOW", "1790000000000");
  box.ok("git orch tick");
  EXPECT_TRUE(holds(box.ok("git orch daemon"), "last tick: now\n"));
  box.set("ORCH_TEST_NOW", "1790000180000");
  EXPECT_TRUE(holds(box.ok("git orch daemon"), "last tick: 3m ago\n"));
}

TEST_F(DaemonVerb, IsNotStartedWhereItIsSwitchedOff) {
  box.ok("git config orch.daemon off");
  start_agent();
  box.ok("git orch tick --behind");
  EXPECT_FALSE(runs());
  EXPECT_FALSE(status()["wanted"].as_bool().value_or(true));
}

TEST_F(DaemonVerb, NamesAValueThatIsNone) {
  box.ok("git config orch.daemon of");
  EXPECT_TRUE(holds(box.type("git orch daemon").err,
                    "bad value 'of' for 'orch.daemon': it is auto or off"));
}

TEST_F(DaemonVerb, ThatWasKilledComesBackWithTheNextHook) {
  start_agent();
  ASSERT_TRUE(eventually([&] { return is_up(); }));
  const pid_t first = pid();
  {
    // A child of a hook that is still on its way would start one, too.
    box.ok("flock .git/orch/lock/tick-next true");
    const auto turn =
        file::Lock::take(box.repo() + "/.git/orch/lock/tick",
                         file::Lock::Mode::Exclusive, 20000, "the tick");
    ASSERT_EQ(::kill(first, SIGKILL), 0);
    EXPECT_TRUE(eventually([&] { return !runs(); }));
  }
  box.ok_in(box.worktree("001", "impl-api"),
            "git commit -q --allow-empty -m more");
  EXPECT_TRUE(eventually([&] { return is_up(); }));
  EXPECT_NE(pid(), first);
}

TEST_F(DaemonVerb, ThatDoesNotListenKeepsNobodyWaiting) {
  start_agent();
  ASSERT_TRUE(eventually([&] { return is_up(); }));
  const pid_t first = pid();
  ASSERT_EQ(::kill(first, SIGSTOP), 0);
  const std::string top = box.worktree("001", "impl-api");
  // Each rings; from some time on somebody else comes. No verb folds here.
  const auto events = [&] {
    return box.sql(
        "SELECT count(*) FROM task_events WHERE event_type = "
        "'status_update'");
  };
  EXPECT_TRUE(eventually([&] {
    box.ok_in(top, "git commit -q --allow-empty -m more");
    return events() != "0\n";
  }));
  ASSERT_EQ(::kill(first, SIGCONT), 0);
  EXPECT_TRUE(eventually([&] {
    return box.read(box.repo() + "/.git/orch/lock/daemon")
        .starts_with(std::to_string(first) + " ");
  }));
  EXPECT_EQ(pid(), first);
}

TEST_F(DaemonVerb, EndsWithTheRepositorysState) {
  start_agent();
  ASSERT_TRUE(eventually([&] { return is_up(); }));
  const auto self = process::find_identity(pid());
  ASSERT_TRUE(self);
  EXPECT_TRUE(holds(box.ok("git orch deinit"), "stopped"));
  EXPECT_TRUE(eventually([&] { return !process::is_alive(*self); }));
}

TEST_F(DaemonVerb, GoesOnWithAStoreThatWasReplaced) {
  start_agent();
  ASSERT_TRUE(eventually([&] { return is_up(); }));
  const pid_t first = pid();
  box.ok("git orch backup -q ../copy.db");
  box.ok("git orch restore -q ../copy.db");
  box.ok("git orch checkin add -q 001/impl-api --in 1s \"how far are you\"");
  EXPECT_TRUE(eventually([&] {
    return box.sql("SELECT level FROM messages WHERE kind = 'checkin'") ==
           "acked\n";
  }));
  EXPECT_EQ(pid(), first);
}

TEST_F(DaemonVerb, IsToldByATickWhatToWaitFor) {
  EXPECT_EQ(box.ok("git orch tick --report"), "lives 0\nend\n");
  box.ok("git orch daemon stop -q");
  start_agent();
  const std::string report = box.ok("git orch tick --report");
  EXPECT_TRUE(report.starts_with("lives 1\ndue ")) << report;
  EXPECT_TRUE(holds(report, "\nprocess "));
}

TEST_F(DaemonVerb, RefusesWhatItDoesNotKnow) {
  const Result wrong = box.type("git orch daemon stat");
  EXPECT_EQ(wrong.status, 129);
  EXPECT_TRUE(holds(wrong.err, "did you mean 'start'"));
  EXPECT_EQ(box.type("git orch daemon start --cron").status, 129);
  EXPECT_EQ(box.type("git orch daemon install --cron --systemd").status, 129);
  box.ok("git init -q ../other");
  EXPECT_TRUE(holds(box.type_in(box.path("other"), "git orch daemon start").err,
                    "git orch init"));
}

}  // namespace
}  // namespace orch::test
