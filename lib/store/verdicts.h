// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "store/store.h"

// What git said of two commits. `context` stands for everything beside them
// that decides a merge; with another one, there is no row.
namespace orch::store {

struct Verdict {
  std::string a_commit, b_commit;
  bool conflict = false;
  std::vector<std::string> paths;
  std::vector<std::string> types;
};

// One for each pair, in order; absent when it is not known.
std::vector<std::optional<Verdict>> find_verdicts(
    Store& store, const std::string& context,
    const std::vector<std::pair<std::string, std::string>>& pairs);

// In a transaction of its own. One that is there already stays.
void insert_verdicts(Store& store, const std::string& context,
                     const std::vector<Verdict>& verdicts, std::int64_t now);

}  // namespace orch::store
