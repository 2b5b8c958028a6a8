// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace orch::linediff {

// A text as numbers: equal lines, line end included, have equal numbers. A
// last line without a line end differs from the same line with one.
using Line = std::uint32_t;
using Lines = std::vector<Line>;

// Gives out the numbers. Keeps each distinct line once, so the texts that it
// was given may go.
class Interner {
 public:
  Interner();

  Lines split(std::string_view text);
  std::string_view text(Line line) const { return lines_[line]; }
  // How many distinct lines it has seen; every number is below.
  std::size_t size() const { return lines_.size(); }

 private:
  struct Slot {
    std::uint32_t hash = 0;
    Line line = 0;  // one more than the number; 0: free
  };

  Line number_of(std::string_view line);
  void grow();
  std::string_view keep(std::string_view line);

  std::vector<Slot> slots_;
  std::vector<std::string_view> lines_;
  std::vector<std::string> blocks_;
};

}  // namespace orch::linediff
