// SPDX-License-Identifier: MIT
#include "chain/stub.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "chain/stub_form.h"
#include "error/error.h"
#include "file/file.h"

namespace orch::chain {
namespace {

constexpr std::string_view kElf = "\177ELF";
constexpr std::string_view kText = ORCH_STUB_TEXT;
constexpr std::string_view kMark = ORCH_STUB_MARK;
constexpr std::string_view kProgram = ORCH_STUB_PROGRAM;
constexpr std::string_view kEnd = "\nend of a hook of git orch\n";
constexpr std::size_t kPage = 4096;

// What says nothing about the file: one of ours may lie there.
bool is_passing(int error) {
  return error == EMFILE || error == ENFILE || error == ENOMEM ||
         error == EINTR || error == EIO;
}

std::string head_of(const std::string& path) {
  const auto refuse_passing = [&] {
    if (is_passing(errno)) throw io_error("cannot read '" + path + "'", errno);
  };
  const file::Descriptor fd(
      ::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!fd) {
    refuse_passing();
    return "";
  }
  std::string bytes(kPage, '\0');
  ssize_t n;
  do n = ::read(fd.get(), bytes.data(), bytes.size());
  while (n < 0 && errno == EINTR);
  if (n < 0) refuse_passing();
  bytes.resize(n < 0 ? 0 : static_cast<std::size_t>(n));
  return bytes;
}

// The mark, and not the whole text, which other versions word otherwise.
std::optional<std::string> program_in(std::string_view head) {
  if (!head.starts_with(kElf)) return std::nullopt;
  const std::size_t mark = head.find(kMark);
  if (mark == std::string_view::npos) return std::nullopt;
  std::size_t at = head.find(kProgram, mark);
  if (at == std::string_view::npos) return std::nullopt;
  at += kProgram.size();
  const std::size_t end = head.find('\0', at);
  if (end == std::string_view::npos) return std::nullopt;
  return std::string(head.substr(at, end - at));
}

}  // namespace

std::optional<std::string> stub_for(std::string empty,
                                    std::string_view program) {
  const std::size_t at = empty.find(kText);
  if (at == std::string::npos || program.size() >= ORCH_STUB_PATH_SIZE)
    return std::nullopt;
  empty.replace(at + kText.size(), program.size(), program);
  return empty + std::string(kEnd);
}

std::optional<std::string> program_of(const std::string& path) {
  if (auto target = file::link_target(path)) return target;
  return program_in(head_of(path));
}

std::string added_to(const std::string& path) {
  if (file::link_target(path) || !program_in(head_of(path))) return "";
  const std::string bytes = file::load_contents(path);
  const std::size_t end = bytes.find(kEnd);
  return end == std::string::npos ? "" : bytes.substr(end + kEnd.size());
}

}  // namespace orch::chain
