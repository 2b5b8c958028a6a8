// SPDX-License-Identifier: MIT
#include "store/results.h"

#include "unit/store/rows.h"

namespace orch::store {
namespace {

class Results : public StoreTest {
 protected:
  std::int64_t feature_ = add_feature("001-a");
  std::int64_t other_ = add_feature("002-b");

  void run(const std::string& sql) { store_.database().execute(sql.c_str()); }
};

TEST_F(Results, ListsTheNewestTestOfEachRoleAndType) {
  run("INSERT INTO test_results(feature_id, role, test_type, status, total, "
      "passed, created_at) VALUES (1, 'ui', 'unit', 'failed', 3, 2, 1), "
      "(1, 'ui', 'unit', 'passed', 3, 3, 2), "
      "(1, 'ui', 'e2e', 'skipped', NULL, NULL, 1), "
      "(1, 'api', 'unit', 'passed', 1, 1, 1), "
      "(2, 'ui', 'unit', 'failed', 1, 0, 9)");
  std::string all;
  for (const TestResult& t : list_latest_tests(store_, feature_))
    all += t.role + " " + t.type + " " + t.status + "\n";
  EXPECT_EQ(all, "api unit passed\nui e2e skipped\nui unit passed\n");
}

}  // namespace
}  // namespace orch::store
