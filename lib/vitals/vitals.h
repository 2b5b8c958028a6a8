// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "vitals/parse.h"

// How this machine is, as the kernel tells it. Nothing is started for it.
namespace orch::vitals {

struct Vitals {
  std::optional<Load> load;
  std::optional<std::int64_t> cpus;   // that may run us
  std::optional<double> cpu_percent;  // of all CPUs, over `sample_ms`
  Memory memory;
  std::optional<std::int64_t> disk_total, disk_free;  // bytes, where `path` is
  std::optional<std::int64_t> processes;
  std::optional<std::int64_t> uptime_s;
};

// Takes `sample_ms`, in which it sleeps; 0: cpu_percent is absent. Throws
// nothing: what cannot be told is absent.
Vitals measure(const std::string& path, int sample_ms);

}  // namespace orch::vitals
