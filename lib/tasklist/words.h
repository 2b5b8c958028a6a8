// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

// What a commit message says about tasks. Pure.
namespace orch::tasklist {

// Whether `id` can name a task: [A-Za-z0-9][A-Za-z0-9._-]*, at most 64 bytes.
bool is_task_id(std::string_view id);

// One task that a message names, and whether it says that it is complete.
struct NamedTask {
  std::string id;
  bool completed = false;

  bool operator==(const NamedTask&) const = default;
};

// Every task that a message (subject line first) names, each once, those it
// completes first: by the trailers "Orch-Task-Done: T001" and "Orch-Task: T001"
// (also several ids, parted by commas or blanks), by "done|completes|closes|
// fixes T001" in subject or body, or by T001 as a word in the subject; among
// these four, in that order, in order of appearance. Words are T with three or
// more digits; trailers take any id. Trailers are those of
// git-interpret-trailers(1), to which ours are known keys. A message that
// reverts a commit quotes it, so of such a one only the trailers count. What is
// no task id is left out. Linear in the size, any bytes.
std::vector<NamedTask> named_tasks(std::string_view message);

// The commits that a message says it reverts, as git-revert(1) writes it at the
// start of a line: "This reverts commit <id>", with 40 or 64 hex digits (given
// in lower case), also several; empty when none. Of a merge ("…, reversing
// changes made to <id>") only the merge.
std::vector<std::string> reverted_commits(std::string_view message);

}  // namespace orch::tasklist
