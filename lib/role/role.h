// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "role/furnishing.h"

// Roles and teams as data: strict YAML in, plain values out.
namespace orch::role {

// Whether an agent comes back by itself when its process has ended.
enum class Restart { Never, OnFailure, Always };

struct Role {
  std::string name;
  std::string kind = "implementor";  // overseer, implementor, support
  std::string purpose;
  std::vector<std::string> duties;
  std::string reports_to;  // a role, or "person"
  // Roles, or "*"; absent: as the policy says for its kind.
  std::optional<std::vector<std::string>> may_message;
  std::int64_t check_in_ms = 0;      // 0: never
  std::int64_t commit_every_ms = 0;  // 0: no rule
  std::optional<std::string> runtime;
  Restart restart = Restart::Never;
  std::optional<std::string> test;               // the role's test command
  std::vector<std::string> notify_on_commit_of;  // roles
  std::vector<std::string> watch;  // pathspecs (gitglossary(7)); empty: all
  Furnishing furnishing;
};

// `file` names the source in errors (file:line:column). Throws Error{Usage}.
Role parse_role(std::string_view yaml, const std::string& file);

struct Team {
  std::string name;
  std::string purpose;
  std::vector<std::string> roles;  // in the order in which agents are made
};
Team parse_team(std::string_view yaml, const std::string& file);

// Whether `name` can name a role: it becomes a component of a branch name.
bool is_role_name(std::string_view name);

// Throws Error{Usage} unless exactly one of `roles` is of kind overseer. `team`
// names them in the message, for example "team 'overseer-3'".
const Role& require_overseer(const std::vector<Role>& roles,
                             const std::string& team);

}  // namespace orch::role
