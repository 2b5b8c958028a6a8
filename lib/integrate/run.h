// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "gate/trees.h"
#include "git/git.h"
#include "integrate/candidate.h"
#include "integrate/killed.h"
#include "landing/landing.h"
#include "store/gates.h"

// One run of the merge queue. Private to this module.
namespace orch::integrate {

std::string branches(std::size_t count);

// A stack of candidates on one tip of the target.
struct Stack {
  std::string onto;
  std::vector<Part> parts;
  std::vector<Candidate> candidates;
  std::vector<Part> deferred;    // collide with one below them in the stack
  std::vector<Item> collisions;  // of each of these, with whom and where
};

class Run {
 public:
  Run(const Repository& repository, store::Store& store, const Request& request)
      : repository_(repository),
        store_(store),
        request_(request),
        into_(require_branch(
            repository,
            request.into.empty()
                ? std::string(git::kHeads) + request.feature.integration_branch
                : request.into)),
        failures_after_(request.retest ? store::last_gate(store) : 0) {}

  Outcome run();

 private:
  // What is to be done after one stack.
  enum class Next { Again, End };
  // Whether the target and the branches are still those that were tested.
  enum class Landed { Yes, HeldBack, Stale };

  std::string require_tip() const;
  Next round(std::vector<Part>& waiting);
  Stack build_stack(const std::vector<Part>& parts);
  void set_aside_dirty(std::vector<Part>& parts);
  gate::Tested test(const Stack& stack);
  gate::Tested test_for(gate::Asked asked);
  bool can_test(const std::string& onto);
  Built try_build(const std::string& onto, const Part& part) const;
  Landed land(const Stack& stack, std::size_t count);
  bool are_unmoved(const Stack& stack, std::size_t count);
  enum class Tip { Same, SameOrLater };
  bool is_unmoved(const Part& part, Tip wanted);
  bool is_stale(const Stack& stack, std::size_t culprit);
  void write_intended(std::vector<Part>& parts, const Stack& stack,
                      const std::string& backup);
  void hold_back(const std::vector<Part>& parts, const landing::Outcome& why,
                 const std::vector<Candidate>& candidates);
  void wait_all(const std::vector<Part>& parts, const std::string& reason,
                const std::string& detail);
  void reject_culprit(const Stack& stack, const gate::Tested& tested);
  void add_waiting(const Part& part, Item item, const std::string& worktree);
  void tell(const std::string& line) const {
    if (request_.progress) request_.progress(line);
  }
  void note_flaky(const gate::Tested& tested, const Stack& stack);

  const Repository& repository_;
  store::Store& store_;
  const Request& request_;
  std::string into_;
  std::int64_t failures_after_;
  Marks marks_;
  std::set<std::string> set_aside_;       // refs that wait until the next run
  std::map<std::string, int> rewritten_;  // refs, how often while tested
  std::string stood_at_;                  // the target behind our last landing
  std::string backup_ref_;                // of what the target was before it
  bool one_by_one_ = false;  // git refused a landing without saying whose
  int moves_ = 0;
  Outcome out_;
};

}  // namespace orch::integrate
