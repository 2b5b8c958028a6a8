// SPDX-License-Identifier: MIT
#include "testrun/verdict.h"

#include "text/text.h"

namespace orch::testrun {
namespace {

std::string faults_of(const testreport::Report& report) {
  std::vector<std::string> out;
  if (report.failed > 0)
    out.push_back(std::to_string(report.failed) + " of " +
                  std::to_string(report.total) + " failed");
  constexpr std::size_t kEnough = 3;
  for (const std::string& fault : report.faults)
    if (out.size() < kEnough) out.push_back(fault);
  return text::join(out, "; ");
}

}  // namespace

Verdict judge(const gate::Run* run,
              const std::optional<testreport::Report>& report) {
  const std::string faults = report ? faults_of(*report) : "";
  const bool has_cases = report && report->total > 0;
  if (run && run->result == gate::Result::CouldNotRun &&
      !(report && report->failed > 0))
    return {"could-not-run", run->reason};
  if (run && run->result != gate::Result::Passed) {
    // One whose tests failed ends with a status of its own: that is no news.
    const bool explained =
        report && report->failed > 0 && run->status > 0 && run->status < 126;
    if (explained) return {"failed", faults};
    if (has_cases && faults.empty())
      return {"failed", run->reason + ", though no test in its report failed"};
    return {"failed", run->reason + (faults.empty() ? "" : "; " + faults)};
  }
  if (!faults.empty()) return {"failed", faults};
  if (report && !has_cases) return {"skipped", "there is no test in it"};
  if (report && report->passed == 0)
    return {"skipped", "all of its tests were skipped"};
  return {"passed", ""};
}

}  // namespace orch::testrun
