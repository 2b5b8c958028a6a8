// SPDX-License-Identifier: MIT
#include "spool/spool.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <ctime>

#include "error/error.h"
#include "file/file.h"

namespace orch::spool {
namespace {

// A writer meets a folder once or twice; more often only while somebody keeps
// the live file locked.
constexpr int kAttempts = 20;
// How long a folder waits for a writer to end, which takes well below a
// millisecond unless the writer was stopped in the middle.
constexpr int kWriterMs = 1000;

std::string directory_of(const std::string& orch_dir) {
  return orch_dir + "/spool";
}

std::string live_file(const std::string& orch_dir) {
  return directory_of(orch_dir) + "/events";
}

bool is_named(int fd, const std::string& path) {
  struct stat open_file {
  }, named{};
  return ::fstat(fd, &open_file) == 0 && ::stat(path.c_str(), &named) == 0 &&
         open_file.st_ino == named.st_ino && open_file.st_dev == named.st_dev;
}

// The live file, opened to append and locked against being set aside. Absent
// when it cannot be had without waiting: git waits for us.
std::optional<file::Descriptor> open_live(const std::string& orch_dir) {
  const std::string path = live_file(orch_dir);
  constexpr int kFlags =
      O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    file::Descriptor fd(::open(path.c_str(), kFlags));
    if (!fd && errno == ENOENT) {
      // Not the state directory itself: it may just have been removed.
      ::mkdir(directory_of(orch_dir).c_str(), 0700);
      fd = file::Descriptor(::open(path.c_str(), kFlags | O_CREAT, 0600));
      if (fd) file::sync_directory(directory_of(orch_dir));
    }
    if (!fd) throw io_error("cannot open spool '" + path + "'", errno);
    if (::flock(fd.get(), LOCK_SH | LOCK_NB) != 0) {
      if (errno == EWOULDBLOCK || errno == EINTR) continue;
      throw io_error("cannot lock spool '" + path + "'", errno);
    }
    // A folder may have set the file aside between open and lock.
    if (is_named(fd.get(), path)) return fd;
  }
  return std::nullopt;
}

// `.new-`: not whole yet (file::write_atomically).
bool is_set_aside(const std::string& name) {
  return (name.starts_with("fold-") || name.starts_with("next-")) &&
         name.find(".new-") == std::string::npos;
}

std::string random_name(const char* prefix) {
  std::uint64_t n = 0;
  while (::getrandom(&n, sizeof n, 0) != sizeof n) {
  }
  char buffer[32];
  ::snprintf(buffer, sizeof buffer, "%s%016llx", prefix,
             static_cast<unsigned long long>(n));
  return buffer;
}

// Exchanges the live file with an empty one: there is no moment at which a
// writer finds none, so writers never have to create (and sync) the directory
// entry themselves.
void exchange_live(const std::string& orch_dir) {
  const std::string directory = directory_of(orch_dir);
  const std::string live = live_file(orch_dir);
  const std::string fresh = file::join(directory, random_name("next-"));
  const file::Descriptor fd(
      ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!fd) throw io_error("cannot write '" + fresh + "'", errno);
  // Its name must be durable before a writer can sync a record into it.
  file::sync_directory(directory);
  if (::syscall(SYS_renameat2, AT_FDCWD, fresh.c_str(), AT_FDCWD, live.c_str(),
                RENAME_EXCHANGE) != 0) {
    // Some file systems cannot exchange; then a plain rename aside, and the
    // next writer creates the file.
    file::remove(fresh);
    file::rename(live, file::join(directory, random_name("fold-")));
  }
  file::sync_directory(directory);
}

// Absent when a writer that had locked the file before it was set aside does
// not end.
std::optional<file::Lock> wait_for_writers(const std::string& path) {
  try {
    return file::Lock::take(path, file::Lock::Mode::Exclusive, kWriterMs,
                            "a hook that writes");
  } catch (const Error& e) {
    if (e.code() != ErrorCode::Contended) throw;
    return std::nullopt;
  }
}

Batch read_batch(const std::string& path) {
  const file::Descriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) throw io_error("cannot open spool '" + path + "'", errno);
  const auto nobody_writes = wait_for_writers(path);
  event::Decoded decoded = event::decode(file::read_all(fd.get()));
  if (!nobody_writes) return {path, std::move(decoded.records), "", true};
  return {path, std::move(decoded.records), std::move(decoded.torn)};
}

std::size_t size_of(const std::string& path) {
  struct stat s {};
  return ::stat(path.c_str(), &s) == 0 ? static_cast<std::size_t>(s.st_size)
                                       : 0;
}

std::int64_t wall_clock_ms() {
  if (const char* fixed = std::getenv("ORCH_TEST_NOW"))
    return std::strtoll(fixed, nullptr, 10);
  timespec t{};
  ::clock_gettime(CLOCK_REALTIME, &t);
  return static_cast<std::int64_t>(t.tv_sec) * 1000 + t.tv_nsec / 1000000;
}

}  // namespace

event::Record new_record(
    std::string_view kind,
    std::vector<std::pair<std::string, std::string>> fields) {
  event::Record record;
  record.id.resize(16);
  while (::getrandom(record.id.data(), 16, 0) != 16) {
  }
  record.kind = kind;
  record.at = wall_clock_ms();
  record.fields = std::move(fields);
  return record;
}

Written write(const std::string& orch_dir, const event::Record& record) {
  const std::string bytes = event::encode(record);
  auto fd = open_live(orch_dir);
  if (!fd) {
    // A file of its own, as if it had been set aside already.
    file::write_atomically(
        file::join(directory_of(orch_dir), random_name("fold-")), bytes);
    return Written(file::Descriptor());
  }
  // One write: O_APPEND keeps the records of concurrent writers whole. A short
  // write (a full disk) leaves a torn record; the reader resynchronises behind
  // it, so that it hides nothing that others append later.
  const ssize_t written = ::write(fd->get(), bytes.data(), bytes.size());
  if (written != static_cast<ssize_t>(bytes.size()))
    throw io_error("cannot write spool", written < 0 ? errno : ENOSPC);
  // From here on a folder may take it.
  ::flock(fd->get(), LOCK_UN);
  return Written(*std::move(fd));
}

void Written::sync() const {
  if (fd_ && ::fdatasync(fd_.get()) != 0)
    throw io_error("cannot sync spool", errno);
}

void append(const std::string& orch_dir, const event::Record& record) {
  write(orch_dir, record).sync();
}

bool is_empty(const std::string& orch_dir) {
  return pending_bytes(orch_dir) == 0;
}

std::size_t pending_bytes(const std::string& orch_dir) {
  std::size_t bytes = size_of(live_file(orch_dir));
  const std::string directory = directory_of(orch_dir);
  for (const std::string& name : file::names_in(directory))
    if (is_set_aside(name)) bytes += size_of(file::join(directory, name));
  return bytes;
}

std::size_t count_records(const std::string& orch_dir) {
  const auto count_in = [](const std::string& path) {
    const auto bytes = file::find_contents(path);
    return bytes ? event::decode(*bytes).records.size() : 0;
  };
  std::size_t records = count_in(live_file(orch_dir));
  const std::string directory = directory_of(orch_dir);
  for (const std::string& name : file::names_in(directory))
    if (is_set_aside(name)) records += count_in(file::join(directory, name));
  return records;
}

std::vector<Batch> set_aside(const std::string& orch_dir) {
  const std::string directory = directory_of(orch_dir);
  if (size_of(live_file(orch_dir)) > 0) exchange_live(orch_dir);
  std::vector<Batch> batches;
  for (const std::string& name : file::names_in(directory)) {
    if (!is_set_aside(name)) continue;
    batches.push_back(read_batch(file::join(directory, name)));
  }
  return batches;
}

void discard(const std::string& orch_dir, const Batch& batch) {
  if (batch.in_use) return;
  if (!batch.torn.empty())
    file::write_atomically(
        file::join(directory_of(orch_dir), random_name("torn-")), batch.torn);
  file::remove(batch.path);
}

std::string fold_lock_path(const std::string& orch_dir) {
  return directory_of(orch_dir) + "/fold.lock";
}

}  // namespace orch::spool
