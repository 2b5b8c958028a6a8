// SPDX-License-Identifier: MIT
//
// git-orch--pane-log <link>: what tmux pipes a pane's output to. Keeps the last
// few megabytes in the file that the link names, and in <file>.1, however much
// an agent prints.
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <exception>

#include "error/error.h"
#include "file/file.h"

namespace {

constexpr std::size_t kFileBytes = 4 << 20;

orch::file::Descriptor open_log(const std::string& path) {
  return orch::file::Descriptor(
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
}

int keep(const std::string& path) {
  auto out = open_log(path);
  if (!out) throw orch::io_error("cannot open '" + path + "'", errno);
  off_t start = ::lseek(out.get(), 0, SEEK_END);
  std::size_t size = start > 0 ? static_cast<std::size_t>(start) : 0;
  std::array<char, 65536> buffer;
  while (true) {
    const ssize_t n = ::read(STDIN_FILENO, buffer.data(), buffer.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return orch::kDone;
    const auto bytes = static_cast<std::size_t>(n);
    if (size + bytes > kFileBytes) {
      orch::file::rename(path, path + ".1");
      out = open_log(path);
      if (!out) throw orch::io_error("cannot open '" + path + "'", errno);
      size = 0;
    }
    orch::file::write_all(out.get(), {buffer.data(), bytes}, path);
    size += bytes;
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: git-orch--pane-log <link>\n", stderr);
    return orch::kUsage;
  }
  try {
    return keep(orch::file::link_target(argv[1]).value_or(argv[1]));
  } catch (const std::exception& e) {
    std::fprintf(stderr, "orch: %s\n", e.what());
    return orch::kFatal;
  }
}
