// SPDX-License-Identifier: MIT
#include "vitals/vitals.h"

#include <sched.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <ctime>

#include "error/error.h"
#include "file/file.h"

namespace orch::vitals {
namespace {

std::string read(const char* path) {
  try {
    return file::find_contents(path).value_or("");
  } catch (const Error&) {
    return "";
  }
}

std::optional<std::int64_t> count_processes() {
  try {
    std::int64_t count = 0;
    for (const std::string& name : file::names_in("/proc"))
      if (name.find_first_not_of("0123456789") == std::string::npos) ++count;
    return count > 0 ? std::optional(count) : std::nullopt;
  } catch (const Error&) {
    return std::nullopt;
  }
}

std::optional<double> measure_cpu(int sample_ms) {
  if (sample_ms <= 0) return std::nullopt;
  const auto before = parse_ticks(read("/proc/stat"));
  timespec rest{sample_ms / 1000, long{sample_ms % 1000} * 1000000};
  while (::nanosleep(&rest, &rest) != 0) {
  }
  const auto after = parse_ticks(read("/proc/stat"));
  if (!before || !after) return std::nullopt;
  return percent_between(*before, *after);
}

}  // namespace

Vitals measure(const std::string& path, int sample_ms) {
  Vitals v;
  v.cpu_percent = measure_cpu(sample_ms);
  v.load = parse_load(read("/proc/loadavg"));
  v.memory = parse_memory(read("/proc/meminfo"));
  v.uptime_s = parse_uptime(read("/proc/uptime"));
  v.processes = count_processes();
  cpu_set_t cpus;
  if (::sched_getaffinity(0, sizeof cpus, &cpus) == 0)
    v.cpus = CPU_COUNT(&cpus);
  struct statvfs s {};
  if (::statvfs(path.c_str(), &s) == 0) {
    v.disk_total = static_cast<std::int64_t>(s.f_blocks * s.f_frsize);
    v.disk_free = static_cast<std::int64_t>(s.f_bavail * s.f_frsize);
  }
  return v;
}

}  // namespace orch::vitals
