// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "integrate/integrate.h"
#include "store/landings.h"

// Building what the target would become, in the object database alone. Private
// to this module.
namespace orch::integrate {

// A branch that is to land.
struct Part {
  store::Landing row;
  std::string agent;  // address, or the short branch name
  std::string role;
  // Its tip that landed before, where the target does not hold that commit
  // itself (it was squashed or rebased); empty: none.
  std::string landed_before;
  bool failed_before = false;  // a gate has rejected this very commit
};

struct Candidate {
  std::string commit, tree;
  std::vector<std::string> changed;  // against what it stands on
};
struct Collision {
  std::vector<std::string> paths;
  std::string reason;  // why git cannot merge; empty: the paths say it
};
struct Built {
  std::optional<Candidate> candidate;  // absent: `collision` says why
  Collision collision;
};

// A task that is done.
struct DoneTask {
  std::string id;
  std::string owner;  // empty: nobody's
  // All that say so; a landing adds one, which taking it back leaves in no
  // branch. Empty: somebody has said it by hand.
  std::vector<std::string> commits;
};
// The task list's boxes to tick in the commit that brings a part in.
struct Marks {
  std::vector<std::string> files;  // where the list may lie, from the top
  std::vector<DoneTask> done;
};
Marks marks_of(const Repository& repository, store::Store& store,
               const store::Feature& feature);

// What `onto` becomes with `part`, by the method of the rules. The tree is
// git's own merge; with a rebase, of one commit after the other.
Built build(const Repository& repository, const Request& request,
            const std::string& into, const std::string& onto, const Part& part,
            const Marks& marks);

// Whether a commit that changes nothing can be made on `onto` and merged. What
// it makes, nothing refers to. Throws Error{Contended} when git is killed.
bool can_build(const Repository& repository, const std::string& onto);

// How many commits of its own a tip has over `onto`, those left out that are
// there by their patch or landed before.
std::size_t count_ahead(const Repository& repository, const std::string& onto,
                        const std::string& tip,
                        const std::string& landed_before);

}  // namespace orch::integrate
