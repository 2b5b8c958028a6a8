// SPDX-License-Identifier: MIT
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

// What is fed with bytes that nobody has chosen. Each function takes any bytes,
// keeps no state, and throws Violation when a promise of the code is broken.
// What the code refuses by Error is no violation.
namespace orch::fuzz {

struct Violation : std::logic_error {
  using std::logic_error::logic_error;
};

inline void require(bool holds, const char* promise) {
  if (!holds) throw Violation(promise);
}

// docs/testing.md says what each is fed with and what it promises.
#define ORCH_FUZZ_TARGETS(X) \
  X(tasks)                   \
  X(spec)                    \
  X(plan)                    \
  X(role)                    \
  X(policy)                  \
  X(git_input)               \
  X(agent_input)             \
  X(command)                 \
  X(panes)                   \
  X(screen)                  \
  X(limits)                  \
  X(spool)                   \
  X(http)                    \
  X(dashboard)               \
  X(redaction)               \
  X(json)                    \
  X(reports)                 \
  X(transcript)              \
  X(trailer)                 \
  X(texts)

#define ORCH_FUZZ_DECLARE(name) void name(std::string_view input);
ORCH_FUZZ_TARGETS(ORCH_FUZZ_DECLARE)
#undef ORCH_FUZZ_DECLARE

struct Target {
  std::string name;
  void (*run)(std::string_view input);
};
const std::vector<Target>& targets();

// A file of the tree; throws std::runtime_error when it is not there.
std::string source_file(const std::string& path);

}  // namespace orch::fuzz
