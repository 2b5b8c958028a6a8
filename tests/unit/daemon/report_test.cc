// SPDX-License-Identifier: MIT
#include "daemon/report.h"

#include <gtest/gtest.h>

namespace orch::daemon {
namespace {

TEST(DaemonReport, IsReadAsItWasWritten) {
  for (const Report& report :
       {Report{}, Report{.lives = 3},
        Report{.lives = 1,
        .due_at = 1790000000000,
        .processes = {{12, 34}, {56, 18446744073709551615ULL}}},
        Report{.due_at = -5}})
    EXPECT_EQ(parse_report(to_text(report)), report) << to_text(report);
}

TEST(DaemonReport, ThatIsCutOrForeignIsNone) {
  const std::string whole =
      to_text({.lives = 2, .due_at = 7, .processes = {{1, 2}}});
  for (std::size_t n = 0; n < whole.size(); ++n)
    EXPECT_FALSE(parse_report(whole.substr(0, n))) << n;
  EXPECT_FALSE(parse_report(whole + "more\n"));
  EXPECT_FALSE(parse_report("lives\nend\n"));
  EXPECT_FALSE(parse_report("lives x\nend\n"));
  EXPECT_FALSE(parse_report("lives 1 2\nend\n"));
  EXPECT_FALSE(parse_report("process 1\nend\n"));
  EXPECT_FALSE(parse_report("warning: something\nlives 1\nend\n"));
}

}  // namespace
}  // namespace orch::daemon
