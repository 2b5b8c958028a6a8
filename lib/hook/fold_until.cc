// SPDX-License-Identifier: MIT
#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>

#include "clock/clock.h"
#include "file/file.h"
#include "hook/fold.h"

namespace orch::hook {
namespace {

// Blocks until something in the spool directory changes or the time is over.
class SpoolWatch {
 public:
  explicit SpoolWatch(const std::string& directory)
      : fd_(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)) {
    ::inotify_add_watch(fd_.get(), directory.c_str(),
                        IN_MODIFY | IN_CREATE | IN_MOVED_TO);
  }

  void wait(std::int64_t timeout_ms) {
    pollfd p{fd_.get(), POLLIN, 0};
    ::poll(&p, 1, static_cast<int>(timeout_ms));
    char buffer[4096];
    while (::read(fd_.get(), buffer, sizeof buffer) > 0) {
    }
  }

 private:
  file::Descriptor fd_;
};

}  // namespace

bool fold_until(const Repository& repository, store::Store& store,
                const std::function<bool()>& reached, std::int64_t timeout_ms) {
  SpoolWatch watch(repository.orch_dir() + "/spool");
  const std::int64_t deadline = clock::steady() + timeout_ms;
  while (true) {
    fold(repository, store);
    if (reached()) return true;
    const std::int64_t left = deadline - clock::steady();
    if (left <= 0) return false;
    // Another process may fold first and leave the spool unchanged for us, so
    // the rows are looked at again after a short while in any case.
    watch.wait(std::min<std::int64_t>(left, 50));
  }
}

}  // namespace orch::hook
