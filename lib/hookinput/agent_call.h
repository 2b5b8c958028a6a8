// SPDX-License-Identifier: MIT
#pragma once

#include <string>

// What an agent CLI passes to its hooks: an object of JSON with known keys, as
// most do, or the plain prompt. Pure.
namespace orch::hookinput {

struct AgentCall {
  std::string prompt, conversation, transcript;
  std::string source;  // why a session starts: "compact" behind a compaction
  std::string limit;   // what the CLI says of the limit that it has met
  std::string usage;   // how much of each is used up, as an object of JSON
};

// Never throws: what is not understood is the prompt.
AgentCall read_agent_call(std::string input);

}  // namespace orch::hookinput
