// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

// A specification line by line, as far as a plan needs Markdown.
namespace orch::plan {

struct Line {
  enum class Kind { Blank, Text, Item, Heading, Code, Rule };

  Kind kind = Kind::Blank;
  int level = 0;           // of a heading, 1 to 6
  std::size_t indent = 0;  // columns in front
  std::size_t number = 0;  // from 1
  // Without marks and blanks around it. Both are parts of the text.
  std::string_view text;
  std::string_view raw;
};

// `bytes` without byte order mark, with '\n' between lines, and with blanks
// for comments and for a block of "key: value" lines between "---" on top.
// Throws Error{Usage} that names file:line:column for text that is empty or
// all blank, above 1 MiB, not UTF-8, or has a NUL byte.
std::string readable_text(std::string_view bytes, const std::string& file);

// What is fenced is Code, the fences are Rules. An underlined line is a
// heading, its underline a Rule. A fence around all of it is read past.
std::vector<Line> lines_of(std::string_view text);

}  // namespace orch::plan
