// SPDX-License-Identifier: MIT
#include "file/range.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "file/file.h"

namespace orch::file {

std::optional<Range> find_own_range(const std::string& path,
                                    std::int64_t offset, std::size_t most) {
  const Descriptor fd(::open(
      path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW));
  struct stat s {};
  if (!fd || ::fstat(fd.get(), &s) != 0 || !S_ISREG(s.st_mode) ||
      s.st_uid != ::geteuid())
    return std::nullopt;
  Range range{.inode = s.st_ino, .size = s.st_size};
  if (offset >= s.st_size || offset < 0) return range;
  range.bytes.resize(std::min<std::size_t>(
      most, static_cast<std::size_t>(s.st_size - offset)));
  std::size_t filled = 0;
  while (filled < range.bytes.size()) {
    const ssize_t n = ::pread(fd.get(), range.bytes.data() + filled,
                              range.bytes.size() - filled,
                              offset + static_cast<std::int64_t>(filled));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    filled += static_cast<std::size_t>(n);
  }
  range.bytes.resize(filled);
  return range;
}

}  // namespace orch::file
