// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "store/events.h"
#include "store/features.h"
#include "store/salvage.h"
#include "store/snapshots.h"

// A new store in the place of a damaged one.
namespace orch::store {

// What is known from elsewhere. Used only for what the damaged file does not
// tell any more: an agent that is not in a table that was read to its end does
// not exist, whatever branches there are.
struct Known {
  std::vector<Feature> features;
  // The address names the feature. One that runs has its `pid` and the `id`
  // that its processes know, the others have none.
  std::vector<Agent> agents;
  std::vector<Snapshot> snapshots;
  std::vector<Event> commits;  // one event each, oldest first
};

struct Rebuilt {
  std::string aside;  // the damaged file, beside its log
  std::vector<SalvagedTable> tables;
  std::int64_t dropped = 0;                   // rows that referred to lost ones
  std::vector<std::string> features, agents;  // made from what is known
  std::vector<std::string> running;           // of these agents
  std::size_t snapshots = 0, commits = 0;     // likewise
  std::vector<std::string> scheduled;         // agents that got a new check-in
};

// Sets the store aside as orch.db.corrupt-<time>, with its log, and puts a new
// one in its place: first what can be read, then what is known. A kill leaves a
// mark that keeps others from making an empty store; running it again goes on.
// Throws Error{Io, Contended}.
Rebuilt rebuild(const std::string& orch_dir, const Known& known);

// Removes the mark of a rebuild that was killed after its last step but that.
void forget_rebuild(const std::string& orch_dir);

}  // namespace orch::store
