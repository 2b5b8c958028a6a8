// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>
#include <vector>

#include "cli/command.h"
#include "repository/repository.h"

// The first operand of a verb that has several actions.
namespace orch::cli {

struct Action {
  std::string_view name;
  int (*run)(const Invocation&, const repository::Repository&);
  // Long names of the options that it takes and not every action of the verb.
  std::vector<std::string_view> options = {};
};

// The one that is named, or the first of `actions` when none is. Throws
// UsageError for a name that is not known, with the nearest one, and for an
// option that is another action's.
Action require_action(const Invocation& invocation,
                      const std::vector<Action>& actions);

}  // namespace orch::cli
