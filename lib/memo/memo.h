// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "process/process.h"
#include "repository/repository.h"

// The last answer of `git orch status`, kept in <common dir>/orch/memo, so
// that the next one costs a few system calls as long as nothing has changed:
// neither the store's files, nor the spool, nor which processes live, nor what
// is due. It is no second truth: who finds the least difference asks the store.
namespace orch::memo {

using repository::Repository;

// The store's files as they are. Taken before the store is read.
struct Stamp {
  std::string text;  // empty: an answer cannot be kept
  // The files were not written just now: what is read between two equal stamps
  // belongs to them.
  bool settled = false;
};
Stamp take_stamp(const Repository& repository);

// No answer is kept for longer: why an agent is as it is may say how often it
// has ended in the last ten minutes.
inline constexpr std::int64_t kLongestMs = 10 * 60 * 1000;

struct Kept {
  std::int64_t now = 0;    // when it was computed
  std::int64_t until = 0;  // it may change by the clock alone then
  std::vector<process::Identity> alive;  // processes that it says live
  bool daemon = false;
  std::string answer;  // any bytes
};

// Keeps an answer that was computed behind `stamp`, unless the store has
// changed since. Silent when that cannot be.
void keep(const Repository& repository, const Stamp& stamp,
          const Kept& kept) noexcept;

// The answer that was kept, when it is what would be computed at `now`.
std::optional<std::string> find(const Repository& repository, std::int64_t now);

}  // namespace orch::memo
