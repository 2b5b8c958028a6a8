// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

// Who made a commit, as trailers of its message (git-interpret-trailers(1)).
// A message is bytes: any encoding, either line end, perhaps no newline at its
// end, and, while it is edited, with git's comments and a diff behind a
// scissors line.
//
// A comment starts with '#', or, for another core.commentChar, with what the
// scissors line or the lines of git's own last paragraph start with: such a
// paragraph always has a line that is the character alone. So no
// configuration is read, and "auto" needs no second look.
namespace orch::trailer {

// What is said of a commit; `task` may be empty.
struct Signature {
  std::string feature;  // <spec-id>
  std::string agent;    // <spec-id>/<role>
  std::string task;
};

// Whether git opens an editor on the message. Without one, lines that look like
// comments are text, which git keeps.
enum class Editor { No, Yes };

// `text` goes in at byte `at`; everything else stays.
struct Insertion {
  std::size_t at = 0;
  std::string text;

  bool operator==(const Insertion&) const = default;
};

// The trailers of `signature` for `message`: in its trailer paragraph when it
// has one, else as a paragraph of their own, above comments and scissors.
// Absent when the message is empty by git's rules (comments, blank lines and
// Signed-off-by do not count; nor does an "amend!" line without a body), or
// when an agent has signed it before. The task is left out when the message
// names one.
std::optional<Insertion> sign(std::string_view message,
                              const Signature& signature, Editor editor);

// The role that has signed a message as an agent of that feature, the first one
// when there are several; empty: none has. A commit that is made anew keeps it.
std::string signed_role(std::string_view message, std::string_view spec_id);

// The message without comments, its end without blank lines and Signed-off-by:
// equal to that of a template means that nobody has written anything.
std::string own_text(std::string_view message);

}  // namespace orch::trailer
