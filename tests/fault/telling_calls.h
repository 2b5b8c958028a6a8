// SPDX-License-Identifier: MIT
#pragma once

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/types.h>

#include <algorithm>
#include <cstdint>
#include <iterator>

#include "fault/faulty_calls.h"

// At which system calls a kill can be told apart from a kill at the next one.
//
// A process that is killed as it enters a call leaves behind what its calls
// before that one have done. A call that changes nothing outside the process,
// and waits for nobody, therefore needs no kill of its own: the one at the next
// call leaves the same. Whatever is not known to be so counts.
namespace orch::test {

// Calls that look, or change what ends with the process; not fsync: before it
// may lie what a store has written and not yet told in its shared memory.
inline constexpr long kSilentCalls[] = {
    SYS_pread64,
    SYS_preadv,
    SYS_newfstatat,
    SYS_statx,
    SYS_fstat,
    SYS_statfs,
    SYS_fstatfs,
    SYS_faccessat,
    SYS_faccessat2,
    SYS_readlinkat,
    SYS_getdents64,
    SYS_lseek,
    SYS_close,
    SYS_close_range,
    SYS_dup,
    SYS_dup3,
    SYS_pipe2,
    SYS_socket,
    SYS_socketpair,
    SYS_epoll_create1,
    SYS_epoll_ctl,
    SYS_eventfd2,
    SYS_timerfd_create,
    SYS_inotify_init1,
    SYS_inotify_add_watch,
    SYS_memfd_create,
    SYS_pidfd_open,
    SYS_brk,
    SYS_mprotect,
    SYS_madvise,
    SYS_mremap,
    SYS_munmap,
    SYS_rt_sigaction,
    SYS_rt_sigprocmask,
    SYS_rt_sigreturn,
    SYS_sigaltstack,
    SYS_set_tid_address,
    SYS_set_robust_list,
    SYS_rseq,
    SYS_prlimit64,
    SYS_getrlimit,
    SYS_getrusage,
    SYS_getrandom,
    SYS_getpid,
    SYS_gettid,
    SYS_getppid,
    SYS_getpgid,
    SYS_getsid,
    SYS_getuid,
    SYS_geteuid,
    SYS_getgid,
    SYS_getegid,
    SYS_getgroups,
    SYS_getcwd,
    SYS_chdir,
    SYS_fchdir,
    SYS_umask,
    SYS_uname,
    SYS_sysinfo,
    SYS_times,
    SYS_clock_gettime,
    SYS_clock_getres,
    SYS_gettimeofday,
    SYS_sched_getaffinity,
    SYS_sched_yield,
    SYS_fadvise64,
    SYS_getsockname,
    SYS_getsockopt,
    SYS_setsockopt,
#ifdef SYS_open
    SYS_stat,
    SYS_lstat,
    SYS_access,
    SYS_readlink,
    SYS_pipe,
    SYS_dup2,
    SYS_getpgrp,
    SYS_arch_prctl,
    SYS_time,
#endif
};

inline bool is_silent_control(std::uint64_t command) {
  switch (command) {
    case F_GETFD:
    case F_SETFD:
    case F_GETFL:
    case F_GETLK:
    case F_OFD_GETLK:
    case F_DUPFD:
    case F_DUPFD_CLOEXEC:
      return true;
    default:
      return false;
  }
}

// Of a call that the process has just entered.
inline bool is_telling(pid_t process, std::uint64_t number,
                       const std::uint64_t* args) {
  switch (number) {
    case SYS_read:
    case SYS_readv:  // of anything else it may have waited
      return !is_file(target_of(process, args[0]));
    case SYS_openat:
      return (args[2] & (O_CREAT | O_TRUNC)) != 0 ||
             (args[2] & O_TMPFILE) == O_TMPFILE;
    case SYS_fcntl:
      return !is_silent_control(args[1]);
    case SYS_ioctl:
      return args[1] != TCGETS && args[1] != TIOCGWINSZ;
    case SYS_mmap:
      return (args[3] & MAP_TYPE) != MAP_PRIVATE &&
             (args[3] & MAP_ANONYMOUS) == 0;
    default:
      return std::find(std::begin(kSilentCalls), std::end(kSilentCalls),
                       static_cast<long>(number)) == std::end(kSilentCalls);
  }
}

}  // namespace orch::test
