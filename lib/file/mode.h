// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <string>

namespace orch::file {

// The permissions of a file, through links; `otherwise` when it is not there.
mode_t mode_of(const std::string& path, mode_t otherwise);

}  // namespace orch::file
