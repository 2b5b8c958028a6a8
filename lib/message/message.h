// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <set>
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
// The state that each agent's pane shows, read with its runtime's signs; empty
// where nothing can be told from it.
std::vector<std::string> shown_states(const Repository& repository,
                                      const std::vector<store::Agent>& agents);

// Types what waits for these agents, side by side, where one is idle and still
// the process that we know. What is not typed stays queued and says why.
// Returns how many messages went.
int deliver(const Repository& repository, store::Store& store,
            const std::set<std::int64_t>& agents);

// Types a command of the agent's own CLI, as it stands, and submits it. Throws
// Error{Contended} when it cannot be typed now.
void type_command(const Repository& repository, store::Store& store,
                  const store::Agent& agent, const std::string& command);

// Ending another's turn is for those who lead: a person (no `sender`) and an
// overseer; and the agent's runtime must have keys for it. Else throws
// Error{RefusedByPolicy}.
void require_may_interrupt(const Repository& repository,
                           const std::optional<store::Agent>& sender,
                           const store::Agent& agent);
// Presses those keys in the pane of a busy agent. Returns why not; empty: they
// were pressed.
std::string interrupt(const Repository& repository, store::Store& store,
                      std::int64_t agent_id);

// Records that a dialog is open in the agent's pane and a person is needed: an
// event, and a message to the overseer of its feature. Within a Transaction.
void tell_needs_human(store::Store& store, const store::Agent& agent,
                      std::int64_t at);
// The same, with the state, for one that was in another.
void mark_needs_human(store::Store& store, std::int64_t agent_id,
                      const std::string& source);

// What waits for `agent_id`, for its own hook to hand over while it is busy,
// marked as typed; empty when nothing waits or somebody types just now. Whether
// it arrived is proven by the conversation's record.
std::string hand_over(const Repository& repository, store::Store& store,
                      std::int64_t agent_id);

// To every agent for which something waits, and presses the submit key again
// where a paste was not submitted (never the paste again).
int deliver_all(const Repository& repository, store::Store& store);

// When there is something to do again that no hook may tell of: a pane has
// rested, a paste may want its keys once more, a person may have gone out of
// the way. Absent: nothing is.
std::optional<std::int64_t> next_due(const Repository& repository,
                                     store::Store& store, std::int64_t now);

// Level "read" for what the conversation's own record (agent.transcript) holds
// with its text. What an earlier run took but that record does not hold was
// lost with the run and waits again. Returns how many levels rose.
int prove(store::Store& store, const store::Agent& agent);

// The recipient itself has seen the messages (level "read").
void mark_read(store::Store& store, const std::vector<store::Message>& messages,
               std::int64_t now);

}  // namespace orch::message
