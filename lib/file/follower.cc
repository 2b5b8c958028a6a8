// SPDX-License-Identifier: MIT
#include "file/follower.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>

namespace orch::file {
namespace {

Descriptor open_to_read(const std::string& path) {
  return Descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
}

void read_rest(const Descriptor& fd, std::string& into) {
  std::array<char, 65536> buffer;
  for (ssize_t n = 1; fd && n > 0;) {
    n = ::read(fd.get(), buffer.data(), buffer.size());
    if (n > 0) into.append(buffer.data(), static_cast<std::size_t>(n));
  }
}

}  // namespace

Follower::Follower(std::string path)
    : path_(std::move(path)), fd_(open_to_read(path_)) {
  if (fd_) ::lseek(fd_.get(), 0, SEEK_END);
}

bool Follower::is_replaced() const {
  struct stat now {
  }, ours{};
  if (::stat(path_.c_str(), &now) != 0) return false;
  if (!fd_) return true;
  return ::fstat(fd_.get(), &ours) != 0 || now.st_ino != ours.st_ino ||
         now.st_dev != ours.st_dev;
}

std::string Follower::read() {
  std::string out;
  read_rest(fd_, out);
  if (!is_replaced()) return out;
  read_rest(fd_, out);  // what came until it was moved away
  fd_ = open_to_read(path_);
  read_rest(fd_, out);
  return out;
}

}  // namespace orch::file
