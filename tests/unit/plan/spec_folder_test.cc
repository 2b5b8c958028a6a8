// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "plan/spec.h"
#include "unit/scratch.h"

namespace orch::plan {
namespace {

using test::thrown_by;
using Texts = std::vector<std::string>;

const std::string kSpec = R"(# Feature Specification: Reading goals

**Feature Branch**: `003-reading-goals`

**Created**: 2026-01-02
**Status**: Draft

**Input**: User description: "let readers set a goal"

## User Scenarios & Testing *(mandatory)*

<!--
- not a requirement
-->

### User Story 1 - Set a goal (Priority: P1)

A reader opens the page.

**Acceptance Scenarios**:

1. **Given** no goal, **When** she sets one, **Then** it is there

### Edge Cases

- What happens at 0?

## Requirements *(mandatory)*

### Functional Requirements

- **FR-001**: System MUST keep a goal
- **FR-002**: System MUST show it

*Example of marking unclear requirements:*

- **FR-003**: System MUST mail it

### Key Entities *(include if feature involves data)*

- **Goal**: how many books

## Success Criteria *(mandatory)*

### Measurable Outcomes

- **SC-001**: 90% find it

## Assumptions

- Readers have a browser
)";

const std::string kPlan = R"(# Implementation Plan: Reading goals

**Branch**: `003-reading-goals` | **Date**: 2026-01-02

## Summary

Keep a number per reader.

## Technical Context

**Language/Version**: C++20
**Primary Dependencies**: NEEDS CLARIFICATION
- **Storage**: SQLite

**Testing**: [e.g., pytest]
**Target Platform**: N/A

## Constitution Check

**Gate**: none
)";

const std::string kTasks = R"(---

description: "Task list"
---

# Tasks: Reading goals

**Goal**: not the goal

## Phase 1: Set-up (Shared Infrastructure)

- [x] T001 Create the project
- [ ] T002 [P] Configure it

## Phase 3: User Story 1 - Set a goal (Priority: P1)

### Tests for User Story 1

- [ ] T010 [P] [US1] Contract test in tests/a.py (depends on T001, T002)

### Implementation for User Story 1

- [ ] T011 [US1] Create the model
)";

TEST(SpecFolder, ReadsTheThreePages) {
  const Spec spec = parse_spec_folder(kSpec, kPlan, kTasks, "specs/003");
  EXPECT_EQ(spec.title, "Reading goals");
  EXPECT_EQ(spec.goal, "let readers set a goal");
  EXPECT_EQ(spec.requirements, (Texts{"FR-001: System MUST keep a goal",
                                      "FR-002: System MUST show it",
                                      "FR-003: System MUST mail it"}));
  EXPECT_EQ(spec.success_criteria, (Texts{"SC-001: 90% find it"}));
  EXPECT_EQ(spec.constraints,
            (Texts{"Language/Version: C++20", "Storage: SQLite"}));
  const std::string one = "Phase 1: Set-up (Shared Infrastructure)";
  const std::string three = "Phase 3: User Story 1 - Set a goal (Priority: P1)";
  const std::vector<SpecTask> expected = {
      {"T001", "Create the project", one, true, {}, 12},
      {"T002", "Configure it", one, false, {}, 13},
      {"T010",
       "Contract test in tests/a.py",
       three,
       false,
       {"T001", "T002"},
       19},
      {"T011", "Create the model", three, false, {}, 23}};
  EXPECT_EQ(spec.tasks, expected);
  ASSERT_EQ(spec.others.size(), 3U);
  EXPECT_EQ(spec.others[0].first, "User Scenarios & Testing *(mandatory)*");
  EXPECT_EQ(spec.others[2].first, "Assumptions");
}

TEST(SpecFolder, NeedsOnlyTheSpecification) {
  const Spec spec = parse_spec_folder(kSpec, "", " \n", "d");
  ASSERT_EQ(spec.tasks.size(), 3U);
  EXPECT_EQ(spec.tasks[2].id, "FR-003");
  EXPECT_EQ(spec.tasks[2].phase, "Functional Requirements");
  EXPECT_EQ(parse_spec_folder("# X\n", kPlan, "", "d").goal,
            "Keep a number per reader.");
  EXPECT_EQ(parse_spec_folder(kSpec, "", "no boxes", "d").tasks.size(), 3U);
}

TEST(SpecFolder, TakesStoriesForMissingRequirements) {
  const Spec spec = parse_spec_folder(
      "# X\n## User Scenarios & Testing\n### User Story 1 - Set (Priority: "
      "P1)\na\n### User Story 2: See it\nb\n### Edge Cases\n- c\n",
      "", "", "d");
  EXPECT_EQ(spec.requirements, (Texts{"Set", "See it"}));
  EXPECT_EQ(spec.tasks.size(), 2U);
}

TEST(SpecFolder, NamesThePageOfAnError) {
  EXPECT_EQ(thrown_by([] { parse_spec_folder("", "x", "x", "d"); }),
            "usage: d/spec.md:1:1: no text");
  EXPECT_EQ(thrown_by([] { parse_spec_folder("x", "\xFF", "", "d"); }),
            "usage: d/plan.md:1:1: not UTF-8");
  EXPECT_EQ(thrown_by([] {
              parse_spec_folder("x", "", "- [ ] T1 a (depends on T2)", "d");
            }),
            "usage: d/tasks.md:1:1: task 'T1' waits for 'T2', which is none "
            "of the tasks");
  EXPECT_TRUE(thrown_by([] {
                parse_spec_folder("x", "", "- [ ] T1 a\n- [ ] T1 b", "d");
              }).starts_with("usage: d/tasks.md:2:"));
}

}  // namespace
}  // namespace orch::plan
