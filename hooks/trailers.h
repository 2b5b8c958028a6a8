// SPDX-License-Identifier: MIT
#pragma once

#include "hook.h"

// What prepare-commit-msg and commit-msg share: in an agent's worktree, the
// message in the file `call.args[0]` gets the agent's trailers.
namespace orch::hooks {

// Nothing happens elsewhere, to an empty message, to one that is signed, and
// to a commit that a rebase replays: its first author stays. The file is
// replaced as a whole or not at all. Returns whether it is a message that has
// to carry them. Throws Error{Io}.
bool sign_message(const Call& call);

// Remembers the message as what the template gave, so that commit-msg knows it
// again when nobody has edited it. Does nothing outside an agent's worktree.
void remember_template(const Call& call);

}  // namespace orch::hooks
