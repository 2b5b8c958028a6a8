// SPDX-License-Identifier: MIT
#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "clock/clock.h"
#include "daemon/bell.h"
#include "daemon/daemon.h"
#include "daemon/report.h"
#include "daemon/sources.h"
#include "error/error.h"
#include "installation/installation.h"
#include "process/become.h"

namespace orch::daemon {
namespace {

constexpr int kPassMs = 10 * 60 * 1000;
constexpr std::int64_t kRestMs = 250;  // between passes, at most
constexpr std::int64_t kHooksMs = 30;  // from a moved ref to its hook's ring
constexpr std::int64_t kAgainMs = 1000, kLongestAgainMs = 60'000;

// A file as it was when we began.
struct Seen {
  dev_t device = 0;
  ino_t inode = 0;
  bool operator==(const Seen&) const = default;
};
std::optional<Seen> look_at(const std::string& path) {
  struct stat s {};
  if (::stat(path.c_str(), &s) != 0) return std::nullopt;
  return Seen{s.st_dev, s.st_ino};
}

// Somebody who only looks whether it is held has it for a moment.
file::Descriptor take_lock(const std::string& orch_dir) {
  constexpr int kTries = 50;
  const std::string path = lock_path(orch_dir);
  file::Descriptor fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!fd) throw io_error("cannot open '" + path + "'", errno);
  for (int i = 0; i < kTries; ++i) {
    if (::flock(fd.get(), LOCK_EX | LOCK_NB) == 0) return fd;
    const auto holder = find_holder(orch_dir);
    if (holder && holder->pid != 0)
      throw Error(
          ErrorCode::Exists,
          "a daemon runs already: process " + std::to_string(holder->pid),
          "git orch daemon status");
    ::usleep(10'000);
  }
  throw Error(ErrorCode::Exists, "a daemon is being started already",
              "git orch daemon status");
}

// In one write and always as long, so that a reader never finds half of it.
void say_who(const file::Descriptor& lock) {
  constexpr std::size_t kLength = 48;
  const process::Identity self = process::self();
  std::string text =
      std::to_string(self.pid) + " " + std::to_string(self.start);
  text.resize(kLength - 1, ' ');
  text += "\n";
  [[maybe_unused]] const ssize_t written =
      ::pwrite(lock.get(), text.data(), text.size(), 0);
}

class Daemon {
 public:
  Daemon(const Repository& repository, file::Descriptor lock)
      : repository_(repository),
        program_(installation::internal_program("git-orch--daemon")),
        began_as_(look_at(program_)),
        lock_(std::move(lock)),
        signals_(open_signals()),
        bell_(open_bell(repository.orch_dir())),
        refs_(repository) {}

  End serve() {
    while (true) {
      if (!repository::is_initialised(repository_)) return End::Gone;
      const auto began = clock::steady();
      const auto report = pass();
      if (was_told()) return End::Told;
      if (!repository::is_initialised(repository_)) return End::Gone;
      if (report && report->lives == 0) return End::NothingLives;
      if (const auto end = replace_us()) return *end;
      rest(clock::steady() - began);
      wait(report);
      if (was_told()) return End::Told;
    }
  }

 private:
  // Absent when it failed: then it is done again after a while.
  std::optional<Report> pass() {
    was_rung(bell_);
    refs_.take();
    const auto out =
        process::run({.argv = {installation::bin_directory() + "/git-orch-tick",
                               "--report", "--quiet"},
                      .directory = repository_.common_dir,
                      .environment = {{"ORCH_GIT_DIR", repository_.common_dir}},
                      .keep = process::Environment::ForAgent,
                      .timeout_ms = kPassMs,
                      .dies_with_us = true});
    const auto report = out.ok() ? parse_report(out.output) : std::nullopt;
    lives_.watch(report ? report->processes : std::vector<process::Identity>());
    return report;
  }

  // Half of the time at most is spent on passes, however much happens.
  void rest(std::int64_t pass_ms) {
    pollfd told{signals_.get(), POLLIN, 0};
    ::poll(&told, 1, static_cast<int>(std::min(pass_ms, kRestMs)));
  }

  // How long, if nothing happens, until the next pass. What failed, or is still
  // due behind the pass that was there for it, waits longer each time.
  std::optional<std::int64_t> pause_behind(
      const std::optional<Report>& report) {
    if (report && !report->due_at) {
      overdue_ = 0;
      return std::nullopt;
    }
    const std::int64_t left = report ? *report->due_at - clock::now() : 0;
    overdue_ = left > 0 ? 0 : overdue_ + 1;
    if (left > 0) return left;
    if (overdue_ == 1) return 0;  // due meanwhile
    return std::min(kLongestAgainMs, kAgainMs << std::min(overdue_ - 2, 6));
  }

  void wait(const std::optional<Report>& report) {
    alarm_.set(pause_behind(report));
    std::vector<pollfd> fds{{signals_.get(), POLLIN, 0},
                            {bell_.get(), POLLIN, 0},
                            {alarm_.descriptor(), POLLIN, 0},
                            {refs_.descriptor(), POLLIN, 0}};
    for (const int fd : lives_.descriptors()) fds.push_back({fd, POLLIN, 0});
    while (true) {
      for (pollfd& f : fds) f.revents = 0;
      if (::poll(fds.data(), fds.size(), -1) < 0) {
        if (errno == EINTR) continue;
        throw io_error("cannot wait", errno);
      }
      if (fds[2].revents != 0) alarm_.take();
      const bool moved = fds[3].revents != 0 && refs_.take();
      // A ref is moved before its hook rings: one pass for both.
      if (moved && fds[1].revents == 0)
        ::poll(fds.data(), 2, static_cast<int>(kHooksMs));
      const bool only_refs =
          std::all_of(fds.begin(), fds.end(), [&](const pollfd& f) {
            return f.revents == 0 || f.fd == refs_.descriptor();
          });
      if (moved || !only_refs) return;
    }
  }

  bool was_told() {
    signalfd_siginfo info{};
    told_ |= ::read(signals_.get(), &info, sizeof info) > 0;
    return told_;
  }

  // Another version lies where we were started from: it goes on, with the lock.
  std::optional<End> replace_us() {
    const auto now = look_at(program_);
    if (!now) return End::Gone;
    if (now == began_as_) return std::nullopt;
    ::fcntl(lock_.get(), F_SETFD, 0);
    process::become({program_, repository_.common_dir,
                     std::to_string(lock_.get())});  // returns when it cannot
    ::fcntl(lock_.get(), F_SETFD, FD_CLOEXEC);
    return std::nullopt;
  }

  const Repository& repository_;
  const std::string program_;
  const std::optional<Seen> began_as_;
  file::Descriptor lock_, signals_, bell_;
  const Alarm alarm_;
  RefWatch refs_;
  Lives lives_;
  int overdue_ = 0;  // passes in a row
  bool told_ = false;
};

}  // namespace

End serve(const Repository& repository, int lock) {
  // Not the state directory itself: it may just have been removed.
  ::mkdir((repository.orch_dir() + "/lock").c_str(), 0700);
  file::Descriptor held(lock);
  if (!held) held = take_lock(repository.orch_dir());
  ::fcntl(held.get(), F_SETFD, FD_CLOEXEC);
  say_who(held);
  const End end = Daemon(repository, std::move(held)).serve();
  // Who rang when we had decided already has been told that we heard.
  if (end == End::NothingLives || end == End::Told)
    process::start_detached(
        {.argv = {installation::bin_directory() + "/git-orch-tick", "--behind",
                  "--quiet"},
         .directory = repository.common_dir,
         .environment = {{"ORCH_GIT_DIR", repository.common_dir}},
         .keep = process::Environment::ForAgent});
  return end;
}

}  // namespace orch::daemon
