// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "doctor/doctor.h"
#include "repository/repository.h"

// What keeps agents and their check-ins going. Private to this module.
namespace orch::doctor {

// The daemon, the last tick, and agents without a future check-in.
void check_time(const repository::Repository& repository,
                std::vector<Check>& out);
// Whether agents in tmux outlive the session in which they were started.
Check check_linger();

}  // namespace orch::doctor
