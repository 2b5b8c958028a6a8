// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "store/store.h"

// Pull requests and test results of a feature.
namespace orch::store {

struct PullRequest {
  std::int64_t id = 0;
  std::string role;
  std::optional<std::int64_t> number;  // absent until the forge gave one
  std::string title;
  std::optional<std::string> url;
  std::string status;  // draft, open, approved, merged, closed
  std::string base, head;
  std::int64_t created_at = 0;
  std::optional<std::int64_t> merged_at;
};
// In the order in which they were opened.
std::vector<PullRequest> list_pull_requests(Store& store,
                                            std::int64_t feature_id);

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
