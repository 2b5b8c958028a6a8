// SPDX-License-Identifier: MIT
#include "cli/action.h"

#include <algorithm>
#include <string>

#include "error/error.h"
#include "text/text.h"

namespace orch::cli {
namespace {

bool takes(const Action& action, std::string_view option) {
  return std::find(action.options.begin(), action.options.end(), option) !=
         action.options.end();
}

}  // namespace

Action require_action(const Invocation& invocation,
                      const std::vector<Action>& actions) {
  const std::string name = invocation.operand(0);
  const auto action =
      name.empty()
          ? actions.begin()
          : std::find_if(actions.begin(), actions.end(),
                         [&](const Action& a) { return a.name == name; });
  if (action == actions.end()) {
    std::vector<std::string> known;
    for (const Action& a : actions) known.emplace_back(a.name);
    const std::string near = text::nearest(name, known);
    if (!near.empty())
      throw UsageError("unknown action '" + name + "', did you mean '" + near +
                       "'?");
    throw UsageError("unknown action '" + name + "'",
                     "known: " + text::join(known, ", "));
  }
  for (const Action& other : actions)
    for (const std::string_view option : other.options)
      if (invocation.has(option) && !takes(*action, option))
        throw UsageError("'--" + std::string(option) +
                         "' has no meaning for '" + std::string(action->name) +
                         "'");
  return *action;
}

}  // namespace orch::cli
