// SPDX-License-Identifier: MIT
#include "history/level.h"

#include <array>

namespace orch::history {
namespace {

constexpr std::array<const char*, 5> kLevels = {"queued", "typed", "submitted",
                                                "read", "acked"};

bool is_end(const std::string& level) {
  return level == "acked" || level == "failed" || level == "expired";
}

}  // namespace

int rank_of(const std::string& level) {
  for (std::size_t i = 0; i < kLevels.size(); ++i)
    if (level == kLevels.at(i)) return static_cast<int>(i);
  return -1;
}

bool is_open(const std::string& level) {
  return rank_of(level) >= 0 && rank_of(level) < rank_of("read");
}

bool may_become(const std::string& before, const std::string& after) {
  if (before == after) return true;
  if (is_end(before)) return false;
  return is_end(after) || rank_of(after) > rank_of(before);
}

std::string fault_of(const Message& m) {
  const std::array<bool, 5> has = {
      true, m.typed_at.has_value(), m.submitted_at.has_value(),
      m.read_at.has_value(), m.acked_at.has_value()};
  if (m.level != "failed" && m.level != "expired") {
    const int rank = rank_of(m.level);
    if (rank < 0) return "there is no such level";
    if (!has.at(static_cast<std::size_t>(rank)))
      return "nothing says when that was proven";
    for (auto i = static_cast<std::size_t>(rank) + 1; i < has.size(); ++i)
      if (has.at(i)) return std::string("is proven to be ") + kLevels.at(i);
    return "";
  }
  return has[4] ? "is proven to be acked" : "";
}

}  // namespace orch::history
