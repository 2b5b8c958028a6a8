// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "store/store.h"

// Rows that only saved work or guarded against doing it twice, and are too old
// for either. Events, messages and work are no such rows.
namespace orch::store {

struct Swept {
  std::int64_t count = 0;
  std::int64_t bytes = 0;
};
enum class Sweep { Look, Remove };

// Ids of folded records that were recorded before `before`. None while the
// spool holds anything, since that might be the same record again.
Swept sweep_folded(Store& store, std::int64_t before, Sweep sweep);
// Git's verdicts that were computed before `before`.
Swept sweep_verdicts(Store& store, std::int64_t before, Sweep sweep);

// Bytes of the write-ahead log.
std::int64_t log_bytes(const Store& store);
// Brings SQLite's statistics up to date and writes the log back, as far as
// readers let it; never waits for one.
void tidy(Store& store);

}  // namespace orch::store
