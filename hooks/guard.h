// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "hook.h"
#include "policy/worktree_rules.h"

// What the hooks that guard an agent's worktree share. Only a decided no says
// no; their own breakage is a warning, and a no with orch.hookStrict.
namespace orch::hooks {

// Has `judge` decide by the rules of this worktree, made anew when a file that
// they come from has changed. True where no agent works.
bool guarded(const Call& call,
             bool (*judge)(const Call&, const policy::WorktreeRules&));

// Tells of a finding, on standard error and to the store. Returns whether the
// hook lets git go on: with a warning it does. `hints` are commands that lead
// on; how to have the guard explained and overridden is added.
bool pass(const Call& call, const policy::Finding& finding,
          const std::vector<std::string>& hints);

}  // namespace orch::hooks
