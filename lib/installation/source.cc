// SPDX-License-Identifier: MIT
#include "installation/source.h"

#include <sys/stat.h>

namespace orch::installation {

policy::Source source_of(const std::string& path) {
  struct stat now {};
  if (::stat(path.c_str(), &now) != 0) return {path, 0, 0};
  return {path,
          std::int64_t{now.st_mtim.tv_sec} * 1000000000 + now.st_mtim.tv_nsec,
          now.st_size};
}

bool is_as_it_was(const policy::Source& source) {
  return source_of(source.path) == source;
}

}  // namespace orch::installation
