// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "plan/spec.h"

// What the headings of a specification mean.
namespace orch::plan {

struct Meaning {
  std::optional<Section> section;  // absent: known, but no part of a plan
  bool canonical = false;          // the section's own name, no synonym
  // Of the others: nothing below it is work, also inside of a section that is.
  bool apart = false;
};

// Absent for a heading that means nothing to us. Case, emphasis, numbers and
// symbols in front, "(mandatory)" behind and a colon do not matter; of "Goals
// and scope" and "Features / scope" the first name counts.
std::optional<Meaning> meaning_of(std::string_view heading);

// A line "name: text", "**Name:** text" or a bare "NAME" in its parts; absent
// for one that cannot be a label.
struct Label {
  std::string_view name;
  std::string_view text;  // behind it; may be empty
  bool colon = false;
  bool emphasis = false;
};
std::optional<Label> label_of(std::string_view line);

}  // namespace orch::plan
