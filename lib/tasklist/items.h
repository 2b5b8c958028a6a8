// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tasklist/note.h"
#include "tasklist/tasklist.h"

namespace orch::tasklist {

// An item and what its note says beyond id, title and dependencies.
struct NotedItem {
  Item item;
  Note note;
};

// `parse` (see tasklist.h) with the notes.
std::vector<NotedItem> read_items(std::string_view markdown,
                                  const std::string& file);

// The id that a title gives: lower-case ASCII letters and digits with dashes
// between, at most 40 bytes; "t-" and eight hex digits of its hash when it has
// none of them.
std::string slug_of(std::string_view title);

}  // namespace orch::tasklist
