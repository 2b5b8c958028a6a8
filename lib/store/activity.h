// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "store/features.h"
#include "store/store.h"

// Who does something, and who only talks.
namespace orch::store {

// What supervision itself writes: no sign of life of the agent it names.
inline constexpr char kCommitOverdue[] = "commit_overdue";
inline constexpr char kAgentIdle[] = "agent_idle";
inline constexpr char kAgentStalled[] = "agent_stalled";
inline constexpr char kLoopSuspected[] = "loop_suspected";

// The newest event of a commit by a role; absent when there is none.
std::optional<std::int64_t> find_last_commit_at(Store& store,
                                                const std::string& spec_id,
                                                const std::string& role);

// When an agent of a feature last showed that it works: an event of its role, a
// message or report by it, or one to it that calls it to work (a brief, or from
// anybody but us); at least when its row was made.
std::int64_t last_activity_at(Store& store, const std::string& spec_id,
                              const Agent& agent);

// The events of one type and role behind `since`.
struct Remarks {
  std::int64_t count = 0;
  std::optional<std::int64_t> last_at;
  std::string last_metadata;
};
Remarks remarks_since(Store& store, const std::string& spec_id,
                      const std::string& role, const std::string& type,
                      std::int64_t since);
// Whether an event of that type with exactly that metadata is behind `since`.
bool has_remark(Store& store, const std::string& type,
                const std::string& metadata, std::int64_t since);

// Two agents and what one or both have written to the other.
struct Exchange {
  std::string first, second;  // addresses
  std::int64_t count = 0;
};
// Pairs with at least `least` messages between them behind `since`, in either
// direction.
std::vector<Exchange> list_exchanges(Store& store, std::int64_t since,
                                     std::int64_t least);
// From `first` to `second`, at least `least` times the same text.
std::vector<Exchange> list_repeats(Store& store, std::int64_t since,
                                   std::int64_t least);

}  // namespace orch::store
