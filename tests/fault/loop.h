// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

#include "support/sandbox.h"
#include "text/text.h"

// The form of every fault test: kill a program at its Nth system call, or make
// its Nth call that can fail so fail, N = 1, 2, 3 … until a run ends without
// the fault firing; the same checker each time.
namespace orch::test {

inline constexpr int kKilled = 137;

// The store is, and nobody holds a lock of git's.
inline void expect_whole(const Sandbox& box) {
  EXPECT_EQ(box.sql("PRAGMA integrity_check"), "ok\n");
  EXPECT_EQ(box.ok("find .git -name '*.lock' -not -path '*/orch/*'"), "");
}

// How far apart the calls are at which a fault comes: `every` with --faults, or
// every STEP-th of those; `full` with --full; otherwise `sampled`, so that the
// same code runs on a part.
inline int fault_step(int sampled, int full = 1, int every = 1) {
  if (const char* const step = std::getenv("ORCH_TEST_FAULTS_STEP"))
    return every * std::max(1, std::atoi(step));
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

// One run of a program under a fault.
struct Faulted {
  Result result;
  bool fired = false;
  int calls = 0;      // those that could fail so, up to the one that did
  std::string where;  // which it was, and about what
};

// Runs `argv` in `directory` with `fault` (kill, EIO, ENOSPC, EMFILE, EINTR) at
// its `n`th system call that can end so; 0: none. With `children`, what it
// starts counts, too.
inline Faulted run_faulted(const Sandbox& box, const std::string& directory,
                           const std::string& fault, int n,
                           const std::vector<std::string>& argv,
                           bool children = false) {
  const std::string report = box.path("fault-report");
  std::vector<std::string> all = {
      std::string(ORCH_BUILD_DIR) + "/tests/fault-at", "--report", report};
  if (children) all.emplace_back("--children");
  all.push_back(fault);
  all.push_back(std::to_string(n));
  all.insert(all.end(), argv.begin(), argv.end());
  Faulted out;
  out.result = box.run_in(directory, all);
  const std::string line = box.read(report);
  const auto words = text::split(line, ' ');
  if (words.size() < 2) {
    ADD_FAILURE() << "no report: " << out.result.err;
    return out;
  }
  out.fired = words[0] == "1";
  out.calls = std::atoi(words[1].c_str());
  out.where = line.substr(words[0].size() + words[1].size() + 2);
  return out;
}

// Runs `argv` in `directory`, killed at the `n`th of the system calls at which
// a kill can be told apart.
inline Result run_killed(const Sandbox& box, const std::string& directory,
                         int n, const std::vector<std::string>& argv) {
  return run_faulted(box, directory, "kill-apart", n, argv).result;
}

// How many of these `argv` makes when nothing kills it.
inline int system_calls(const Sandbox& box, const std::string& directory,
                        const std::vector<std::string>& argv) {
  const Faulted r = run_faulted(box, directory, "kill-apart", 0, argv);
  EXPECT_EQ(r.result.status, 0) << r.result.err;
  return r.calls;
}

// Calls `once(n)` with n = first, first + step … until it returns false (the
// fault did not fire). Returns how often it fired.
inline int fault_loop(int sampled, const std::function<bool(int)>& once,
                      int full = 1, int every = 1) {
  const int step = fault_step(sampled, full, every);
  int fired = 0;
  for (int n = fault_first(step); once(n); n += step) {
    ++fired;
    if (::testing::Test::HasFailure()) break;
  }
  ::testing::Test::RecordProperty("fired", fired);
  return fired;
}

}  // namespace orch::test
