// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "role/check.h"

// All roles and teams that a repository has, its own files before those that
// are installed.
namespace orch::installation {

struct RoleFile {
  std::string name;  // as the file is called
  std::string path;
  std::optional<role::Role> role;  // absent: it is broken
  std::string fault;               // file:line:column and what; empty: none
};

// Every role with its fault, or those that are named: by role, or by a path (a
// slash in it, or `.yaml` at its end). Throws Error{UnknownName}.
std::vector<RoleFile> check_roles(const std::string& orch_dir,
                                  const std::vector<std::string>& named);

// Every role; throws Error{Usage} for the first that is broken.
std::vector<RoleFile> require_roles(const std::string& orch_dir);

// Writes `<orch_dir>/roles/<name>.yaml`, which is the file of `from` with
// another name and, unless `kind` is empty, another kind; returns its path.
// Throws Error{Exists} when there is such a role, Error{Usage} for a bad name
// or kind, Error{UnknownName}.
std::string create_role(const std::string& orch_dir, const std::string& name,
                        const std::string& from, const std::string& kind);

}  // namespace orch::installation
