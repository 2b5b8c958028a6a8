// SPDX-License-Identifier: MIT
#include "agent/denials.h"

#include "clock/clock.h"
#include "file/file.h"
#include "installation/installation.h"
#include "permission/render.h"
#include "process/process.h"

namespace orch::agent {
namespace {

constexpr int kPatienceMs = 10000;

// The rules, made anew: a role may have changed since they were. What cannot be
// made, for a broken file, stays as it was.
std::optional<policy::WorktreeRules> rules_in(const Repository& worktree) {
  const std::string path = file::join(worktree.git_dir, repository::kRulesFile);
  if (!file::exists(path)) return std::nullopt;
  process::run({.argv = {installation::internal_program("git-orch--guard"),
                         "make", worktree.git_dir},
                .timeout_ms = kPatienceMs});
  const auto text = file::find_contents(path);
  return text ? policy::parse_worktree_rules(*text) : std::nullopt;
}

}  // namespace

void set_denials(const Repository& worktree, runtime::Placeholders& values) {
  const auto rules = rules_in(worktree);
  if (!rules) return;
  const std::int64_t now = clock::now();
  const permission::Denials denials{permission::denied_commands(*rules, now),
                                    permission::denied_paths(*rules, now),
                                    values.worktree};
  values.claude_denials = permission::claude_denials(denials);
  values.gemini_denials = permission::gemini_denials(denials);
  values.opencode_denied_commands =
      permission::opencode_denied_commands(denials);
  values.opencode_denied_edits = permission::opencode_denied_edits(denials);
}

}  // namespace orch::agent
