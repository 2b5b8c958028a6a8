// SPDX-License-Identifier: MIT
#include "process/terminal.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>

#include <array>
#include <cerrno>

#include "error/error.h"
#include "process/child.h"

namespace orch::process {

std::optional<OnTerminal> start_on_terminal(const Program& program) {
  file::Descriptor ours(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
  std::array<char, 128> name{};
  if (!ours || ::grantpt(ours.get()) != 0 || ::unlockpt(ours.get()) != 0 ||
      ::ptsname_r(ours.get(), name.data(), name.size()) != 0)
    throw io_error("cannot make a terminal", errno);
  const file::Descriptor theirs(
      ::open(name.data(), O_RDWR | O_NOCTTY | O_CLOEXEC));
  if (!theirs) throw io_error("cannot open a terminal", errno);
  const winsize size{
      .ws_row = 24, .ws_col = 80, .ws_xpixel = 0, .ws_ypixel = 0};
  ::ioctl(theirs.get(), TIOCSWINSZ, &size);
  const pid_t pid = fork_and_exec(program, theirs.get(), theirs.get(),
                                  theirs.get(), Place::Session);
  if (pid <= 0) return std::nullopt;
  const auto identity = find_identity(pid);
  if (!identity) return std::nullopt;
  return OnTerminal{*identity, std::move(ours)};
}

int await_child(const Identity& child) { return wait_for(child.pid); }

}  // namespace orch::process
