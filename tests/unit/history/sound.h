// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "history/history.h"

// Rows for a history, and one in which all is well.
namespace orch::history {

inline Message message(std::int64_t id, const std::string& level) {
  Message m{.id = id,
            .key = "key" + std::to_string(id),
            .sender = "person",
            .recipient = "001/api",
            .kind = "message",
            .priority = "normal",
            .level = level,
            .text = "text " + std::to_string(id)};
  if (level == "typed") m.typed_at = 1;
  if (level == "submitted") m.submitted_at = 1;
  if (level == "read") m.read_at = 1;
  if (level == "acked") m.acked_at = 1;
  return m;
}

inline Event event(std::int64_t id) {
  return {.id = id,
          .key = "event" + std::to_string(id),
          .type = "status_update",
          .role = "api",
          .message = "said " + std::to_string(id),
          .recorded_commit = "commit" + std::to_string(id),
          .commit = "commit" + std::to_string(id),
          .at = id};
}

inline Agent agent(const std::string& address, const std::string& state,
                   std::int64_t pid) {
  return {.address = address,
          .desired = "running",
          .state = state,
          .source = "hook",
          .pid = pid,
          .lives = pid != 0};
}

// A history in which all is well.
struct Sound {
  Records before, now;
  std::vector<Arrival> arrivals;
  Witness witness;

  Sound() {
    before.events = {event(1), event(2)};
    before.messages = {message(1, "acked"), message(2, "typed")};
    before.leases = {{"task/001/T001", "001/api", 3}};
    before.agents = {agent("001/api", "idle", 11), agent("001/ui", "busy", 12)};
    now = before;
    now.events.push_back(event(3));
    now.messages[1] = message(2, "read");
    now.messages.push_back(message(3, "queued"));
    now.leases = {{"task/001/T001", "001/ui", 4}};
    now.agents[1] = agent("001/ui", "exited", 0);
    now.checkins = {{.id = 1,
                     .agent = "001/api",
                     .slug = "look",
                     .note = "look",
                     .state = "done",
                     .message_id = 4}};
    Message checkin = message(4, "read");
    checkin.kind = "checkin";
    checkin.text = "scheduled check-in: look";
    checkin.sender = "orch";
    now.messages.push_back(checkin);
    arrivals = {
        {"001/api", 1, true}, {"001/api", 2, true}, {"001/api", 4, true}};
    witness.commits = {"commit1", "commit3"};
    witness.logged = {"said 2"};
    witness.sent = {{1, "person", "001/api", "text 1"},
                    {3, "person", "001/api", "text 3"}};
    witness.claims = {{"task/001/T001", "001/api", 3, 10, 20},
                      {"task/001/T001", "001/ui", 4, 20, 30}};
    witness.once = {1};
  }

  // The rules that are broken, in their order.
  std::vector<std::string> rules() const {
    std::vector<std::string> out;
    for (const Violation& v : check(&before, now, arrivals, witness))
      out.push_back(v.rule);
    return out;
  }
};

using Rules = std::vector<std::string>;

}  // namespace orch::history
