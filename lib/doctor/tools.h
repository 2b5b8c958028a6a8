// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "doctor/doctor.h"

// Checks of the machine. Private to this module.
namespace orch::doctor {

Check check_git();
Check check_tmux();
// `low` is the status when less than one GiB is free.
Check check_disk(const std::string& path, const std::string& low);

}  // namespace orch::doctor
