// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "repository/repository.h"

// Whether everything that git orch needs is there and works, each finding with
// the command that mends it.
namespace orch::doctor {

using repository::Repository;

struct Check {
  std::string name;
  std::string status;  // ok, warn, fail
  std::string detail;
  std::string fix;  // the command; empty when there is nothing to do
};

// `repository` absent: only the machine is looked at.
std::vector<Check> examine(const std::optional<Repository>& repository);

// What a start of agents needs here: tools, room on disk and in memory, a base
// to start from, roles and policy that can be read, a server of tmux that
// answers, and places that can be written to. Leaves
// everything as it is.
std::vector<Check> examine_for_start(const Repository& repository);

// Paths below our state directory that programs left when they were killed:
// quarantines and half-written files whose owners do not live.
std::vector<std::string> leftovers(const Repository& repository);

}  // namespace orch::doctor
