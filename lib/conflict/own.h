// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <optional>
#include <string>

#include "conflict/conflict.h"
#include "predict/commits.h"

// Whose work a conflicting path is; private to `conflict`.
namespace orch::conflict {

// What a side changed itself, and what it changed by the merge base with the
// other side: a conflicting path that only the second holds came from the base
// or the integration branch, and is the other side's staleness.
//
// Two sides that left at different points conflict, to git, also in what came
// between those points: `own_pair` has the one's own work on top of where the
// other left.
class OwnWork {
 public:
  OwnWork(const Repository& repository, const git::Quarantine& quarantine)
      : repository_(repository),
        quarantine_(quarantine),
        commits_(repository, quarantine) {}

  bool is_collision(const Side& a, const Side& b, const std::string& path);

  // Two commits that merge like the own work of both; absent when they left at
  // the same point, or neither can be moved.
  std::optional<git::Pair> own_pair(const Side& a, const Side& b);

 private:
  bool owns(const Side& side, const Side& other, const std::string& path);
  // Where the side left its base and its integration branch; empty when it has
  // none.
  std::string left_at(const Side& side);
  const std::string& moved_to(const std::string& to, const Side& side,
                              const std::string& from);
  std::string move(const std::string& to, const Side& side,
                   const std::string& from) const;
  std::string commit(const std::string& tree, const std::string& parent) const;

  const Repository& repository_;
  const git::Quarantine& quarantine_;
  predict::Commits commits_;
  std::map<std::string, std::string> moved_;  // empty: it cannot be
};

}  // namespace orch::conflict
