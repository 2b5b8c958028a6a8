// SPDX-License-Identifier: MIT
#pragma once

#include <signal.h>
#include <sys/types.h>

#include <cstdint>
#include <string>

#include "file/file.h"
#include "process/process.h"

// One child and its pipes; private to `process`.
namespace orch::process {

// Where a child stands: with us, at the head of a process group, or of a
// session.
enum class Place { WithUs, Group, Session };

// The descriptor of the living Inheritance; -1: there is none.
extern int inheritance;

std::int64_t monotonic_ms();

struct Running {
  pid_t pid = -1;
  file::Descriptor in, out, err;
  file::Descriptor exit;  // pidfd: readable when the child has ended
  std::size_t written = 0;
  std::int64_t deadline = 0;  // 0: none
  bool terminated = false;
};

// The child's process id; -1 when PATH has no such program.
pid_t fork_and_exec(const Program& program, int in, int out, int err,
                    Place place);
// pid -1 when PATH has no such program.
Running start(const Program& program, Place place);
// The exit code, 128 + n after signal n.
int wait_for(pid_t pid);

// Reads what is there; closes `fd` at its end.
void drain(file::Descriptor& fd, std::string& into);
// What the child wrote before it ended and nobody has read yet.
void drain_rest(file::Descriptor& fd, std::string& into);
// Writes what the child takes; closes its input at the end of `input`.
void feed(Running& r, const std::string& input);

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

}  // namespace orch::process
