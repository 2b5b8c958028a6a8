// SPDX-License-Identifier: MIT
#pragma once

namespace orch::cli {

// Whether what goes to standard output is to be coloured, as git decides it:
// `color.orch`, else `color.ui`, and by default when it is a terminal that can.
// NO_COLOR (no-color.org) refuses it.
bool wants_colour();

}  // namespace orch::cli
