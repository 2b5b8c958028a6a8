// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "drill/report.h"
#include "drill/team.h"
#include "history/records.h"

// What has to hold at any time when nothing is under way: the same after each
// event of a drill, and at its end.
namespace orch::drill {

class Checker {
 public:
  // Leaves work of a person's in the main worktree and remembers what is his.
  explicit Checker(Team& team);

  // Waits until the team is at rest, a minute at most, and looks at everything:
  // objects and refs, the store, its history, processes, locks, descriptors,
  // the person's files.
  std::vector<Finding> check();

  // The store has lost something: from now on it is compared with `known`.
  void start_anew(history::Records known) { before_ = std::move(known); }
  // What became of that ref is the drill's own doing, until the next check.
  void excuse(const std::string& ref) { excused_.insert(ref); }

  // That were looked at last.
  std::size_t commits() const { return commits_; }
  std::size_t messages() const {
    return before_ ? before_->messages.size() : 0;
  }

 private:
  void add(const std::string& check, const std::string& what);
  void check_repository();
  void check_store();
  void check_refs(const history::Records& now);
  void check_commits();
  void check_branches(const std::vector<std::string>& commits);
  void check_history(const history::Records& now);
  void check_processes();
  void check_locks();
  void check_person();

  Team& team_;
  std::string person_;
  std::optional<history::Records> before_;
  std::set<std::string> excused_;
  std::set<std::string> unexplained_;  // keys of events that were looked at
  std::set<std::string> lost_;         // commits that were told of
  std::vector<Finding> found_;
  std::size_t commits_ = 0;
};

}  // namespace orch::drill
