// SPDX-License-Identifier: MIT
//
// kill-at N PROGRAM [ARGUMENT...]: runs a program and kills it with SIGKILL as
// it enters its Nth system call, whichever that is; its children are left
// alone. Ends as the program ended, with 128 + 9 when it was killed. With N = 0
// nothing is killed and the number of its system calls is the last line on
// standard output. (strace's when=N counts each kind of call by itself, so that
// it never kills at one that is made once.)
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

int status_of(int waited) {
  return WIFEXITED(waited) ? WEXITSTATUS(waited) : 128 + WTERMSIG(waited);
}

// Lets `child` run from one system call's entry or exit to the next.
int follow(pid_t child, long nth) {
  int waited = 0, signal = 0;
  long entered = 0;
  bool inside = false;
  while (true) {
    if (::ptrace(PTRACE_SYSCALL, child, nullptr, signal) != 0) return 126;
    if (::waitpid(child, &waited, 0) != child) return 126;
    if (!WIFSTOPPED(waited)) {
      if (nth == 0) printf("%ld\n", entered);
      return status_of(waited);
    }
    signal = WSTOPSIG(waited);
    if (signal == SIGTRAP) {  // an execve of its own
      signal = 0;
      continue;
    }
    if (signal != (SIGTRAP | 0x80)) continue;  // delivered with the next step
    signal = 0;
    inside = !inside;
    if (!inside || ++entered != nth) continue;
    ::kill(child, SIGKILL);
    ::waitpid(child, &waited, 0);
    return status_of(waited);
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    fprintf(stderr, "usage: kill-at N PROGRAM [ARGUMENT...]\n");
    return 125;
  }
  const pid_t child = ::fork();
  if (child == 0) {
    ::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr);
    ::execvp(argv[2], argv + 2);
    ::_exit(127);
  }
  int waited = 0;
  if (child < 0 || ::waitpid(child, &waited, 0) != child) return 126;
  if (!WIFSTOPPED(waited)) return status_of(waited);
  ::ptrace(PTRACE_SETOPTIONS, child, nullptr,
           PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL);
  return follow(child, ::atol(argv[1]));
}
