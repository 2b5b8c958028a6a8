// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>

#include "agent/agent.h"

namespace orch::agent {

// log_tail with the colours and weights of its text (SGR, ECMA-48 8.3.117) and
// no other control sequence, so that a terminal may show it. Ends in the
// terminal's own colours.
std::string coloured_log_tail(const Repository& repository,
                              const store::Agent& agent, std::size_t lines);

}  // namespace orch::agent
