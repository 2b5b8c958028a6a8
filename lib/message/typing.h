// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "file/file.h"
#include "message/message.h"
#include "runtime/runtime.h"
#include "store/features.h"
#include "store/messages.h"
#include "tmux/tmux.h"

// Keys into panes, for several agents at once; private to `message`.
namespace orch::message {

// What one pass reads once: runtime files and the version of the tmux server.
class Pass {
 public:
  explicit Pass(const Repository& repository);

  const Repository& repository() const { return repository_; }
  const tmux::Server& server() const { return server_; }
  // Throws Error when the runtime's file cannot be read.
  const runtime::Runtime& runtime_of(const store::Agent& agent);
  const runtime::Submit& submit_of(const store::Agent& agent);

 private:
  const Repository& repository_;
  tmux::Server server_;
  std::map<std::string, runtime::Runtime> runtimes_;
  std::optional<runtime::Version> tmux_version_;
};

// How long a receipt may take before the keys are pressed again.
inline constexpr std::int64_t kSubmitWaitMs = 2000;

// The right to type into one agent's pane.
file::Lock pane_lock(const Repository& repository, std::int64_t agent_id);

// The same; absent when somebody else still has it after `wait_ms`.
std::optional<file::Lock> try_pane_lock(const Repository& repository,
                                        std::int64_t agent_id, int wait_ms);

// Why nothing can be typed to this agent now, as far as its row and its process
// tell; empty when it can.
std::string obstacle(const store::Agent& agent);

// One agent's turn to be typed to, its pane locked from the look at it to the
// last key.
struct Turn {
  file::Lock lock;
  store::Agent agent;
  std::vector<store::Message> batch;  // empty: the text is a command
  std::string text;
  // Out: why it was not typed; empty: it was.
  std::string reason;
  store::Agent before = {};  // as it was when its turn began
};

// Types each turn: one look at all panes, then all pastes, and, where the
// runtime wants a delay, after it and another look, the keys. A pane that shows
// a dialog or somebody's draft gets nothing. Levels, attempts, states and
// reasons are written; what a kill leaves behind is never typed twice into one
// run.
void type_all(Pass& pass, store::Store& store, std::vector<Turn>& turns);

// Presses the submit keys again, never the paste, for what was typed and is not
// submitted: the Enter may have been eaten, or we were killed before it.
void press_again(Pass& pass, store::Store& store,
                 const std::vector<std::int64_t>& agents);

// What these agents' panes show, by their runtimes' signs; empty where nothing
// can be told from it, absent where it could not be seen.
std::vector<std::optional<std::string>> states_shown(
    Pass& pass, const std::vector<store::Agent>& agents);

}  // namespace orch::message
