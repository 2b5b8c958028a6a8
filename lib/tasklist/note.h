// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <string>
#include <string_view>

// What a form has no field for, in a comment that readers do not see:
// <!-- orch: owner=001-x/impl-api status=doing -->
namespace orch::tasklist {

// Values are any bytes.
using Note = std::map<std::string, std::string, std::less<>>;

// The comment, or "" for an empty note. Bytes other than letters, digits and
// "._/@:,+-" are written as %XX, and so is a dash behind a dash.
std::string note_text(const Note& note);

// A text without its HTML comments (those within code spans stay), and the
// first note among them.
struct Visible {
  std::string text;
  Note note;
};
Visible split_notes(std::string_view text);

}  // namespace orch::tasklist
