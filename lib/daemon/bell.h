// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>

#include "file/file.h"

// The pipe through which the daemon hears; private to `daemon`. Its name stays,
// so that a daemon that comes anew finds it; without a reader it takes nothing.
namespace orch::daemon {

std::string bell_path(const std::string& orch_dir);
std::string lock_path(const std::string& orch_dir);

// Opened by the daemon, which reads. Throws Error{Io}.
file::Descriptor open_bell(const std::string& orch_dir);
// Takes out what was rung; whether anything was.
bool was_rung(const file::Descriptor& bell);

}  // namespace orch::daemon
