// SPDX-License-Identifier: MIT
#include <algorithm>
#include <set>

#include "file/file.h"
#include "process/process.h"
#include "support/sandbox.h"

namespace orch::test {
namespace {

class DrillChaos : public ::testing::Test {
 protected:
  Result drill(const std::string& flags) const {
    return box.type_in(box.root(), "git orch drill chaos " + flags);
  }
  // As many events as seconds that are named: one of each.
  void expect_clean(const std::string& flags,
                    const std::set<std::string>& kinds) const {
    std::string line =
        "--json --min-interval 1s --max-interval 1s --duration " +
        std::to_string(kinds.size() + 1) + "s " + flags;
    for (const std::string& kind : kinds) line += " --only " + kind;
    const Result r = drill(line);
    EXPECT_EQ(r.status, 0) << r.out << r.err;
    const json::Value report = r.data()["drill"];
    EXPECT_EQ(report["clean"].as_bool(), true) << r.out;
    EXPECT_TRUE(report["skipped"].as_array()->empty()) << r.out;
    std::set<std::string> seen;
    for (const json::Value& event : *report["events"].as_array()) {
      seen.insert(*event["kind"].as_string());
      EXPECT_TRUE(event["recovered_ms"].as_integer()) << r.out;
      EXPECT_TRUE(event["findings"].as_array()->empty());
    }
    EXPECT_EQ(seen, kinds) << r.out;
    EXPECT_GT(report["checked"]["commits"].as_integer().value_or(0), 0);
    EXPECT_GT(report["checked"]["messages"].as_integer().value_or(0), 0);
    expect_nothing_left();
  }
  void expect_nothing_left() const {
    EXPECT_EQ(file::names_in(box.path("tmp")), std::vector<std::string>{});
    for (const process::Seen& p : process::processes_below(box.path("tmp")))
      ADD_FAILURE() << p.name << " is left";
  }

  Sandbox box;
};

TEST_F(DrillChaos, SurvivesTheEndOfItsProcesses) {
  expect_clean("--seed 11 --agents 3",
               {"kill-agent", "kill-shell", "kill-pane", "kill-server"});
}

TEST_F(DrillChaos, SurvivesWhatStopsAndLeaves) {
  expect_clean("--seed 12 --agents 2",
               {"detach", "disable-hook", "kill-daemon", "stop-process"});
}

TEST_F(DrillChaos, SurvivesATiredMachine) {
  expect_clean("--seed 13 --agents 2",
               {"cpu", "memory", "move-clock", "slow-git"});
}

TEST_F(DrillChaos, SurvivesDamage) {
  expect_clean("--seed 14 --agents 3", {"corrupt-ref", "corrupt-spool",
                                        "corrupt-store", "corrupt-worktree"});
}

TEST_F(DrillChaos, SurvivesAFullDisk) {
  expect_clean("--seed 15 --agents 2", {"disk-full"});
}

TEST_F(DrillChaos, CountsWhatADamagedStoreHasLost) {
  const Result r = drill(
      "--json --seed 2 --agents 2 --duration 2s --min-interval 1s "
      "--max-interval 1s --only corrupt-store");
  EXPECT_EQ(r.status, 0) << r.out << r.err;
  const json::Value report = r.data()["drill"];
  EXPECT_EQ(report["planned"], json::Value(1));
  EXPECT_EQ(report["dropped"], json::Value(0));
  EXPECT_EQ(json::to_text(report["asked"]["only"]), R"(["corrupt-store"])");
  const json::Value event = (*report["events"].as_array()).at(0);
  EXPECT_EQ(event["form"], json::Value("half-fix"));
  EXPECT_GT(event["lost"]["messages"].as_integer().value_or(0), 0) << r.out;
}

TEST_F(DrillChaos, ShowsNothingWhereNothingHappens) {
  const Result r = drill("--seed 1 --agents 2 --duration 1s");
  EXPECT_EQ(r.status, 1) << r.out << r.err;
  EXPECT_TRUE(holds(r.out, "nothing has happened, so nothing is shown\n"));
  EXPECT_TRUE(holds(r.out, "seed 1: 0 events, "));
  EXPECT_TRUE(holds(r.out, " checked, not clean\n"));
}

TEST_F(DrillChaos, TouchesNothingWhereItIsCalled) {
  box.make_repository();
  box.ok("git orch init -q");
  const std::string before = box.fingerprint();
  const Result r = box.type(
      "git orch drill chaos --seed 1 --agents 2 --duration 2s --min-interval "
      "1s --max-interval 1s --only kill-daemon");
  EXPECT_EQ(r.status, 0) << r.out << r.err;
  EXPECT_TRUE(holds(r.out, "kill-daemon"));
  EXPECT_TRUE(holds(r.out, "seed 1: 1 event, "));
  EXPECT_TRUE(holds(r.out, " checked, clean\n"));
  EXPECT_EQ(box.fingerprint(), before);
  EXPECT_EQ(box.ok("git orch status --all --format csv").find("git-orch-drill"),
            std::string::npos);
  expect_nothing_left();
}

TEST_F(DrillChaos, KeepsTheRepositoryForALookWithNothingRunning) {
  const Result r = drill(
      "-q --json --seed 2 --agents 2 --keep --duration 2s --min-interval 1s "
      "--max-interval 1s --only detach");
  EXPECT_EQ(r.status, 0) << r.out << r.err;
  const auto left = file::names_in(box.path("tmp"));
  ASSERT_EQ(left.size(), 1U);
  const std::string there = box.path("tmp") + "/" + left[0];
  EXPECT_TRUE(holds(box.ok_in(there + "/repository",
                              "git log --oneline feature/001-drill/impl-1"),
                    "step 0"));
  EXPECT_TRUE(process::processes_below(there).empty());
}

TEST_F(DrillChaos, CleansUpWhenItIsInterrupted) {
  for (const char* seconds : {"0.3", "3"}) {
    const Result r =
        box.run_in(box.root(), {"timeout", "--preserve-status", "-s", "INT",
                                seconds, "git", "orch", "drill", "chaos",
                                "--seed", "3", "--duration", "1h"});
    EXPECT_EQ(r.status, 130) << r.out << r.err;
    expect_nothing_left();
  }
}

// --- What it would do --------------------------------------------------------

TEST_F(DrillChaos, PrintsItsPlanAndDoesNothing) {
  const Result first = drill("--seed 5 --dry-run");
  EXPECT_EQ(first.status, 0);
  EXPECT_TRUE(holds(first.out, "seed 5\nAT "));
  EXPECT_EQ(drill("--seed 5 -n").out, first.out);
  EXPECT_NE(drill("--seed 6 --dry-run").out, first.out);
  expect_nothing_left();
  EXPECT_EQ(drill("--dry-run --json").status, 0);  // by chance
}

TEST_F(DrillChaos, PlansWhatIsAskedFor) {
  const auto plan = [&](const std::string& flags) {
    return drill("--dry-run --json --seed 5 " + flags).data()["drill"];
  };
  const auto events = [&](const std::string& flags) {
    const json::Value drill = plan(flags);
    return *drill["events"].as_array();
  };
  const json::Value all = plan("--duration 10m");
  EXPECT_EQ(all["kind"], json::Value("chaos"));
  EXPECT_EQ(all["seed"], json::Value(5));
  EXPECT_EQ(all["dry_run"], json::Value(true));
  EXPECT_EQ(all["duration_ms"], json::Value(600000));
  for (const json::Value& e : events("--severity medium"))
    EXPECT_EQ(e["severity"], json::Value("medium"));
  std::int64_t last = 0;
  for (const json::Value& e : events("--min-interval 20s --max-interval 30s "
                                     "--duration 2m --only cpu")) {
    EXPECT_EQ(e["kind"], json::Value("cpu"));
    const std::int64_t at = e["at_ms"].as_integer().value_or(0);
    EXPECT_TRUE(at - last >= 20000 && at - last <= 30000) << at;
    last = at;
  }
  EXPECT_GE(last, 90000);
  // One bound moves the other along.
  EXPECT_FALSE(events("--min-interval 1m --duration 5m").empty());
  EXPECT_FALSE(events("--max-interval 1s --duration 5s").empty());
  bool hits_the_ninth = false;
  for (const json::Value& e : events("--agents 10 --duration 1h"))
    hits_the_ninth =
        hits_the_ninth || e["target"] == json::Value("001-drill/impl-9");
  EXPECT_TRUE(hits_the_ninth);
}

TEST_F(DrillChaos, SaysWhatItDoesNotUnderstand) {
  const auto refused = [&](const std::string& flags, const std::string& why) {
    const Result r = drill(flags);
    EXPECT_EQ(r.status, 129) << flags;
    EXPECT_TRUE(holds(r.err, why));
  };
  refused("--severity worse", "low, medium, high or all");
  refused("--only kill-everybody", "no event 'kill-everybody'");
  refused("--min-interval 9s --max-interval 2s", "longer than");
  refused("--agents 1", "from 2 to 50");
  refused("--duration 61m", "'--duration' must be at most 1h");
  refused("--min-interval 0", "'--min-interval' must be at least 1s");
  refused("--max-interval 0s", "'--max-interval' must be at least 1s");
  refused("--only cpu --severity low", "no event of '--only' is of severity");
  refused("--seed -1", "--seed");
  refused("--duration soon", "soon");
  refused("twice", "");
  EXPECT_EQ(box.type_in(box.root(), "git orch drill").status, 129);
  EXPECT_EQ(box.type_in(box.root(), "git orch drill choas").status, 129);
}

}  // namespace
}  // namespace orch::test
