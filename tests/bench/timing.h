// SPDX-License-Identifier: MIT
#pragma once

#include <time.h>

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

// What every benchmark prints: a ratio of medians.
namespace orch::bench {

inline double now_ms() {
  timespec t{};
  ::clock_gettime(CLOCK_MONOTONIC, &t);
  return static_cast<double>(t.tv_sec) * 1e3 +
         static_cast<double>(t.tv_nsec) / 1e6;
}

inline double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

// "name: ratio (ours median, theirs median, n)"
inline void report(const std::string& name, const std::vector<double>& ours,
                   const std::vector<double>& theirs) {
  std::printf("%s: %.2f (%.2f ms, %.2f ms, %zu)\n", name.c_str(),
              median(ours) / median(theirs), median(ours), median(theirs),
              ours.size());
  std::fflush(stdout);
}

}  // namespace orch::bench
