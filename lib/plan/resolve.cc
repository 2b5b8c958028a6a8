// SPDX-License-Identifier: MIT
#include <algorithm>

#include "plan/team.h"

namespace orch::plan {
namespace {

const role::Team* find(const std::string& name,
                       const std::vector<role::Team>& teams) {
  const auto it =
      std::find_if(teams.begin(), teams.end(),
                   [&](const role::Team& t) { return t.name == name; });
  return it == teams.end() ? nullptr : &*it;
}

// The one furthest up that has the role.
std::string origin_of(const std::string& role, const role::Team& team,
                      const std::vector<role::Team>& teams) {
  std::string origin = team.name;
  for (const role::Team* above = &team; above && above->extends;) {
    above = find(*above->extends, teams);
    if (above && std::find(above->roles.begin(), above->roles.end(), role) !=
                     above->roles.end())
      origin = above->name;
  }
  return origin;
}

}  // namespace

Lineage resolve(const role::Team& team, const std::vector<role::Team>& teams) {
  Lineage out{role::resolve_team(team, teams), {}};
  out.team.extends.reset();
  out.team.indicators.clear();
  for (const std::string& role : out.team.roles)
    out.origins.push_back(origin_of(role, team, teams));
  return out;
}

}  // namespace orch::plan
