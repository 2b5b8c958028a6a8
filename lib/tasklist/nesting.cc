// SPDX-License-Identifier: MIT
#include "tasklist/nesting.h"

#include <algorithm>
#include <cstdint>

#include "tasklist/blocks.h"

namespace orch::tasklist {
namespace {

constexpr std::size_t kLevels = 1000;
constexpr std::size_t kStepsPerByte = 8;
constexpr std::size_t kStepsFree = 1000000;

// What a line begins with, before its text.
struct Lead {
  std::size_t quotes = 0;  // ">"
  std::size_t lists = 0;   // "-", "1." …: each may open a level
  std::size_t blanks = 0;  // columns; two of them may keep a list open
  bool bare = true;        // no list and no text
};

bool is_blank(char c) { return c == ' ' || c == '\t'; }

// The bytes of a list marker at `at`, or 0.
std::size_t marker_at(std::string_view line, std::size_t at) {
  std::size_t end = at;
  if (line[at] == '-' || line[at] == '+' || line[at] == '*') {
    ++end;
  } else {
    while (end < line.size() && line[end] >= '0' && line[end] <= '9') ++end;
    if (end == at || end == line.size() ||
        (line[end] != '.' && line[end] != ')'))
      return 0;
    ++end;
  }
  return end == line.size() || is_blank(line[end]) ? end - at : 0;
}

Lead lead_of(std::string_view line) {
  Lead lead;
  std::size_t at = 0;
  while (at < line.size()) {
    if (is_blank(line[at])) {
      lead.blanks += line[at++] == '\t' ? 4 : 1;
    } else if (line[at] == '>') {
      ++lead.quotes;
      ++at;
    } else if (const std::size_t size = marker_at(line, at)) {
      ++lead.lists;
      lead.bare = false;
      at += size;
    } else {
      lead.bare = false;
      break;
    }
  }
  return lead;
}

// "- - - -": a rule across the page, no nest.
bool is_rule(std::string_view line) {
  const std::size_t first = line.find_first_not_of(" \t");
  if (first == std::string_view::npos) return false;
  const char mark = line[first];
  return (mark == '-' || mark == '*') &&
         std::all_of(line.begin(), line.end(),
                     [&](char c) { return c == mark || is_blank(c); });
}

}  // namespace

void require_shallow(std::string_view markdown, const std::string& file) {
  const std::size_t limit = kStepsFree + kStepsPerByte * markdown.size();
  // At most so many are open, and have been looked at.
  std::size_t lists = 0, quotes = 0, steps = 0;
  bool text_above = false;
  std::size_t number = 0;
  for (std::size_t at = 0; at < markdown.size();) {
    const std::size_t end =
        std::min(markdown.find_first_of("\r\n", at), markdown.size());
    const std::string_view line = markdown.substr(at, end - at);
    ++number;
    const Lead lead = is_rule(line) ? Lead{} : lead_of(line);
    // A line behind text may continue it, without any indentation.
    quotes =
        text_above && !lead.bare ? std::max(quotes, lead.quotes) : lead.quotes;
    if (!lead.bare) {  // an empty line closes no list
      const std::size_t most = std::min(lists, lead.blanks / 2) + lead.lists;
      lists = text_above ? std::max(lists, most) : most;
    }
    text_above = !lead.bare;
    steps += lists + quotes;
    if (lists + quotes > kLevels || steps > limit)
      refuse(file, number, 1, "lists or quotes are nested too deeply");
    at = end + (markdown.substr(end, 2) == "\r\n" ? 2 : 1);
  }
}

}  // namespace orch::tasklist
