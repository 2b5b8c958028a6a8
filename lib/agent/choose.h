// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>

#include "repository/repository.h"
#include "role/role.h"

namespace orch::agent {

// Absent when there is no file for it: a directory agent may play such a role.
// Throws Error{Usage} when the file is broken, which is the person's to see.
std::optional<role::Role> find_role(const repository::Repository& repository,
                                    const std::string& name);

}  // namespace orch::agent
