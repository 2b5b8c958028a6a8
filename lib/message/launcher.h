// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <string>

#include "repository/repository.h"

// What stands between a pane and its agent: the program that was given the file
// of one start, and whose child the agent is.
namespace orch::message {

inline constexpr char kLauncher[] = "git-orch--launch";

// The start that this process launches for an agent of the repository; empty
// when it is no launcher of one, or has just ended.
std::string run_launched_by(const repository::Repository& repository,
                            pid_t pid);

}  // namespace orch::message
