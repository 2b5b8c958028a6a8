// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "repository/repository.h"
#include "store/conflicts.h"
#include "store/store.h"

// What the two sides of a recorded conflict hold, and what they came from.
namespace orch::conflict {

using repository::Repository;

struct Blob {
  std::string mode, id;              // empty when the side has no such file
  std::optional<std::string> bytes;  // absent when not read or missing
  std::optional<std::uint64_t> size = std::nullopt;  // known with Texts::Small
};

struct ThreeSides {
  std::string path;
  std::vector<std::string> types;  // of conflict, as git names them
  Blob base, ours, theirs;
};

struct Comparison {
  std::string base, ours, theirs;  // commits; empty when unknown
  std::vector<ThreeSides> files;   // one for each path, in their order
  std::string reason;              // what could not be told; empty when all
};

// Small: only of files of at most `kSmall` bytes.
enum class Texts { No, Yes, Small };
inline constexpr std::uint64_t kSmall = std::uint64_t{1} << 20;

// The ref that a side's name means today: an agent's branch, the feature's base
// or integration branch, a branch. A base may be a commit. Empty when none.
std::string ref_of(store::Store& store, const store::Conflict& conflict,
                   const std::string& side);

// By the commits with which the conflict was found; of one recorded by hand,
// by today's tips. A file that git sees in conflict has the stages that a merge
// would leave in the index, so renames are followed; any other is looked up by
// its name. All contents come from one git process.
Comparison compare(const Repository& repository, store::Store& store,
                   const store::Conflict& conflict, Texts texts);

// The same for the commits of many conflicts, in their order, with one question
// to git for all. An empty commit is one that is not known.
struct Tips {
  std::string ours, theirs;
  std::vector<std::string> paths;
};
std::vector<Comparison> compare_all(const Repository& repository,
                                    const std::vector<Tips>& all, Texts texts);

}  // namespace orch::conflict
