// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "git/merge.h"
#include "repository/repository.h"

// What of a repository's set-up decides a merge.
namespace orch::predict {

using repository::Repository;

// Why nothing about this repository is decided in process; absent when there
// is no reason: default settings, sha-1, all objects here, no replaced ones.
std::optional<std::string> obstacle(const Repository& repository);

// Whether a commit may have other parents, or an object another content, than
// its name says: shallow history, grafts, replaced objects.
bool rewrites_history(const Repository& repository);

// Those of `paths` whose merge attribute is set to anything, in the files of
// this worktree or elsewhere. Absent when git cannot tell.
std::optional<std::set<std::string>> with_merge_attribute(
    const Repository& repository, const git::Quarantine& quarantine,
    const std::set<std::string>& paths);

}  // namespace orch::predict
