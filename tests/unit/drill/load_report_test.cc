// SPDX-License-Identifier: MIT
#include "drill/load_report.h"

#include <gtest/gtest.h>

#include "file/file.h"
#include "roster/roster.h"
#include "unit/scratch.h"

namespace orch::drill {
namespace {

LoadReport small_report() {
  return {.shape = "ramp",
          .seed = 7,
          .wanted = 4,
          .agents = 4,
          .start_rate = 2.456,
          .messages = 12,
          .lost = 1,
          .acked = {20, 90},
          .commits = 5,
          .commits_per_s = 3,
          .rss_bytes = 25000000,
          .processes = 13,
          .samples = {{.at_ms = 10, .agents = 4, .acked = {20, 90}}},
          .findings = {{"messages", "message 3 was lost"}}};
}

std::string row(const LoadReport& report, const std::string& what) {
  for (const auto& [name, measured] : load_rows(load_json(report)))
    if (name == what) return measured;
  return "no such row";
}

TEST(LoadReport, HasPercentilesByTheNearestRank) {
  EXPECT_EQ(percentiles_of({}), Percentiles());
  EXPECT_EQ(percentiles_of({5}), (Percentiles{5, 5}));
  EXPECT_EQ(percentiles_of({3, 1, 2}), (Percentiles{2, 3}));
  std::vector<std::int64_t> many;
  for (int i = 200; i >= 1; --i) many.push_back(i);
  EXPECT_EQ(percentiles_of(many), (Percentiles{100, 198}));
}

TEST(LoadReport, IsCleanWithoutFindings) {
  LoadReport report = small_report();
  EXPECT_EQ(json::Value(load_json(report))["clean"], json::Value(false));
  report.findings.clear();
  EXPECT_EQ(json::Value(load_json(report))["clean"], json::Value(true));
}

TEST(LoadReport, SaysItInRowsForPeople) {
  LoadReport report = small_report();
  EXPECT_EQ(row(report, "agents at once"), "4 of 4");
  EXPECT_EQ(row(report, "messages"), "12, 1 lost");
  EXPECT_EQ(row(report, "acknowledgement, p50 and p99"), "20 ms, 90 ms");
  EXPECT_EQ(row(report, "delivery, p50 and p99"), "-");
  EXPECT_EQ(row(report, "memory"), "25 MB in 13 processes");
  EXPECT_EQ(row(report, "finding"), "messages: message 3 was lost");
  report.findings.assign(25, {"messages", "again"});
  EXPECT_EQ(load_rows(load_json(report)).back().second, "5 more");
}

class Kept : public ::testing::Test {
 protected:
  Kept() { ::setenv("XDG_STATE_HOME", scratch.path("state").c_str(), 1); }
  ~Kept() override { ::unsetenv("XDG_STATE_HOME"); }
  test::Scratch scratch;
};

TEST_F(Kept, IsFoundAgainAsItWasPrinted) {
  EXPECT_TRUE(find_kept_report().is_null());
  keep_report(small_report());
  EXPECT_EQ(json::to_text(find_kept_report()),
            json::to_text(load_json(small_report())));
}

TEST_F(Kept, IsNoneWhenTheFileHoldsSomethingElse) {
  const std::string path = roster::state_directory() + "/load.json";
  file::make_private_directories(roster::state_directory());
  file::write_atomically(path, "{\"shape\":");
  EXPECT_TRUE(find_kept_report().is_null());
}

TEST_F(Kept, IsBounded) {
  LoadReport report = small_report();
  report.samples.resize(1000);
  report.samples.back().agents = 300;
  keep_report(report);
  const json::Value kept = find_kept_report();
  ASSERT_EQ(kept["samples"].as_array()->size(), 200U);
  EXPECT_EQ(kept["samples"].as_array()->back()["agents"], json::Value(300));
}

}  // namespace
}  // namespace orch::drill
