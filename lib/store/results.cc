// SPDX-License-Identifier: MIT
#include "store/results.h"

#include "store/database.h"

namespace orch::store {

std::vector<TestResult> list_latest_tests(Store& store,
                                          std::int64_t feature_id) {
  Statement s(store.database(),
              "SELECT id, role, test_type, commit_hash, status, total, "
              "passed, failed, duration_ms, created_at FROM test_results "
              "WHERE id IN (SELECT max(id) FROM test_results "
              "WHERE feature_id = ? GROUP BY role, test_type) "
              "ORDER BY role, test_type");
  s.bind(feature_id);
  std::vector<TestResult> out;
  while (s.step()) {
    TestResult t;
    t.id = s.integer(0);
    t.role = s.text(1);
    t.type = s.text(2);
    t.commit = s.maybe_text(3);
    t.status = s.text(4);
    t.total = s.maybe_integer(5);
    t.passed = s.maybe_integer(6);
    t.failed = s.maybe_integer(7);
    t.duration_ms = s.maybe_integer(8);
    t.at = s.integer(9);
    out.push_back(std::move(t));
  }
  return out;
}

}  // namespace orch::store
