// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <string>
#include <vector>

namespace orch::graph {

// What each name needs.
using Needs = std::map<std::string, std::vector<std::string>>;

// Names that need each other, the first again at the end ("a", "b", "a");
// empty when there are none. Names without an entry need nothing.
std::vector<std::string> ring_in(const Needs& needs);

}  // namespace orch::graph
