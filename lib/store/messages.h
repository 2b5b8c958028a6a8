// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "store/store.h"

// Durable messages with a proof level that only rises.
namespace orch::store {

struct Message {
  std::int64_t id = 0;
  std::string sender;  // an agent's address, "person" or "orch"
  std::int64_t agent_id = 0;
  std::string recipient;  // address; read only
  std::string kind = "message";
  std::string text;  // any byte but NUL
  std::string priority = "normal";
  std::string level = "queued";
  std::optional<std::string> reason;
  std::int64_t attempts = 0;
  std::int64_t sent_at = 0;
  std::optional<std::int64_t> expires_at;
  std::optional<std::string> typing_run;  // typing was begun, proof is missing
  std::optional<std::string> typed_run;
};

// queued 0 < typed 1 < submitted 2 < read 3 < acked 4; -1 for the ends without
// delivery (failed, expired) and for what is no level.
int level_rank(const std::string& level);

std::int64_t insert_message(Store& store, const Message& message);
std::optional<Message> find_message(Store& store, std::int64_t id);

enum class Which { Open, All };  // Open: neither acked nor at an end
// Oldest first. `agent_id` 0: of all agents.
std::vector<Message> list_messages(Store& store, std::int64_t agent_id,
                                   Which which);
// The newest of all agents, newest first, at most `limit`.
std::vector<Message> list_latest_messages(Store& store, std::int64_t limit);
// Not typed into `run` yet, nor begun to be, in the order of delivery:
// priority, then age. A message that an earlier run got and did not submit
// counts, and one whose typing was forgotten.
std::vector<Message> list_undelivered(Store& store, std::int64_t agent_id,
                                      const std::string& run);

// Raises the level; a message that is higher already stays. Returns whether
// something changed.
bool raise_level(Store& store, std::int64_t id, const std::string& level,
                 std::int64_t at);
// It is about to be typed into this run, or, with an empty run, it certainly
// was not: the intent that a kill leaves behind, never a level.
void mark_typing(Store& store, std::int64_t id, const std::string& run);
// The message went into this run of the agent.
void mark_typed(Store& store, std::int64_t id, const std::string& run,
                std::int64_t at);
// It is in no run any more, whatever level it has reached, and waits again.
void forget_typing(Store& store, std::int64_t id);
void end_message(Store& store, std::int64_t id, const std::string& level,
                 const std::string& reason);
void set_wait_reason(Store& store, std::int64_t id, const std::string& reason);
void insert_attempt(Store& store, std::int64_t id, const std::string& channel,
                    const std::string& outcome, const std::string& detail,
                    std::int64_t at);
struct Attempt {
  std::int64_t at = 0;
  std::string channel;  // paste, submit-again, hook
  std::string outcome, detail;
};
std::optional<Attempt> find_last_attempt(Store& store, std::int64_t id);
// Ends what is past its expiry; returns those messages.
std::vector<Message> expire_messages(Store& store, std::int64_t now);

}  // namespace orch::store
