// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// The only way to start or look at another process. Programs are argument
// vectors, never shell text; children get a clean environment and only the
// descriptors that they are given.
namespace orch::process {

// Which GIT_* variables a child keeps. Everything else that starts with GIT_
// is scrubbed, since a hook's GIT_DIR or GIT_INDEX_FILE points a child at the
// wrong repository; so is TMUX*.
enum class Environment {
  ForGit,    // git's configuration, helpers and tracing pass
  ForAgent,  // nothing of git's, tmux's or ours passes, but ORCH_TEST_*
};

struct Program {
  std::vector<std::string> argv;  // argv[0] is searched on PATH
  std::string directory;          // empty: ours
  std::string input;              // written to standard input, then closed
  std::vector<std::pair<std::string, std::string>> environment;  // added last
  Environment keep = Environment::ForGit;
  int timeout_ms = 0;           // 0: none; SIGTERM, then SIGKILL, at the limit
  bool dies_with_us = false;    // SIGTERM when we die (PR_SET_PDEATHSIG)
  bool inherit_output = false;  // child writes to our stdout and stderr
};

struct Outcome {
  int status = 0;  // exit code, 128 + n after signal n, 127 when not startable
  bool timed_out = false;
  std::string output;
  std::string errors;

  bool ok() const { return status == 0 && !timed_out; }
};

// Runs to the end. Throws Error{Io} only when no process can be made.
Outcome run(const Program& program);

// Runs all side by side, at most `width` at a time; outcomes in input order.
std::vector<Outcome> run_all(const std::vector<Program>& programs, int width);

// While it lives, every child that is waited for keeps `descriptor` open, too:
// a lock of ours is then held until the last of them has ended, also when we
// are killed. Detached children do not get it. One at a time.
class Inheritance {
 public:
  explicit Inheritance(int descriptor);
  ~Inheritance();
  Inheritance(const Inheritance&) = delete;
  Inheritance& operator=(const Inheritance&) = delete;
};

// Starts in a session of its own with all three streams on /dev/null and does
// not wait. False when it could not be started.
bool start_detached(const Program& program);

// Where PATH has `name`; absent when nowhere.
std::optional<std::string> find_on_path(const std::string& name);

// The environment a child gets, as "NAME=value".
std::vector<std::string> environment_of(const Program& program);

// A process that cannot be confused with a later one of the same number.
struct Identity {
  pid_t pid = 0;
  std::uint64_t start =
      0;  // field 22 of /proc/PID/stat, clock ticks since boot

  bool operator==(const Identity&) const = default;
};

Identity self();
// Absent when there is no such process.
std::optional<Identity> find_identity(pid_t pid);
// Running, and neither a zombie nor another process under the same number.
bool is_alive(const Identity& identity);
// Our parent, its parent … up to init.
std::vector<Identity> ancestors();
// That process, its parent … up to init; none when there is no such process.
std::vector<Identity> ancestry_of(pid_t pid);

// This boot of this machine (/proc/sys/kernel/random/boot_id).
std::string boot_id();

// The processes of this user whose working directory is `directory` or below.
struct Seen {
  Identity identity;
  std::string name;  // /proc/PID/comm
  std::string directory;
};
std::vector<Seen> processes_below(const std::string& directory);
// Those of this user that were started with `variable` ("NAME=value") in their
// environment: descendants, wherever they have gone.
std::vector<Seen> processes_with(const std::string& variable);

}  // namespace orch::process
