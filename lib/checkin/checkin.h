// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "store/features.h"
#include "store/store.h"

// Check-ins: scheduled messages. Enrolled in the transaction that creates the
// agent; due work is a query.
namespace orch::checkin {

// A recurring check-in for a new agent. Within a Transaction.
void enrol(store::Store& store, const store::Agent& agent,
           std::int64_t every_ms, std::int64_t now);

// Queues the message of every check-in that is due; those that were missed
// coalesce into one that says so. An agent that does not run gets none now.
// Returns how many were sent.
int run_due(store::Store& store, std::int64_t now);

}  // namespace orch::checkin
