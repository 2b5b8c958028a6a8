// SPDX-License-Identifier: MIT
#include "daemon/bell.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "clock/clock.h"
#include "daemon/daemon.h"
#include "error/error.h"

namespace orch::daemon {
namespace {

// A ring that was not heard for so long is for somebody else: a pass may take
// that long, a daemon that is stopped takes longer.
constexpr std::int64_t kDeafMs = 3000;

}  // namespace

std::string bell_path(const std::string& orch_dir) {
  return orch_dir + "/lock/daemon-bell";
}

std::string lock_path(const std::string& orch_dir) {
  return orch_dir + "/lock/daemon";
}

file::Descriptor open_bell(const std::string& orch_dir) {
  const std::string path = bell_path(orch_dir);
  if (::mkfifo(path.c_str(), 0600) != 0 && errno != EEXIST)
    throw io_error("cannot make '" + path + "'", errno);
  // For writing, too: then there is no end of it when a writer goes.
  file::Descriptor fd(::open(path.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC));
  struct stat s {};
  if (!fd || ::fstat(fd.get(), &s) != 0)
    throw io_error("cannot open '" + path + "'", errno);
  if (!S_ISFIFO(s.st_mode)) throw Error(ErrorCode::Io, path + " is no pipe");
  return fd;
}

bool was_rung(const file::Descriptor& bell) {
  std::array<char, 64> bytes{};
  bool rung = false;
  while (::read(bell.get(), bytes.data(), bytes.size()) > 0) rung = true;
  return rung;
}

// One ring lies in the pipe at most, so the pipe's time is that of the first
// which was not heard.
bool ring(const std::string& orch_dir) {
  const file::Descriptor fd(
      ::open(bell_path(orch_dir).c_str(),
             O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW));
  if (!fd) return false;  // ENXIO: nobody reads
  struct stat s {};
  if (::fstat(fd.get(), &s) != 0 || !S_ISFIFO(s.st_mode)) return false;
  int waiting = 0;
  if (::ioctl(fd.get(), FIONREAD, &waiting) != 0) return false;
  if (waiting == 0) return ::write(fd.get(), "!", 1) == 1;
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  const std::int64_t since = (now.tv_sec - s.st_mtim.tv_sec) * 1000 +
                             (now.tv_nsec - s.st_mtim.tv_nsec) / 1000000;
  return since >= 0 && since < kDeafMs;
}

}  // namespace orch::daemon
