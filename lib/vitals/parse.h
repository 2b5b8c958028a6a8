// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

// What the kernel's files in /proc say. Pure: text in, numbers out; absent
// where the text does not say it.
namespace orch::vitals {

// Of /proc/loadavg.
struct Load {
  double one = 0, five = 0, fifteen = 0;
};
std::optional<Load> parse_load(std::string_view text);

// Ticks of all CPUs since the start of the machine, of /proc/stat.
struct Ticks {
  std::uint64_t busy = 0, all = 0;
};
std::optional<Ticks> parse_ticks(std::string_view text);
// How much of the time between was busy, 0 to 100; absent when none has passed.
std::optional<double> percent_between(const Ticks& before, const Ticks& after);

// In bytes, of /proc/meminfo.
struct Memory {
  std::optional<std::int64_t> total, available, swap_total, swap_used;
};
Memory parse_memory(std::string_view text);

// Whole seconds, of /proc/uptime.
std::optional<std::int64_t> parse_uptime(std::string_view text);

}  // namespace orch::vitals
