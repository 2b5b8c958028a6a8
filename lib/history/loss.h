// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>

#include "history/records.h"

// What a store has lost by damage, counted and set apart from what it still has
// to say. Pure.
namespace orch::history {

struct Lost {
  std::int64_t events = 0, messages = 0, checkins = 0;
  std::int64_t leases = 0;  // who holds them; their numbers have to rise on

  std::int64_t all() const { return events + messages + checkins + leases; }
  bool operator==(const Lost&) const = default;
};

// Takes out of `before`, and of what was acknowledged, what is not in `now` any
// more, and counts it; the rest can be compared on. An event of a commit that
// was made anew from the commit is not lost. Claims and commits stay all.
Lost take_out_lost(Records& before, Witness& witness, const Records& now);

// How many of the arrivals until now, the newest, tell of messages of `now`,
// which follows `before` with something lost: an id may have a new message.
std::function<std::size_t(std::int64_t)> arrivals_kept(const Records& before,
                                                       const Records& now);

}  // namespace orch::history
