// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// How the readers of this module walk through a text that people or programs
// wrote. Blanks are any that a program prints, folded lines too.
namespace orch::calendar {

struct Number {
  std::int64_t value = 0;
  int digits = 0;
  std::int64_t thousandths = 0;  // of what follows a point, cut off
  bool has_fraction = false;
};

class Cursor {
 public:
  explicit Cursor(std::string_view text, std::size_t at = 0)
      : text_(text), at_(at) {}

  std::size_t at() const { return at_; }
  bool at_end() const { return at_ >= text_.size(); }
  char peek() const { return at_end() ? '\0' : text_[at_]; }
  void skip_blank();
  // Each takes what it names, or leaves everything as it was.
  bool take(char c);
  bool take_word(std::string_view lower_case);
  bool take_any_word(std::initializer_list<std::string_view> lower_case);
  // Letters, made small; empty when there are none.
  std::string take_letters();
  // At most 15 digits; a fraction only where `fraction`.
  std::optional<Number> take_number(bool fraction = false);
  // What `part` matches, in the original capitals.
  std::string take_while(bool (*part)(char c));

 private:
  std::string_view text_;
  std::size_t at_;
};

bool is_digit(char c);
bool is_letter(char c);

}  // namespace orch::calendar
