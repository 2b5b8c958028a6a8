// SPDX-License-Identifier: MIT
#include "spool/turn.h"

#include <unistd.h>

#include <cstring>

#include "spool/spool.h"

namespace orch::spool {
namespace {

constexpr int kTimeoutMs = 10000;

// How many folds have ended is kept in the lock's own file. When it is lost,
// somebody folds once too often.
std::uint64_t count_in(const std::string& path) {
  std::uint64_t count = 0;
  const auto bytes = file::find_contents(path);
  if (bytes && bytes->size() == sizeof count)
    std::memcpy(&count, bytes->data(), sizeof count);
  return count;
}

std::uint64_t count_in(const file::Lock& lock) {
  std::uint64_t count = 0;
  return ::pread(lock.descriptor(), &count, sizeof count, 0) == sizeof count
             ? count
             : 0;
}

}  // namespace

Turn::Turn(const std::string& orch_dir)
    : ended_before_(count_in(fold_lock_path(orch_dir))),
      lock_(file::Lock::take(fold_lock_path(orch_dir),
                             file::Lock::Mode::Exclusive, kTimeoutMs,
                             "the spool")) {}

// The first fold that has ended since may have set records aside before we
// came; the second one cannot.
bool Turn::is_needed() const {
  const std::uint64_t now = count_in(lock_);
  return now < ended_before_ || now - ended_before_ < 2;
}

void Turn::end() {
  const std::uint64_t count = count_in(lock_) + 1;
  [[maybe_unused]] const ssize_t n =
      ::pwrite(lock_.descriptor(), &count, sizeof count, 0);
}

}  // namespace orch::spool
