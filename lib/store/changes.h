// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "store/store.h"

namespace orch::store {

// A number that is another one once somebody else has committed to the file
// (PRAGMA data_version); what this Store itself commits does not change it.
std::int64_t change_mark(Store& store);

}  // namespace orch::store
