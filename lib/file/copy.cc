// SPDX-License-Identifier: MIT
#include "file/copy.h"

#include <fcntl.h>
#include <limits.h>
#include <linux/fs.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "error/error.h"
#include "file/file.h"

namespace orch::file {
namespace {

constexpr int kDirectory = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

[[noreturn]] void fail(const std::string& path) {
  throw io_error("cannot copy '" + path + "'", errno);
}

std::vector<std::string> parts_of(const std::string& path) {
  std::vector<std::string> parts(1);
  for (const char c : path) {
    if (c == '/')
      parts.emplace_back();
    else
      parts.back() += c;
  }
  return parts;
}

Descriptor open_top(const std::string& directory) {
  Descriptor top(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!top) throw io_error("cannot open '" + directory + "'", errno);
  return top;
}

// Empty when a symbolic link, or something else, has the name.
Descriptor enter(int directory, const std::string& name, mode_t mode,
                 const std::string& path) {
  if (::mkdirat(directory, name.c_str(), mode | 0700) != 0 && errno != EEXIST)
    fail(path);
  Descriptor fd(::openat(directory, name.c_str(), kDirectory));
  if (!fd && errno != ELOOP && errno != ENOTDIR) fail(path);
  return fd;
}

bool has_entry(int directory, const std::string& name) {
  struct stat s {};
  return ::fstatat(directory, name.c_str(), &s, AT_SYMLINK_NOFOLLOW) == 0;
}

void write_through_memory(int from, int to, const std::string& path) {
  std::array<char, 65536> buffer;
  while (true) {
    const ssize_t n = ::read(from, buffer.data(), buffer.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) fail(path);
    if (n == 0) return;
    write_all(to, {buffer.data(), static_cast<std::size_t>(n)},
              "'" + path + "'");
  }
}

// Shared blocks where the file system can, else inside the kernel where it can.
void copy_bytes(int from, int to, const std::string& path) {
  if (::ioctl(to, FICLONE, from) == 0) return;
  while (true) {
    const ssize_t n = ::copy_file_range(from, nullptr, to, nullptr, 1 << 30, 0);
    if (n == 0) return;
    if (n > 0 || errno == EINTR) continue;
    if (errno == ENOSPC || errno == EDQUOT || errno == EIO) fail(path);
    // Both offsets have moved alike: what is left goes the long way.
    return write_through_memory(from, to, path);
  }
}

// Both give the bytes of `from` a name in `directory`; false when something has
// it by now.
bool link_nameless(int fd, int directory, const std::string& name,
                   const std::string& path) {
  const std::string nameless = "/proc/self/fd/" + std::to_string(fd);
  if (::linkat(AT_FDCWD, nameless.c_str(), directory, name.c_str(),
               AT_SYMLINK_FOLLOW) == 0)
    return true;
  if (errno != EEXIST) fail(path);
  return false;
}

bool rename_beside(int directory, const std::string& beside,
                   const std::string& name, const std::string& path) {
  if (::renameat2(directory, beside.c_str(), directory, name.c_str(),
                  RENAME_NOREPLACE) == 0)
    return true;
  const int cause = errno;
  ::unlinkat(directory, beside.c_str(), 0);
  errno = cause;
  if (errno != EEXIST) fail(path);
  return false;
}

void fill_file(int from, int to, const struct stat& s,
               const std::string& path) {
  copy_bytes(from, to, path);
  const std::array<timespec, 2> times{s.st_atim, s.st_mtim};
  if (::fchmod(to, s.st_mode & 0777) != 0 || ::futimens(to, times.data()) != 0)
    fail(path);
}

bool copy_file(int from_directory, int to_directory, const std::string& name,
               const std::string& path) {
  // Not to wait for a pipe that has taken its place.
  const Descriptor from(
      ::openat(from_directory, name.c_str(),
               O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  struct stat s {};
  if (!from || ::fstat(from.get(), &s) != 0) fail(path);
  const Descriptor nameless(
      ::openat(to_directory, ".", O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600));
  if (nameless) {
    fill_file(from.get(), nameless.get(), s, path);
    return link_nameless(nameless.get(), to_directory, name, path);
  }
  const std::string beside = ".orch-copy-" + std::to_string(::gettid());
  ::unlinkat(to_directory, beside.c_str(), 0);  // of one that was killed
  const Descriptor named(::openat(to_directory, beside.c_str(),
                                  O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
                                  0600));
  if (!named) fail(path);
  try {
    fill_file(from.get(), named.get(), s, path);
  } catch (const Error&) {
    ::unlinkat(to_directory, beside.c_str(), 0);
    throw;
  }
  return rename_beside(to_directory, beside, name, path);
}

bool copy_link(int from, int to, const std::string& name,
               const std::string& path) {
  std::array<char, PATH_MAX + 1> target{};
  if (::readlinkat(from, name.c_str(), target.data(), PATH_MAX) < 0) fail(path);
  if (::symlinkat(target.data(), to, name.c_str()) == 0) return true;
  if (errno != EEXIST) fail(path);
  return false;
}

class Copy {
 public:
  Copy(const std::function<bool(const std::string&)>& skip, Added& added)
      : skip_(skip), added_(added) {}

  // What `name` is in `from`, to the same name in `to`.
  void entry(int from, int to, const std::string& name,
             const std::string& path) {
    struct stat s {};
    if (::fstatat(from, name.c_str(), &s, AT_SYMLINK_NOFOLLOW) != 0)
      return;  // gone meanwhile
    if (S_ISDIR(s.st_mode)) return directory(from, to, name, path, s.st_mode);
    if (!S_ISREG(s.st_mode) && !S_ISLNK(s.st_mode))
      return added_.left_out.push_back(path);
    if (has_entry(to, name) || skip_(path)) return;
    if (S_ISREG(s.st_mode) ? copy_file(from, to, name, path)
                           : copy_link(from, to, name, path))
      added_.made.push_back(path);
  }

 private:
  void directory(int from, int to, const std::string& name,
                 const std::string& path, mode_t mode) {
    const Descriptor source(::openat(from, name.c_str(), kDirectory));
    if (!source) fail(path);
    if (has_entry(source.get(), ".git")) {
      added_.left_out.push_back(path);
      return;
    }
    const Descriptor target = enter(to, name, mode & 0777, path);
    if (!target) return added_.refused.push_back(path);
    for (const std::string& inner :
         names_in("/proc/self/fd/" + std::to_string(source.get())))
      entry(source.get(), target.get(), inner, path + "/" + inner);
  }

  const std::function<bool(const std::string&)>& skip_;
  Added& added_;
};

// The directory above `path` below `top`, made where it is missing; empty when
// something else is on the way.
Descriptor make_parent(const std::string& top, const std::string& path) {
  Descriptor at = open_top(top);
  const std::vector<std::string> parts = parts_of(path);
  for (std::size_t i = 0; at && i + 1 < parts.size(); ++i)
    at = enter(at.get(), parts[i], 0777, path);
  return at;
}

Descriptor find_parent(const std::string& top, const std::string& path) {
  Descriptor at = open_top(top);
  const std::vector<std::string> parts = parts_of(path);
  for (std::size_t i = 0; at && i + 1 < parts.size(); ++i)
    at = Descriptor(::openat(at.get(), parts[i].c_str(), kDirectory));
  return at;
}

}  // namespace

bool copy_absent(const std::string& from, const std::string& to,
                 const std::string& path,
                 const std::function<bool(const std::string&)>& skip,
                 Added& added) {
  const std::string name = parts_of(path).back();
  const Descriptor source = find_parent(from, path);
  if (!source || !has_entry(source.get(), name)) return false;
  if (skip(path)) return true;
  const Descriptor target = make_parent(to, path);
  if (target)
    Copy(skip, added).entry(source.get(), target.get(), name, path);
  else
    added.refused.push_back(path);
  return true;
}

void link_absent(const std::string& target, const std::string& to,
                 const std::string& path, Added& added) {
  const Descriptor parent = make_parent(to, path);
  if (!parent) return added.refused.push_back(path);
  const std::string name = parts_of(path).back();
  if (::symlinkat(target.c_str(), parent.get(), name.c_str()) == 0)
    added.made.push_back(path);
  else if (errno != EEXIST)
    throw io_error("cannot link '" + path + "'", errno);
}

}  // namespace orch::file
