// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

// What the rows of a store, and those who used it, say at one moment. Pure;
// times are milliseconds since 1970.
namespace orch::history {

struct Event {
  std::int64_t id = 0;
  std::string key;  // its event_id, hexadecimal
  std::string type, role, message;
  std::string recorded_commit;  // empty: none
  std::string commit;           // where it is now; empty: none, or dropped
  std::int64_t at = 0;

  bool operator==(const Event&) const = default;
};

struct Message {
  std::int64_t id = 0;
  std::string key;  // its uid, hexadecimal
  std::string sender, recipient, kind, priority, level, text;
  // When it was found to have that level; absent: never.
  std::optional<std::int64_t> typed_at, submitted_at, read_at, acked_at;
};

struct Lease {
  std::string name;
  std::optional<std::string> owner;  // absent: free
  std::int64_t fencing = 0;
};

struct Checkin {
  std::int64_t id = 0;
  std::string agent, slug, note, state;
  bool recurs = false;
  std::optional<std::int64_t> message_id;  // the last one
};

struct Agent {
  std::string address, desired, state, source, pane;
  std::int64_t pid = 0, pid_start = 0;
  std::optional<std::int64_t> exited_at;
  bool lives = false;  // its recorded process does; for the reader to find out
};

struct Records {
  std::vector<Event> events;      // by id
  std::vector<Message> messages;  // by id
  std::vector<Lease> leases;
  std::vector<Checkin> checkins;
  std::vector<Agent> agents;
};

// A message that came into the conversation of an agent, which its CLI writes
// down: evidence that is not the store's.
struct Arrival {
  std::string agent;
  std::int64_t message = 0;
  bool with_text = false;  // or only counted
};

// A right that somebody was told to have: from then until it was given back or
// had run out.
struct Claim {
  std::string name, owner;
  std::int64_t fencing = 0;
  std::int64_t from = 0, until = 0;
};

// What programs acknowledged by their exit status.
struct Witness {
  struct Sent {
    std::int64_t id = 0;
    std::string sender, recipient, text;
  };
  std::vector<std::string> commits;  // made where hooks run
  std::vector<std::string> logged;   // messages of events
  std::vector<Sent> sent;
  std::vector<Claim> claims;
  std::vector<std::int64_t> once;  // check-ins that come once
  // Messages that could not be written down when they arrived.
  std::vector<std::int64_t> unwritten;
  // Names whose rows a damaged store has lost. One that is there again has to
  // go on with a higher number.
  std::set<std::string> lost_leases;
};

}  // namespace orch::history
