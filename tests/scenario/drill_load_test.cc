// SPDX-License-Identifier: MIT
#include <filesystem>

#include "support/sandbox.h"

namespace orch::test {
namespace {

namespace fs = std::filesystem;

class DrillLoad : public ::testing::Test {
 protected:
  DrillLoad() {
    box.make_repository();
    fs::create_directories(box.path("tmp"));
    box.set("TMPDIR", box.path("tmp"));
  }
  json::Value measure(const std::string& arguments) const {
    const Result r = box.type("git orch drill load " + arguments + " --json");
    EXPECT_EQ(r.status, 0) << r.out << r.err;
    return r.data()["load"];
  }
  std::vector<std::string> arenas() const {
    std::vector<std::string> out;
    for (const auto& entry : fs::directory_iterator(box.path("tmp")))
      out.push_back(entry.path().string());
    return out;
  }
  // Processes that have something of an arena among their arguments.
  bool is_anything_running() const {
    return box.run_in(box.root(), {"pgrep", "-f", box.path("tmp") + "/"})
               .status == 0;
  }

  Sandbox box;
};

TEST_F(DrillLoad, PrintsItsUsageAndRefusesWrongUsage) {
  EXPECT_TRUE(holds(box.ok("git orch drill -h"),
                    "git orch drill load [concurrent] [--count <n>]"));
  for (const char* arguments :
       {"storm", "ramp --count 3", "ramp --interval 1s", "concurrent --max 3",
        "concurrent --duration 1s", "--count 2 --max 3", "--count 0",
        "--max 301", "--count many", "--hold soon", "--seed -1",
        "concurrent ramp"}) {
    const Result r = box.type(std::string("git orch drill load ") + arguments);
    EXPECT_EQ(r.status, 129) << arguments << r.out << r.err;
  }
  EXPECT_EQ(arenas(), std::vector<std::string>());
}

TEST_F(DrillLoad, RunsAgentsSideBySideAndLeavesNothing) {
  const std::string before = box.fingerprint();
  const json::Value load =
      measure("concurrent --count 3 --interval 1s --hold 0s --seed 7");
  EXPECT_EQ(load["shape"], json::Value("concurrent"));
  EXPECT_EQ(load["seed"], json::Value(7));
  EXPECT_EQ(load["agents"], json::Value(3));
  EXPECT_EQ(load["lost"], json::Value(0));
  EXPECT_EQ(load["findings"].as_array()->size(), 0U);
  EXPECT_EQ(load["clean"], json::Value(true));
  // A brief and a message for each; a commit by each but the overseer.
  EXPECT_GE(load["messages"].as_integer(), 6);
  EXPECT_GE(load["commits"].as_integer(), 2);
  ASSERT_EQ(load["samples"].as_array()->size(), 1U);
  for (const char* key : {"delivery_p50_ms", "acked_p99_ms", "tick_p50_ms",
                          "rss_bytes", "processes", "busy_waits"})
    EXPECT_GE(load[key].as_integer().value_or(-1), 0) << key;
  EXPECT_EQ(arenas(), std::vector<std::string>());
  EXPECT_FALSE(is_anything_running());
  EXPECT_EQ(box.fingerprint(), before);
}

TEST_F(DrillLoad, RampsUpInStagesOutsideAnyRepository) {
  const Result r = box.type_in(
      box.root(),
      "git orch drill load ramp --max 4 --duration 0s --hold 0s --json");
  ASSERT_EQ(r.status, 0) << r.out << r.err;
  const json::Value load = r.data()["load"];
  EXPECT_EQ(load["shape"], json::Value("ramp"));
  const json::Array& samples = *load["samples"].as_array();
  ASSERT_EQ(samples.size(), 4U);
  for (int i = 0; i < 4; ++i)
    EXPECT_EQ(samples[static_cast<std::size_t>(i)]["agents"],
              json::Value(i + 1));
  EXPECT_EQ(arenas(), std::vector<std::string>());
}

TEST_F(DrillLoad, KeepsTheReportForLater) {
  EXPECT_EQ(box.type("git orch drill load --last").status, 128);
  EXPECT_EQ(box.ok("git orch drill load --last --json"),
            R"({"version":1,"ok":true,"data":{"load":null}})"
            "\n");
  const std::string table = box.ok("git orch drill load --count 1 --hold 0s");
  EXPECT_TRUE(holds(table, "agents at once"));
  EXPECT_TRUE(holds(table, "1 of 1"));
  EXPECT_EQ(box.ok("git orch drill load --last"), table);
}

TEST_F(DrillLoad, LeavesTheArenaWhenItIsToKeepIt) {
  const Result r = box.type("git orch drill load --count 2 --hold 0s --keep");
  ASSERT_EQ(r.status, 0) << r.out << r.err;
  ASSERT_EQ(arenas().size(), 1U);
  const std::string arena = arenas()[0];
  EXPECT_TRUE(holds(r.err, "kept in " + arena));
  EXPECT_FALSE(is_anything_running());
  EXPECT_TRUE(holds(
      box.ok_in(arena + "/trees/001-drill/impl-1", "git log -1 --format=%s"),
      "line "));
}

TEST_F(DrillLoad, LeavesNothingWhenItIsInterrupted) {
  const Result r = box.run_in(
      box.repo(),
      {"sh", "-c",
       "git orch drill load --count 2 --hold 100d & "
       "until pgrep -f \"script-agent.*$TMPDIR/\" >/dev/null; do :; done; "
       "kill -TERM $!; wait $!"});
  EXPECT_EQ(r.status, 128 + 15) << r.err;
  EXPECT_EQ(arenas(), std::vector<std::string>());
  EXPECT_FALSE(is_anything_running());
}

}  // namespace
}  // namespace orch::test
