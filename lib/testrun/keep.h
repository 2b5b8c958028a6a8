// SPDX-License-Identifier: MIT
#pragma once

#include "testrun/testrun.h"

// Writing a result down. Private to `testrun`.
namespace orch::testrun {

// Where logs lie.
std::string log_directory(const Repository& repository);

// In one transaction: the result with its cases, an event, and, when somebody
// else than the agent finds that its tests now fail, a message to it. Then logs
// that nothing names go.
void keep(const Repository& repository, store::Store& store,
          const Subject& subject, const std::vector<testreport::Case>& cases,
          Result& result);

}  // namespace orch::testrun
