// SPDX-License-Identifier: MIT
#pragma once

#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

#include "support/sandbox.h"

// The form of every fault test: kill a program at its Nth system call, N = 1,
// 2, 3 … until a run ends without the fault firing; the same checker each time.
namespace orch::test {

inline constexpr int kKilled = 137;

// `full` with --full; otherwise `sampled`, so that the same code runs on a
// part.
inline int fault_step(int sampled, int full = 1) {
  return std::getenv("ORCH_TEST_FULL") ? full : sampled;
}

// Where a sampled loop starts, by the seed.
inline int fault_first(int step) {
  const char* seed = std::getenv("ORCH_TEST_SEED");
  return 1 + (seed ? std::atoi(seed) : 0) % step;
}

inline bool has_strace(const Sandbox& box) {
  return box.run_in(box.root(), {"strace", "-V"}).status == 0;
}

// Runs `argv` in `directory`, killed at its `n`th system call.
inline Result run_killed(const Sandbox& box, const std::string& directory,
                         int n, const std::vector<std::string>& argv) {
  std::vector<std::string> all = {
      std::string(ORCH_BUILD_DIR) + "/tests/kill-at", std::to_string(n)};
  all.insert(all.end(), argv.begin(), argv.end());
  return box.run_in(directory, all);
}

// How many system calls `argv` makes when nothing kills it.
inline int system_calls(const Sandbox& box, const std::string& directory,
                        const std::vector<std::string>& argv) {
  const Result r = run_killed(box, directory, 0, argv);
  EXPECT_EQ(r.status, 0) << r.err;
  return std::atoi(r.out.c_str());
}

// Calls `once(n)` with n = first, first + step … until it returns false (the
// fault did not fire). Returns how often it fired.
inline int fault_loop(int sampled, const std::function<bool(int)>& once,
                      int full = 1) {
  const int step = fault_step(sampled, full);
  int fired = 0;
  for (int n = fault_first(step); once(n); n += step) {
    ++fired;
    if (::testing::Test::HasFailure()) break;
  }
  return fired;
}

}  // namespace orch::test
