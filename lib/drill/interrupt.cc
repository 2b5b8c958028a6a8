// SPDX-License-Identifier: MIT
#include "drill/interrupt.h"

#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "clock/clock.h"
#include "error/error.h"

namespace orch::drill {

Interrupts::Interrupts() {
  sigset_t set;
  sigemptyset(&set);
  for (const int s : {SIGINT, SIGTERM, SIGHUP, SIGQUIT}) sigaddset(&set, s);
  ::sigprocmask(SIG_BLOCK, &set, &before_);
  fd_ = file::Descriptor(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!fd_) throw io_error("cannot watch for signals", errno);
}

Interrupts::~Interrupts() { ::sigprocmask(SIG_SETMASK, &before_, nullptr); }

void Interrupts::wait(std::int64_t ms) const {
  const std::int64_t until = clock::steady() + ms;
  for (;;) {
    const std::int64_t left =
        std::max<std::int64_t>(0, until - clock::steady());
    pollfd fd{fd_.get(), POLLIN, 0};
    const int ready = ::poll(&fd, 1, static_cast<int>(left));
    signalfd_siginfo info{};
    if (ready > 0 && ::read(fd_.get(), &info, sizeof info) == sizeof info)
      throw Interrupted{static_cast<int>(info.ssi_signo)};
    if (left == 0) return;
  }
}

int run_interruptible(const std::function<int(const Interrupts&)>& exercise) {
  int signal = 0;
  try {
    const Interrupts interrupts;
    return exercise(interrupts);
  } catch (const Interrupted& interrupted) {
    signal = interrupted.signal;
  }
  ::signal(signal, SIG_DFL);
  ::raise(signal);
  return 128 + signal;
}

}  // namespace orch::drill
