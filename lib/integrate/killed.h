// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "file/file.h"
#include "repository/repository.h"
#include "store/landings.h"
#include "store/store.h"

// What a run finds before it begins. Private to this module.
namespace orch::integrate {

using repository::Repository;

// The full name of a branch, where it only stands for another one that of the
// other. Throws Error{UnknownName} when there is none of exactly this name.
std::string require_branch(const Repository& repository,
                           const std::string& ref);

// One run, or taking back, at a time for each target. Behind it, nothing is
// left of what the gates of a killed one had checked out. Throws
// Error{Contended}.
file::Lock lock_run(const Repository& repository, const std::string& into);

// Completes what a killed run has begun: what was written before the target was
// to move has landed or it has not. Under the lock of the run. Returns how many
// branches were found landed.
std::size_t finish_landed(const Repository& repository, store::Store& store,
                          const std::string& into);

// The same of a landing that was taken back: it is recorded now.
void finish_undone(const Repository& repository, store::Store& store,
                   const std::string& into);

// Those rows are out of `into` again, which is at `to`. Returns whose they are.
std::vector<std::string> record_undone(store::Store& store,
                                       const std::vector<store::Landing>& rows,
                                       const std::string& to);

}  // namespace orch::integrate
