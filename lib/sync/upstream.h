// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <string>
#include <vector>

#include "repository/repository.h"
#include "store/features.h"

// What a branch is compared with; private to `sync`.
namespace orch::sync {

using repository::Repository;

// Full name of a ref, or, where the feature was made from a commit, that.
std::string upstream_of(const store::Feature& feature,
                        const store::Agent& agent);

// The commits of refs, by full name, and of commits; those that are gone are
// left out.
std::map<std::string, std::string> tips_of(
    const Repository& repository, const std::vector<std::string>& names);

}  // namespace orch::sync
