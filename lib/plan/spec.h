// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

// What a specification says, read without a model: headings in any case and
// order, as Markdown, as "GOAL: text" or as a bare word on its own line. Pure.
namespace orch::plan {

// The sections that a plan is made from, in this order: PROJECT, GOAL,
// CONSTRAINTS, REQUIREMENTS, DELIVERABLES, SUCCESS CRITERIA.
enum class Section {
  Project,
  Goal,
  Constraints,
  Requirements,
  Deliverables,
  SuccessCriteria,
};
std::string_view section_name(Section section);  // "SUCCESS CRITERIA"

// One thing to do.
struct SpecTask {
  // "T001", "FR-001": as the text has it. Else that of lib/tasklist for a box,
  // so that both read the same list, and a counted one for other work.
  std::string id;
  std::string title;
  // The heading "Phase …" around it, else the heading it stands under; may be
  // empty.
  std::string phase;
  bool done = false;  // its box is ticked
  std::vector<std::string> depends_on;
  std::size_t line = 0;  // from 1
  bool operator==(const SpecTask&) const = default;
};

struct Spec {
  std::string title;  // PROJECT's text, else the first heading; may be empty
  // GOAL's text, else the first paragraph below the title.
  std::string goal;
  // One entry for each point of a list (those further in are joined to it:
  // "Log in: by mail; by key"), paragraph and row of a table. Without any
  // heading that we know every list is required; without any requirement each
  // "User Story" is.
  std::vector<std::string> constraints;
  std::vector<std::string> requirements;
  std::vector<std::string> deliverables;
  std::vector<std::string> success_criteria;
  // Sections that are no part of the list above: TARGET, SERVICE, SECURITY …,
  // in the order of the text: heading and text.
  std::vector<std::pair<std::string, std::string>> others;
  // The boxes of the text when it has any outside of GOAL, CONSTRAINTS, SUCCESS
  // CRITERIA and what is not to be done; else a task for each requirement and
  // each deliverable that is not a requirement already.
  std::vector<SpecTask> tasks;
  std::vector<Section> missing;  // headings that the text does not have
};

// `file` names the source in errors (file:line:column). CRLF, a byte order
// mark, comments, and a fence around all of it are read past. Linear in the
// size. Throws Error{Usage} for text that is empty or all blank, holds a NUL,
// is not UTF-8, is above 1 MiB, or has tasks that wait for unknown ones or for
// each other, and as tasklist::parse.
Spec parse_spec(std::string_view bytes, const std::string& file);

// A folder of spec-kit: `spec.md`, and when they are there `plan.md` (its
// technical context becomes constraints, its summary the goal when there is
// none) and `tasks.md` (its boxes are the tasks). Absent ones are empty texts.
// `folder` names them in errors.
Spec parse_spec_folder(std::string_view spec, std::string_view plan,
                       std::string_view tasks, const std::string& folder);

// The spec-id that a file's or folder's name gives: lower case, other bytes as
// dashes; "003-reading-goals.md" and "specs/003-reading-goals/spec.md" give
// 003-reading-goals. Empty when nothing is left.
std::string spec_id_of(std::string_view path);

}  // namespace orch::plan
