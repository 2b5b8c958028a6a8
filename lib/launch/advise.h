// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "launch/draft.h"

// An agent CLI is asked what it would change in a plan. Its answer is checked
// and shown; nothing of it is applied.
namespace orch::launch {

struct Change {
  std::string what;  // "add", "remove"
  std::string role;
  std::string because;
};
struct Advice {
  std::vector<Change> changes;  // that could be made
  std::vector<Change> refused;  // and those that could not; `because` says why
  plan::Plan plan;              // with the changes
  std::string diff;             // of the two plan files, unified
};

// The JSON Schema that the answer must satisfy.
std::string advice_schema();
// What is asked: the plan, the roles that there are, the schema.
std::string advice_prompt(const Repository& repository, const Draft& draft);

// `command` empty: orch.adviseCommand. It gets the prompt on its standard
// input, runs headless in an empty directory of its own, at most
// orch.adviseTimeout long, and prints JSON, alone or with text around it.
// Throws Error{Usage} without a command and for an answer that does not satisfy
// the schema (naming the place), Error{MissingTool, Timeout, Io}.
Advice advise(const Repository& repository, const Draft& draft,
              const std::string& command, const Tell& tell);

}  // namespace orch::launch
