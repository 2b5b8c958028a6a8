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
class OwnWork {
 public:
  explicit OwnWork(const Repository& repository) : repository_(repository) {}

  bool is_collision(const Side& a, const Side& b, const std::string& path);

 private:
  using Paths = std::set<std::string>;

  bool owns(const Side& side, const Side& other, const std::string& path);
  const Paths& own(const Side& side);
  const Paths& changed(const std::string& tip,
                       const std::vector<std::string>& others);

  const Repository& repository_;
  std::map<std::string, Paths> cache_;
};

// Two sides that left at different points conflict, to git, also in what came
// between those points. Puts the one's own work onto where the other left, and
// asks again.
class SameGround {
 public:
  SameGround(const Repository& repository, const git::Quarantine& quarantine)
      : repository_(repository), quarantine_(quarantine) {}

  // git's answer for the own work of both; absent when they left at the same
  // point, or neither can be moved.
  std::optional<git::Merge> merge(const Side& a, const Side& b);

 private:
  const std::string& left_at(const Side& side);
  std::optional<std::string> moved_to(const std::string& to, const Side& side,
                                      const std::string& from);
  std::string asked(std::vector<std::string> args) const;
  std::string commit(const std::string& tree, const std::string& parent) const;
  git::Merge merge_one(const std::string& a, const std::string& b) const;

  const Repository& repository_;
  const git::Quarantine& quarantine_;
  std::map<std::string, std::string> left_;  // by commit and upstreams
};

}  // namespace orch::conflict
