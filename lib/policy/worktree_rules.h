// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "policy/guards.h"

// What one agent's worktree is held to: the policy, the agent's role and the
// features of the repository, put together, so that a hook program reads one
// small file and no YAML. Pure; linked by hook programs.
namespace orch::policy {

// A person has let one guard pass: for this agent, until then.
struct Override {
  std::string guard;          // "guards.refs"
  std::int64_t until_ms = 0;  // since 1970
  bool operator==(const Override&) const = default;
};

// A file that the rules were made of, as it was.
struct Source {
  std::string path;
  std::int64_t changed_ns = 0;  // modification time; 0 when it was not there
  std::int64_t size = 0;
  bool operator==(const Source&) const = default;
};

struct WorktreeRules {
  std::string branch;  // full name of the agent's own
  std::string agent;   // "<spec-id>/<role>"
  std::string base;    // full name; of the agent's feature
  Guards guards;       // of it, protected_refs holds bases and integration
                       // branches of all features, too
  std::vector<std::string> integration;              // branches of overseers
  std::vector<std::string> others;                   // branches of other agents
  std::vector<std::string> allow_refs, deny_refs;    // of the role
  std::vector<std::string> allow_paths, deny_paths;  // of the role
  bool merge = false, push = false, pr = false, move_base = false;
  std::vector<Override> overrides;
  std::vector<Source> sources;

  std::string role() const;     // "impl-api"
  std::string feature() const;  // "001-auth"
};

// As the worktree keeps it. The first lines are "own <branch>" and "free
// <front>" for refs that no rule can name: hooks/glance.cc reads these.
std::string to_text(const WorktreeRules& rules);
// Absent when it is none of ours, or torn: its last line is "end".
std::optional<WorktreeRules> parse_worktree_rules(std::string_view text);

// What a guard has found.
struct Finding {
  std::string guard;  // "guards.refs"
  Mode mode = Mode::Block;
  std::string what;  // "'refs/heads/main' is the base of feature '001-auth'"
};

// One line of reference-transaction (githooks(5)): ids in hexadecimal, all
// zeros for none.
struct Move {
  std::string from, to, ref;
  bool deletes() const;
};
// Whether the ref is not this agent's to move; absent when it is.
std::optional<Finding> judge_move(const WorktreeRules& rules, const Move& move,
                                  std::int64_t now_ms);
// A push of `local` to `remote_ref`; all zeros in `to` delete it.
std::optional<Finding> judge_push(const WorktreeRules& rules,
                                  const std::string& remote_ref,
                                  std::int64_t now_ms);

inline constexpr char kMerges[] = "guards.merges";
inline constexpr char kPaths[] = "guards.paths";
// A merge of `other`, the full name of another agent's branch.
Finding finding_of_merge(const WorktreeRules& rules, Mode mode,
                         const std::string& other);
// A change of files that are not the role's; the first ten are named.
Finding finding_of_paths(const WorktreeRules& rules, Mode mode,
                         const std::set<std::string>& paths);

// The mode of a guard at this moment: Off while it is overridden.
Mode mode_of(const WorktreeRules& rules, std::string_view guard,
             std::int64_t now_ms);

// Whether `glob` (* ? [...], which stand for slashes, too) is `ref`.
bool matches_ref(const std::string& glob, const std::string& ref);

// Pathspecs that select what the role must not change out of what it did:
// first those that leave the allowed out, then those that name the denied.
// Either is empty when there is nothing to ask.
struct PathQuestions {
  std::vector<std::string> outside;  // everything but what is allowed
  std::vector<std::string> denied;
};
PathQuestions path_questions(const WorktreeRules& rules);

}  // namespace orch::policy
