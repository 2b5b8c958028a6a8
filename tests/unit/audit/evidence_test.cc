// SPDX-License-Identifier: MIT
#include "audit/evidence.h"

#include <gtest/gtest.h>

namespace orch::audit {
namespace {

using git::parse_reflog;

const std::string kNone(40, '0'), kA(40, 'a'), kB(40, 'b'), kC(40, 'c');

std::string line(const std::string& from, const std::string& to, int at,
                 const std::string& reason = "commit: x") {
  return from + " " + to + " Ada > L <a@b> " + std::to_string(at) + " +0100\t" +
         reason + "\n";
}

TEST(StepsBetween, LeadFromOneToTheOther) {
  const auto all =
      parse_reflog(line(kNone, kA, 1) + line(kA, kB, 2) + line(kB, kC, 3));
  EXPECT_EQ(steps_between(all, kA, kC)->size(), 2U);
  EXPECT_EQ(steps_between(all, kA, kC)->front().to, kB);
  EXPECT_EQ(steps_between(all, "", kC)->size(), 3U);
  // What does not end there, begins elsewhere, or has a gap.
  EXPECT_FALSE(steps_between(all, kA, kB));
  EXPECT_FALSE(steps_between(all, std::string(40, 'd'), kC));
  EXPECT_FALSE(steps_between(parse_reflog(line(kNone, kA, 1) + line(kB, kC, 3)),
                             kA, kC));
  EXPECT_FALSE(steps_between(std::vector<Step>(), kA, kC));
}

TEST(HeadLog, ExplainsWhatWasMadeThereAndNoReturnToAnOldTip) {
  HeadLog log;
  log.steps = parse_reflog(line(kNone, kA, 10) + line(kA, kB, 20));
  EXPECT_TRUE(log.explains({kA, kB, "", 20}));
  // The end of a rebase: HEAD comes to the tip once more.
  EXPECT_TRUE(log.explains({kC, kB, "", 20}));
  EXPECT_FALSE(log.explains({kC, kB, "", 21}));
  // HEAD has been there, and long ago.
  EXPECT_TRUE(log.reaches(kA));
  EXPECT_FALSE(log.explains({kB, kA, "", 30}));
  EXPECT_FALSE(log.reaches(kC));
}

}  // namespace
}  // namespace orch::audit
