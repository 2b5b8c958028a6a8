// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "store/store.h"

// Whole copies of the store, taken and put back while others read and write.
namespace orch::store {

struct Copied {
  std::int64_t bytes = 0;
  std::int64_t events = 0;
};
// Writes a consistent copy to `path`, one file of mode 0600 that is durable
// when this returns. Nothing that is there is replaced, also not what another
// process puts there meanwhile. Throws Error{Exists, Io}.
Copied copy_to(Store& store, const std::string& path);

struct Restored {
  std::int64_t events = 0;     // in the store now
  int version = 0;             // of the file, before it was migrated
  std::string kept;            // the copy of what was replaced; empty: none
  std::int64_t only_kept = 0;  // events that are in `kept` alone
};
// Replaces the store of `orch_dir` by the content of the file at `path`, which
// is only read, in one transaction: a reader, and whoever comes after a crash,
// sees the old or the new one. What is replaced is copied into
// `orch_dir`/backup first, under the same lock, so that no event is in neither.
// A store that SQLite cannot read is set aside there instead. Throws
// Error{UnknownName} without a file, Error{Corrupt} when it is no sound store
// or has a newer schema; then nothing has changed.
Restored restore_from(const std::string& orch_dir, const std::string& path);

}  // namespace orch::store
