// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

namespace orch::runtime {

// Whether `argv`, the start of an agent CLI, switches off what that CLI would
// refuse or ask about by itself: its permission mode that allows everything,
// its approvals, or its own sandbox. The program is told by its name, without
// its directory; behind `env`, `nice` and the like it is looked for, and of one
// that is not known the flags of all are. Read with `--flag value` and
// `--flag=value`; what stands behind "--" is no flag. That hooks are trusted
// unasked (Codex) does not count.
bool skips_permissions(const std::vector<std::string>& argv);

}  // namespace orch::runtime
