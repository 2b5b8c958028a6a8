// SPDX-License-Identifier: MIT
#include "file/watch.h"

#include <sys/inotify.h>
#include <unistd.h>

#include <array>

namespace orch::file {

Watch::Watch(const std::vector<std::string>& directories)
    : fd_(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK)) {
  if (!fd_) return;
  constexpr std::uint32_t kWhat = IN_MODIFY | IN_CREATE | IN_DELETE |
                                  IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE_SELF |
                                  IN_MOVE_SELF | IN_ONLYDIR;
  for (const std::string& directory : directories)
    ::inotify_add_watch(fd_.get(), directory.c_str(), kWhat);
}

bool Watch::take() const {
  alignas(inotify_event) std::array<char, 4096> buffer{};
  bool any = false;
  while (fd_ && ::read(fd_.get(), buffer.data(), buffer.size()) > 0) any = true;
  return any;
}

}  // namespace orch::file
