// SPDX-License-Identifier: MIT
#include "process/detached.h"

#include <fcntl.h>

#include <cerrno>

#include "error/error.h"
#include "process/child.h"

namespace orch::process {

std::optional<Identity> start_detached_into(const Program& program,
                                            const std::string& path) {
  const file::Descriptor null(::open("/dev/null", O_RDWR | O_CLOEXEC));
  if (!null) return std::nullopt;
  const file::Descriptor out(
      ::open(path.c_str(),
             O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!out) throw io_error("cannot make '" + path + "'", errno);
  const pid_t pid =
      fork_and_exec(program, null.get(), out.get(), out.get(), Place::Session);
  // Ended or not, it has its number until we wait for it or end.
  return pid > 0 ? find_identity(pid) : std::nullopt;
}

}  // namespace orch::process
