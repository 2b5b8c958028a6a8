// SPDX-License-Identifier: MIT
#include "testrun/output.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "error/error.h"

namespace orch::testrun {

Output::Output(const std::string& directory, const std::string& name) {
  file::make_private_directories(directory);
  for (int n = 1; !fd_; ++n) {
    path_ = directory + "/" + name + (n > 1 ? "-" + std::to_string(n) : "");
    fd_ = file::Descriptor(
        ::open(path_.c_str(),
               O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!fd_ && errno != EEXIST)
      throw io_error("cannot write '" + path_ + "'", errno);
  }
}

Output::~Output() {
  if (!kept_) ::unlink(path_.c_str());
}

// That a disk is full shall not end the tests.
void Output::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd_.get(), bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
}

void Output::take(process::Stream stream, std::string_view bytes) {
  if (stream == process::Stream::Out) tap_.feed(bytes);
  const std::size_t head = std::min(bytes.size(), kHeadBytes - written_);
  write(bytes.substr(0, head));
  written_ += head;
  bytes.remove_prefix(head);
  behind_head_ += bytes.size();
  if (bytes.size() > kTailBytes) bytes.remove_prefix(bytes.size() - kTailBytes);
  tail_ += bytes;
  if (tail_.size() > 2 * kTailBytes) tail_.erase(0, tail_.size() - kTailBytes);
}

std::string Output::keep() {
  if (tail_.size() > kTailBytes) tail_.erase(0, tail_.size() - kTailBytes);
  if (behind_head_ > tail_.size())
    write("\n(" + std::to_string(behind_head_ - tail_.size()) +
          " bytes are left out)\n");
  write(tail_);
  kept_ = true;
  return path_;
}

std::optional<testreport::Report> Output::report() {
  if (!tap_.is_tap()) return std::nullopt;
  return tap_.finish();
}

}  // namespace orch::testrun
