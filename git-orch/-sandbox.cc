// SPDX-License-Identifier: MIT
//
// Both sides of an agent's sandbox (lib/sandbox/sandbox.h):
//   git-orch--sandbox run <settings>            outside: walls, socket, agent
//   git-orch--sandbox enter <settings> (adopt|stay)  inside, before the agent
//   git-orch--sandbox upload-pack <settings> <clone>  what a fetch talks to
// Called as a hook of git (post-commit …) inside, it has the branch taken over.
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <exception>

#include "agent/agent.h"
#include "broker/broker.h"
#include "broker/calls.h"
#include "doorbell/doorbell.h"
#include "error/error.h"
#include "event/record.h"
#include "file/file.h"
#include "git/git.h"
#include "hook/fold.h"
#include "installation/installation.h"
#include "intake/intake.h"
#include "process/process.h"
#include "process/signal.h"
#include "sandbox/sandbox.h"
#include "text/text.h"

namespace {

using orch::broker::Answer;
using orch::broker::Door;
using orch::file::Descriptor;
using orch::sandbox::Settings;

// At a time; nobody needs as many.
constexpr int kMostCalls = 64;

[[noreturn]] void become(const std::vector<std::string>& argv) {
  std::vector<char*> pointers;
  for (const std::string& arg : argv)
    pointers.push_back(const_cast<char*>(arg.c_str()));
  pointers.push_back(nullptr);
  ::execvp(pointers[0], pointers.data());
  std::fprintf(stderr, "orch: cannot start '%s': %s\n",
               orch::text::printable(argv[0]).c_str(),
               errno == ENOENT ? "command not found" : "cannot be run");
  ::_exit(errno == ENOENT ? 127 : 126);
}

// The repository, the store and the agent of a sandbox, from outside.
struct Outside {
  explicit Outside(const Settings& s)
      : repository(orch::repository::require_at(s.worktree)),
        store(orch::hook::open_store(repository)) {
    const auto row = orch::store::find_agent(store, s.agent);
    if (!row)
      throw orch::Error(orch::ErrorCode::UnknownName,
                        "the agent of this sandbox is gone");
    agent = *row;
  }
  orch::repository::Repository repository;
  orch::store::Store store;
  orch::store::Agent agent;
};

// What the agent has committed until now. A clone that cannot be read is the
// agent's own doing, and said to it; what was said before, only when asked for.
enum class Say { All, New };
bool take_over(const Settings& s, Say say, std::string* told) {
  try {
    Outside outside(s);
    const auto taken = orch::intake::take_over(outside.repository,
                                               outside.store, outside.agent, s);
    if (say == Say::All || taken.is_new) *told = orch::intake::tell(taken, s);
    return true;
  } catch (const std::exception& e) {
    *told = std::string("warning: orch: what you committed stays here: ") +
            orch::text::printable(e.what()) + "\n";
    return false;
  }
}

// What is done for the agent ends with it: nothing of it acts in nobody's name.
void end_with(pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(orch::kFatal);
}

// Behind the connection of one call: the agent's own verb, on its streams, in
// its worktree, as a descendant of the agent's process.
int run_outside(const Settings& s, const orch::broker::Caller& caller) {
  for (int i = 0; i < 3; ++i) ::dup2(caller.streams[i].get(), i);
  const auto fault = orch::broker::refusal_of(caller.request);
  if (!fault.empty()) {
    std::fprintf(stderr, "fatal: %s\n", fault.c_str());
    return orch::kRefused;
  }
  // Below it lies what the agent has made, repositories of its own perhaps.
  if (::chdir(s.worktree.c_str()) != 0) return orch::kFatal;
  // No terminal to read from, and nothing that would want one.
  for (const char* name : {"PAGER", "MANPAGER", "GIT_PAGER"})
    ::setenv(name, "cat", 1);
  for (const char* name : {"EDITOR", "VISUAL", "GIT_EDITOR"})
    ::setenv(name, "false", 1);
  const pid_t self = ::getpid();
  const pid_t child = ::fork();
  if (child < 0) return orch::kFatal;
  if (child == 0) {
    ::setsid();
    end_with(self);
    const bool internal = caller.request.program.starts_with("git-orch--");
    std::vector<std::string> argv = {
        (internal ? orch::installation::libexec_directory()
                  : orch::installation::bin_directory()) +
        "/" + caller.request.program};
    argv.insert(argv.end(), caller.request.args.begin(),
                caller.request.args.end());
    become(argv);
  }
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

// A refusal by a guard inside. What the agent says of itself is put in its own
// name, whatever it says.
int record(const Settings& s, const orch::broker::Request& request) {
  const Outside outside(s);
  orch::doorbell::Fields fields = orch::broker::guard_fields(request);
  if (fields.empty()) return orch::kUsage;
  fields.insert(fields.begin(), {"agent", outside.agent.address});
  orch::doorbell::record(outside.repository, orch::event::kind::kGuard,
                         std::move(fields));
  return orch::kDone;
}

// Other doors may be in sight of somebody, but this one is for who lives behind
// these walls.
bool is_below(pid_t peer, const orch::process::Identity& ours) {
  const auto line = orch::process::ancestry_of(peer);
  return std::find(line.begin(), line.end(), ours) != line.end();
}

[[noreturn]] void serve(const Settings& s, const orch::broker::Caller& caller) {
  Answer answer;
  try {
    const std::string& program = caller.request.program;
    if (program == "record") {
      answer.status = record(s, caller.request);
    } else {
      // What is committed counts before what is said about it.
      const bool asked = program == "publish";
      take_over(s, asked ? Say::All : Say::New, &answer.note);
      if (!asked) answer.status = run_outside(s, caller);
    }
  } catch (const std::exception& e) {
    answer = {orch::kFatal, std::string("warning: orch: ") +
                                orch::text::printable(e.what()) + "\n"};
  }
  orch::broker::answer(caller, answer);
  ::_exit(0);
}

// The agent itself, behind bwrap and its first process in there.
void end_inside(pid_t bwrap) {
  std::vector<pid_t> generation = {bwrap};
  for (int depth = 0; depth < 2; ++depth) {
    std::vector<pid_t> next;
    for (const pid_t pid : generation) {
      const std::string id = std::to_string(pid);
      const auto children = orch::file::find_contents("/proc/" + id + "/task/" +
                                                      id + "/children");
      for (const std::string& child :
           orch::text::split_list(children.value_or(""), ' '))
        next.push_back(static_cast<pid_t>(std::atoi(child.c_str())));
    }
    if (next.empty()) break;
    generation = std::move(next);
  }
  for (const pid_t pid : generation) orch::process::send_signal(pid, SIGTERM);
}

int filter_descriptor() {
  const std::string filter = orch::sandbox::terminal_filter();
  if (filter.empty()) return -1;
  const int fd = ::memfd_create("orch-filter", 0);  // bwrap inherits it
  if (fd < 0) return -1;
  orch::file::write_all(fd, filter, "the filter");
  ::lseek(fd, 0, SEEK_SET);
  return fd;
}

pid_t start_inside(const Settings& s, const std::string& settings, bool adopt,
                   const sigset_t& mask) {
  const pid_t child = ::fork();
  if (child != 0) return child;
  ::sigprocmask(SIG_SETMASK, &mask, nullptr);
  for (const int signal : {SIGINT, SIGQUIT, SIGHUP}) ::signal(signal, SIG_DFL);
  auto argv = orch::sandbox::walls(s, orch::sandbox::Purpose::Agent,
                                   filter_descriptor());
  for (const std::string& arg :
       {orch::installation::internal_program("git-orch--sandbox"),
        std::string("enter"), settings, std::string(adopt ? "adopt" : "stay")})
    argv.push_back(arg);
  become(argv);
}

// Whether the clone holds nothing that is not outside: it may then begin where
// the branch is.
bool begin(const Settings& s) {
  const bool fresh = !orch::file::exists(s.clone() + "/HEAD");
  const auto repository = orch::repository::require_at(s.worktree);
  if (!fresh) {
    std::string told;
    const bool taken = take_over(s, Say::All, &told);
    std::fputs(told.c_str(), stderr);
    // What could not be read may hold more than was ever seen.
    if (!taken || !orch::sandbox::keep(repository, s)) return false;
  }
  const auto seen = orch::git::find_commit(repository, s.seen_ref());
  const auto taken = orch::git::find_commit(repository, s.taken_ref());
  if (!fresh && seen != taken) return false;
  if (const auto tip = orch::git::find_commit(repository, s.branch))
    orch::git::require(repository,
                       {.args = {"update-ref", s.taken_ref(), *tip}});
  return true;
}

// What it has left behind. The repository may be gone by now.
void finish(const Settings& s) {
  std::string told;
  take_over(s, Say::New, &told);
  std::fputs(told.c_str(), stderr);
  try {
    orch::sandbox::keep(orch::repository::require_at(s.worktree), s);
  } catch (const orch::Error& e) {
    std::fprintf(stderr, "warning: orch: %s\n", e.what());
  }
}

int run(const std::string& path) {
  const Settings s = orch::sandbox::load(path);
  const bool adopt = begin(s);
  const Door door(s.base + "/door");
  sigset_t ours, before;
  ::sigemptyset(&ours);
  for (const int signal : {SIGCHLD, SIGTERM}) ::sigaddset(&ours, signal);
  ::sigprocmask(SIG_BLOCK, &ours, &before);
  const Descriptor signals(::signalfd(-1, &ours, SFD_CLOEXEC));
  // Keys are for the agent.
  for (const int signal : {SIGINT, SIGQUIT, SIGHUP}) ::signal(signal, SIG_IGN);
  const pid_t agent = start_inside(s, path, adopt, before);
  if (agent < 0) throw orch::io_error("cannot start the agent", errno);

  const auto self = orch::process::self();
  int status = 0, calls = 0;
  for (bool ended = false; !ended;) {
    pollfd waits[] = {{signals.get(), POLLIN, 0},
                      {door.descriptor(), POLLIN, 0}};
    if (::poll(waits, 2, -1) < 0) continue;
    if (waits[0].revents != 0) {
      signalfd_siginfo got{};
      if (::read(signals.get(), &got, sizeof got) == sizeof got &&
          got.ssi_signo == SIGTERM)
        end_inside(agent);
      int how = 0;
      for (pid_t pid = 0; (pid = ::waitpid(-1, &how, WNOHANG)) > 0;)
        if (pid == agent) {
          ended = true;
          status = how;
        } else {
          --calls;
        }
    }
    if (waits[1].revents != 0) {
      auto connection = door.accept();
      if (!connection || calls >= kMostCalls) continue;
      const pid_t child = ::fork();
      calls += child > 0 ? 1 : 0;
      if (child == 0) {
        end_with(self.pid);
        ::sigprocmask(SIG_SETMASK, &before, nullptr);
        const auto caller = orch::broker::receive(std::move(connection));
        if (caller && is_below(caller->peer, self)) serve(s, *caller);
        ::_exit(orch::kFatal);
      }
    }
  }
  finish(s);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int enter(const std::string& path, const std::string& how) {
  const Settings s = orch::sandbox::load(path);
  const auto fault = orch::sandbox::enter(s, how == "adopt");
  if (!fault.empty())
    std::fprintf(stderr, "warning: orch: %s\n", fault.c_str());
  become(s.argv);
}

// git waits, as for a hook that people see: the answer says whether the commit
// counts outside.
int publish() {
  const auto repository =
      orch::repository::find(orch::file::current_directory());
  if (!repository || !orch::broker::is_behind(*repository)) return orch::kDone;
  const auto answer = orch::broker::call(*repository, {"publish", {}});
  std::fputs(answer.note.c_str(), stderr);
  // What others have committed meanwhile, in exchange.
  const auto fault = orch::sandbox::catch_up(orch::sandbox::load(
      orch::file::parent_of(repository->common_dir) + "/settings"));
  if (!fault.empty())
    std::fprintf(stderr, "warning: orch: %s\n", fault.c_str());
  return orch::kDone;
}

int usage() {
  std::fputs(
      "usage: git-orch--sandbox run <settings>\n"
      "   or: git-orch--sandbox enter <settings> (adopt|stay)\n"
      "   or: git-orch--sandbox upload-pack <settings> <clone>\n",
      stderr);
  return orch::kUsage;
}

int dispatch(const std::string& name, const std::vector<std::string>& args) {
  if (name.starts_with("post-")) return publish();
  if (args.size() == 2 && args[0] == "run") return run(args[1]);
  if (args.size() == 3 && args[0] == "enter") return enter(args[1], args[2]);
  if (args.size() == 3 && args[0] == "upload-pack") {
    auto argv = orch::sandbox::walls(orch::sandbox::load(args[1]),
                                     orch::sandbox::Purpose::Serve, -1);
    for (const std::string& arg :
         {std::string("git"), std::string("upload-pack"), args[2]})
      argv.push_back(arg);
    become(argv);
  }
  return usage();
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return dispatch(orch::file::name_of(argv[0]), {argv + 1, argv + argc});
  } catch (const orch::Error& e) {
    std::fprintf(stderr, "fatal: %s\n", e.what());
    if (!e.hint().empty()) std::fprintf(stderr, "hint: %s\n", e.hint().c_str());
    return orch::kFatal;
  } catch (const std::exception& e) {
    std::fprintf(stderr, "fatal: %s\n", e.what());
    return orch::kFatal;
  }
}
