// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include "doctor/doctor.h"

namespace orch::doctor {

// Whether the hooks of git-lfs run where it is in use: it does not install them
// beside others. Absent where it is not in use.
std::optional<Check> check_lfs(const Repository& repository);

}  // namespace orch::doctor
