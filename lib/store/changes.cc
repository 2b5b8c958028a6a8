// SPDX-License-Identifier: MIT
#include "store/changes.h"

#include "store/database.h"

namespace orch::store {

std::int64_t change_mark(Store& store) {
  Statement s(store.database(), "PRAGMA data_version");
  return s.step() ? s.integer(0) : 0;
}

}  // namespace orch::store
