// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>

#include "gate/gate.h"
#include "testreport/report.h"

// What a run comes to. Private to `testrun`.
namespace orch::testrun {

struct Verdict {
  std::string status;  // passed, failed, skipped, could-not-run
  std::string reason;  // why not passed; empty when it did
};

// Passed only where nothing speaks against it: neither how the command ended
// (null: none was run) nor its report (absent: it has none).
Verdict judge(const gate::Run* run,
              const std::optional<testreport::Report>& report);

}  // namespace orch::testrun
