// SPDX-License-Identifier: MIT
//
// fault-at [--children] [--report FILE] FAULT N PROGRAM [ARGUMENT...]: runs a
// program and, as it enters its Nth system call, kills it (FAULT is `kill`), or
// makes the Nth that can fail with that error fail (`EIO`, `ENOSPC`, `EMFILE`,
// `EINTR`): it is not made. `kill-apart` kills it at the Nth of the calls at
// which that leaves something else than a kill at the next one
// (telling_calls.h). Its threads count; its children only with --children. Ends
// as the program ended, with 128 + 9 when it was killed. With N = 0 nothing
// happens to it. FILE then has one line: 1 or 0, whether the fault came; how
// many such calls there were until then; which call it was and about what.
// `count` is no fault: the line has how many calls each fault could have come
// at, in the order above. (strace's when=N counts each kind of call by itself,
// so that it never comes to one that is made once.)
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <string>

#include "fault/faulty_calls.h"
#include "fault/telling_calls.h"
#ifdef __aarch64__
#include <linux/elf.h>
#endif

namespace orch::test {
namespace {

struct Plan {
  bool kills = false;
  bool apart = false;  // of its kills, those that can be told apart
  bool counts = false;
  Can fault = kEio;
  int error = 0;
  long nth = 0;
  bool children = false;
};

struct Report {
  bool fired = false;
  long calls = 0;
  std::string call, what;
  long of_each[6] = {};  // kill, EIO, ENOSPC, EMFILE, EINTR, kill-apart
};

int status_of(int waited) {
  return WIFEXITED(waited) ? WEXITSTATUS(waited) : 128 + WTERMSIG(waited);
}

// Of a process that has just entered a call: none is made.
void leave_out(pid_t process) {
#if defined(__x86_64__)
  ::ptrace(PTRACE_POKEUSER, process, offsetof(user_regs_struct, orig_rax), -1L);
#elif defined(__aarch64__)
  int none = -1;
  iovec value{&none, sizeof none};
  ::ptrace(PTRACE_SETREGSET, process, NT_ARM_SYSTEM_CALL, &value);
#else
#error "which register has the number of a system call?"
#endif
}

// Of a process that is about to come back from a call.
void set_result(pid_t process, long result) {
#if defined(__x86_64__)
  ::ptrace(PTRACE_POKEUSER, process, offsetof(user_regs_struct, rax), result);
#elif defined(__aarch64__)
  user_regs_struct registers{};
  iovec value{&registers, sizeof registers};
  ::ptrace(PTRACE_GETREGSET, process, NT_PRSTATUS, &value);
  registers.regs[0] = static_cast<unsigned long long>(result);
  ::ptrace(PTRACE_SETREGSET, process, NT_PRSTATUS, &value);
#endif
}

class Tracer {
 public:
  Tracer(const Plan& plan, pid_t program) : plan_(plan), program_(program) {}

  // How the program ended.
  int follow() {
    int waited = 0;
    while (true) {
      const pid_t process = ::waitpid(-1, &waited, __WALL);
      if (process < 0) return 126;
      if (!WIFSTOPPED(waited)) {
        if (process == program_) return status_of(waited);
        continue;
      }
      step(process, waited);
    }
  }
  const Report& report() const { return report_; }

 private:
  void step(pid_t process, int waited) {
    int signal = WSTOPSIG(waited);
    if (const int event = waited >> 16; event != 0) {
      has_begun_ = has_begun_ || event == PTRACE_EVENT_EXEC;
      signal = 0;  // of ptrace's own
    } else if (signal == (SIGTRAP | 0x80)) {
      signal = 0;
      if (has_begun_) at_call(process);
    }
    resume(process, signal);
  }

  void resume(pid_t process, int signal) const {
    const bool leaves = report_.fired && process != failing_;
    ::ptrace(leaves ? PTRACE_DETACH : PTRACE_SYSCALL, process, nullptr, signal);
  }

  void at_call(pid_t process) {
    __ptrace_syscall_info info{};
    ::ptrace(PTRACE_GET_SYSCALL_INFO, process, sizeof info, &info);
    if (process == failing_ && info.op == PTRACE_SYSCALL_INFO_EXIT) {
      set_result(process, -plan_.error);
      failing_ = 0;
    }
    if (info.op != PTRACE_SYSCALL_INFO_ENTRY || report_.fired) return;
    const FaultyCall* const call = find_call(info.entry.nr);
    const auto* const args =
        reinterpret_cast<const std::uint64_t*>(info.entry.args);
    std::string what;
    if (plan_.counts) return count(process, call, info.entry.nr, args);
    if (plan_.apart && !is_telling(process, info.entry.nr, args)) return;
    if (!plan_.kills &&
        (!call || !can_fail(process, *call, plan_.fault, args, what)))
      return;
    if (++report_.calls != plan_.nth) return;
    report_.fired = true;
    report_.call = call ? call->name : std::to_string(info.entry.nr);
    report_.what = what;
    if (plan_.kills) {
      ::kill(process, SIGKILL);
      return;
    }
    leave_out(process);
    failing_ = process;
  }

  void count(pid_t process, const FaultyCall* call, std::uint64_t number,
             const std::uint64_t* args) {
    std::string what;
    ++report_.of_each[0];
    for (int i = 0; call && i < 4; ++i)
      if (can_fail(process, *call, static_cast<Can>(1 << i), args, what))
        ++report_.of_each[i + 1];
    if (is_telling(process, number, args)) ++report_.of_each[5];
  }

  Plan plan_;
  pid_t program_;
  pid_t failing_ = 0;       // between the two ends of the call that fails
  bool has_begun_ = false;  // it is the program, and no longer we
  Report report_;
};

bool read_fault(const std::string& name, Plan& plan) {
  const struct {
    const char* name;
    Can can;
    int error;
  } kErrors[] = {{"EIO", kEio, EIO},
                 {"ENOSPC", kEnospc, ENOSPC},
                 {"EMFILE", kEmfile, EMFILE},
                 {"EINTR", kEintr, EINTR}};
  plan.apart = name == "kill-apart";
  plan.kills = name == "kill" || plan.apart;
  plan.counts = name == "count";
  for (const auto& known : kErrors)
    if (name == known.name) {
      plan.fault = known.can;
      plan.error = known.error;
      return true;
    }
  return plan.kills || plan.counts;
}

int run(const Plan& plan, const char* report, char** argv) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::raise(SIGSTOP);
    ::execvp(argv[0], argv);
    ::_exit(127);
  }
  int waited = 0;
  if (child < 0 || ::waitpid(child, &waited, WUNTRACED) != child) return 126;
  if (!WIFSTOPPED(waited)) return status_of(waited);
  long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE;
  // What its children start outlives them, and us.
  options |= plan.children
                 ? PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACEEXEC
                 : PTRACE_O_EXITKILL | PTRACE_O_TRACEEXEC;
  // And not as PTRACE_TRACEME has it: what has just been born when we end would
  // stay stopped for ever.
  if (::ptrace(PTRACE_SEIZE, child, nullptr, options) != 0) return 126;
  ::kill(child, SIGCONT);
  Tracer tracer(plan, child);
  const int status = tracer.follow();
  if (report) {
    FILE* const file = ::fopen(report, "w");
    if (!file) return 126;
    const Report& r = tracer.report();
    if (plan.counts)
      for (const long n : r.of_each) fprintf(file, "%ld ", n);
    else
      fprintf(file, "%d %ld %s %s\n", r.fired ? 1 : 0, r.calls, r.call.c_str(),
              r.what.c_str());
    ::fclose(file);
  }
  return status;
}

}  // namespace
}  // namespace orch::test

int main(int argc, char** argv) {
  orch::test::Plan plan;
  const char* report = nullptr;
  int i = 1;
  for (; i < argc && argv[i][0] == '-'; ++i) {
    if (::strcmp(argv[i], "--children") == 0)
      plan.children = true;
    else if (::strcmp(argv[i], "--report") == 0 && i + 1 < argc)
      report = argv[++i];
    else
      break;
  }
  if (argc - i < 3 || !orch::test::read_fault(argv[i], plan)) {
    fprintf(stderr,
            "usage: fault-at [--children] [--report FILE] "
            "kill|kill-apart|EIO|ENOSPC|EMFILE|EINTR|count N PROGRAM "
            "[ARGUMENT...]\n");
    return 125;
  }
  plan.nth = ::atol(argv[i + 1]);
  return orch::test::run(plan, report, argv + i + 2);
}
