// SPDX-License-Identifier: MIT
#include "limit/windows.h"

#include <algorithm>
#include <cstdlib>

#include "text/time.h"

namespace orch::limit {
namespace {

constexpr std::int64_t kFarMs = 366LL * 24 * 3600 * 1000;
constexpr int kDepth = 8;

std::optional<double> number_of(const json::Value& value) {
  if (const auto whole = value.as_integer()) return static_cast<double>(*whole);
  if (value.is_null() || value.as_string() || value.as_bool() ||
      value.as_array() || value.as_object())
    return std::nullopt;
  return std::strtod(json::to_text(value).c_str(), nullptr);
}

// Absent for what no clock shows: it would not fit.
std::optional<std::int64_t> whole(double ms) {
  constexpr double kMost = 1e15;  // the year 33658
  if (!(ms > -kMost && ms < kMost)) return std::nullopt;
  return static_cast<std::int64_t>(ms);
}

std::optional<std::int64_t> reset_of(const json::Value& window,
                                     std::int64_t now) {
  for (const char* key : {"resets_at", "resetsAt", "reset_at"}) {
    if (const std::string* iso = window[key].as_string())
      return text::parse_iso_time(*iso);
    if (const auto at = number_of(window[key]))
      // Milliseconds are beyond the year 5000 as seconds.
      return whole(*at > 1e11 ? *at : *at * 1000);
  }
  for (const char* key : {"resets_in_seconds", "reset_after_seconds"})
    if (const auto in = number_of(window[key])) {
      const auto ms = whole(*in * 1000);
      return ms ? std::optional(now + *ms) : std::nullopt;
    }
  return std::nullopt;
}

std::optional<double> used_of(const json::Value& window) {
  for (const char* key : {"used_percent", "used_percentage", "usedPercent"})
    if (const auto used = number_of(window[key])) return used;
  return std::nullopt;
}

struct Windows {
  bool found = false;
  std::optional<std::int64_t> until;
};

void collect(const json::Value& value, std::int64_t now, int depth,
             Windows& out) {
  if (depth == 0) return;
  if (const auto used = used_of(value)) {
    out.found = true;
    const auto reset = reset_of(value, now);
    if (*used >= 100 && reset && *reset > now && *reset - now < kFarMs)
      out.until = std::max(out.until.value_or(*reset), *reset);
  }
  if (const json::Object* members = value.as_object())
    for (const auto& [key, member] : *members)
      collect(member, now, depth - 1, out);
}

}  // namespace

std::optional<std::int64_t> exhausted_until(const json::Value& value,
                                            std::int64_t now) {
  Windows windows;
  collect(value, now, kDepth, windows);
  return windows.until;
}

std::optional<std::int64_t> exhausted_in_lines(std::string_view lines,
                                               std::int64_t now) {
  while (!lines.empty()) {
    const std::size_t end = lines.rfind('\n');
    const bool first = end == std::string_view::npos;
    const std::string_view line = first ? lines : lines.substr(end + 1);
    lines = first ? std::string_view() : lines.substr(0, end);
    if (line.find("used") == std::string_view::npos) continue;
    const auto value = json::parse(line);
    if (!value) continue;
    Windows windows;
    collect(*value, now, kDepth, windows);
    if (windows.found) return windows.until;
  }
  return std::nullopt;
}

}  // namespace orch::limit
