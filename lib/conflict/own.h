// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "conflict/conflict.h"

// Whose work a conflicting path is; private to `conflict`.
namespace orch::conflict {

// What a side changed itself, and what it changed by the merge base with the
// other side: a conflicting path that only the second holds came from the base
// or the integration branch, and is the other side's staleness.
//
// Two sides that left at different points conflict, to git, also in what came
// between those points: `merge_own` puts the one's own work onto where the
// other left, and asks again.
class OwnWork {
 public:
  OwnWork(const Repository& repository, const git::Quarantine& quarantine)
      : repository_(repository), quarantine_(quarantine) {}

  bool is_collision(const Side& a, const Side& b, const std::string& path);

  // git's answer for the own work of both; absent when they left at the same
  // point, or neither can be moved.
  std::optional<git::Merge> merge_own(const Side& a, const Side& b);

 private:
  using Paths = std::set<std::string>;

  bool owns(const Side& side, const Side& other, const std::string& path);
  // Where the side left its base and its integration branch; empty when it has
  // none.
  std::string left_at(const Side& side);
  const std::string& base_of(const std::string& tip,
                             const std::vector<std::string>& others);
  // Empty without a merge base.
  const Paths& changed(const std::string& from, const std::string& tip);
  std::optional<std::string> moved_to(const std::string& to, const Side& side,
                                      const std::string& from) const;
  std::string commit(const std::string& tree, const std::string& parent) const;
  git::Merge merge_one(const std::string& a, const std::string& b) const;

  const Repository& repository_;
  const git::Quarantine& quarantine_;
  std::map<std::string, std::string> bases_;  // by tip and others
  std::map<std::pair<std::string, std::string>, Paths> changed_;
};

}  // namespace orch::conflict
