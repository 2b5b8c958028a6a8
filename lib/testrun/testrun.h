// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "repository/repository.h"
#include "store/features.h"
#include "store/test_results.h"
#include "testreport/report.h"

// Running the tests of an agent's role, or taking over what somebody else's run
// has written down, and keeping the result with what it was about.
namespace orch::testrun {

using repository::Repository;

// Whose result it is. Without an agent the role is "person", without a feature
// it is one of no feature.
struct Subject {
  std::optional<store::Agent> agent;
  std::optional<store::Feature> feature;

  std::string role() const { return agent ? agent->role : "person"; }
  std::string name() const;  // an address, a spec-id or "person"
};

// The agent whose part is tested here: `named`, else that of this worktree,
// else the caller. Throws UsageError that lists them.
store::Agent require_agent(const Repository& repository, store::Store& store,
                           const std::string& named);
// Whose result a report is: that of `named`, else of this worktree's agent or
// of the one whose branch is checked out, else of the only active feature, else
// nobody's.
Subject subject_of(const Repository& repository, store::Store& store,
                   const std::string& named);

struct Order {
  std::string type;    // unit, integration, e2e; empty: the role's first
  std::string commit;  // a revision; empty: the worktree as it is
  // Reports, files or directories of them; in place of the role's, from the top
  // of the worktree. To be recorded: "-" is standard input.
  std::vector<std::string> reports;
  std::int64_t timeout_ms = 0;
  std::function<void(const std::string&)> note, progress;
};

struct Result {
  store::TestRun run;
  // The command could not be run: no verdict, kept as skipped.
  bool could_not_run = false;
  std::vector<testreport::Case> failures;  // as far as they are kept
  std::int64_t left_out = 0;               // cases that are not kept
  std::vector<std::string> changed;        // while the tests ran
  std::string tail;                        // the end of what it printed
  std::optional<int> exit_status;          // absent: nothing was run
  int interrupted = 0;  // the signal that came; nothing was kept then
  bool told = false;    // a message waits for the agent
};

// "passed", "failed", "skipped" or "could-not-run".
std::string status_of(const Result& result);

// Runs the role's command in the agent's worktree, or in a throw-away one of a
// commit. Throws Error{Usage} when the role has no command of that type,
// Error{InvalidDirectory} without a worktree, Error{UnknownName} without such a
// commit, Error{Contended} while they run in that worktree.
Result run(const Repository& repository, store::Store& store,
           const store::Agent& agent, const Order& order);

// Takes reports over. Throws Error{Usage} for one that cannot be read.
Result record(const Repository& repository, store::Store& store,
              const Subject& subject, const Order& order);

}  // namespace orch::testrun
