// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "repository/repository.h"
#include "store/features.h"
#include "store/messages.h"
#include "tmux/tmux.h"

// Messages: the store is the transport, a paste into the pane only gets the
// agent's attention, and a level is claimed only with its proof.
namespace orch::message {

using repository::Repository;

// The repository's tmux server (socket by orch.tmuxSocket).
tmux::Server server_of(const Repository& repository);
tmux::Pane pane_of(const store::Agent& agent);

// Queues one message. Within a Transaction.
struct Draft {
  std::string sender = "orch";
  std::string text;
  std::string kind = "message";
  std::string priority = "normal";
  std::optional<std::int64_t> expires_at;
};
std::int64_t queue(store::Store& store, const store::Agent& recipient,
                   const Draft& draft, std::int64_t now);

// What is typed for one waiting message, or, for several, the line that says
// how many wait: a header with the id, so that the agent's prompt hook can
// prove what arrived, and a footer, so that no last byte acts.
std::string typed_text(const std::vector<store::Message>& waiting);
// Types what waits for `agent`, if it is idle and still the process that we
// know. What is not typed stays queued and says why. Returns how many went.
int deliver(const Repository& repository, store::Store& store,
            std::int64_t agent_id);

// What waits for `agent_id`, for its own hook to hand over while it is busy,
// marked as typed; empty when nothing waits or somebody types just now. Whether
// it arrived is proven by the conversation's record.
std::string hand_over(const Repository& repository, store::Store& store,
                      std::int64_t agent_id);

// To every agent for which something waits, and presses the submit key again
// where a paste was not submitted (never the paste again).
int deliver_all(const Repository& repository, store::Store& store);

// Level "read" for what the conversation's own record (agent.transcript) holds
// with its text. What an earlier run took but that record does not hold was
// lost with the run and waits again. Returns how many levels rose.
int prove(store::Store& store, const store::Agent& agent);

// The recipient itself has seen the messages (level "read").
void mark_read(store::Store& store, const std::vector<store::Message>& messages,
               std::int64_t now);

}  // namespace orch::message
