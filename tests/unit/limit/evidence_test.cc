// SPDX-License-Identifier: MIT
#include "limit/evidence.h"

#include <gtest/gtest.h>

namespace orch::limit {
namespace {

constexpr std::int64_t kNow = 1790000000000;

std::optional<std::int64_t> of(const std::string& json) {
  const auto value = json::parse(json);
  EXPECT_TRUE(value) << json;
  return exhausted_until(*value, kNow);
}

TEST(ExhaustedUntil, ReadsTheWindowsOfClaudeAndCodex) {
  EXPECT_EQ(of(R"({"five_hour":{"used_percentage":100,"resets_at":1790003600},
                   "seven_day":{"used_percentage":41.2,
                                "resets_at":1790300000}})"),
            1790003600000);
  EXPECT_EQ(of(R"({"five_hour":{"used_percentage":100,
                                "resets_at":"2026-09-21T15:00:00Z"}})"),
            1790002800000);
  EXPECT_EQ(of(R"({"payload":{"type":"token_count","rate_limits":{
                   "primary":{"used_percent":100.0,"window_minutes":300,
                              "resets_in_seconds":60},
                   "secondary":{"used_percent":12.5,"resets_at":1790900000}}}})"),
            kNow + 60000);
  // The last end of several.
  EXPECT_EQ(of(R"({"a":{"usedPercent":100,"resetsAt":1790003600},
                   "b":{"usedPercent":101.5,"resetsAt":1790007200}})"),
            1790007200000);
}

TEST(ExhaustedUntil, IsAbsentWhenNothingIsUsedUpOrTheEndMakesNoSense) {
  for (const char* text :
       {R"({})", R"([])", R"("x")", R"(null)",
        R"({"a":{"used_percent":99.9,"resets_at":1790003600}})",
        R"({"a":{"used_percent":100}})",
        R"({"a":{"used_percent":100,"resets_at":1700000000}})",
        R"({"a":{"used_percent":100,"resets_at":9990003600}})",
        R"({"a":{"used_percent":"100","resets_at":1790003600}})",
        R"({"a":{"used_percent":100,"resets_at":"soon"}})"})
    EXPECT_FALSE(of(text)) << text;
}

TEST(ExhaustedInLines, TakesTheNewestLineThatHasWindows) {
  const std::string full =
      R"({"rate_limits":{"a":{"used_percent":100,"resets_at":1790003600}}})";
  const std::string free =
      R"({"rate_limits":{"a":{"used_percent":3,"resets_at":1790003600}}})";
  const std::string other = R"({"type":"message","text":"used it"})";
  EXPECT_EQ(exhausted_in_lines(full + "\n", kNow), 1790003600000);
  EXPECT_EQ(exhausted_in_lines(free + "\n" + full + "\n" + other + "\n", kNow),
            1790003600000);
  EXPECT_FALSE(exhausted_in_lines(full + "\n" + free + "\n", kNow));
  // Cut off at the front, as the end of a file is, and at the end.
  EXPECT_EQ(exhausted_in_lines("sed\":1}\n" + full + "\n{\"used", kNow),
            1790003600000);
  EXPECT_FALSE(exhausted_in_lines("", kNow));
  EXPECT_FALSE(exhausted_in_lines("\n", kNow));
  EXPECT_FALSE(exhausted_in_lines("\n\n\n", kNow));
}

}  // namespace
}  // namespace orch::limit
