// SPDX-License-Identifier: MIT
#include "drill/memory.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "file/file.h"
#include "text/text.h"

namespace orch::drill {

std::int64_t memory_to_take(const std::string& meminfo) {
  constexpr std::int64_t kMost = std::int64_t{1} << 30;
  for (const std::string& line : text::split(meminfo, '\n')) {
    constexpr std::string_view kAvailable = "MemAvailable:";
    if (!line.starts_with(kAvailable)) continue;
    // In kB.
    const std::int64_t bytes =
        std::atoll(line.c_str() + kAvailable.size()) * 1024;
    return std::clamp<std::int64_t>(bytes / 2, 0, kMost);
  }
  return 0;
}

std::int64_t memory_of(pid_t pid) {
  const std::string text =
      file::find_contents("/proc/" + std::to_string(pid) + "/statm")
          .value_or("");
  const auto words = text::split(text, ' ');
  if (words.size() < 2) return 0;
  return std::atoll(words[1].c_str()) * ::sysconf(_SC_PAGESIZE);
}

}  // namespace orch::drill
