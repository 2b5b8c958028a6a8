// SPDX-License-Identifier: MIT
#include "vitals/parse.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <string>
#include <vector>

#include "text/text.h"

namespace orch::vitals {
namespace {

std::optional<double> number_of(const std::string& word) {
  char* end = nullptr;
  const double value = std::strtod(word.c_str(), &end);
  if (end == word.c_str() || *end != '\0' || !std::isfinite(value) || value < 0)
    return std::nullopt;
  return value;
}

// "MemTotal:  16384 kB" as bytes.
std::optional<std::int64_t> bytes_of(const std::vector<std::string>& words) {
  constexpr double kMost = 1e15;  // kilobytes
  if (words.size() != 3 || words[2] != "kB") return std::nullopt;
  const auto value = number_of(words[1]);
  if (!value || *value > kMost) return std::nullopt;
  return static_cast<std::int64_t>(*value) * 1024;
}

}  // namespace

std::optional<Load> parse_load(std::string_view text) {
  const auto words = text::split_list(text, ' ');
  if (words.size() < 3) return std::nullopt;
  const auto one = number_of(words[0]), five = number_of(words[1]),
             fifteen = number_of(words[2]);
  if (!one || !five || !fifteen) return std::nullopt;
  return Load{*one, *five, *fifteen};
}

std::optional<Ticks> parse_ticks(std::string_view text) {
  for (const std::string& line : text::split(text, '\n')) {
    const auto words = text::split_list(line, ' ');
    if (words.empty() || words[0] != "cpu") continue;
    // user nice system idle iowait irq softirq steal; guests are within user.
    if (words.size() < 6) return std::nullopt;
    Ticks ticks;
    for (std::size_t i = 1; i < std::min<std::size_t>(words.size(), 9); ++i) {
      const std::uint64_t n = std::strtoull(words[i].c_str(), nullptr, 10);
      ticks.all += n;
      if (i != 4 && i != 5) ticks.busy += n;
    }
    return ticks;
  }
  return std::nullopt;
}

std::optional<double> percent_between(const Ticks& before, const Ticks& after) {
  if (after.all <= before.all || after.busy < before.busy) return std::nullopt;
  const double share = static_cast<double>(after.busy - before.busy) /
                       static_cast<double>(after.all - before.all);
  return std::round(std::min(share, 1.0) * 1000) / 10;
}

Memory parse_memory(std::string_view text) {
  Memory memory;
  std::optional<std::int64_t> swap_free;
  for (const std::string& line : text::split(text, '\n')) {
    const auto words = text::split_list(line, ' ');
    if (words.empty()) continue;
    if (words[0] == "MemTotal:") memory.total = bytes_of(words);
    if (words[0] == "MemAvailable:") memory.available = bytes_of(words);
    if (words[0] == "SwapTotal:") memory.swap_total = bytes_of(words);
    if (words[0] == "SwapFree:") swap_free = bytes_of(words);
  }
  if (memory.swap_total && swap_free)
    memory.swap_used =
        std::max<std::int64_t>(0, *memory.swap_total - *swap_free);
  return memory;
}

std::optional<std::int64_t> parse_uptime(std::string_view text) {
  const auto words = text::split_list(text, ' ');
  const auto seconds = words.empty() ? std::nullopt : number_of(words[0]);
  if (!seconds || *seconds > 1e12) return std::nullopt;
  return static_cast<std::int64_t>(*seconds);
}

}  // namespace orch::vitals
