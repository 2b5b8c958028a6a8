// SPDX-License-Identifier: MIT
#include "file/mode.h"

#include <sys/stat.h>

namespace orch::file {

mode_t mode_of(const std::string& path, mode_t otherwise) {
  struct stat s {};
  return ::stat(path.c_str(), &s) == 0 ? s.st_mode & 07777 : otherwise;
}

}  // namespace orch::file
