// SPDX-License-Identifier: MIT
#include "process/child.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "error/error.h"
#include "process/signal.h"

namespace orch::process {
namespace {

struct Pipe {
  file::Descriptor read, write;
};

Pipe make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0)
    throw io_error("cannot make a pipe", errno);
  return {file::Descriptor(ends[0]), file::Descriptor(ends[1])};
}

// argv or envp for execve; `strings` must outlive it.
std::vector<char*> pointers(const std::vector<std::string>& strings) {
  std::vector<char*> out;
  out.reserve(strings.size() + 1);
  for (const std::string& s : strings)
    out.push_back(const_cast<char*>(s.data()));
  out.push_back(nullptr);
  return out;
}

// What the child does between fork and exec: only async-signal-safe calls.
struct ChildPlan {
  const char* path;
  char** argv;
  char** envp;
  const char* directory;  // null: stay
  int in, out, err;
  int inherited;  // -1: none
  Place place;
  bool dies_with_us;
};

[[noreturn]] void become(const ChildPlan& plan) {
  if (plan.place == Place::Session) ::setsid();
  if (plan.place == Place::Group) ::setpgid(0, 0);
  if (plan.dies_with_us) ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::signal(SIGPIPE, SIG_DFL);
  // Move the ends out of the way of 0, 1 and 2 first, in case they are there.
  const int in = ::fcntl(plan.in, F_DUPFD, 10);
  const int out = ::fcntl(plan.out, F_DUPFD, 10);
  const int err = ::fcntl(plan.err, F_DUPFD, 10);
  const int inherited =
      plan.inherited < 0 ? -1 : ::fcntl(plan.inherited, F_DUPFD, 10);
  ::dup2(in, 0);
  ::dup2(out, 1);
  ::dup2(err, 2);
  if (inherited >= 0) ::dup2(inherited, 3);
  ::syscall(SYS_close_range, inherited < 0 ? 3U : 4U, ~0U, 0U);
  if (plan.directory && ::chdir(plan.directory) != 0) ::_exit(127);
  ::execve(plan.path, plan.argv, plan.envp);
  ::_exit(127);
}

int status_of(int wait_status) {
  if (WIFEXITED(wait_status)) return WEXITSTATUS(wait_status);
  return 128 + WTERMSIG(wait_status);
}

}  // namespace

int inheritance = -1;

std::int64_t monotonic_ms() {
  timespec t{};
  clock_gettime(CLOCK_MONOTONIC, &t);
  return static_cast<std::int64_t>(t.tv_sec) * 1000 + t.tv_nsec / 1000000;
}

int wait_for(pid_t pid) {
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0)
    if (errno != EINTR) return 127;
  return status_of(status);
}

pid_t fork_and_exec(const Program& program, int in, int out, int err,
                    Place place) {
  const auto path = find_on_path(program.argv.at(0));
  if (!path) return -1;
  const std::vector<std::string> env = environment_of(program);
  std::vector<char*> argv = pointers(program.argv);
  std::vector<char*> envp = pointers(env);
  const ChildPlan plan{
      path->c_str(),
      argv.data(),
      envp.data(),
      program.directory.empty() ? nullptr : program.directory.c_str(),
      in,
      out,
      err,
      place == Place::Session ? -1 : inheritance,
      place,
      program.dies_with_us};
  const pid_t pid = ::fork();
  if (pid == 0) become(plan);
  if (pid < 0) throw io_error("cannot start '" + program.argv[0] + "'", errno);
  return pid;
}

Running start(const Program& program, Place place) {
  Running r;
  Pipe in = make_pipe();
  if (program.inherit_output) {
    r.pid = fork_and_exec(program, in.read.get(), 1, 2, place);
  } else {
    Pipe out = make_pipe();
    Pipe err = make_pipe();
    r.pid = fork_and_exec(program, in.read.get(), out.write.get(),
                          err.write.get(), place);
    r.out = std::move(out.read);
    r.err = std::move(err.read);
  }
  // Both do it, since either may come first.
  if (r.pid > 0 && place == Place::Group) ::setpgid(r.pid, r.pid);
  if (r.pid < 0) {
    r.out.reset();
    r.err.reset();
    return r;
  }
  r.exit =
      file::Descriptor(static_cast<int>(::syscall(SYS_pidfd_open, r.pid, 0)));
  if (!r.exit) {
    const int error = errno;
    // It may not be at the head of a group yet.
    if (place != Place::WithUs) send_signal_to_group(r.pid, SIGKILL);
    send_signal(r.pid, SIGKILL);
    wait_for(r.pid);
    throw io_error("cannot watch a process", error);
  }
  if (!program.input.empty()) {
    ::fcntl(in.write.get(), F_SETFL, O_NONBLOCK);
    r.in = std::move(in.write);
  }
  if (program.timeout_ms > 0) r.deadline = monotonic_ms() + program.timeout_ms;
  return r;
}

void drain(file::Descriptor& fd, std::string& into) {
  std::array<char, 65536> buffer;
  const ssize_t n = ::read(fd.get(), buffer.data(), buffer.size());
  if (n > 0)
    into.append(buffer.data(), static_cast<std::size_t>(n));
  else if (n == 0 || (errno != EINTR && errno != EAGAIN))
    fd.reset();
}

void feed(Running& r, const std::string& input) {
  const ssize_t n =
      ::write(r.in.get(), input.data() + r.written, input.size() - r.written);
  if (n > 0) r.written += static_cast<std::size_t>(n);
  const bool refused = n < 0 && errno != EAGAIN && errno != EINTR;
  if (refused || r.written == input.size()) r.in.reset();
}

void drain_rest(file::Descriptor& fd, std::string& into) {
  if (!fd) return;
  ::fcntl(fd.get(), F_SETFL, O_NONBLOCK);
  std::size_t before = 0;
  do {
    before = into.size();
    drain(fd, into);
  } while (fd && into.size() > before);
}

}  // namespace orch::process
