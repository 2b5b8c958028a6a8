// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "calendar/zone.h"
#include "store/checkins.h"
#include "store/features.h"
#include "store/store.h"

// Check-ins: scheduled messages. Enrolled in the transaction that creates the
// agent; due work is a query.
namespace orch::checkin {

// A recurring check-in for a new agent. Within a Transaction.
void enrol(store::Store& store, const store::Agent& agent,
           std::int64_t every_ms, std::int64_t now);

struct When {
  std::int64_t every_ms = 0;            // 0: not by an interval
  std::optional<std::string> schedule;  // as in store::Checkin
  std::int64_t due_at = 0;
};

// One for `agent` with `note`, of which at most one waits: by its slug, which
// is the note without its punctuation. With the same time again nothing
// changes; with another it takes the place of the one that waits when
// `replace`. Throws Error{Exists, Usage}.
store::Checkin add(store::Store& store, const store::Agent& agent,
                   const std::string& note, const When& when, bool replace,
                   std::int64_t now);

// Queues the message of every check-in that is due and plans its next time, in
// one transaction. Returns how many were sent. Those that were missed, and the
// last one as long as nobody has read it, become one that says so.
// - Of an agent that does not run, those that come again go on without a
//   message; one that comes once waits. Behind a usage limit all wait for its
//   end.
// - Those of an agent that has finished, or whose feature is archived, end.
// - Five messages in a row that ended unread make one fail: an event, and a
//   message to the overseer, but about its own.
// - What a clock that was set back has put too far away comes near again.
int run_due(store::Store& store, const calendar::Zones& zones,
            std::int64_t now);

// When the first is due of an agent that runs; absent: none waits.
std::optional<std::int64_t> next_due(store::Store& store);

}  // namespace orch::checkin
