// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "tape.h"

// Small texts with what makes line diffs ambiguous: repeated lines, moved and
// doubled blocks, equal edits on both sides, missing line ends.
namespace orch::differential {

using Text = std::vector<std::string>;

inline std::string bytes_of(const Text& text) {
  std::string bytes;
  for (const std::string& line : text) bytes += line;
  return bytes;
}

inline Text lines_of_bytes(const std::string& bytes) {
  Text text;
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t end = std::min(bytes.find('\n', at), bytes.size() - 1);
    text.push_back(bytes.substr(at, end + 1 - at));
    at = end + 1;
  }
  return text;
}

// Out of a few lines for much repetition, out of many for little.
inline std::string make_line(Tape& tape, std::size_t variety) {
  const std::size_t n = tape.below(variety);
  if (n == 0) return "\n";
  if (n == 1) return "}\n";
  return "  line " + std::to_string(n) + "\n";
}

// Hundreds of lines out of few: long ways through diffs that the histogram
// leaves to another algorithm.
inline Text make_monotony(Tape& tape) {
  const std::vector<std::size_t> varieties = {3, 4, 8, 16};
  const std::size_t variety = tape.one_of(varieties);
  // A generator, since a tape that long would take too long to shrink.
  std::minstd_rand random(static_cast<unsigned>(tape.below(60000) + 1));
  Text text;
  for (std::size_t n = std::size_t{100} << tape.below(6); n > 0; --n)
    text.push_back("  line " + std::to_string(random() % variety) + "\n");
  return text;
}

// Edits all over, so many that a search for the fewest would be given up.
inline Text edited_all_over(Tape& tape, const Text& text) {
  const std::vector<std::size_t> rates = {1, 3, 6, 20, 100};
  const std::size_t rate = tape.one_of(rates);
  const std::size_t variety = 4 + 20 * tape.below(2);
  std::minstd_rand random(static_cast<unsigned>(tape.below(60000) + 1));
  Text out;
  for (const std::string& line : text) {
    const std::size_t what = random() % (2 * rate);
    if (what == 0) continue;
    if (what == 1)
      out.push_back("  line " + std::to_string(random() % variety) + "\n");
    out.push_back(line);
  }
  return out;
}

// A few lines over and over: more often than the histogram follows.
inline Text make_repetition(Tape& tape) {
  Text block, text;
  for (std::size_t n = 1 + tape.below(4); n > 0; --n)
    block.push_back(make_line(tape, 60000));
  for (std::size_t n = 50 + tape.below(40); n > 0; --n)
    text.insert(text.end(), block.begin(), block.end());
  return text;
}

inline Text make_text(Tape& tape) {
  const std::vector<std::size_t> varieties = {3, 6, 20, 60000};
  const std::size_t variety = tape.one_of(varieties);
  const std::vector<std::size_t> lengths = {1, 4, 12, 30};
  Text text;
  for (std::size_t n = tape.below(tape.one_of(lengths) + 1); n > 0; --n)
    text.push_back(make_line(tape, variety));
  return text;
}

inline Text make_any_text(Tape& tape) {
  return tape.one_in(25) ? make_repetition(tape) : make_text(tape);
}

inline void edit_once(Tape& tape, Text& text) {
  const std::size_t size = text.size();
  const std::size_t at = tape.below(size + 1);
  const std::size_t count = std::min(size - at, 1 + tape.below(4));
  const auto start = text.begin() + static_cast<std::ptrdiff_t>(at);
  const auto end = start + static_cast<std::ptrdiff_t>(count);
  const std::vector<std::size_t> varieties = {3, 8, 60000};
  const std::size_t variety = tape.one_of(varieties);
  switch (tape.below(9)) {
    case 0:
    case 1:
      for (auto line = start; line != end; ++line)
        *line = make_line(tape, variety);
      break;
    case 2:
    case 3: {
      Text added;
      for (std::size_t n = 1 + tape.below(4); n > 0; --n)
        added.push_back(make_line(tape, variety));
      text.insert(start, added.begin(), added.end());
      break;
    }
    case 4:
    case 5:
      text.erase(start, end);
      break;
    case 6: {  // move
      const Text block(start, end);
      text.erase(start, end);
      text.insert(text.begin() +
                      static_cast<std::ptrdiff_t>(tape.below(text.size() + 1)),
                  block.begin(), block.end());
      break;
    }
    case 7: {  // double
      const Text block(start, end);
      text.insert(text.begin() +
                      static_cast<std::ptrdiff_t>(tape.below(text.size() + 1)),
                  block.begin(), block.end());
      break;
    }
    case 8:  // the last line loses or gets its end
      if (text.empty()) break;
      if (text.back().ends_with('\n') && text.back().size() > 1)
        text.back().pop_back();
      else if (!text.back().ends_with('\n'))
        text.back() += '\n';
      break;
  }
  // Only the last line may lack its end.
  for (std::size_t i = 0; i + 1 < text.size(); ++i)
    if (!text[i].ends_with('\n')) text[i] += '\n';
}

inline Text edited(Tape& tape, Text text) {
  for (std::size_t n = 1 + tape.below(4); n > 0; --n) edit_once(tape, text);
  return text;
}

}  // namespace orch::differential
