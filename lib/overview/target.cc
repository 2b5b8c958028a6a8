// SPDX-License-Identifier: MIT
#include "overview/target.h"

#include <sys/stat.h>

#include "error/error.h"
#include "file/file.h"

namespace orch::overview {
namespace {

[[noreturn]] void refuse(const std::string& path, const std::string& why,
                         const std::string& hint) {
  throw Error(ErrorCode::Io, "cannot write '" + path + "': " + why, hint);
}

}  // namespace

void require_target(const repository::Repository& repository,
                    const std::string& path) {
  struct stat s {};
  if (const auto target = file::link_target(path))
    refuse(path, "it is a symbolic link to '" + *target + "'",
           "name the file itself");
  if (::lstat(path.c_str(), &s) == 0 && !S_ISREG(s.st_mode))
    refuse(path, "it is no regular file", "write to standard output with -");
  if (file::resolve(path).starts_with(repository.orch_dir() + "/"))
    refuse(path, "it is in the state directory of git orch",
           "name a file elsewhere");
}

}  // namespace orch::overview
