// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "repository/repository.h"
#include "store/features.h"

// What an agent is told, made from what is so at this moment: roles, plan,
// policy and rows. Nothing in it that does not exist.
namespace orch::brief {

using repository::Repository;

// Why it is told; it decides how the text begins, and whether it says where the
// agent left off.
enum class Reason {
  Start,    // nothing was done before, as far as its branch shows
  Resume,   // it goes on after an end
  Compact,  // its conversation was shortened
};
std::string_view reason_name(Reason reason);  // "resume"

// Sections: identity, duties, autonomy, project, who is where, how to talk, git
// rules, check-ins, tasks, conflicts, open messages, and when it goes on, where
// it was. An agent outside any feature has the first three.
std::string text(const Repository& repository, store::Store& store,
                 const store::Agent& agent, Reason reason);

// What the agent should keep when its conversation is shortened: what is known
// of its work, and lines for what only it knows.
std::string checkpoint(const Repository& repository, store::Store& store,
                       const store::Agent& agent, std::int64_t now);

}  // namespace orch::brief
