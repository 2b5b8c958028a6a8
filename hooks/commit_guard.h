// SPDX-License-Identifier: MIT
#pragma once

#include "hook.h"

namespace orch::hooks {

// What pre-commit and pre-merge-commit do: whether the commit that git is about
// to make is on a branch, of paths and of parents that the agent's role allows.
// Of a merge, a path counts where the result differs from every parent.
bool guard_commit(const Call& call);

}  // namespace orch::hooks
