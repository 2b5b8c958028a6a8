// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "git/merge.h"
#include "predict/predict.h"
#include "predict/verify.h"
#include "repository/repository.h"
#include "store/conflicts.h"
#include "store/features.h"

// Who will collide with whom, before anybody merges. Every verdict is git's.
namespace orch::conflict {

using repository::Repository;

// One side of a prediction: a branch and the content it stands for.
struct Side {
  std::string name;    // agent's address, or the branch
  std::string branch;  // full ref name; empty for a plain revision
  std::string commit;  // what is merged: the tip, or tip plus open work
  bool uncommitted = false;
  // Untracked files that are too large to take part (orch.maxUntracked).
  std::vector<std::string> left_out = {};
  std::string unreadable = {};  // why its open work cannot be told
  std::string base;             // commit of the feature's base; may be empty
  std::string integration;  // commit of the integration branch; may be empty
  std::int64_t feature_id = 0;
};

struct Finding {
  std::string a, b;
  std::string kind;  // stale, collision
  std::vector<std::string> paths;
  std::vector<std::string> types;
  bool uncommitted = false;
  std::string a_commit, b_commit;
  std::int64_t feature_id = 0;
};

struct Report {
  std::size_t branches = 0;
  std::size_t pairs = 0;
  std::vector<Finding> findings;
  struct Unknown {
    std::string a, b, reason;
  };
  std::vector<Unknown> unknown;  // pairs that could not be told
  predict::Statistics statistics;
  std::vector<predict::Difference> differences;  // when verified
};

// What to predict, and how.
struct Ask {
  std::optional<std::string> only = std::nullopt;  // pairs with that side
  predict::Engine engine = predict::Engine::Fast;
  bool verify = false;  // ask git again for every pair, and compare
  predict::Memory* memory = nullptr;  // of git's answers, when there is one
  // Called before each part of many pairs.
  std::function<void(std::size_t part, std::size_t parts)> progress = {};
};

// By orch.conflictEngine: "fast", the default, or "git". Throws Error{Usage}
// for any other value.
predict::Engine engine_of(const Repository& repository);

enum class Work { Committed, Uncommitted };

// The live sides of all features in progress (not the integration branches:
// those are what the others are stale against).
std::vector<Side> live_sides(const Repository& repository, store::Store& store,
                             const git::Quarantine& quarantine, Work work);

// The worktrees of the repository, each with what is checked out in it.
std::vector<Side> all_worktrees(const Repository& repository,
                                const git::Quarantine& quarantine, Work work);

// All branches below refs/heads, for a repository without a feature.
std::vector<Side> all_branches(const Repository& repository,
                               const git::Quarantine& quarantine, Work work);

// Each side against its base and integration branch (stale), and the sides
// among each other (collision), own work against own work: what one side merely
// lacks is staleness and no collision, also where it is in the same file.
Report predict(const Repository& repository, const git::Quarantine& quarantine,
               const std::vector<Side>& sides, const Ask& ask);

// Brings the `conflicts` rows up to date with a prediction of committed work:
// a new finding makes a conflict_detected event and a message to both agents
// and the overseer, in one transaction; one that is gone makes
// conflict_resolved. The same paths of the same pair are told once. Returns the
// number of new findings.
int refresh(const Repository& repository, store::Store& store,
            const std::optional<std::string>& only_branch);

}  // namespace orch::conflict
