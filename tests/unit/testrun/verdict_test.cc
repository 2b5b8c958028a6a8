// SPDX-License-Identifier: MIT
#include "testrun/verdict.h"

#include <gtest/gtest.h>

namespace orch::testrun {
namespace {

using gate::Result;
using testreport::Report;
using testreport::Status;

std::string judged(const gate::Run* run, const std::optional<Report>& report) {
  const Verdict v = judge(run, report);
  return v.status + (v.reason.empty() ? "" : ": " + v.reason);
}

std::optional<Report> report(int passed, int failed, int skipped,
                             const std::string& fault = "") {
  Report r;
  r.count(Status::Passed, passed);
  r.count(Status::Failed, failed);
  r.count(Status::Skipped, skipped);
  if (!fault.empty()) r.faults.push_back(fault);
  return r;
}

const gate::Run kGood{.result = Result::Passed};
const gate::Run kBad{
    .result = Result::Failed, .reason = "it ended with status 1", .status = 1};
const gate::Run kLate{
    .result = Result::Failed, .reason = "it did not end in 5s", .status = 143};
const gate::Run kNone{.result = Result::CouldNotRun,
                      .reason = "command not found",
                      .status = 127};

TEST(Verdict, OfACommandAlone) {
  EXPECT_EQ(judged(&kGood, std::nullopt), "passed");
  EXPECT_EQ(judged(&kBad, std::nullopt), "failed: it ended with status 1");
  EXPECT_EQ(judged(&kNone, std::nullopt), "could-not-run: command not found");
}

TEST(Verdict, OfAReportAlone) {
  EXPECT_EQ(judged(nullptr, report(3, 0, 1)), "passed");
  EXPECT_EQ(judged(nullptr, report(3, 1, 0)), "failed: 1 of 4 failed");
  EXPECT_EQ(judged(nullptr, report(0, 0, 2)),
            "skipped: all of its tests were skipped");
  EXPECT_EQ(judged(nullptr, report(0, 0, 0)),
            "skipped: there is no test in it");
  EXPECT_EQ(judged(nullptr, report(2, 0, 0, "it bailed out")),
            "failed: it bailed out");
}

TEST(Verdict, OfBothIsTheWorse) {
  EXPECT_EQ(judged(&kGood, report(1, 0, 0)), "passed");
  EXPECT_EQ(judged(&kGood, report(1, 1, 0)), "failed: 1 of 2 failed");
  EXPECT_EQ(judged(&kGood, report(1, 0, 0, "no plan")), "failed: no plan");
  EXPECT_EQ(judged(&kBad, report(1, 1, 0)), "failed: 1 of 2 failed");
  EXPECT_EQ(judged(&kBad, report(2, 0, 0)),
            "failed: it ended with status 1, though no test in its report "
            "failed");
  EXPECT_EQ(judged(&kBad, report(0, 0, 0, "no report")),
            "failed: it ended with status 1; no report");
  EXPECT_EQ(judged(&kLate, report(1, 1, 0)),
            "failed: it did not end in 5s; 1 of 2 failed");
  EXPECT_EQ(judged(&kNone, report(1, 0, 0)),
            "could-not-run: command not found");
  EXPECT_EQ(judged(&kNone, report(1, 2, 0)),
            "failed: command not found; 2 of 3 failed");
}

}  // namespace
}  // namespace orch::testrun
