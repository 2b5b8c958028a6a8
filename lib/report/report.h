// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "repository/repository.h"
#include "store/features.h"
#include "task/task.h"

// Typed statements of an agent about its work: one event, the task's status and
// the messages to those who must know, in one transaction.
namespace orch::report {

using repository::Repository;

inline const std::vector<std::string> kKinds = {"progress", "done", "blocked",
                                                "failed", "ready"};

struct Report {
  std::string kind;  // one of kKinds
  std::string text;
  std::optional<std::string> task;
  std::optional<std::string> topic;  // absent: the task, if any
};

struct Sent {
  std::int64_t message = 0;
  std::string to;  // address
};
struct Recorded {
  std::int64_t event = 0;
  std::vector<Sent> sent;
};

// It goes to whom the agent's role reports to; done and ready always also to
// the overseer. What is for a person becomes the event alone. What disagrees
// with another agent's report on the same topic becomes a contradiction.
// `actor`: who says it (the agent itself, or a person for it). Throws
// Error{UnknownName, RefusedByPolicy}, and Error{Contended} when the agent
// reports progress above the policy's rate.
Recorded record(const Repository& repository, store::Store& store,
                const store::Agent& agent, const Report& report,
                const task::Actor& actor);

}  // namespace orch::report
