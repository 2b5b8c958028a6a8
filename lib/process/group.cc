// SPDX-License-Identifier: MIT
#include "process/group.h"

#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "error/error.h"
#include "process/child.h"
#include "process/signal.h"

namespace orch::process {
namespace {

constexpr std::int64_t kGraceMs = 2000;

// While it lives, what would end us is read from a descriptor instead.
class CaughtSignals {
 public:
  CaughtSignals() {
    sigset_t set;
    sigemptyset(&set);
    for (const int s : {SIGINT, SIGTERM, SIGHUP, SIGQUIT}) sigaddset(&set, s);
    ::sigprocmask(SIG_BLOCK, &set, &before_);
    fd_ = file::Descriptor(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
    if (!fd_) throw io_error("cannot watch for signals", errno);
  }
  ~CaughtSignals() { ::sigprocmask(SIG_SETMASK, &before_, nullptr); }
  CaughtSignals(const CaughtSignals&) = delete;
  CaughtSignals& operator=(const CaughtSignals&) = delete;

  int descriptor() const { return fd_.get(); }
  int take() const {
    signalfd_siginfo info{};
    const ssize_t n = ::read(fd_.get(), &info, sizeof info);
    return n == sizeof info ? static_cast<int>(info.ssi_signo) : 0;
  }

 private:
  sigset_t before_{};
  file::Descriptor fd_;
};

class Group {
 public:
  Group(const Program& program, Place place, std::size_t kept,
        Listener tell = {})
      : program_(program),
        kept_(kept),
        tell_(std::move(tell)),
        r_(start(program, place)) {}

  GroupOutcome run();

 private:
  bool pump();
  void end(std::int64_t grace_ms) {
    send_signal_to_group(r_.pid, r_.terminated ? SIGKILL : SIGTERM);
    r_.terminated = true;
    r_.deadline = monotonic_ms() + grace_ms;
  }
  void keep(Stream stream, std::string& into) const {
    if (tell_) tell_(stream, into);
    into.resize(std::min(into.size(), kept_));
  }

  const Program& program_;
  std::size_t kept_;
  Listener tell_;                // with it, nothing is kept
  const CaughtSignals signals_;  // before the child, which may be quick
  Running r_;
  GroupOutcome out_;
};

// Returns false when the child has ended.
bool Group::pump() {
  std::array<pollfd, 5> fds{{{r_.in.get(), POLLOUT, 0},
                             {r_.out.get(), POLLIN, 0},
                             {r_.err.get(), POLLIN, 0},
                             {r_.exit.get(), POLLIN, 0},
                             {signals_.descriptor(), POLLIN, 0}}};
  int wait = -1;
  if (r_.deadline != 0)
    wait = static_cast<int>(
        std::max<std::int64_t>(0, r_.deadline - monotonic_ms()));
  const int ready = ::poll(fds.data(), fds.size(), wait);
  if (ready < 0) return true;
  if (r_.deadline != 0 && monotonic_ms() >= r_.deadline) {
    if (out_.interrupted == 0) out_.outcome.timed_out = true;
    end(kGraceMs);
  }
  if (fds[0].revents != 0 && r_.in) feed(r_, program_.input);
  if (fds[1].revents != 0 && r_.out) {
    drain(r_.out, out_.outcome.output);
    keep(Stream::Out, out_.outcome.output);
  }
  if (fds[2].revents != 0 && r_.err) {
    drain(r_.err, out_.outcome.errors);
    keep(Stream::Errors, out_.outcome.errors);
  }
  if (fds[4].revents != 0) {
    const int signal = signals_.take();
    if (signal != 0 && out_.interrupted == 0) {
      out_.interrupted = signal;
      end(kGraceMs);
    }
  }
  return fds[3].revents == 0;
}

GroupOutcome Group::run() {
  const IgnoredSigpipe quiet;
  if (r_.pid < 0) {
    out_.outcome.status = 127;
    out_.outcome.errors = program_.argv.at(0) + ": command not found";
    return std::move(out_);
  }
  while (pump()) {
  }
  // Not waited for yet, so the number is still that of the group.
  send_signal_to_group(r_.pid, SIGKILL);
  drain_rest(r_.out, out_.outcome.output);
  keep(Stream::Out, out_.outcome.output);
  drain_rest(r_.err, out_.outcome.errors);
  keep(Stream::Errors, out_.outcome.errors);
  out_.outcome.status = wait_for(r_.pid);
  return std::move(out_);
}

}  // namespace

GroupOutcome run_group(const Program& program, std::size_t kept) {
  return Group(program, Place::Group, kept).run();
}

GroupOutcome run_apart(const Program& program,
                       const std::function<void(std::string_view)>& tell) {
  return run_apart(program,
                   [&](Stream, std::string_view bytes) { tell(bytes); });
}

GroupOutcome run_apart(const Program& program, const Listener& tell) {
  return Group(program, Place::Session, 0, tell).run();
}

}  // namespace orch::process
