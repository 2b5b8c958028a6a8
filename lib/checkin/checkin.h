// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "store/checkins.h"
#include "store/features.h"
#include "store/store.h"

// Check-ins: scheduled messages. Enrolled in the transaction that creates the
// agent; due work is a query.
namespace orch::checkin {

// A recurring check-in for a new agent. Within a Transaction.
void enrol(store::Store& store, const store::Agent& agent,
           std::int64_t every_ms, std::int64_t now);

// One for `agent` with `note`, of which at most one waits: by its slug, which
// is the note without its punctuation. `every_ms`: 0 for once. With the same
// time again nothing changes; with another it takes the place of the one that
// waits when `replace`. Throws Error{Exists, Usage}.
store::Checkin add(store::Store& store, const store::Agent& agent,
                   const std::string& note, std::int64_t every_ms,
                   std::int64_t due_at, bool replace, std::int64_t now);

// Queues the message of every check-in that is due; those that were missed
// coalesce into one that says so. An agent that does not run gets none of those
// that come again; one that comes once waits until it runs. Those of an agent
// that has finished end. Returns how many were sent.
int run_due(store::Store& store, std::int64_t now);

// When the first is due of an agent that runs; absent: none waits.
std::optional<std::int64_t> next_due(store::Store& store);

}  // namespace orch::checkin
