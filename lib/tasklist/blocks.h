// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

// Where a page has task boxes: the only file that sees the CommonMark library.
namespace orch::tasklist {

// "<file>:<line>:<column>: <what>" as an Error{Usage}.
[[noreturn]] void refuse(const std::string& file, std::size_t line,
                         std::size_t column, const std::string& what,
                         const std::string& hint = {});

// A list item whose first paragraph begins with "[ ]", "[x]" or "[X]".
struct Box {
  std::size_t offset = 0;    // of the byte between the brackets, from 0
  std::size_t line = 0;      // from 1
  std::size_t column = 0;    // from 1, in bytes
  std::string text;          // behind the box, as written, on one line
  std::size_t section = 0;   // in Page::sections
  std::size_t parent = kNo;  // the box around it, in Page::boxes

  static constexpr std::size_t kNo = static_cast<std::size_t>(-1);
};

struct Page {
  std::vector<Box> boxes;             // in the order of the text
  std::vector<std::string> sections;  // the first is "": above any heading
};

// Throws Error{Usage} naming file:line:column for a NUL byte, text above
// 16 MiB, and nesting that would take more than linear time or memory.
Page read_page(std::string_view markdown, const std::string& file);

// The text of a heading's source without its marks ("## Plan ##" gives
// "Plan"), cut to 256 bytes.
std::string heading_text(std::string_view source);

}  // namespace orch::tasklist
