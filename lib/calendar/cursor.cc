// SPDX-License-Identifier: MIT
#include "calendar/cursor.h"

#include "text/case.h"

namespace orch::calendar {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

void Cursor::skip_blank() {
  while (!at_end()) {
    // No-break, thin and narrow blanks: the last one stands before AM and PM
    // in what JavaScript prints.
    std::size_t length = 0;
    for (const std::string_view blank :
         {" ", "\t", "\n", "\r", "\xc2\xa0", "\xe2\x80\x89", "\xe2\x80\xaf"})
      if (text_.substr(at_).starts_with(blank)) length = blank.size();
    if (length == 0) return;
    at_ += length;
  }
}

bool Cursor::take(char c) {
  if (peek() != c || at_end()) return false;
  ++at_;
  return true;
}

std::string Cursor::take_letters() {
  const std::size_t begin = at_;
  while (is_letter(peek())) ++at_;
  return text::lower(text_.substr(begin, at_ - begin));
}

bool Cursor::take_word(std::string_view lower_case) {
  const std::size_t begin = at_;
  if (!lower_case.empty() && take_letters() == lower_case) return true;
  at_ = begin;
  return false;
}

bool Cursor::take_any_word(std::initializer_list<std::string_view> words) {
  for (const std::string_view word : words)
    if (take_word(word)) return true;
  return false;
}

std::optional<Number> Cursor::take_number(bool fraction) {
  Number out;
  std::size_t at = at_;
  while (at < text_.size() && is_digit(text_[at])) {
    if (++out.digits > 15) return std::nullopt;
    out.value = out.value * 10 + (text_[at++] - '0');
  }
  if (out.digits == 0) return std::nullopt;
  if (fraction && at + 1 < text_.size() && text_[at] == '.' &&
      is_digit(text_[at + 1])) {
    out.has_fraction = true;
    std::int64_t scale = 100;
    for (++at; at < text_.size() && is_digit(text_[at]); ++at, scale /= 10)
      out.thousandths += (text_[at] - '0') * scale;
  }
  at_ = at;
  return out;
}

std::string Cursor::take_while(bool (*part)(char c)) {
  const std::size_t begin = at_;
  while (!at_end() && part(peek())) ++at_;
  return std::string(text_.substr(begin, at_ - begin));
}

}  // namespace orch::calendar
