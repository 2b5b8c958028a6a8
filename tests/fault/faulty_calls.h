// SPDX-License-Identifier: MIT
#pragma once

#include <errno.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cstdint>
#include <string>

// Which system call can fail with which error in reality, by the manual pages
// and by what its file is. Calls whose failure has effects of its own (close,
// which gives the descriptor up all the same) are left out.
namespace orch::test {

enum Can : unsigned { kEio = 1, kEnospc = 2, kEmfile = 4, kEintr = 8 };

// What of a call has to be looked at.
enum class Of {
  Nothing,
  File,    // argument 0 is a descriptor of a file on a disk
  Stream,  // argument 0 is a pipe, a socket or a terminal
  Either,  // a file for EIO and ENOSPC, a stream for EINTR
  Path,    // argument 0 is a path on a disk
  PathAt,  // argument 1 is one
  Open,    // PathAt, with flags behind it
  Control  // fcntl
};

struct FaultyCall {
  long number;
  const char* name;
  unsigned can;
  Of of;
};

#define ORCH_CALL(name, can, of) \
  { SYS_##name, #name, can, Of::of }
inline constexpr FaultyCall kFaultyCalls[] = {
    ORCH_CALL(read, kEio | kEintr, Either),
    ORCH_CALL(readv, kEio | kEintr, Either),
    ORCH_CALL(pread64, kEio, File),
    ORCH_CALL(write, kEio | kEnospc | kEintr, Either),
    ORCH_CALL(writev, kEio | kEnospc | kEintr, Either),
    ORCH_CALL(pwrite64, kEio | kEnospc, File),
    ORCH_CALL(sendfile, kEio | kEnospc, File),
    ORCH_CALL(copy_file_range, kEio | kEnospc, Nothing),
    ORCH_CALL(fsync, kEio | kEnospc, File),
    ORCH_CALL(fdatasync, kEio | kEnospc, File),
    ORCH_CALL(ftruncate, kEio | kEnospc, File),
    ORCH_CALL(fallocate, kEio | kEnospc, File),
    ORCH_CALL(getdents64, kEio, File),
    ORCH_CALL(openat, kEio | kEnospc | kEmfile, Open),
    ORCH_CALL(newfstatat, kEio, PathAt),
    ORCH_CALL(statx, kEio, PathAt),
    ORCH_CALL(faccessat, kEio, PathAt),
    ORCH_CALL(faccessat2, kEio, PathAt),
    ORCH_CALL(readlinkat, kEio, PathAt),
    ORCH_CALL(mkdirat, kEio | kEnospc, PathAt),
    ORCH_CALL(unlinkat, kEio, PathAt),
    ORCH_CALL(renameat, kEio | kEnospc, PathAt),
    ORCH_CALL(renameat2, kEio | kEnospc, PathAt),
    ORCH_CALL(linkat, kEio | kEnospc, PathAt),
    ORCH_CALL(symlinkat, kEio | kEnospc, Nothing),
    ORCH_CALL(fchmodat, kEio, PathAt),
#ifdef SYS_open
    ORCH_CALL(stat, kEio, Path),
    ORCH_CALL(lstat, kEio, Path),
    ORCH_CALL(access, kEio, Path),
    ORCH_CALL(readlink, kEio, Path),
    ORCH_CALL(mkdir, kEio | kEnospc, Path),
    ORCH_CALL(rmdir, kEio, Path),
    ORCH_CALL(unlink, kEio, Path),
    ORCH_CALL(rename, kEio | kEnospc, Path),
    ORCH_CALL(link, kEio | kEnospc, Path),
    ORCH_CALL(symlink, kEio | kEnospc, Nothing),
    ORCH_CALL(chmod, kEio, Path),
    ORCH_CALL(pipe, kEmfile, Nothing),
    ORCH_CALL(poll, kEintr, Nothing),
    ORCH_CALL(select, kEintr, Nothing),
    ORCH_CALL(epoll_wait, kEintr, Nothing),
    ORCH_CALL(accept, kEmfile | kEintr, Nothing),
#endif
    ORCH_CALL(socket, kEmfile, Nothing),
    ORCH_CALL(socketpair, kEmfile, Nothing),
    ORCH_CALL(pipe2, kEmfile, Nothing),
    ORCH_CALL(dup, kEmfile, Nothing),
    ORCH_CALL(epoll_create1, kEmfile, Nothing),
    ORCH_CALL(inotify_init1, kEmfile, Nothing),
    ORCH_CALL(inotify_add_watch, kEnospc, Nothing),
    ORCH_CALL(eventfd2, kEmfile, Nothing),
    ORCH_CALL(memfd_create, kEmfile, Nothing),
    ORCH_CALL(pidfd_open, kEmfile, Nothing),
    ORCH_CALL(accept4, kEmfile | kEintr, Nothing),
    ORCH_CALL(connect, kEintr, Nothing),
    ORCH_CALL(sendto, kEintr, Nothing),
    ORCH_CALL(sendmsg, kEintr, Nothing),
    ORCH_CALL(recvfrom, kEintr, Nothing),
    ORCH_CALL(recvmsg, kEintr, Nothing),
    ORCH_CALL(wait4, kEintr, Nothing),
    ORCH_CALL(waitid, kEintr, Nothing),
    ORCH_CALL(ppoll, kEintr, Nothing),
    ORCH_CALL(pselect6, kEintr, Nothing),
    ORCH_CALL(epoll_pwait, kEintr, Nothing),
    ORCH_CALL(flock, kEintr, Nothing),
    ORCH_CALL(nanosleep, kEintr, Nothing),
    ORCH_CALL(clock_nanosleep, kEintr, Nothing),
    ORCH_CALL(fcntl, kEmfile | kEintr, Control),
};
#undef ORCH_CALL

inline const FaultyCall* find_call(std::uint64_t number) {
  for (const FaultyCall& call : kFaultyCalls)
    if (static_cast<std::uint64_t>(call.number) == number) return &call;
  return nullptr;
}

// The string at `address` of that process; empty when there is none.
inline std::string string_at(pid_t process, std::uint64_t address) {
  std::string out;
  char part[256];
  while (out.size() < 4096) {
    // Not over the end of a page, behind which there may be nothing.
    const std::size_t size =
        std::min(sizeof part, 4096 - static_cast<std::size_t>(address % 4096));
    // A system call has numbers. NOLINTNEXTLINE(performance-no-int-to-ptr)
    iovec here{part, size}, there{reinterpret_cast<void*>(address), size};
    const ssize_t n = ::process_vm_readv(process, &here, 1, &there, 1, 0);
    if (n <= 0) return {};
    for (ssize_t i = 0; i < n; ++i) {
      if (part[i] == 0) return out;
      out += part[i];
    }
    address += static_cast<std::uint64_t>(n);
  }
  return out;
}

inline bool is_on_a_disk(const std::string& path) {
  for (const char* apart : {"/proc/", "/dev/", "/sys/"})
    if (path.starts_with(apart)) return false;
  return !path.empty();
}

// What the descriptor is: a path, or "pipe:[7]", "socket:[7]" …
inline std::string target_of(pid_t process, std::uint64_t descriptor) {
  char target[4096];
  const std::string link = "/proc/" + std::to_string(process) + "/fd/" +
                           std::to_string(static_cast<int>(descriptor));
  const ssize_t n = ::readlink(link.c_str(), target, sizeof target);
  return n > 0 ? std::string(target, static_cast<std::size_t>(n)) : "";
}

inline bool is_file(const std::string& target) {
  return target.starts_with("/") && is_on_a_disk(target) &&
         !target.starts_with("/memfd:");
}

inline bool is_stream(const std::string& target) {
  return target.starts_with("pipe:") || target.starts_with("socket:") ||
         target.starts_with("/dev/pts/");
}

// Whether something lies there, as that process sees it.
inline bool exists_for(pid_t process, std::uint64_t directory,
                       const std::string& path) {
  std::string at = "/proc/" + std::to_string(process);
  if (path.starts_with("/"))
    at += "/root";
  else if (static_cast<int>(directory) == AT_FDCWD)
    at += "/cwd/";
  else
    at += "/fd/" + std::to_string(static_cast<int>(directory)) + "/";
  return ::access((at + path).c_str(), F_OK) == 0;
}

// Whether that call, which the process has just entered, can fail so; `what` is
// then what it is about.
inline bool can_fail(pid_t process, const FaultyCall& call, Can fault,
                     const std::uint64_t* args, std::string& what) {
  if ((call.can & fault) == 0) return false;
  switch (call.of) {
    case Of::Nothing:
      return true;
    case Of::Control:
      return fault == kEmfile ? args[1] == F_DUPFD || args[1] == F_DUPFD_CLOEXEC
                              : args[1] == F_SETLKW || args[1] == F_OFD_SETLKW;
    case Of::File:
    case Of::Stream:
    case Of::Either:
      what = target_of(process, args[0]);
      return fault == kEintr ? is_stream(what) : is_file(what);
    case Of::Path:
      what = string_at(process, args[0]);
      return is_on_a_disk(what);
    case Of::PathAt:
      what = string_at(process, args[1]);
      return is_on_a_disk(what);
    case Of::Open:
      what = string_at(process, args[1]);
      if (fault == kEmfile) return true;
      if (!is_on_a_disk(what)) return false;
      return fault != kEnospc ||
             ((args[2] & O_CREAT) != 0 && !exists_for(process, args[0], what));
  }
  return false;
}

}  // namespace orch::test
