// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "role/role.h"

// What a role's file says about other roles, held against those that exist.
namespace orch::role {

struct Known {
  std::vector<std::string> names;  // of all roles, broken ones included
  std::vector<Role> roles;         // those that can be read
  std::vector<Team> teams;         // with what they extend
};

// `parse_role`, and: the file is called as the role is; the roles that it names
// exist; nothing that it requires requires it; every team that has it has, or
// may have, what it requires. Throws Error{Usage} with file:line:column.
Role check_role(std::string_view yaml, const std::string& file,
                const Known& known);

// The bytes of `yaml` with another name and, unless `kind` is empty, another
// kind; comments and everything else stay. Throws Error{Usage} when the result
// is no role, for example because it would require itself.
std::string renamed(std::string_view yaml, const std::string& file,
                    const std::string& name, const std::string& kind);

}  // namespace orch::role
