// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "policy/worktree_rules.h"

// What git gives hooks on their standard input (githooks(5)). Pure; linked by
// hook programs. What is no line of git's is passed over.
namespace orch::hookinput {

// reference-transaction: "<old> <new> <ref>" for each.
std::vector<policy::Move> moves_in(std::string_view input);

// pre-push: "<local ref> <id> <remote ref> <id>" for each; the remote refs.
std::vector<std::string> pushed_refs_in(std::string_view input);

// post-rewrite: "<old> <new>" for each, perhaps with more behind a blank.
std::vector<std::pair<std::string, std::string>> rewritten_in(
    std::string_view input);

}  // namespace orch::hookinput
