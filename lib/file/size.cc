// SPDX-License-Identifier: MIT
#include <sys/stat.h>

#include "file/file.h"

namespace orch::file {

std::optional<std::int64_t> regular_size(const std::string& path) {
  struct stat s {};
  if (::stat(path.c_str(), &s) != 0 || !S_ISREG(s.st_mode)) return std::nullopt;
  return static_cast<std::int64_t>(s.st_size);
}

}  // namespace orch::file
