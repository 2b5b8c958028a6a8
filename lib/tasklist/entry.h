// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tasklist/note.h"

// The text of one item: "T001 [P] [US1] title (depends on T002)".
namespace orch::tasklist {

struct Entry {
  std::string id;  // empty when the text has none; a note's is not checked
  std::string title;
  bool parallel = false;
  std::string story;
  std::vector<std::string> depends_on;
  Note note;  // what else it says
};

// Whether a reader knows `id` by its look: T and one to eight digits, or
// [A-Z][A-Z0-9]*-[0-9]+, at most 64 bytes.
bool is_plain_id(std::string_view id);

// What a text says. A note (see note.h) wins over what is visible; its title
// only while the visible one is that which goes with it, so that an edited
// title counts.
Entry read_entry(std::string_view text);

// The text of an entry, with a note for what would be read back differently.
std::string entry_text(const Entry& entry);

}  // namespace orch::tasklist
