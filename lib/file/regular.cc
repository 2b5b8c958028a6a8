// SPDX-License-Identifier: MIT
#include "file/regular.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>

#include "error/error.h"
#include "file/file.h"

namespace orch::file {

std::optional<std::string> find_regular(const std::string& path) {
  const Descriptor fd(
      ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!fd) {
    if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
    throw io_error("cannot open '" + path + "'", errno);
  }
  struct stat s {};
  if (::fstat(fd.get(), &s) != 0 || !S_ISREG(s.st_mode))
    throw Error(ErrorCode::Io, "'" + path + "' is not a regular file",
                "ls -l '" + path + "'");
  return read_all(fd.get());
}

}  // namespace orch::file
