// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>

#include "file/file.h"

namespace orch::spool {

// The right to fold: one process at a time. Many may want it at once, each for
// the sake of the records that were there when it came. Who has waited while
// others folded need not fold again: with hundreds of agents nobody's turn
// would come in time else.
class Turn {
 public:
  // Waits for it, at most ten seconds. Throws Error{Contended}.
  explicit Turn(const std::string& orch_dir);

  // Whether a record may be left that was there when the turn was asked for.
  // Otherwise a whole fold has begun and ended since.
  bool is_needed() const;

  // This fold has ended: all that was set aside in it is in the store.
  void end();

 private:
  std::uint64_t ended_before_;  // folds, when the turn was asked for
  file::Lock lock_;
};

}  // namespace orch::spool
