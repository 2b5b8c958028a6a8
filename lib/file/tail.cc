// SPDX-License-Identifier: MIT
#include "file/tail.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file/file.h"

namespace orch::file {

std::optional<std::string> find_tail(const std::string& path,
                                     std::int64_t bytes) {
  const Descriptor fd(
      ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  struct stat s {};
  if (!fd || ::fstat(fd.get(), &s) != 0 || !S_ISREG(s.st_mode))
    return std::nullopt;
  if (s.st_size > bytes) ::lseek(fd.get(), s.st_size - bytes, SEEK_SET);
  return read_all(fd.get());
}

}  // namespace orch::file
