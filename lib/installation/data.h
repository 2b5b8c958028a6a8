// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "role/role.h"
#include "runtime/runtime.h"

// Data files, read: the repository's own below `orch_dir`, else the installed
// one. Throw Error{UnknownName} with the nearest name, and Error{Usage} with
// file, line and column for a bad file.
namespace orch::installation {

role::Role require_role(const std::string& orch_dir, const std::string& name);
role::Team require_team(const std::string& orch_dir, const std::string& name);
runtime::Runtime require_runtime(const std::string& orch_dir,
                                 const std::string& name);

}  // namespace orch::installation
