// SPDX-License-Identifier: MIT
#include "gate/trees.h"

#include <algorithm>
#include <set>

#include "clock/clock.h"
#include "error/error.h"
#include "installation/installation.h"
#include "process/pool.h"
#include "store/gates.h"
#include "text/text.h"

namespace orch::gate {
namespace {

using mergequeue::Tree;

// One command on one tree: what its runs say together.
State state_of_runs(const std::vector<store::Gate>& runs, const Asked& asked) {
  State out;
  int failed = 0;
  bool passed = false;
  for (const store::Gate& g : runs) {
    if (g.result == "passed") {
      passed = true;
      out.flaky |= g.flaky;
    }
    const bool stuck = g.result == "could-not-run";
    if (stuck ? g.id <= asked.stuck_after.value_or(g.id)
              : g.result != "failed" || g.id <= asked.failures_after)
      continue;
    ++failed;
    out.stuck = stuck;
    out.command = g.command;
    out.reason = g.reason;
    out.log = g.log;
  }
  if (passed)
    out.tree = Tree::Good;
  else if (failed > 1)
    out.tree = Tree::Bad;
  else if (failed == 1)
    out.tree = Tree::Red;
  if (passed) out.command = out.reason = out.log = "";
  return out;
}

class Testing {
 public:
  Testing(const Repository& repository, store::Store& store, const Asked& asked)
      : repository_(repository), store_(store), asked_(asked) {
    for (const Candidate& c : asked.stack) out_.states.push_back(known_of(c));
  }

  Tested run() {
    process::run_pool([&] { return next(); },
                      [&](std::size_t n, const process::Outcome& outcome) {
                        take(n, outcome);
                      },
                      asked_.jobs);
    if (const auto decision = mergequeue::decide(stack()))
      out_.decision = *decision;
    else if (out_.obstacle.empty())
      out_.obstacle = "the gates came to no end";
    else
      out_.decision = {};
    if (mergequeue::decide(stack())) out_.obstacle.clear();
    return std::move(out_);
  }

 private:
  State known_of(const Candidate& candidate) const {
    State out = state_of(store_, candidate.tree, asked_);
    if (candidate.failed_before && out.tree == Tree::Red) out.tree = Tree::Bad;
    return out;
  }

  mergequeue::Stack stack() const {
    mergequeue::Stack out{{}, asked_.demand};
    for (const State& s : out_.states) out.trees.push_back(s.tree);
    return out;
  }

  std::optional<process::Job> next() {
    if (!out_.obstacle.empty()) return std::nullopt;
    const auto n = mergequeue::next(stack(), running_);
    if (!n) return std::nullopt;
    // Two candidates of the same tree are tested once: the other one waits.
    const std::string& tree = asked_.stack[*n].tree;
    for (const std::size_t other : running_)
      if (asked_.stack[other].tree == tree) return std::nullopt;
    running_.insert(*n);
    ++out_.runs;
    if (asked_.progress)
      asked_.progress((out_.states[*n].tree == Tree::Red ? "testing once more: "
                                                         : "testing ") +
                      asked_.stack[*n].label);
    return process::Job{*n, program_of(asked_.stack[*n])};
  }

  process::Program program_of(const Candidate& candidate) const {
    std::string input;
    for (const std::string& command : asked_.commands)
      if (state_of_runs(store::list_gates(store_, candidate.tree, command),
                        asked_)
              .tree != Tree::Good)
        input += command + '\0';
    return {.argv = {installation::internal_program("git-orch--gate"),
                     candidate.commit, std::to_string(asked_.timeout_ms)},
            .directory = repository_.worktree.empty() ? repository_.common_dir
                                                      : repository_.worktree,
            .input = input,
            .dies_with_us = true};
  }

  void take(std::size_t n, const process::Outcome& outcome) {
    running_.erase(n);
    const Candidate& candidate = asked_.stack[n];
    std::string obstacle;
    if (!outcome.ok())
      obstacle = outcome.errors.empty()
                     ? "the gate's program ended with status " +
                           std::to_string(outcome.status)
                     : std::string(text::trim(outcome.errors));
    store::Transaction transaction(store_);
    for (const event::Record& record : event::decode(outcome.output).records) {
      const Told told = told_of(record);
      const auto before = state_of_runs(
          store::list_gates(store_, candidate.tree, told.command), asked_);
      store::insert_gate(store_,
                         {.tree = candidate.tree,
                          .command = told.command,
                          .result = std::string(result_name(told.run.result)),
                          .reason = told.run.reason,
                          .duration_ms = told.run.duration_ms,
                          .flaky = told.run.result == Result::Passed &&
                                   before.tree == Tree::Red,
                          .log = told.run.log,
                          .commit = candidate.commit,
                          .at = clock::now()});
      if (told.run.result == Result::CouldNotRun && !asked_.stuck_after)
        obstacle = "'" + told.command + "' could not run: " + told.run.reason;
    }
    transaction.commit();
    // Another candidate may have the same tree.
    for (std::size_t i = 0; i < asked_.stack.size(); ++i)
      if (asked_.stack[i].tree == candidate.tree)
        out_.states[i] = known_of(asked_.stack[i]);
    if (!obstacle.empty() && out_.obstacle.empty())
      out_.obstacle = std::move(obstacle);
  }

  const Repository& repository_;
  store::Store& store_;
  const Asked& asked_;
  std::set<std::size_t> running_;
  Tested out_;
};

}  // namespace

State state_of(store::Store& store, const std::string& tree,
               const Asked& asked) {
  State out{.tree = Tree::Good};
  for (const std::string& command : asked.commands) {
    State one = state_of_runs(store::list_gates(store, tree, command), asked);
    const bool flaky = out.flaky || one.flaky;
    if (one.tree == Tree::Bad || one.tree == Tree::Red) {
      one.flaky = flaky;
      return one;
    }
    if (one.tree == Tree::Unknown) out = one;
    out.flaky = flaky;
  }
  return out;
}

Tested test(const Repository& repository, store::Store& store,
            const Asked& asked) {
  return Testing(repository, store, asked).run();
}

event::Record record_of(const std::string& command, const Run& run) {
  event::Record out;
  out.id.assign(16, '\0');
  out.kind = "gate";
  out.at = run.duration_ms;
  out.fields = {{"command", command},
                {"result", std::string(result_name(run.result))},
                {"reason", run.reason},
                {"status", std::to_string(run.status)},
                {"log", text::printable_lines(run.log)}};
  return out;
}

Told told_of(const event::Record& record) {
  Told out{.command = std::string(record["command"]), .run = {}};
  for (const Result r : {Result::Passed, Result::Failed, Result::CouldNotRun})
    if (record["result"] == result_name(r)) out.run.result = r;
  out.run.reason = std::string(record["reason"]);
  out.run.log = std::string(record["log"]);
  out.run.status = std::atoi(std::string(record["status"]).c_str());
  out.run.duration_ms = record.at;
  return out;
}

}  // namespace orch::gate
