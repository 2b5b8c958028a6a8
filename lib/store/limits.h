// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "store/store.h"

// Usage limits that agents have met: one row for each exhaustion, open until
// the agent was woken, or the limit was found to be over.
namespace orch::store {

struct Limit {
  std::int64_t id = 0;
  std::int64_t agent_id = 0;
  std::string runtime;
  std::string source;  // hook, transcript, usage, screen, person, assumed
  std::string text;    // what told it; may be empty
  std::int64_t resets_at = 0;
  std::int64_t wakes_at = 0;  // not before
  std::int64_t created_at = 0;
  std::optional<std::int64_t> ended_at;
  std::string reason;  // how it ended
};

// All that write: within a Transaction.
std::int64_t insert_limit(Store& store, const Limit& limit);
// Source, text and times of an open one.
void update_limit(Store& store, const Limit& limit);
// False when it was not open any more.
bool end_limit(Store& store, std::int64_t id, const std::string& reason,
               std::int64_t at);

std::optional<Limit> find_open_limit(Store& store, std::int64_t agent_id);
// Open: who is woken first comes first. All: the newest first, at most `most`.
std::vector<Limit> list_open_limits(Store& store);
std::vector<Limit> list_limits(Store& store, int most);
// How one ends that was waited for.
inline constexpr char kLimitIsOver[] = "it is over";
// When the last agent with that runtime was woken so; absent: none was.
std::optional<std::int64_t> last_woken(Store& store,
                                       const std::string& runtime);

// Where a hook's own text about a limit is kept (see find_meta), until it is
// read.
std::string limit_text_key(std::int64_t agent_id);

}  // namespace orch::store
