// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace orch::tasklist {

// The CommonMark library looks at every open list and quote for each line, so
// a deep nest followed by many empty lines takes the product of both. Throws
// Error{Usage} naming file:line:column for what is deeper than 1,000 levels or
// would take more than eight steps per byte (and a million). Text that people
// write is far from both.
void require_shallow(std::string_view markdown, const std::string& file);

}  // namespace orch::tasklist
