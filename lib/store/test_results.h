// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "store/store.h"

// Runs of tests and their cases, one by one.
namespace orch::store {

struct TestRun {
  std::int64_t id = 0;
  std::optional<std::int64_t> feature_id;
  std::string spec_id;  // of the feature, empty without one; read only
  std::string role;     // "person" where no agent's part was tested
  std::string type;     // unit, integration, e2e
  std::optional<std::string> commit;
  std::optional<std::string> tree;  // absent: it cannot be told
  std::string status;               // passed, failed, skipped
  std::optional<std::int64_t> total, passed, failed, skipped, duration_ms;
  std::string source;                  // exit, junit, tap; empty: not known
  std::optional<std::string> command;  // absent: imported
  std::optional<std::string> log;      // where its output is
  std::optional<std::string> reason;   // why not passed
  bool dirty = false;                  // with work that no commit holds
  std::int64_t at = 0;
};

struct TestCase {
  std::string suite, name;
  std::string status;  // passed, failed, skipped
  std::optional<std::int64_t> duration_ms;
  std::string message;
};

// Returns the id. Within a Transaction.
std::int64_t insert_test_run(Store& store, const TestRun& run,
                             const std::vector<TestCase>& cases);

struct TestQuery {
  std::optional<std::int64_t> feature_id;
  std::string role;  // empty: all
  std::string type;  // empty: all
  std::size_t limit = 20;
};
// The newest first.
std::vector<TestRun> list_test_runs(Store& store, const TestQuery& query);
// Those of a run that failed, in its order.
std::vector<TestCase> list_failed_cases(Store& store, std::int64_t run_id,
                                        std::size_t limit);

struct SlowCase {
  std::string spec_id, role, type, suite, name;
  std::int64_t runs = 0;  // that are kept and say how long it took
  std::int64_t average_ms = 0, longest_ms = 0, last_ms = 0;
};
// By what they take on average, the slowest first.
std::vector<SlowCase> list_slow_cases(Store& store, const TestQuery& query);

// What has both passed and failed on one and the same tree.
struct Flaky {
  std::string spec_id, role, type;
  bool is_run = false;  // a whole run, which has no name
  std::string suite, name;
  std::int64_t passed = 0, failed = 0;  // on such trees
  std::string tree;                     // the newest of them
  std::int64_t last_at = 0;
};
// Whole runs first, then cases, those that fail most often first.
std::vector<Flaky> list_flaky(Store& store, const TestQuery& query);

// The logs that results name.
std::vector<std::string> list_test_logs(Store& store);

// Of the results of one feature (absent: of none) and type, the cases and the
// logs of the newest are kept: of `runs` at most, and of so many that they have
// not more than `cases` cases together, but always those of the newest. Returns
// the logs that no result names any more. Within a Transaction.
struct TestKeep {
  std::int64_t runs = 50;
  std::int64_t cases = 200000;
};
std::vector<std::string> trim_test_cases(
    Store& store, const std::optional<std::int64_t>& feature_id,
    const std::string& type, const TestKeep& keep = {});

}  // namespace orch::store
