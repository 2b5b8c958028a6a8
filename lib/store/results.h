// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "store/store.h"

// Test results of a feature.
namespace orch::store {

struct TestResult {
  std::int64_t id = 0;
  std::string role;
  std::string type;  // unit, integration, e2e
  std::optional<std::string> commit;
  std::string status;  // passed, failed, skipped
  std::optional<std::int64_t> total, passed, failed, duration_ms;
  std::int64_t at = 0;
};
// The newest result of each role and type, by role and type.
std::vector<TestResult> list_latest_tests(Store& store,
                                          std::int64_t feature_id);

}  // namespace orch::store
