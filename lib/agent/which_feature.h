// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "error/error.h"
#include "repository/repository.h"
#include "store/features.h"

namespace orch::agent {

// How a verb is told which of several features is meant.
enum class ToldBy {
  Operand,
  Option,  // --feature
  Place,   // the worktree where it is called
};

// As require_feature of agent/agent.h, whose hint is for operands.
store::Feature require_feature(const repository::Repository& repository,
                               store::Store& store, const std::string& spec_id,
                               ToldBy told);

// Why there is none where there is no store, or nothing in progress in it;
// `spec_id` may be empty.
Error no_feature(const std::string& spec_id);

}  // namespace orch::agent
