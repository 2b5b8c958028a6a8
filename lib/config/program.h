// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "config/config.h"

// Programs that the configuration names. They count from where only this user
// writes: the system's and the user's file and the command line.
namespace orch::config {

struct Program {
  std::vector<std::string> argv;
  std::int64_t timeout_ms = 0;
};

// What a key says and how long it may run: `key` (written with capitals, as
// messages do) holds a command line, `timeout_key` a duration up to a day.
// `examples` is the hint of what is wrong. Absent when the key is unset. Throws
// Error{Usage} that names the key, also for a key that only the repository
// sets, and Error{MissingTool}.
std::optional<Program> find_program(const Config& config,
                                    const std::string& key,
                                    const std::string& timeout_key,
                                    std::int64_t default_timeout_ms,
                                    const std::string& examples);

// Throws Error{Usage} for anything but a duration up to a day.
std::int64_t timeout_of(const Config& config, const std::string& key,
                        std::int64_t otherwise);

// A command line as a program; `where` names it in errors: "--advise".
std::vector<std::string> parse_command(const std::string& command,
                                       const std::string& where,
                                       const std::string& examples);

}  // namespace orch::config
