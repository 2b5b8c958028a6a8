// SPDX-License-Identifier: MIT
#pragma once

#include "policy/worktree_rules.h"

namespace orch::permission {

// What an implementor of a feature of three is held to.
inline policy::WorktreeRules implementor() {
  policy::WorktreeRules r;
  r.branch = "refs/heads/feature/001/impl-api";
  r.agent = "001/impl-api";
  r.base = "refs/heads/main";
  r.guards.protected_refs = {"refs/replace/*", "refs/heads/main",
                             "refs/heads/feature/001/overseer"};
  r.integration = {"refs/heads/feature/001/overseer"};
  r.others = {"refs/heads/feature/001/overseer",
              "refs/heads/feature/001/impl-data"};
  return r;
}

inline policy::WorktreeRules overseer() {
  policy::WorktreeRules r = implementor();
  r.branch = "refs/heads/feature/001/overseer";
  r.agent = "001/overseer";
  r.guards.protected_refs.pop_back();
  r.others = {"refs/heads/feature/001/impl-api",
              "refs/heads/feature/001/impl-data"};
  r.merge = r.push = r.pr = r.move_base = true;
  return r;
}

inline void set_all(policy::WorktreeRules& r, policy::Mode mode) {
  r.guards.refs = r.guards.paths = r.guards.merges = r.guards.pushes =
      r.guards.trailers = r.guards.prefix = mode;
}

}  // namespace orch::permission
