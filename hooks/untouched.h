// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "repository/repository.h"

namespace orch::hooks {

// Whether neither the index nor HEAD's commit has anything at these pathspecs,
// so that no commit can change something there: a look at two files, where
// asking git costs as much as the commit. False where that cannot be told so.
// `index` is the path of the index.
bool are_nowhere(const repository::Repository& repository,
                 const std::string& index,
                 const std::vector<std::string>& pathspecs);

}  // namespace orch::hooks
