// SPDX-License-Identifier: MIT
#include "drill/chaos_report.h"

#include <gtest/gtest.h>

namespace orch::drill {
namespace {

const json::Value& at(const json::Value& of, const char* array,
                      std::size_t i = 0) {
  return of[array].as_array()->at(i);
}

Planned planned(const char* kind, const char* form) {
  return {.at_ms = 5000, .kind = find_kind(kind), .form = form, .target = "a"};
}

ChaosReport report() {
  return {.asked = {.seed = 7, .only = {"disk-full"}, .agents = {"a", "b"}},
          .duration_ms = 9000,
          .planned = 3,
          .events = {{.planned = planned("kill-agent", ""),
                      .at_ms = 5100,
                      .recovered_ms = 400,
                      .lost = {.events = 2, .leases = 1}},
                     {.planned = planned("disk-full", ""),
                      .skipped = "no file system of its own"}},
          .commits = 3};
}

TEST(ChaosReport, IsCleanWithoutAFindingAnywhere) {
  ChaosReport r = report();
  EXPECT_TRUE(r.is_clean());
  r.findings = {{"fsck", "missing blob"}};
  EXPECT_FALSE(r.is_clean());
  r.findings.clear();
  r.events[0].findings = {{"store", "no such table"}};
  EXPECT_FALSE(r.is_clean());
}

TEST(ChaosReport, IsNotCleanWhereNothingHasHappened) {
  ChaosReport r = report();
  EXPECT_EQ(r.done(), 1);
  r.events.erase(r.events.begin());
  EXPECT_EQ(r.done(), 0);
  EXPECT_EQ(r.dropped(), 2);
  EXPECT_FALSE(r.is_clean());
  EXPECT_FALSE(ChaosReport{}.is_clean());
}

TEST(ChaosReport, SaysWhatWasAskedForAndWhatCameOfIt) {
  const json::Value said(chaos_json(report()));
  EXPECT_EQ(said["seed"].as_integer(), 7);
  EXPECT_EQ(json::to_text(said["asked"]),
            R"({"duration_ms":180000,"min_interval_ms":5000,)"
            R"("max_interval_ms":15000,"severity":"all",)"
            R"("only":["disk-full"],"agents":2})");
  EXPECT_EQ(said["planned"].as_integer(), 3);
  EXPECT_EQ(said["events"].as_array()->size(), 1U);
  EXPECT_EQ(said["skipped"].as_array()->size(), 1U);
  EXPECT_EQ(said["dropped"].as_integer(), 1);
  EXPECT_EQ(json::to_text(at(said, "events")["lost"]),
            R"({"events":2,"messages":0,"checkins":0,"leases":1})");
}

TEST(ChaosReport, SetsAsideWhatCouldNotBeDone) {
  const json::Value said(chaos_json(report()));
  ASSERT_EQ(said["events"].as_array()->size(), 1U);
  EXPECT_EQ(*at(said, "events")["kind"].as_string(), "kill-agent");
  EXPECT_EQ(at(said, "events")["at_ms"].as_integer(), 5100);
  EXPECT_EQ(at(said, "events")["recovered_ms"].as_integer(), 400);
  ASSERT_EQ(said["skipped"].as_array()->size(), 1U);
  EXPECT_EQ(*at(said, "skipped")["reason"].as_string(),
            "no file system of its own");
  EXPECT_EQ(said["clean"].as_bool(), true);
}

TEST(ChaosReport, SaysNullOfWhatHasNotRecoveredAndNamesWhatItFound) {
  ChaosReport r = report();
  r.events[0].recovered_ms.reset();
  r.events[0].findings = {{"store", "no such table"}};
  const json::Value said(chaos_json(r));
  EXPECT_TRUE(at(said, "events")["recovered_ms"].is_null());
  EXPECT_EQ(*at(at(said, "events"), "findings")["what"].as_string(),
            "no such table");
  EXPECT_EQ(said["clean"].as_bool(), false);
}

TEST(ChaosReport, TellsAPlanAsADrillInWhichNothingWasDone) {
  Asked asked;
  asked.seed = 7;
  const json::Value said(plan_json(asked, {planned("kill-agent", "")}));
  EXPECT_EQ(said["dry_run"].as_bool(), true);
  EXPECT_EQ(said["seed"].as_integer(), 7);
  EXPECT_EQ(at(said, "events")["at_ms"].as_integer(), 5000);
}

}  // namespace
}  // namespace orch::drill
