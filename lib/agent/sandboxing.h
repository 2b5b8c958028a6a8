// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/agent.h"
#include "config/config.h"
#include "role/role.h"
#include "runtime/runtime.h"

// Whether, and how, an agent starts behind walls; private to `agent`.
namespace orch::agent {

// As asked; else as the last time; else when its role says so, or when it is
// started in a mode that asks nobody. Throws Error{MissingTool} when it should
// and no sandbox can be made here, unless the user's own configuration allows
// to go without (orch.allowUnsandboxed), which is noted; Error{Usage} when it
// is asked for outside any feature.
bool wants_sandbox(const Repository& repository, const config::Config& config,
                   const store::Agent& agent, const runtime::Runtime& runtime,
                   const role::Role* role, const StartOptions& options);

// What the launcher starts instead of `argv`. `allowed`: what the CLI must
// write, and of that what it must not, with placeholders replaced.
struct Allowed {
  std::vector<std::string> write, read;
};
std::vector<std::string> behind_walls(const Repository& repository,
                                      const store::Agent& agent,
                                      const std::vector<std::string>& argv,
                                      const Allowed& allowed);

// The agent is no longer to be in one. What its clone held stays below
// refs/orch/sandbox/.
void leave_sandbox(const Repository& repository, const store::Agent& agent,
                   const StartOptions& options);

}  // namespace orch::agent
