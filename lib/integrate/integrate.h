// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "policy/integration.h"
#include "repository/repository.h"
#include "store/features.h"
#include "store/store.h"

// From branches to the integration branch: a merge queue in the object
// database. What lands was built, tested and moved in by code; whatever does
// not land, its agent is told why.
namespace orch::integrate {

using repository::Repository;

struct Request {
  store::Feature feature;
  std::vector<std::string> agents;  // addresses; empty: those that are ready
  bool all = false;                 // without names: every branch that is ahead
  std::string into;                 // full ref; empty: the integration branch
  policy::Integration rules;        // gates, method, order as they are to be
  std::int64_t priority = 0;        // of what is queued by this
  bool dry_run = false;             // builds, tests nothing, lands nothing
  bool retest = false;              // what failed before may pass now
  std::string caller = "person";
  std::function<void(const std::string&)> progress = {};
};

// One branch of the answer.
struct Item {
  std::string agent;   // address
  std::string commit;  // landed: what the target became with it; else its tip
  std::string reason;  // conflict, gate, dirty …; empty when landed
  std::string detail;  // in words
  std::vector<std::string> paths;
  std::string log;  // the end of what a gate printed
};

struct Outcome {
  std::string into;           // full ref
  std::string before, after;  // the target's tips
  std::string backup_ref;     // keeps `before`; empty when nothing landed
  std::vector<Item> landed, rejected;
  std::vector<Item> waiting;  // stay in the queue
  std::vector<std::string> gates;
  std::size_t runs = 0;            // of gates
  std::vector<std::string> flaky;  // gates that passed at their second run
  std::string nothing;             // why there was nothing to do
};

// How branches come in here: by the policy, whose gates are, where it names
// none, the test of the overseer's role. Throws Error{Usage} for a broken file.
policy::Integration rules_of(const Repository& repository, store::Store& store,
                             const store::Feature& feature);

// Lands what can be landed, rejects what cannot, leaves the rest in the queue.
// What a killed run has begun is completed or taken back first, and no tree
// whose result is known is tested again. Throws Error{UnknownName} for an agent
// without a branch and for a target that is no branch, Error{Contended} while
// another run has the same target.
Outcome run(const Repository& repository, store::Store& store,
            const Request& request);

struct Undone {
  std::string into, from, to;
  std::vector<std::string> agents;  // whose branches are out again
};
// Takes the last landing on a branch back, where nothing has come on top of it.
// Throws Error{UnknownName} when nothing has landed, Error{Contended} when the
// branch has moved since, and Error{Dirty} when its worktree is in the way.
Undone undo(const Repository& repository, store::Store& store,
            const store::Feature& feature, const std::string& into,
            const std::string& caller);

// How many commits of its own a branch has that its feature's integration
// branch (or `into`) does not hold, neither themselves nor by their patch, nor
// as what they were squashed into.
std::size_t count_own(const Repository& repository, store::Store& store,
                      const store::Feature& feature, const std::string& ref,
                      const std::string& into = {});

// What is open on its way to the integration branch of a feature, the first to
// land first.
std::vector<Item> list_queue(store::Store& store,
                             const store::Feature& feature);
// The same of every feature in progress, one after another.
std::vector<Item> list_queue(store::Store& store);

}  // namespace orch::integrate
