// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "notify/letters.h"
#include "notify/sinks.h"
#include "store/notices.h"
#include "store/store.h"

// Which rows of the outbox are sent now, by us. Private to this module.
namespace orch::notify {

struct Claimed {
  Outgoing outgoing;
  std::vector<store::Delivery> rows;
};

// Takes what is due and what a killed sender left, as letters: quiet hours and
// rates hold back, but nothing critical; what was held back comes as one
// digest. Within a Transaction. `name` and `path` are the repository's.
std::vector<Claimed> claim(store::Store& store,
                           const std::vector<Configured>& sinks,
                           const repository::Repository& repository,
                           std::int64_t now);

// Whether a sender that lives has it in hand.
bool is_being_sent(const store::Delivery& row);

// What became of it: `failure` absent where it arrived. Within a Transaction.
void settle(store::Store& store, const Claimed& claimed,
            const std::optional<std::string>& failure, std::int64_t now);

// What a repository is called when people are told of it.
std::string name_of(const repository::Repository& repository);

}  // namespace orch::notify
