// SPDX-License-Identifier: MIT
#include "daemon/sources.h"

#include <dirent.h>
#include <signal.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "error/error.h"

namespace orch::daemon {

file::Descriptor open_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&set, signal);
  ::sigprocmask(SIG_BLOCK, &set, nullptr);
  file::Descriptor fd(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!fd) throw io_error("cannot wait for signals", errno);
  return fd;
}

Alarm::Alarm()
    : fd_(::timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK)) {
  if (!fd_) throw io_error("cannot make a timer", errno);
}

void Alarm::set(std::optional<std::int64_t> in_ms) const {
  // Far away is never: only a timer that is set tells of a moved clock.
  constexpr std::int64_t kFarMs = 366LL * 24 * 3600 * 1000;
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  const std::int64_t when =
      std::int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1000000 +
      std::clamp<std::int64_t>(in_ms.value_or(kFarMs), 0, kFarMs);
  itimerspec spec{};
  spec.it_value.tv_sec = when / 1000;
  spec.it_value.tv_nsec = when % 1000 * 1000000;
  if (::timerfd_settime(fd_.get(), TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET,
                        &spec, nullptr) != 0)
    throw io_error("cannot set a timer", errno);
}

void Alarm::take() const {
  std::uint64_t times = 0;
  // ECANCELED: the clock was set. Either way it is time to look.
  [[maybe_unused]] const ssize_t n = ::read(fd_.get(), &times, sizeof times);
}

RefWatch::RefWatch(const Repository& repository)
    : fd_(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK)),
      common_dir_(repository.common_dir) {
  // Without watches (a limit of the machine is reached) hooks still ring.
  if (!fd_) return;
  ::inotify_add_watch(fd_.get(), common_dir_.c_str(),
                      IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_DELETE_SELF |
                          IN_MOVE_SELF | IN_ONLYDIR);
  directories_[::inotify_add_watch(
      fd_.get(), repository.orch_dir().c_str(),
      IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR)] = "";
  add(common_dir_ + "/refs");
  ::inotify_add_watch(fd_.get(), (common_dir_ + "/reftable").c_str(),
                      IN_MOVED_TO | IN_ONLYDIR);
}

void RefWatch::add(const std::string& directory) {
  const int wd =
      ::inotify_add_watch(fd_.get(), directory.c_str(),
                          IN_MOVED_TO | IN_MOVED_FROM | IN_CLOSE_WRITE |
                              IN_CREATE | IN_DELETE | IN_ONLYDIR);
  if (wd < 0) return;
  directories_[wd] = directory;
  DIR* dir = ::opendir(directory.c_str());
  if (!dir) return;
  std::vector<std::string> below;
  while (const dirent* entry = ::readdir(dir)) {
    const std::string name = entry->d_name;
    if (name != "." && name != ".." &&
        (entry->d_type == DT_DIR ||
         (entry->d_type == DT_UNKNOWN &&
          file::is_directory(file::join(directory, name)))))
      below.push_back(file::join(directory, name));
  }
  ::closedir(dir);
  for (const std::string& path : below) add(path);
}

bool RefWatch::take() {
  bool moved = false;
  alignas(inotify_event) std::array<char, 8192> bytes{};
  ssize_t n = 0;
  while ((n = ::read(fd_.get(), bytes.data(), bytes.size())) > 0) {
    for (ssize_t at = 0; at < n;) {
      inotify_event e{};
      std::memcpy(&e, bytes.data() + at, sizeof e);
      const std::string name =
          e.len > 0 ? bytes.data() + at + sizeof e : std::string();
      at += static_cast<ssize_t>(sizeof e + e.len);
      if (e.mask & (IN_Q_OVERFLOW | IN_DELETE_SELF | IN_MOVE_SELF)) {
        moved = true;
        continue;
      }
      const auto in = directories_.find(e.wd);
      if (e.mask & IN_IGNORED) {
        if (in != directories_.end()) directories_.erase(in);
        continue;
      }
      if (name.ends_with(".lock")) continue;
      if (in == directories_.end()) {  // the git directory, or the reftable
        moved |= name == "packed-refs" || name == "orch" ||
                 name.starts_with("tables.list");
        continue;
      }
      if (e.mask & IN_ISDIR) {
        if (e.mask & (IN_CREATE | IN_MOVED_TO)) add(in->second + "/" + name);
        moved = true;
      } else if (!(e.mask & IN_CREATE)) {
        moved = true;
      }
    }
  }
  return moved;
}

void Lives::watch(const std::vector<process::Identity>& processes) {
  std::erase_if(watched_, [&](const auto& w) {
    return std::find(processes.begin(), processes.end(), w.first) ==
           processes.end();
  });
  for (const process::Identity& p : processes) {
    if (std::any_of(watched_.begin(), watched_.end(),
                    [&](const auto& w) { return w.first == p; }))
      continue;
    file::Descriptor fd(static_cast<int>(::syscall(SYS_pidfd_open, p.pid, 0U)));
    // Opened first, asked then: so the number is nobody else's.
    if (fd && process::is_alive(p)) watched_.emplace_back(p, std::move(fd));
  }
}

std::vector<int> Lives::descriptors() const {
  std::vector<int> out;
  for (const auto& [identity, fd] : watched_) out.push_back(fd.get());
  return out;
}

}  // namespace orch::daemon
