// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "policy/worktree_rules.h"
#include "repository/repository.h"
#include "sandbox/sandbox.h"
#include "store/features.h"

// From the clone of a sandboxed agent to its branch: what it has committed is
// fetched, judged as the guards of an agent's worktree would judge it, and
// becomes the branch by compare-and-swap.
namespace orch::intake {

using repository::Repository;

struct Taken {
  // Whether the clone's branch is another than the last time.
  bool is_new = false;
  // What the branch became; absent when it stayed as it was.
  std::optional<std::string> commit;
  // Why it stayed, or what was let pass with a warning.
  std::vector<policy::Finding> findings;
  // Somebody else has moved the branch: it is at this commit.
  std::optional<std::string> moved_to;
};

// Nothing is lost whatever comes of it: settings.seen_ref() keeps the tip. Each
// finding about what is new, and each commit, is recorded. Throws Error{Io}
// when the clone cannot be fetched from, and Error{Contended}.
Taken take_over(const Repository& repository, store::Store& store,
                const store::Agent& agent, const sandbox::Settings& settings);

// The same in words, with what to do about it, for the agent; empty when there
// is nothing to say.
std::string tell(const Taken& taken, const sandbox::Settings& settings);

}  // namespace orch::intake
