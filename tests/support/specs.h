// SPDX-License-Identifier: MIT
#pragma once

// Specifications that scenarios hand over.
namespace orch::test {

inline constexpr char kGoalsSpec[] =
    "PROJECT: Reading goals\n"
    "\n"
    "GOAL: readers set a goal for the year and see how far they are\n"
    "\n"
    "CONSTRAINTS:\n"
    "- no new dependency\n"
    "\n"
    "REQUIREMENTS:\n"
    "- implement the goal model and its storage\n"
    "- implement the API for goals\n"
    "- write tests for the API\n"
    "\n"
    "DELIVERABLES:\n"
    "- a page in the documentation\n"
    "\n"
    "SUCCESS CRITERIA:\n"
    "- a reader can set a goal and read it back\n";

}  // namespace orch::test
