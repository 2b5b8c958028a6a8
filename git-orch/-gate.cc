// SPDX-License-Identifier: MIT
//
// git-orch--gate <commit> <milliseconds>: checks the commit out where nobody
// works, runs the commands of its standard input there (each ends with a NUL)
// until one does not pass, and writes a record for each to standard output.
// Started by the merge queue, in the repository that it is about.
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <iterator>
#include <optional>

#include "error/error.h"
#include "event/record.h"
#include "gate/checkout.h"
#include "gate/gate.h"
#include "gate/trees.h"
#include "repository/repository.h"
#include "text/text.h"

namespace {

using orch::gate::Result;

std::string read_input() {
  return {std::istreambuf_iterator<char>(std::cin),
          std::istreambuf_iterator<char>()};
}

void tell(const std::string& command, const orch::gate::Run& run) {
  std::cout << orch::event::encode(orch::gate::record_of(command, run))
            << std::flush;
}

// In a worktree of its own: what a gate leaves is not what the next one tests.
// A tree that git cannot check out, for a name or a filter in it, is one that
// no gate can run on.
orch::gate::Run run_in(const orch::repository::Repository& repository,
                       const std::string& commit,
                       const orch::gate::Command& command) {
  std::optional<orch::gate::Checkout> checkout;
  try {
    checkout.emplace(repository, commit);
  } catch (const orch::Error& e) {
    return {.reason = std::string("cannot check it out: ") + e.what()};
  }
  return orch::gate::run_command(checkout->path(), command);
}

int run(const std::string& commit, int timeout_ms) {
  const auto repository = orch::repository::require();
  for (const std::string& command :
       orch::text::split_list(read_input(), '\0')) {
    const auto result = run_in(repository, commit, {command, timeout_ms});
    if (result.interrupted != 0) return 128 + result.interrupted;
    tell(command, result);
    if (result.result != Result::Passed) break;
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 129;
  try {
    return run(argv[1], std::atoi(argv[2]));
  } catch (const std::exception& e) {
    std::fprintf(stderr, "%s\n", e.what());
    return 128;
  }
}
