// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// Files and locks. Paths are bytes. Every function throws Error{Io} unless it
// says otherwise. Small on purpose: hook programs link it.
namespace orch::file {

// Owns a file descriptor; -1 when empty.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept;
  ~Descriptor();

  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }
  int release() { return std::exchange(fd_, -1); }
  void reset();

 private:
  int fd_ = -1;
};

// The whole file; absent when it does not exist.
std::optional<std::string> find_contents(const std::string& path);

// The whole file; throws when it does not exist.
std::string load_contents(const std::string& path);

// Whether `path` is a file that holds `text`; false when there is none.
bool has_text(const std::string& path, std::string_view text);

// All of `fd` from its current position to its end.
std::string read_all(int fd);

// All of `bytes`; throws naming `what` when the file system refuses.
void write_all(int fd, std::string_view bytes, const std::string& what);

// Replaces `path` by a new file with mode 0600 (or `mode`): written without a
// name, synced, then put in its place. A reader sees the old or the new bytes,
// also after a crash. Killed between two system calls, or where files without
// names cannot be, it leaves `<path>.new-<pid>`.
void write_atomically(const std::string& path, std::string_view bytes,
                      mode_t mode = 0600);

// Writes a file that nobody else knows of, without syncing. False when there is
// one already, which stays.
bool create_file(const std::string& path, std::string_view bytes, mode_t mode);

// Paths of what killed writers of `path` left, for who holds the lock under
// which it is written: those who write now are among them.
std::vector<std::string> unfinished_of(const std::string& path);

// Removes these, and with them `path` itself.
void remove_unfinished(const std::string& path);
void remove_written(const std::string& path);

// Names in `directory` of what write_atomically left when it was killed: the
// writer does not exist and the file is a minute old. Sorted.
std::vector<std::string> abandoned_in(const std::string& directory);

bool exists(const std::string& path);  // follows no symbolic link
bool is_directory(const std::string& path);
bool is_empty_directory(const std::string& path);

// mkdir -p; every directory that it makes has mode 0700.
void make_private_directories(const std::string& path);
// mkdir -p with the usual mode.
void make_directories(const std::string& path);

// The target of a symbolic link; absent when `path` is not one.
std::optional<std::string> link_target(const std::string& path);

// The size of a regular file, through symbolic links; absent for anything else.
std::optional<std::int64_t> regular_size(const std::string& path);

// When it was last changed, milliseconds since 1970; 0 when it is absent.
std::int64_t modified_ms(const std::string& path);

// Removes a file; it may be absent.
void remove(const std::string& path);
// rm -r; it may be absent. Never follows a symbolic link.
void remove_tree(const std::string& path);

void rename(const std::string& from, const std::string& to);

// Makes the content of a file durable.
void sync_file(const std::string& path);
// Makes the entries of a directory durable (fsync(2) of the directory).
void sync_directory(const std::string& path);

// Names in a directory, sorted, without "." and ".."; none when it is absent.
std::vector<std::string> names_in(const std::string& directory);

std::string parent_of(const std::string& path);
std::string name_of(const std::string& path);
std::string join(const std::string& directory, const std::string& name);
// Absolute, without "." and ".." and doubled slashes; symbolic links resolved
// as far as the path exists.
std::string resolve(const std::string& path);
std::string current_directory();

// The program's own path (/proc/self/exe), for finding its siblings.
std::string own_program();

// A kernel lock (flock(2)) on a file that is created when absent, never
// truncated, never removed. Released when the object or the process ends; not
// inherited by programs that we start.
class Lock {
 public:
  enum class Mode { Shared, Exclusive };

  // Absent when somebody else holds it.
  static std::optional<Lock> try_take(const std::string& path, Mode mode);
  // Waits at most `timeout_ms`; throws Error{Contended} naming `what`.
  static Lock take(const std::string& path, Mode mode, int timeout_ms,
                   const std::string& what);

  int descriptor() const { return fd_.get(); }

 private:
  explicit Lock(Descriptor fd) : fd_(std::move(fd)) {}
  Descriptor fd_;
};

}  // namespace orch::file
