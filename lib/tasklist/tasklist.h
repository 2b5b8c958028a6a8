// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

// The task list that people write: GitHub task lists and spec-kit's
// `- [ ] T001 [P] [US1] title`, parsed as CommonMark. Pure.
namespace orch::tasklist {

// A list item whose first paragraph begins with a box. One without id and
// title is none.
struct Item {
  // That of the item's note (see formats.h); else T and 1 to 8 digits, or like
  // ABC-12, where the text begins with it, also in brackets or emphasis; else
  // a slug of the title (lower-case ASCII letters, digits and dashes, at most
  // 40 bytes, "t-" and a hash when there are none), with -2, -3 … when taken.
  std::string id;
  // As written, on one line, without id, markers, dependencies and comments.
  std::string title;
  bool done = false;      // ticked
  bool parallel = false;  // [P]
  std::string story;      // "US1", "Story"; empty when none
  // The heading above it, cut to 256 bytes; may be empty.
  std::string section;
  std::string parent;                   // the item around it; may be empty
  std::vector<std::string> depends_on;  // "(depends on T001, T002)"
  std::size_t line = 0;                 // of its box, from 1
  std::size_t column = 0;  // of the byte between the brackets, from 1
  std::size_t offset = 0;  // of that byte in the text, from 0

  bool operator==(const Item&) const = default;
};

// All items in the order of the text, each with an id of its own. Throws
// Error{Usage} that names file:line:column for a NUL byte, a duplicate id, a
// note with an impossible id, text above 16 MiB, or nesting beyond 1,000 levels
// (or fewer with very many empty lines behind them). Linear in the size. Bytes
// that are not UTF-8 stay as they are.
std::vector<Item> parse(std::string_view markdown, const std::string& file);

// `markdown` with the boxes of the named items ticked ("x") or cleared; every
// other byte is left alone, and so is a box that says the same already ("X"
// too). Ids that the text does not have are passed over. Throws as `parse`.
std::string mark(std::string_view markdown, const std::string& file,
                 const std::map<std::string, bool>& done);

}  // namespace orch::tasklist
