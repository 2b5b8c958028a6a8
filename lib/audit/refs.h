// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "repository/repository.h"
#include "store/known_refs.h"

// The refs that are looked at, and what has changed of them; private to
// `audit`.
namespace orch::audit {

using repository::Repository;

// A symbolic ref has the value "ref: <name>".
inline constexpr char kSymbolic[] = "ref: ";
inline constexpr char kSnapshots[] = "refs/orch/snapshots/";

// Branches, tags, replacements and snapshots, as git lists them.
std::string read_refs(const Repository& repository);
store::Refs parse_refs(const std::string& listing);

struct Change {
  std::string ref, from, to;  // empty: none
};
std::vector<Change> changes_between(const store::Refs& before,
                                    const store::Refs& now);

}  // namespace orch::audit
