// SPDX-License-Identifier: MIT
#pragma once

#include <time.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <optional>
#include <string>
#include <vector>

#include "file/file.h"
#include "json/value.h"

// What every benchmark prints: a row for each thing it has measured, with the
// aim beside it where there is one. Times are for orientation only; what counts
// is the ratio, which both sides of one run have in common.
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

// What is allowed at most; none: measured for orientation.
using Aim = std::optional<double>;

inline bool prints_json = false;

// First in main: takes --json out of the arguments. A benchmark prints an
// object a line then, and its remarks on the standard error.
inline int begin_rows(int argc, char** argv) {
  int kept = 1;
  for (int i = 1; i < argc; ++i)
    if (std::strcmp(argv[i], "--json") == 0)
      prints_json = true;
    else
      argv[kept++] = argv[i];
  argv[kept] = nullptr;
  return kept;
}

// Where a benchmark writes what is no row.
inline FILE* remarks() { return prints_json ? stderr : stdout; }

inline void print_row(const std::string& name, double measured, const Aim& aim,
                      std::size_t n, const std::string& detail) {
  if (prints_json) {
    const std::string program = file::own_program();
    const std::size_t at = program.rfind("bench-");
    std::optional<bool> met;
    if (aim) met = measured <= *aim;
    std::printf("%s\n",
                json::to_text(json::Object{{"bench", program.substr(at + 6)},
                                           {"name", name},
                                           {"measured", measured},
                                           {"aim", aim},
                                           {"met", met},
                                           {"n", n},
                                           {"detail", detail}})
                    .c_str());
  } else {
    std::printf("%s: %.4g (%s, %zu)", name.c_str(), measured, detail.c_str(),
                n);
    if (aim)
      std::printf(", aim %.4g: %s", *aim, measured <= *aim ? "met" : "missed");
    std::printf("\n");
  }
  std::fflush(stdout);
}

// The ratio of the medians, below 1 where we are faster.
inline void report(const std::string& name, const std::vector<double>& ours,
                   const std::vector<double>& theirs, const Aim& aim = {}) {
  char detail[80];
  std::snprintf(detail, sizeof detail, "%.2f ms, %.2f ms", median(ours),
                median(theirs));
  print_row(name, median(ours) / median(theirs), aim, ours.size(), detail);
}

// Something that is counted, out of `n`.
inline void report_count(const std::string& name, double count,
                         const Aim& at_most, std::size_t n,
                         const std::string& detail = "counted") {
  print_row(name, count, at_most, n, detail);
}

}  // namespace orch::bench
