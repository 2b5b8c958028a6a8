// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "file/file.h"
#include "repository/repository.h"

// The socket between a sandboxed agent and what does things for it outside.
// Each agent has a socket of its own, which is its identity: nothing that is
// said through it can claim to be another's.
namespace orch::broker {

using repository::Repository;

// What is asked to be run outside, on the caller's own three streams. A call
// holds no NUL and at most 128 KiB.
struct Request {
  std::string program;  // "git-orch-inbox", "git-orch--agent-hook", "publish"
  std::vector<std::string> args;
};

struct Answer {
  int status = 0;
  std::string note;  // for people: what became of commits meanwhile
};

// Whether this repository is the clone of a sandboxed agent, so that its store
// is outside.
bool is_behind(const Repository& repository);

// Asks from within and waits for the answer. Throws Error{Usage} for a call
// that is too long, and Error{Io} when nobody answers.
Answer call(const Repository& repository, const Request& request);

// The socket, from outside. It is made anew in `directory`, which nobody in the
// sandbox may write.
class Door {
 public:
  explicit Door(const std::string& directory);
  int descriptor() const { return fd_.get(); }
  // Who has knocked; empty when nobody has.
  file::Descriptor accept() const;

 private:
  file::Descriptor fd_;
};

struct Caller {
  Request request;
  std::array<file::Descriptor, 3> streams;  // in, out, error
  file::Descriptor connection;
  int peer = 0;  // its process, as it is numbered here
};
// What is said. Absent when that is no call, or nothing within a second: who
// calls this keeps nobody else waiting.
std::optional<Caller> receive(file::Descriptor connection);
void answer(const Caller& caller, const Answer& answer);

}  // namespace orch::broker
