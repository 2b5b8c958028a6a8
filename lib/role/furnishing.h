// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "yaml/node.h"

namespace orch::role {

// What an agent's worktree and environment get before the agent starts.
struct Furnishing {
  // Paths or patterns below the main worktree: relative, without "." and "..",
  // none in a git directory. A part may hold * ? [ ] as in glob(7).
  std::vector<std::string> copy, link;
  std::vector<std::string> setup;          // lines for a shell, in order
  std::int64_t setup_timeout_ms = 600000;  // of all of them together
  // Values have placeholders: {port.<name>}, and those in kPlaces.
  std::vector<std::pair<std::string, std::string>> environment;
  std::vector<std::string> ports;  // variables, each with a port of its own

  bool operator==(const Furnishing&) const = default;
};

inline const std::vector<std::string> kPlaces = {"worktree", "main_worktree",
                                                 "agent", "branch"};

// The keys copy, link, setup, setup_timeout, env and ports of the map `root`.
// Throws Error{Usage} with file:line:column.
Furnishing parse_furnishing(yaml::Reader& reader, const yaml::Node& root);

}  // namespace orch::role
