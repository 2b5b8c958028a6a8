// SPDX-License-Identifier: MIT
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "plan/lines.h"
#include "plan/parts.h"
#include "plan/spec.h"

// The tasks of a specification.
namespace orch::plan {

// A point as something to do.
struct Work {
  std::string id;     // "FR-001", "T001"; may be empty
  std::string title;  // without id, box and dependencies
  std::string phase;
  std::vector<std::string> depends_on;
  std::size_t line = 0;

  std::string text() const;  // "FR-001: title"
};
Work work_of(const Point& point);

// A task for each requirement and for each deliverable that is none of them.
// An id is taken where it stands first, others are counted: T001.
std::vector<SpecTask> tasks_of(const std::vector<Work>& requirements,
                               const std::vector<Work>& deliverables);

// The boxes of a page, but for those on lines that are `not_work`; ids are
// those of lib/tasklist. Their phase is the nearest heading "Phase …" around
// them, else the nearest heading.
std::vector<SpecTask> boxes_of(std::string_view page,
                               const std::vector<Line>& lines,
                               const std::string& file,
                               const std::set<std::size_t>& not_work);

// Throws Error{Usage} that names file:line:column for tasks that wait for
// unknown ones or for each other.
void require_order(const std::vector<SpecTask>& tasks, const std::string& file);

}  // namespace orch::plan
