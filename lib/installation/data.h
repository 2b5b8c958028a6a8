// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>

#include "policy/policy.h"
#include "role/role.h"
#include "runtime/runtime.h"

// Data files, read: the repository's own below `orch_dir`, else the installed
// one. Throw Error{UnknownName} with the nearest name, and Error{Usage} with
// file, line and column for a bad file.
namespace orch::installation {

role::Role require_role(const std::string& orch_dir, const std::string& name);
// Absent when there is no file for it: a directory agent may play such a role.
// Throws Error{Usage} when the file is broken, which is the person's to see.
std::optional<role::Role> find_role(const std::string& orch_dir,
                                    const std::string& name);
// As its file says, and with what it extends (`role::resolve_team`).
role::Team require_team(const std::string& orch_dir, const std::string& name);
role::Team require_whole_team(const std::string& orch_dir,
                              const std::string& name);
runtime::Runtime require_runtime(const std::string& orch_dir,
                                 const std::string& name);
policy::Policy require_policy(const std::string& orch_dir);
// For what nobody watches: a broken file counts as an empty one, until a verb
// refuses it.
policy::Policy policy_or_built_in(const std::string& orch_dir);

}  // namespace orch::installation
