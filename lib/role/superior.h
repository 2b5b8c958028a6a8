// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace orch::role {

// Whom of its team an agent reports to whose role says `reports_to`: the one of
// that role, or, where the team lacks it, the overseer. Null: a person, or
// nobody but itself. `team` has members with id, role and kind; the result
// points into it.
template <typename Team, typename Id>
const typename Team::value_type* superior_in(const Team& team, Id self,
                                             const std::string& reports_to) {
  if (reports_to == "person") return nullptr;
  const typename Team::value_type* overseer = nullptr;
  for (const auto& member : team) {
    if (member.id == self) continue;
    if (member.role == reports_to) return &member;
    if (member.kind == "overseer") overseer = &member;
  }
  return overseer;
}

}  // namespace orch::role
