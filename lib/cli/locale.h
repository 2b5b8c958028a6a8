// SPDX-License-Identifier: MIT
#pragma once

namespace orch::cli {

// Whether the locale of the environment is one of UTF-8: glyphs beyond ASCII
// may be printed.
bool speaks_utf8();

}  // namespace orch::cli
