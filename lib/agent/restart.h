// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "repository/repository.h"
#include "store/features.h"

// Agents whose run ended without having been told to, and those that come back
// by themselves since their role says `restart`.
namespace orch::agent {

// How far back ends count, and how many of them block an agent.
inline constexpr std::int64_t kCrashWindowMs = 10 * 60 * 1000;
inline constexpr std::size_t kCrashLimit = 5;

// After the nth end in a row: 1, 2, 4 … 300 seconds.
std::int64_t back_off_ms(std::size_t nth);

// Keeps what each pane said last, decides when those that may come back do, and
// starts those whose time has come. Completes starts whose starter was killed.
// Returns how many ends were met and starts made.
int restart_due(const repository::Repository& repository, store::Store& store,
                std::int64_t now);

// A person starts it: earlier ends no longer count, and what they blocked is
// resolved. Changes `agent`, which the caller writes. Within a Transaction.
void begin_by_hand(store::Store& store, store::Agent& agent, std::int64_t now);
// The ends that count now.
std::size_t recent_ends(store::Store& store, const store::Agent& agent,
                        std::int64_t now);

// The file that is locked while the agent is started.
std::string start_lock(const repository::Repository& repository,
                       const store::Agent& agent);

// Whether who started it was killed before its pane was known and it was
// briefed, whether it has come up or not: whoever is about to do that holds the
// lock. To be started again, which completes it.
bool is_half_started(const repository::Repository& repository,
                     const store::Agent& agent);

// "exit status 3", "ended by signal 9", or that nobody saw it.
std::string end_text(const store::Agent& agent);

// When one comes back, or when one that is starting is to be looked at, since
// nobody waits for those that came back by themselves. Absent: neither.
std::optional<std::int64_t> next_due(store::Store& store, std::int64_t now);

}  // namespace orch::agent
