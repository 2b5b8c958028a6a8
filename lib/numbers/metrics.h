// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <vector>

#include "openmetrics/openmetrics.h"
#include "repository/repository.h"
#include "store/store.h"

namespace orch::numbers {

// What is collected from outside, all names of which begin with git_orch_.
// `now`: milliseconds since 1970. Nothing is started for it.
std::vector<openmetrics::Family> metrics(
    const repository::Repository& repository, store::Store& store,
    std::int64_t now);

}  // namespace orch::numbers
