// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "hook.h"
#include "policy/worktree_rules.h"

// What the hooks that guard an agent's worktree share. Their own breakage is a
// warning: only a decided no says no.
namespace orch::hooks {

// The rules of this worktree, made anew when a file that they come from has
// changed. Absent where no agent works, and, with a warning, when they cannot
// be made.
std::optional<policy::WorktreeRules> load_rules(
    const repository::Repository& repository);

// Tells of a finding, on standard error and to the store. Returns whether the
// hook lets git go on: with a warning it does. `hints` are commands that lead
// on; how to have the guard explained and overridden is added.
bool pass(const Call& call, const policy::Finding& finding,
          const std::vector<std::string>& hints);

std::int64_t now_ms();

// The commits that are being merged: those of a merge that is under way, and
// those that git-merge(1) names to its hooks.
std::vector<std::string> merged_commits(
    const repository::Repository& repository);

// Findings about what would be committed now. Absent when there are none.
std::optional<policy::Finding> judge_branch(const Call& call,
                                            const policy::WorktreeRules& rules);
std::optional<policy::Finding> judge_merge(
    const Call& call, const policy::WorktreeRules& rules,
    const std::vector<std::string>& merged);
// Without what only the merge brought: a path counts where the result differs
// from every parent. `paths` are those found.
std::optional<policy::Finding> judge_paths(
    const Call& call, const policy::WorktreeRules& rules,
    const std::vector<std::string>& merged, std::vector<std::string>* paths);

// What pre-commit and pre-merge-commit do.
bool guard_commit(const Call& call);

}  // namespace orch::hooks
