// SPDX-License-Identifier: MIT
#include "runtime/version.h"

#include <gtest/gtest.h>

#include "unit/scratch.h"

namespace orch::runtime {
namespace {

bool holds(const char* range, const char* version) {
  return VersionRange(range).holds(find_version(version));
}

TEST(VersionOfAProgram, IsTheFirstDottedNumber) {
  EXPECT_EQ(find_version("2.1.329 (Claude Code)\n"), (Version{2, 1, 329}));
  EXPECT_EQ(find_version("codex-cli 0.169.0"), (Version{0, 169, 0}));
  EXPECT_EQ(find_version("tmux 3.3a"), (Version{3, 3}));
  EXPECT_EQ(find_version("GNU bash, version 5.2.15(1)"), (Version{5, 2, 15}));
  EXPECT_EQ(find_version("version 7"), Version{});
  EXPECT_EQ(find_version(""), Version{});
  EXPECT_EQ(version_text({0, 169, 0}), "0.169.0");
}

TEST(VersionRangeText, HoldsBetweenItsBounds) {
  EXPECT_TRUE(holds(">=2.1 <3", "2.1.329"));
  EXPECT_FALSE(holds(">=2.1 <3", "3.0"));
  EXPECT_FALSE(holds(">=2.1 <3", "2.0.9"));
  EXPECT_TRUE(holds(">=2.1", "2.1.0"));
  EXPECT_FALSE(holds(">2.1", "2.1.0"));
  EXPECT_TRUE(holds("<=2.1", "2.1.0"));
  EXPECT_FALSE(holds("<=2.1", "2.1.1"));
  EXPECT_TRUE(holds("=2.10", "2.10.0"));
  EXPECT_TRUE(holds("2.10", "2.10"));
  EXPECT_FALSE(holds("2.10", "2.1"));
  EXPECT_FALSE(holds("<2.10", "2.10.0"));
  EXPECT_TRUE(holds("<2.10", "2.9"));
  EXPECT_TRUE(holds("", "0.1"));
  EXPECT_TRUE(VersionRange("").is_any());
}

TEST(VersionRangeText, IsRefusedWhenItIsNone) {
  for (const char* bad : {"~1", ">=", "1.x", "v2", ">= 2"})
    EXPECT_NE(test::thrown_by([&] {
                VersionRange{bad};
              }).find("is no bound of versions"),
              std::string::npos)
        << bad;
}

}  // namespace
}  // namespace orch::runtime
