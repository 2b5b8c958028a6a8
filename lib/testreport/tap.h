// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "testreport/report.h"

// The Test Anything Protocol, versions 12, 13 and 14 (testanything.org).
namespace orch::testreport {

// Reads it while it is written, in memory that does not grow with lines which
// are no test points. A failed test that is marked as to do, and one to be
// skipped, is skipped; planned tests that did not run have failed; subtests are
// not counted, their point is.
class TapReader {
 public:
  void feed(std::string_view bytes);
  // Whether this is TAP beyond doubt: "ok" alone begins lines of others, too.
  bool is_tap() const;
  // Whether there was any line of TAP.
  bool has_any() const { return version_ || plan_ || points_ > 0 || bailed_; }
  // The report, once.
  Report finish();

 private:
  void take_line(std::string_view line);
  void take_top(std::string_view line);
  void take_inner(std::string_view line);
  bool take_diagnostic(std::string_view line, std::size_t indent);
  bool take_plan(std::string_view line);
  bool take_point(std::string_view line);
  void take_comment(std::string_view line);
  void note_number(std::int64_t number);
  void add_to_last(std::string_view text);
  void flush();

  Report report_;
  std::string line_;  // the beginning of one that has not ended
  bool version_ = false;
  std::optional<std::int64_t> plan_;
  std::string plan_reason_;  // why nothing is planned
  bool bailed_ = false;
  std::int64_t points_ = 0;
  std::vector<bool> numbers_;
  std::optional<Case> last_;  // what follows may be about it
  bool after_point_ = false;
  bool in_braces_ = false;  // its subtest comes behind it
  std::optional<std::size_t> diagnostic_indent_;
  std::string inner_;  // what failed in the subtest before its point
};

// Throws Error{Usage} when there is no line of TAP in it.
Report parse_tap(std::string_view bytes, const std::string& file);

}  // namespace orch::testreport
