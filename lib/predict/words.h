// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>

#include "objects/id.h"
#include "repository/repository.h"

namespace orch::predict {

using repository::Repository;

// The commit that git takes `word` for, when it is a full id, or the short name
// of a branch that no other ref comes before (gitrevisions(7)). Absent else.
std::optional<objects::Id> commit_named(const Repository& repository,
                                        const std::string& word);

}  // namespace orch::predict
