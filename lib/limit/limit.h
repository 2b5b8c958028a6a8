// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "repository/repository.h"
#include "store/features.h"
#include "store/limits.h"

// Usage limits of agent CLIs: when one ends, and going on then. One row for
// each exhaustion; its check-ins wait, they do not fail.
namespace orch::limit {

using repository::Repository;

// How long behind the reset an agent is woken, since clocks differ, and how far
// apart those of one runtime are: the first may find that it is not over.
inline constexpr std::int64_t kGraceMs = 2 * 60 * 1000;
inline constexpr std::int64_t kApartMs = 15 * 1000;
// Where nobody says when it ends.
inline constexpr std::int64_t kAssumedMs = 5 * 3600 * 1000;

// Writes a row for every agent that is limited and has none, with the end that
// the best source tells: what its CLI writes about usage, its hook, its screen.
// Ends those of agents that work again. With a `fallback` in its role, an agent
// goes on with that runtime instead of waiting. Returns how many changed.
int observe(const Repository& repository, store::Store& store,
            std::int64_t now);

// Wakes those whose time has come: by a message, or, when its process has ended
// meanwhile, by a start. Where the limit turns out to last longer, they wait
// longer. Returns how many were woken.
int wake_due(const Repository& repository, store::Store& store,
             std::int64_t now);

// When the first is to be woken; absent: none is.
std::optional<std::int64_t> next_due(store::Store& store);

// A person says so: the agent is limited until then. One row, also when there
// was one.
store::Limit set(store::Store& store, const store::Agent& agent,
                 std::int64_t until, const std::string& text, std::int64_t now);

// A person says that it is over: the agent goes on. Absent when it was not
// limited.
std::optional<store::Limit> clear(const Repository& repository,
                                  store::Store& store,
                                  const store::Agent& agent, std::int64_t now);

// Looks at all sources of one agent again, whatever was known: finds a limit
// that nothing told of, moves the end of a known one. Absent when it has none.
std::optional<store::Limit> probe(const Repository& repository,
                                  store::Store& store,
                                  const store::Agent& agent, std::int64_t now);

}  // namespace orch::limit
