// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "event/record.h"
#include "gate/gate.h"
#include "mergequeue/stack.h"
#include "store/store.h"

// The stack of a merge queue, tested. What a gate said of a tree is kept by the
// tree's id, so that no tree is tested twice.
namespace orch::gate {

struct Candidate {
  std::string commit, tree;
  std::string label;  // what it is the tree of, for people
  // A gate has rejected its part as it is before: one failure is enough.
  bool failed_before = false;
};

struct Asked {
  std::vector<Candidate> stack;
  std::vector<std::string> commands;  // all must pass; none: every tree is good
  mergequeue::Demand demand = mergequeue::Demand::Each;
  std::int64_t timeout_ms = 0;
  std::size_t jobs = 1;
  // What failed up to this row of the gates counts no more; see
  // store::last_gate.
  std::int64_t failures_after = 0;
  // What could not run behind this row counts as failed: for finding whose part
  // keeps the gates from running. Absent: that is no verdict, and ends it all.
  std::optional<std::int64_t> stuck_after = {};
  std::function<void(const std::string&)> progress = {};
};

// What is known of one tree.
struct State {
  mergequeue::Tree tree = mergequeue::Tree::Unknown;
  bool flaky = false;   // it passed, and had failed before
  bool stuck = false;   // it could not run; see Asked::stuck_after
  std::string command;  // of the gate that failed
  std::string reason, log;
};
State state_of(store::Store& store, const std::string& tree,
               const Asked& asked);

struct Tested {
  mergequeue::Decision decision;
  std::vector<State> states;  // of each candidate
  std::size_t runs = 0;       // gates that were run for it
  // Why there is no decision: a gate could not run. Empty when there is one.
  std::string obstacle;
};
// Tests what must be known, side by side, each in a throw-away worktree, and
// keeps the results. A gate that fails is run once more before it counts.
Tested test(const Repository& repository, store::Store& store,
            const Asked& asked);

// What one run of a gate tells its starter, and back.
event::Record record_of(const std::string& command, const Run& run);
struct Told {
  std::string command;
  Run run;
};
Told told_of(const event::Record& record);

}  // namespace orch::gate
