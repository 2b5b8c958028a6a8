// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "store/store.h"

// What gates said of trees: a row for each run, never rewritten.
namespace orch::store {

struct Gate {
  std::int64_t id = 0;
  std::string tree;
  std::string command;
  std::string result;  // passed, failed, could-not-run
  std::string reason;  // empty when it passed
  std::optional<std::int64_t> duration_ms;
  bool flaky = false;  // passed, and had failed on the same tree before
  std::string log;     // the end of what it printed
  std::string commit;  // the one that was checked out
  std::int64_t at = 0;
};

// The runs of a command on a tree, in their order.
std::vector<Gate> list_gates(Store& store, const std::string& tree,
                             const std::string& command);
// The newest first, at most `limit`.
std::vector<Gate> list_newest_gates(Store& store, std::size_t limit);
// The id of the newest run; 0 when there is none.
std::int64_t last_gate(Store& store);
// Returns the new id. Within a Transaction.
std::int64_t insert_gate(Store& store, const Gate& gate);

}  // namespace orch::store
