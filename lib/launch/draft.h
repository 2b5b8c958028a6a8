// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "launch/source.h"
#include "plan/document.h"
#include "repository/repository.h"

// A plan for a specification, from what is tracked here.
namespace orch::launch {

using repository::Repository;

struct Wanted {
  std::string team;                // empty: the one that suits the files
  std::vector<std::string> roles;  // besides the team's
  std::string cap;                 // a plan's name or a number; empty: default
  std::string size;                // empty or "auto": as the files suggest
  std::string runtime;             // empty: each role's
};

// What the options --team, --roles, --plan, --size and --runtime ask for;
// `option` gives the value of one, empty when it was not given.
Wanted wanted_of(const std::function<std::string(const char*)>& option);

// "small", "medium" or "large"; throws Error{UnknownName} with the nearest.
plan::Size require_size(const std::string& name);

using Tell = std::function<void(const std::string&)>;

// What is made, and what of it is for people who ask why.
struct Draft {
  plan::Plan plan;
  plan::Detection detection;
  plan::Size size;
  int cap = 0;
  std::string cap_because;
  // What orch.planPrime printed, at most 16 KiB; empty without one.
  std::string primed;
};

// A source that is a plan already gives that plan, checked against the roles
// that are here; `wanted` may then only change the runtime. Runs
// orch.planPrime first, in the main worktree. Throws Error{UnknownName} with
// the nearest team or role, and Error{Usage, MissingTool, Timeout, Io}.
Draft draft_plan(const Repository& repository, const Source& source,
                 const Wanted& wanted, const Tell& tell);

}  // namespace orch::launch
