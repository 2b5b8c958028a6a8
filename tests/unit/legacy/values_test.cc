// SPDX-License-Identifier: MIT
#include "legacy/values.h"

#include <gtest/gtest.h>

namespace orch::legacy {
namespace {

using Time = std::optional<std::int64_t>;

TEST(LegacyTimes, AreReadInEveryForm) {
  EXPECT_EQ(parse_time("2024-02-29 12:00:00"), 1709208000000);
  EXPECT_EQ(parse_time(" 2024-02-29T12:00:00Z "), 1709208000000);
  EXPECT_EQ(parse_time("2024-02-29 12:00"), 1709208000000);
  EXPECT_EQ(parse_time("2024-02-29"), 1709164800000);
  EXPECT_EQ(parse_time("2024-02-29 12:00:00.25"), 1709208000250);
  EXPECT_EQ(parse_time("2024-02-29T12:00:00.123456+02:00"), 1709200800123);
  EXPECT_EQ(parse_time("2024-02-29T12:00:00-0530"), 1709227800000);
  EXPECT_EQ(parse_time("1709208000"), 1709208000000);
  EXPECT_EQ(parse_time("1709208000.5"), 1709208000500);
  EXPECT_EQ(parse_time("1709208000123"), 1709208000123);
  EXPECT_EQ(parse_time("1709208000123456"), 1709208000123);
  EXPECT_EQ(parse_time("0"), 0);
}

TEST(LegacyTimes, LieBefore1970Too) {
  EXPECT_EQ(parse_time("1969-07-20 20:17:40"), -14182940000);
  EXPECT_EQ(parse_time("-1"), -1000);
}

TEST(LegacyTimes, AreAbsentOtherwise) {
  for (const char* text :
       {"", "soon", "2024-13-01 00:00:00", "2024-02-30", "2024-02-29 25:00:00",
        "1e300", "-", "12:00", "2024-02-29 12:00:00 PM", "nan"})
    EXPECT_EQ(parse_time(text), Time()) << text;
}

TEST(LegacyCounts, AreWholeAndNotNegative) {
  EXPECT_EQ(parse_count(" 12 "), 12);
  EXPECT_EQ(parse_count("12.0"), 12);
  for (const char* text : {"", "-1", "12.5", "1 2", "x"})
    EXPECT_EQ(parse_count(text), std::nullopt) << text;
}

TEST(LegacyPaths, AreJsonOrParted) {
  using Paths = std::vector<std::string>;
  EXPECT_EQ(parse_paths(R"(["a,b", 7, "", "c\n"])"), (Paths{"a,b", "c\n"}));
  EXPECT_EQ(parse_paths("a, b\nc"), (Paths{"a", "b", "c"}));
  EXPECT_EQ(parse_paths("[broken"), Paths{"[broken"});
  EXPECT_EQ(parse_paths(""), Paths{});
}

TEST(LegacyMetadata, IsJsonAfterwards) {
  EXPECT_EQ(json_of(std::nullopt), "{}");
  EXPECT_EQ(json_of(R"({"k": 1})"), R"({"k": 1})");
  EXPECT_EQ(json_of("k=1"), R"({"text":"k=1"})");
}

TEST(LegacyWords, AreOursOrAbsent) {
  EXPECT_EQ(feature_status("In_Progress "), "in-progress");
  EXPECT_EQ(feature_status("done"), "completed");
  EXPECT_EQ(feature_status("paused"), std::nullopt);
  EXPECT_EQ(agent_status("working"), "active");
  EXPECT_EQ(agent_status(""), std::nullopt);
  EXPECT_EQ(pull_request_status("MERGED"), "merged");
  EXPECT_EQ(test_status("error"), "failed");
  EXPECT_EQ(one_of("Critical", {"warning", "critical"}), "critical");
  EXPECT_TRUE(is_yes("1") && is_yes("Resolved"));
  EXPECT_FALSE(is_yes("0") || is_yes("open"));
}

TEST(LegacyColumns, AreTakenInTheOrderOfTheNames) {
  const store::LegacyRow row = {{"a", ""}, {"b", "1"}, {"c", "2"}};
  EXPECT_EQ(value_of(row, {"a", "c", "b"}), "2");
  EXPECT_EQ(value_of(row, {"d", "a"}), std::nullopt);
}

}  // namespace
}  // namespace orch::legacy
