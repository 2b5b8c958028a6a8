// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// What the policy says about the repository itself: what git refuses in an
// agent's worktree, and which figures are looked at.
namespace orch::policy {

enum class Mode { Off, Warn, Block };
std::string_view mode_name(Mode mode);  // "off", "warn", "block"
std::optional<Mode> parse_mode(std::string_view name);

// One mode for each guard; a finding is named "guards.<guard>".
struct Guards {
  Mode refs = Mode::Block;      // refs that are not the agent's to move
  Mode paths = Mode::Block;     // files outside the role's paths
  Mode merges = Mode::Block;    // whose branches an agent may merge
  Mode pushes = Mode::Block;    // whether, and what, an agent may push
  Mode trailers = Mode::Block;  // commits in the name of another agent
  Mode prefix = Mode::Off;      // a subject begins with [<spec-id>]
  // Besides every base and integration branch: full names of refs, with * ?
  // and [...] as in a shell, which stand for slashes, too.
  std::vector<std::string> protected_refs = {"refs/replace/*"};
  // Pathspecs (gitglossary(7)) that no role changes: what tells agent CLIs and
  // hook managers what they may do.
  std::vector<std::string> protected_paths = {
      ".claude", ".codex", ".gemini", ".opencode", ".githooks", ".husky"};
  // Whether a ref that moved without an explanation is put back.
  bool quarantine = false;
};

// Figures that `policy check` and the tick compare; absent: not looked at.
struct Thresholds {
  // Of uncommitted work, where the role says nothing.
  std::optional<std::int64_t> commit_age_ms = 30 * 60000;
  // Of commits that are on no remote.
  std::optional<std::int64_t> push_age_ms;
  // Commits of the base, or the integration branch, that a branch lacks.
  std::optional<std::int64_t> behind = 20;
  // Since the integration branch took something in while something waits.
  std::optional<std::int64_t> integration_age_ms = std::int64_t{4} * 3600000;
  // Of a conflict that nobody has resolved.
  std::optional<std::int64_t> conflict_age_ms = 30 * 60000;
  // Of a pull request that has not ended, and of a branch in the merge queue.
  std::optional<std::int64_t> pr_age_ms = std::int64_t{2} * 3600000;
  std::optional<std::int64_t> landing_age_ms = std::int64_t{2} * 3600000;
  // Of an agent from which nothing comes, how long until it is told again, and
  // how often before its overseer is.
  std::optional<std::int64_t> stall_age_ms = 30 * 60000;
  std::int64_t stall_cool_down_ms = 30 * 60000;
  std::optional<std::int64_t> stall_reminders = 3;
  // Messages between two agents, and repetitions of one, within a time, and
  // how long until they are told of again.
  std::optional<std::int64_t> loop_messages = 10;
  std::optional<std::int64_t> loop_repeats = 5;
  std::int64_t loop_window_ms = 15 * 60000;
  std::int64_t loop_cool_down_ms = std::int64_t{2} * 3600000;
};

// How a branch takes in what it lacks, and when its agent is told.
struct Sync {
  std::string method = "rebase";  // or "merge"
  // When `sync run` may move the branch of an agent that runs and is idle:
  // "idle": always; "ask": it was allowed to by an ask; "never".
  std::string agree = "ask";
  // After how many commits of the integration branch an agent is told, and of
  // the base its overseer; absent: never.
  std::optional<std::int64_t> tell = 1;
  std::optional<std::int64_t> tell_base = 10;
};

}  // namespace orch::policy
