// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace orch::runtime {

// "2.1.329": numbers, compared from the left; missing ones count as 0.
using Version = std::vector<int>;

// The first dotted number in what a program prints of itself; empty when there
// is none. "tmux 3.3a" gives 3.3.
Version find_version(std::string_view text);
std::string version_text(const Version& version);

// ">=2.1 <3": all of its bounds hold. An empty one holds for every version.
class VersionRange {
 public:
  VersionRange() = default;
  // Throws Error{Usage} when `text` is no range.
  explicit VersionRange(std::string_view text);

  bool is_any() const { return bounds_.empty(); }
  bool holds(const Version& version) const;
  const std::string& text() const { return text_; }

 private:
  enum class Order { Less, LessOrEqual, Equal, GreaterOrEqual, Greater };
  struct Bound {
    Order order;
    Version version;
  };
  std::string text_;
  std::vector<Bound> bounds_;
};

}  // namespace orch::runtime
