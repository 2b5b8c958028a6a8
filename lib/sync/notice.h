// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "store/features.h"
#include "store/syncs.h"

// What an agent is told of its branch; private to `sync`.
namespace orch::sync {

// Queues it, in the place of what was told last and is not read yet; `row` gets
// its number and is not written. Within a Transaction.
void tell(store::Store& store, const store::Agent& agent,
          const std::string& text, std::int64_t now, store::Sync& row);
// Ends what was told last, if nobody has read it. Within a Transaction.
void take_back(store::Store& store, const std::string& why, store::Sync& row);

// "2 files:\n  a\n  b\n", of many the first ones.
std::string listed(const std::vector<std::string>& paths,
                   const std::string& what);

}  // namespace orch::sync
