// SPDX-License-Identifier: MIT
#pragma once

#include "overview/overview.h"
#include "repository/repository.h"

namespace orch::overview {

// Adds to each agent's row what git is asked for: `ahead` and `behind` of the
// base (commits), `dirty` (files that are not committed) and `last_commit`
// (`id`, `subject`, `at`), each null where it has none.
void add_work(const repository::Repository& repository, Status& status);

}  // namespace orch::overview
