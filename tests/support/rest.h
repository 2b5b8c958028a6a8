// SPDX-License-Identifier: MIT
#pragma once

#include "support/sandbox.h"

namespace orch::test {

// Waits until no tick is at work in what `box` runs and none is about to begin,
// also one whose hook or verb has ended and that is not yet its own program;
// false when that never came. Who lives there, agents and daemons, may start
// the next one at any time.
bool comes_to_rest(const Sandbox& box);

}  // namespace orch::test
