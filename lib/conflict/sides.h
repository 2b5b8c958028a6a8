// SPDX-License-Identifier: MIT
#pragma once

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
};

struct ThreeSides {
  std::string path;
  Blob base, ours, theirs;
};

struct Comparison {
  std::string base, ours, theirs;  // commits; empty when unknown
  std::vector<ThreeSides> files;   // one for each path, in their order
  std::string reason;              // what could not be told; empty when all
};

enum class Texts { No, Yes };

// By the commits with which the conflict was found; of one recorded by hand,
// by today's tips. A file that git sees in conflict has the stages that a merge
// would leave in the index, so renames are followed; any other is looked up by
// its name. All contents come from one git process.
Comparison compare(const Repository& repository, store::Store& store,
                   const store::Conflict& conflict, Texts texts);

}  // namespace orch::conflict
