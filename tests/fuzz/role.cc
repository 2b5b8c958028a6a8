// SPDX-License-Identifier: MIT
//
// YAML that people write about roles, teams and runtimes.
#include "role/role.h"

#include <algorithm>

#include "error/error.h"
#include "fuzz/targets.h"
#include "role/check.h"
#include "runtime/runtime.h"
#include "yaml/node.h"

namespace orch::fuzz {
namespace {

std::size_t depth_of(const yaml::Node& node) {
  std::size_t inner = 0;
  for (const yaml::Node& item : node.items)
    inner = std::max(inner, depth_of(item));
  for (const auto& [key, value] : node.members)
    inner = std::max(inner, depth_of(value));
  return inner + 1;
}

void check_role(std::string_view input, const role::Role& role) {
  require(role::is_role_name(role.name), "a role's name is one");
  require(role.check_in_ms >= 0 && role.commit_every_ms >= 0,
          "no time is negative");
  for (const std::string& path : role.furnishing.copy)
    require(!path.starts_with('/') && path != ".." && !path.starts_with("../"),
            "nothing outside the worktree is copied");
  // Another name changes the name and nothing else.
  try {
    const std::string other = role::renamed(input, "r.yaml", "other-name", "");
    const role::Role again = role::parse_role(other, "r.yaml");
    require(again.name == "other-name" && again.kind == role.kind &&
                again.purpose == role.purpose && again.brief == role.brief &&
                again.duties == role.duties && again.budget == role.budget &&
                again.furnishing == role.furnishing,
            "a copy of a role differs in its name");
  } catch (const Error&) {
    return;
  }
}

}  // namespace

void role(std::string_view input) {
  try {
    require(depth_of(yaml::parse(input, "f.yaml")) <= 66, "YAML is bounded");
    check_role(input, orch::role::parse_role(input, "f.yaml"));
  } catch (const Error&) {
    // Refused.
  }
  try {
    orch::role::parse_team(input, "f.yaml");
  } catch (const Error&) {
    // Refused.
  }
  try {
    const auto runtime = runtime::parse_runtime(input, "f.yaml");
    require(!runtime.submits.empty(), "there is a way to submit");
  } catch (const Error&) {
    // Refused.
  }
}

}  // namespace orch::fuzz
