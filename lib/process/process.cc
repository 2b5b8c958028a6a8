// SPDX-License-Identifier: MIT
#include "process/process.h"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "error/error.h"
#include "file/file.h"

extern char** environ;

namespace orch::process {
namespace {

std::int64_t monotonic_ms() {
  timespec t{};
  clock_gettime(CLOCK_MONOTONIC, &t);
  return static_cast<std::int64_t>(t.tv_sec) * 1000 + t.tv_nsec / 1000000;
}

bool starts_with_any(std::string_view name,
                     std::initializer_list<std::string_view> prefixes) {
  return std::any_of(prefixes.begin(), prefixes.end(),
                     [&](std::string_view p) { return name.starts_with(p); });
}

bool keeps(std::string_view name, Environment keep) {
  if (name.starts_with("TMUX")) return false;
  // pre-commit sets it for the hook that it found, and refuses under it.
  if (name == "PRE_COMMIT_RUNNING_LEGACY") return false;
  if (name.starts_with("ORCH_"))
    return keep == Environment::ForGit || name.starts_with("ORCH_TEST_");
  if (!name.starts_with("GIT_")) return true;
  if (keep == Environment::ForAgent) return false;
  return starts_with_any(
      name, {"GIT_CONFIG", "GIT_CEILING_DIRECTORIES", "GIT_EXEC_PATH",
             "GIT_TEMPLATE_DIR", "GIT_SSH", "GIT_TRACE", "GIT_TERMINAL_PROMPT",
             "GIT_ASKPASS", "GIT_PAGER", "GIT_EDITOR"});
}

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

// The descriptor of the living Inheritance; -1: there is none.
int inheritance = -1;

// What the child does between fork and exec: only async-signal-safe calls.
struct ChildPlan {
  const char* path;
  char** argv;
  char** envp;
  const char* directory;  // null: stay
  int in, out, err;
  int inherited;  // -1: none
  bool own_session;
  bool dies_with_us;
};

[[noreturn]] void become(const ChildPlan& plan) {
  if (plan.own_session) ::setsid();
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

int wait_for(pid_t pid) {
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0)
    if (errno != EINTR) return 127;
  return status_of(status);
}

// One running child and the ends of its pipes.
struct Running {
  pid_t pid = -1;
  file::Descriptor in, out, err;
  file::Descriptor exit;  // pidfd: readable when the child has ended
  std::size_t written = 0;
  std::int64_t deadline = 0;  // 0: none
  bool terminated = false;
};

pid_t fork_and_exec(const Program& program, int in, int out, int err,
                    bool own_session) {
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
      own_session ? -1 : inheritance,
      own_session,
      program.dies_with_us};
  const pid_t pid = ::fork();
  if (pid == 0) become(plan);
  if (pid < 0) throw io_error("cannot start '" + program.argv[0] + "'", errno);
  return pid;
}

Running start(const Program& program) {
  Running r;
  Pipe in = make_pipe();
  if (program.inherit_output) {
    r.pid = fork_and_exec(program, in.read.get(), 1, 2, false);
  } else {
    Pipe out = make_pipe();
    Pipe err = make_pipe();
    r.pid = fork_and_exec(program, in.read.get(), out.write.get(),
                          err.write.get(), false);
    r.out = std::move(out.read);
    r.err = std::move(err.read);
  }
  if (r.pid < 0) {
    r.out.reset();
    r.err.reset();
    return r;
  }
  r.exit =
      file::Descriptor(static_cast<int>(::syscall(SYS_pidfd_open, r.pid, 0)));
  if (!r.exit) throw io_error("cannot watch a process", errno);
  if (!program.input.empty()) {
    ::fcntl(in.write.get(), F_SETFL, O_NONBLOCK);
    r.in = std::move(in.write);
  }
  if (program.timeout_ms > 0) r.deadline = monotonic_ms() + program.timeout_ms;
  return r;
}

// Reads what is there; closes `fd` at its end.
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

// One round of input and output; returns false when the child has ended. A
// grandchild that keeps the streams is not waited for.
bool pump(Running& r, const Program& program, Outcome& outcome) {
  std::array<pollfd, 4> fds{{{r.in.get(), POLLOUT, 0},
                             {r.out.get(), POLLIN, 0},
                             {r.err.get(), POLLIN, 0},
                             {r.exit.get(), POLLIN, 0}}};
  int wait = -1;
  if (r.deadline != 0)
    wait = static_cast<int>(
        std::max<std::int64_t>(0, r.deadline - monotonic_ms()));
  const int ready = ::poll(fds.data(), fds.size(), wait);
  if (ready == 0) {
    outcome.timed_out = true;
    ::kill(r.pid, r.terminated ? SIGKILL : SIGTERM);
    r.terminated = true;
    r.deadline = monotonic_ms() + 500;
    return true;
  }
  if (fds[0].revents != 0 && r.in) feed(r, program.input);
  if (fds[1].revents != 0 && r.out) drain(r.out, outcome.output);
  if (fds[2].revents != 0 && r.err) drain(r.err, outcome.errors);
  return fds[3].revents == 0;
}

// What the child wrote before it ended and nobody has read yet.
void drain_rest(file::Descriptor& fd, std::string& into) {
  if (!fd) return;
  ::fcntl(fd.get(), F_SETFL, O_NONBLOCK);
  std::size_t before = 0;
  do {
    before = into.size();
    drain(fd, into);
  } while (fd && into.size() > before);
}

// SIGPIPE from a child that closes its input early must not end us.
class IgnoredSigpipe {
 public:
  IgnoredSigpipe() : before_(::signal(SIGPIPE, SIG_IGN)) {}
  ~IgnoredSigpipe() { ::signal(SIGPIPE, before_); }
  IgnoredSigpipe(const IgnoredSigpipe&) = delete;
  IgnoredSigpipe& operator=(const IgnoredSigpipe&) = delete;

 private:
  void (*before_)(int);
};

Outcome finish(Running& r, const Program& program) {
  const IgnoredSigpipe quiet;
  Outcome outcome;
  if (r.pid < 0) {
    outcome.status = 127;
    outcome.errors = program.argv.at(0) + ": command not found";
    return outcome;
  }
  while (pump(r, program, outcome)) {
  }
  drain_rest(r.out, outcome.output);
  drain_rest(r.err, outcome.errors);
  outcome.status = wait_for(r.pid);
  return outcome;
}

}  // namespace

std::vector<std::string> environment_of(const Program& program) {
  std::vector<std::string> out;
  const auto replaced = [&](std::string_view name) {
    return std::any_of(program.environment.begin(), program.environment.end(),
                       [&](const auto& e) { return e.first == name; });
  };
  for (char** entry = environ; *entry; ++entry) {
    const std::string_view pair = *entry;
    const std::string_view name = pair.substr(0, pair.find('='));
    if (keeps(name, program.keep) && !replaced(name)) out.emplace_back(pair);
  }
  for (const auto& [name, value] : program.environment)
    out.push_back(name + "=" + value);
  return out;
}

std::optional<std::string> find_on_path(const std::string& name) {
  if (name.find('/') != std::string::npos)
    return ::access(name.c_str(), X_OK) == 0 ? std::optional(name)
                                             : std::nullopt;
  const char* path = std::getenv("PATH");
  std::string_view rest = path ? path : "/usr/local/bin:/usr/bin:/bin";
  while (true) {
    const std::size_t colon = rest.find(':');
    const std::string directory(rest.substr(0, colon));
    const std::string candidate =
        file::join(directory.empty() ? "." : directory, name);
    struct stat s {};
    if (::stat(candidate.c_str(), &s) == 0 && S_ISREG(s.st_mode) &&
        ::access(candidate.c_str(), X_OK) == 0)
      return candidate;
    if (colon == std::string_view::npos) return std::nullopt;
    rest.remove_prefix(colon + 1);
  }
}

Inheritance::Inheritance(int descriptor) { inheritance = descriptor; }
Inheritance::~Inheritance() { inheritance = -1; }

Outcome run(const Program& program) {
  Running r = start(program);
  return finish(r, program);
}

std::vector<Outcome> run_all(const std::vector<Program>& programs, int width) {
  std::vector<Outcome> outcomes(programs.size());
  const auto step = static_cast<std::size_t>(std::max(1, width));
  for (std::size_t i = 0; i < programs.size(); i += step) {
    const std::size_t end = std::min(programs.size(), i + step);
    std::vector<Running> running;
    for (std::size_t k = i; k < end; ++k) running.push_back(start(programs[k]));
    for (std::size_t k = i; k < end; ++k)
      outcomes[k] = finish(running[k - i], programs[k]);
  }
  return outcomes;
}

bool start_detached(const Program& program) {
  const file::Descriptor null(::open("/dev/null", O_RDWR | O_CLOEXEC));
  if (!null) return false;
  return fork_and_exec(program, null.get(), null.get(), null.get(), true) > 0;
}

}  // namespace orch::process
