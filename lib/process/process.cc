// SPDX-License-Identifier: MIT
#include "process/process.h"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "error/error.h"
#include "file/file.h"
#include "process/child.h"
#include "process/signal.h"

extern char** environ;

namespace orch::process {
namespace {

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
    send_signal(r.pid, r.terminated ? SIGKILL : SIGTERM);
    r.terminated = true;
    r.deadline = monotonic_ms() + 500;
    return true;
  }
  if (fds[0].revents != 0 && r.in) feed(r, program.input);
  if (fds[1].revents != 0 && r.out) drain(r.out, outcome.output);
  if (fds[2].revents != 0 && r.err) drain(r.err, outcome.errors);
  return fds[3].revents == 0;
}

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
  Running r = start(program, Place::WithUs);
  return finish(r, program);
}

std::vector<Outcome> run_all(const std::vector<Program>& programs, int width) {
  std::vector<Outcome> outcomes(programs.size());
  const auto step = static_cast<std::size_t>(std::max(1, width));
  for (std::size_t i = 0; i < programs.size(); i += step) {
    const std::size_t end = std::min(programs.size(), i + step);
    std::vector<Running> running;
    for (std::size_t k = i; k < end; ++k)
      running.push_back(start(programs[k], Place::WithUs));
    for (std::size_t k = i; k < end; ++k)
      outcomes[k] = finish(running[k - i], programs[k]);
  }
  return outcomes;
}

bool start_detached(const Program& program) {
  const file::Descriptor null(::open("/dev/null", O_RDWR | O_CLOEXEC));
  if (!null) return false;
  return fork_and_exec(program, null.get(), null.get(), null.get(),
                       Place::Session) > 0;
}

}  // namespace orch::process
