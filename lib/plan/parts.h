// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "plan/lines.h"
#include "plan/spec.h"

// A specification cut at its headings, and what stands in its parts.
namespace orch::plan {

struct Part {
  enum class Kind { Top, Known, Other, Apart };

  Kind kind = Kind::Top;  // Top: above any heading, or below the title
  Section section = Section::Project;  // of a Known one
  std::string name;                    // its heading; may be empty
  std::vector<Line> lines;             // headings further below it are in here
};

// In the order of the text. A heading below that of a part belongs to it,
// unless it names a section itself.
std::vector<Part> parts_of(const std::vector<Line>& lines);

// One point of a list or one paragraph.
struct Point {
  std::string text;     // on one line
  std::string heading;  // above it, below that of its part; may be empty
  std::size_t line = 0;
};

// Points further in are joined to the one around them: "Log in: by mail; by
// key". Each row of a table is a point; a paragraph that ends in a colon and
// introduces a list is none, and neither is code.
enum class Points { All, Lists };
std::vector<Point> points_of(const Part& part, Points which);

// Paragraphs of one line each, with an empty line between; points and code
// stay lines.
std::string prose_of(const Part& part);
// The lines as they are.
std::string raw_text_of(const Part& part);

}  // namespace orch::plan
