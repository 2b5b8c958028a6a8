// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

// Whether the event store can be used, found out without changing it.
namespace orch::store {

enum class Health {
  None,         // there is no store
  Sound,        // of our version or an older one
  Newer,        // its schema is newer than this program
  Damaged,      // `lines` say how
  Interrupted,  // a rebuild was killed; the damaged one is set aside
};

struct Findings {
  Health health = Health::None;
  int version = 0;                 // of its schema; 0 when it cannot be read
  std::vector<std::string> lines;  // of damage, about a hundred at most
};

// Reads the whole file (PRAGMA integrity_check, foreign_key_check) and looks
// for missing tables, indexes and triggers. Throws Error{Io, Contended} when it
// cannot be opened.
Findings examine(const std::string& orch_dir);

}  // namespace orch::store
