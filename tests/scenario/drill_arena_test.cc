// SPDX-License-Identifier: MIT
//
// Where a drill takes place, and what it does when it cannot.
#include <signal.h>

#include <set>

#include "file/file.h"
#include "process/process.h"
#include "support/sandbox.h"

namespace orch::test {
namespace {

// One event, and a check of everything before and behind it.
constexpr char kShortDrill[] =
    "git orch drill chaos --seed 1 --agents 2 --duration 2s --min-interval 1s "
    "--max-interval 1s --only kill-daemon";

class DrillArena : public ::testing::Test {
 protected:
  // TMPDIR of what is run from now on.
  std::string take_place(const std::string& name) {
    file::make_private_directories(box.path(name));
    box.set("TMPDIR", box.path(name));
    return box.path(name);
  }
  static std::vector<std::string> all_in(const std::string& directory) {
    return file::names_in(directory);
  }
  // Puts a program of that name first on PATH.
  void put_first(const std::string& name, const std::string& script) {
    const std::string path = box.path("first") + "/" + name;
    box.write(path, "#!/bin/sh\n" + script);
    box.ok_in(box.root(), "chmod +x " + path);
    const Result path_now = box.run_in(box.root(), {"printenv", "PATH"});
    box.set("PATH", box.path("first") + ":" +
                        path_now.out.substr(0, path_now.out.size() - 1));
  }

  Sandbox box;
};

TEST_F(DrillArena, StaysInAPlaceOfAnyName) {
  const std::string place = take_place("a b#c'd\"e;f$g`h\\i");
  const auto around = file::names_in(box.root());
  const Result r = box.type_in(box.root(), kShortDrill);
  EXPECT_EQ(r.status, 0) << r.out << r.err;
  EXPECT_EQ(all_in(place), std::vector<std::string>{});
  EXPECT_EQ(file::names_in(box.root()), around);
}

// A colon would end it in PATH.
TEST_F(DrillArena, GoesWhereAPathCanHoldIt) {
  const std::string place = take_place("a:b");
  const Result r =
      box.type_in(box.root(), std::string(kShortDrill) + " --keep");
  EXPECT_EQ(r.status, 0) << r.out << r.err;
  EXPECT_EQ(all_in(place), std::vector<std::string>{});
  ASSERT_TRUE(holds(r.err, "kept in /tmp/git-orch-drill-"));
  const std::size_t at = r.err.find("/tmp/");
  const std::string kept = r.err.substr(at, r.err.find('\n', at) - at);
  EXPECT_TRUE(file::exists(kept + "/repository/.git/orch/orch.db"));
  file::remove_tree(kept);
}

TEST_F(DrillArena, KeepsNothingThatWasNeverReady) {
  const std::string place = take_place("tmp");
  put_first("git",
            "test \"$1\" = commit && exit 1\n"
            "PATH=${PATH#*/first:} exec git \"$@\"\n");
  const Result r =
      box.type_in(box.root(), "git-orch drill chaos --keep --duration 1s");
  EXPECT_EQ(r.status, 128) << r.out << r.err;
  EXPECT_TRUE(holds(r.err, "cannot prepare the drill: 'git commit'"));
  EXPECT_EQ(all_in(place), std::vector<std::string>{});
}

TEST_F(DrillArena, WaitsForNoAgentThatDidNotStart) {
  const std::string place = take_place("tmp");
  put_first("tmux", "exit 1\n");
  const Result r =
      box.type_in(box.root(), "git orch drill load --count 2 --hold 1s --json");
  EXPECT_EQ(r.status, 1) << r.out << r.err;
  const json::Value load = r.data()["load"];
  EXPECT_EQ(load["clean"], json::Value(false));
  EXPECT_EQ(load["agents"], json::Value(0));
  std::set<std::string> checks;
  for (const json::Value& f : *load["findings"].as_array())
    checks.insert(*f["check"].as_string());
  EXPECT_EQ(checks, std::set<std::string>{"start"}) << r.out;
  EXPECT_EQ(all_in(place), std::vector<std::string>{});
}

TEST_F(DrillArena, IsNotCleanWhenItsReportCannotBeWritten) {
  take_place("tmp");
  const Result r = box.run_in(
      box.root(), {"sh", "-c", std::string(kShortDrill) + " >/dev/full"});
  EXPECT_EQ(r.status, 128);
  EXPECT_TRUE(holds(r.err, "write failure on standard output"));
}

// --- One that was killed -----------------------------------------------------

TEST_F(DrillArena, ClearsUpBehindADrillThatWasKilled) {
  const std::string place = take_place("tmp");
  const std::string kept = place + "/git-orch-drill-kept00";
  const std::string foreign = place + "/git-orch-drill-other0";
  box.write(kept + "/kept", "");
  box.write(foreign + "/mine.txt", "nobody's business\n");
  const Result killed = box.run_in(
      box.root(),
      {"sh", "-c",
       "git-orch drill chaos --agents 2 --duration 1h & "
       "until pgrep -f \"script-agent.*$TMPDIR/\" >/dev/null; do :; done; "
       "kill -KILL $!; wait"});
  ASSERT_EQ(all_in(place).size(), 3U) << killed.err;
  const Result r = box.type_in(box.root(), kShortDrill);
  EXPECT_EQ(r.status, 0) << r.out << r.err;
  EXPECT_TRUE(holds(r.err, "cleared up behind a drill that was killed: " +
                               place + "/git-orch-drill-"));
  EXPECT_EQ(all_in(place), (std::vector<std::string>{"git-orch-drill-kept00",
                                                     "git-orch-drill-other0"}));
  EXPECT_TRUE(process::processes_below(place).empty());
}

TEST_F(DrillArena, LeavesADrillThatRunsAlone) {
  const std::string place = take_place("tmp");
  const Result both = box.run_in(
      box.root(),
      {"sh", "-c",
       std::string(kShortDrill) + " >\"$HOME/first\" & " + kShortDrill +
           " >\"$HOME/second\"; a=$?; wait $!; echo $? $a"});
  EXPECT_EQ(both.out, "0 0\n") << both.err;
  for (const char* name : {"/first", "/second"})
    EXPECT_TRUE(holds(box.read(box.path("home") + name), "clean\n"));
  EXPECT_FALSE(both.err.find("cleared up") != std::string::npos) << both.err;
  EXPECT_EQ(all_in(place), std::vector<std::string>{});
}

}  // namespace
}  // namespace orch::test
