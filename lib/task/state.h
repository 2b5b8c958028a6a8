// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>

// The status of one task, from what was said and what commits say. Pure.
namespace orch::task {

// The newest commit that says something, and when it was recorded.
struct Proof {
  std::string commit;
  std::int64_t at = 0;  // milliseconds since 1970
};

struct Facts {
  std::optional<std::string> said;  // by hand: open, doing, blocked, done …
  std::int64_t said_at = 0;
  std::optional<Proof> completes;  // live commits only
  std::optional<Proof> names;
  bool waits = false;  // for a task that is neither done nor dropped
};

struct State {
  std::string status;
  std::optional<std::string> commit;  // that decides it

  bool operator==(const State&) const = default;
};

// Whether nobody has to do anything for it any more.
bool is_finished(const std::string& status);

// A commit outweighs what was said before it; what is said later outweighs the
// commit; done and dropped by hand stay. A task that nobody has begun is
// blocked while it waits.
State state_of(const Facts& facts);

}  // namespace orch::task
