// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace orch::text {

// A regular expression of a subset that can neither run away nor surprise: it
// is matched in time proportional to its size and the text's, on characters
// of UTF-8. It has . [a-z] [^a-z] \d \s \w \D \S \W, ( ) (?: ) |, ^ $,
// * + ? {m} {m,} {m,n} (greedy, n at most 100), and a backslash before
// punctuation. No back references, no look-around, no flags.
class Pattern {
 public:
  // Throws Error{Usage} that says what is wrong and behind which character.
  explicit Pattern(std::string_view expression);
  // One that finds exactly `text`.
  static Pattern literal(std::string_view text);

  const std::string& expression() const { return expression_; }

  // Whether it matches somewhere in `line`; bytes that are not UTF-8 count as
  // U+FFFD.
  bool matches(std::string_view line) const;
  // What the first ( ) took at the leftmost match; absent without a match, or
  // when that group took no part in it.
  std::optional<std::string> find_part(std::string_view line) const;

  bool operator==(const Pattern& other) const {
    return expression_ == other.expression_;
  }

 private:
  friend class PatternParser;
  struct Span {
    char32_t first, last;
  };
  enum class Op { One, NotOne, Split, Jump, OpenPart, ClosePart, Begin, End };
  struct Step {
    Op op;
    std::vector<Span> spans = {};  // One, NotOne
    int to = 1, other = 1;         // relative; Split prefers `to`
  };
  struct Thread {
    std::size_t step;
    std::size_t open, close;
  };
  class Run;

  std::string expression_;
  std::vector<Step> steps_;  // its end is the match
};

}  // namespace orch::text
