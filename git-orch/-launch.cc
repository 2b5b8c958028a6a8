// SPDX-License-Identifier: MIT
//
// git-orch--launch <file>: what a pane runs. Starts the agent that the file
// describes, with a clean environment, and outlives it to record its process,
// its start and how it ended: tmux 3.3 loses half of the exit statuses.
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <exception>

#include "doorbell/doorbell.h"
#include "error/error.h"
#include "event/record.h"
#include "file/file.h"
#include "file/tail.h"
#include "installation/installation.h"
#include "process/group.h"
#include "process/namespace.h"
#include "process/process.h"

namespace {

using orch::event::Record;

constexpr std::int64_t kLeaseMs = 10'000;
constexpr std::int64_t kGraceMs = 2'000;

Record load(const std::string& path) {
  auto decoded = orch::event::decode(orch::file::load_contents(path));
  if (decoded.records.size() != 1)
    throw orch::Error(orch::ErrorCode::Corrupt,
                      "cannot read launch file '" + path + "'");
  return std::move(decoded.records[0]);
}

std::vector<std::string> all(const Record& launch, std::string_view name) {
  std::vector<std::string> out;
  for (const auto& [key, value] : launch.fields)
    if (key == name) out.push_back(value);
  return out;
}

// tmux connects the log a moment after it made the pane; nothing of a short
// life shall be missing from it.
void await_log(const std::string& path) {
  for (int i = 0; i < 400 && !orch::file::exists(path); ++i) {
    const timespec pause{0, 5000000};
    ::nanosleep(&pause, nullptr);
  }
}

// What the agent printed last is on its way through tmux to the log when the
// agent is gone. A mark that no terminal shows (an unknown OSC, ECMA-48) behind
// it tells when all is there. Nobody waits for long: the pane may be gone, too.
void await_last_words(const std::string& log, const std::string& run) {
  const std::string mark = "\x1b]7717;orch-end " + run + "\a";
  const orch::file::Descriptor terminal(
      ::open("/dev/tty", O_WRONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC));
  if (!terminal) return;
  const std::string bytes = "\x1b\\" + mark;
  if (::write(terminal.get(), bytes.data(), bytes.size()) !=
      static_cast<ssize_t>(bytes.size()))
    return;
  for (int i = 0; i < 200; ++i) {
    const auto tail = orch::file::find_tail(log, 4096);
    if (!tail || tail->find(mark) != std::string::npos) return;
    const timespec pause{0, 5000000};
    ::nanosleep(&pause, nullptr);
  }
}

void set_environment(const Record& launch) {
  // The pane's environment is the server's, which is clean already; here go
  // tmux's own variables and ours.
  for (const char* name :
       {"TMUX", "TMUX_PANE", "ORCH_PANE_LINKS", "ORCH_LIBEXEC"})
    ::unsetenv(name);
  const char* path = std::getenv("PATH");
  const std::string bin = orch::installation::bin_directory();
  const std::string search = path ? path : "/usr/local/bin:/usr/bin:/bin";
  if ((":" + search + ":").find(":" + bin + ":") == std::string::npos)
    ::setenv("PATH", (bin + ":" + search).c_str(), 1);
  // Hints for the agent's own hooks; they prove themselves by ancestry.
  ::setenv("ORCH_AGENT", std::string(launch["agent"]).c_str(), 1);
  ::setenv("ORCH_GIT_DIR", std::string(launch["git_dir"]).c_str(), 1);
  for (const std::string& pair : all(launch, "env")) {
    const std::size_t equals = pair.find('=');
    ::setenv(pair.substr(0, equals).c_str(), pair.substr(equals + 1).c_str(),
             1);
  }
}

[[noreturn]] void become_agent(const Record& launch) {
  for (const int s : {SIGINT, SIGQUIT, SIGHUP, SIGTSTP, SIGTTOU, SIGTERM})
    ::signal(s, SIG_DFL);
  std::vector<std::string> argv = all(launch, "arg");
  const auto program = orch::process::find_on_path(argv.at(0));
  if (!program) {
    std::fprintf(stderr, "orch: cannot start '%s': command not found\n",
                 argv[0].c_str());
    ::_exit(127);
  }
  std::vector<char*> pointers;
  for (std::string& arg : argv) pointers.push_back(arg.data());
  pointers.push_back(nullptr);
  ::execv(program->c_str(), pointers.data());
  std::perror("orch: cannot start the agent");
  ::_exit(126);
}

// One process per agent, by the kernel: it is ours until we end. The launcher
// of the run before ends a moment after its agent.
orch::file::Lock take_lease(const orch::repository::Repository& repository,
                            const Record& launch) {
  const std::string directory = repository.orch_dir() + "/lock";
  orch::file::make_private_directories(directory);
  return orch::file::Lock::take(
      directory + "/run-" + std::string(launch["agent"]),
      orch::file::Lock::Mode::Exclusive, kLeaseMs, "the agent, which runs");
}

int run(const std::string& path) {
  const Record launch = load(path);
  orch::file::remove(path);  // what else is in its directory is the agent's
  const auto repository =
      orch::repository::find(std::string(launch["git_dir"]));
  if (!repository)
    throw orch::Error(orch::ErrorCode::NotARepository,
                      "the repository of this agent is gone");
  const auto lease = take_lease(*repository, launch);
  await_log(std::string(launch["log"]));
  if (::chdir(std::string(launch["directory"]).c_str()) != 0)
    throw orch::Error(
        orch::ErrorCode::InvalidDirectory,
        "cannot enter '" + std::string(launch["directory"]) + "'");
  set_environment(launch);
  // Keys and hang-ups are for the agent; we stay to tell how it ended.
  for (const int s : {SIGINT, SIGQUIT, SIGHUP, SIGTSTP, SIGTTOU})
    ::signal(s, SIG_IGN);
  // The agent begins when its start is recorded: a hook of it that came first
  // would speak for a process that nobody knows, and be dropped.
  int gate[2];
  if (::pipe2(gate, O_CLOEXEC) != 0)
    throw orch::io_error("cannot start the agent", errno);
  const pid_t child = ::fork();
  if (child < 0) throw orch::io_error("cannot start the agent", errno);
  if (child == 0) {
    ::close(gate[1]);
    char byte;
    while (::read(gate[0], &byte, 1) < 0 && errno == EINTR) {
    }
    become_agent(launch);
  }
  ::close(gate[0]);

  const auto identity = orch::process::find_identity(child).value_or(
      orch::process::Identity{child, 0});
  const std::string agent(launch["agent"]), run_id(launch["run"]);
  orch::doorbell::record(
      *repository, orch::event::kind::kAgentStart,
      {{"agent", agent},
       {"run", run_id},
       {"pid", std::to_string(identity.pid)},
       {"start", std::to_string(identity.start)},
       {"boot", orch::process::boot_id()},
       {"pid_namespace", std::to_string(orch::process::pid_namespace())}});
  ::close(gate[1]);
  // Any child: the ticks that our records start are ours to reap, too.
  int status = 0;
  for (pid_t ended = 0; ended != child;) {
    ended = ::waitpid(-1, &status, 0);
    if (ended < 0 && errno != EINTR) break;
  }
  const int code =
      WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  // A wrapper that was killed leaves the CLI it is for in the worktree, where
  // the next run begins.
  orch::process::hang_up_on_our_group(kGraceMs);
  await_last_words(std::string(launch["log"]), run_id);
  orch::doorbell::record(
      *repository, orch::event::kind::kAgentExit,
      {{"agent", agent}, {"run", run_id}, {"status", std::to_string(code)}});
  if (orch::file::name_of(path) == "launch")
    orch::file::remove_tree(orch::file::parent_of(path));
  return code;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: git-orch--launch <file>\n", stderr);
    return orch::kUsage;
  }
  try {
    return run(argv[1]);
  } catch (const std::exception& e) {
    std::fprintf(stderr, "orch: %s\n", e.what());
    return orch::kFatal;
  }
}
