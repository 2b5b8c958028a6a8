// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "repository/repository.h"
#include "store/features.h"

// After a crash, a reboot, an ended tmux server: the same agents, worktrees,
// branches and conversations. What is to be done is a pure function of the rows
// and of what is there; doing it twice changes nothing the second time. A stop
// stays stopped, a pause paused.
namespace orch::resume {

using repository::Repository;

enum class Step {
  RepairWorktree,   // it was moved by hand: git is told where it is
  RestoreBranch,    // it is gone: where it was when we last looked
  RestoreWorktree,  // it is gone: checked out anew
  Start,
  Brief,       // runs, and is told again
  Impossible,  // something is missing that nothing here can bring back
};
std::string_view step_name(Step step);  // "start", "restore-branch", …

struct Action {
  std::string agent;
  Step step = Step::Start;
  std::string because;
  std::string with;  // a path or a commit, as the step needs it
};

// --- Pure ------------------------------------------------------------------

// What is there of one agent.
struct Reality {
  store::Agent agent;         // as it is now (agent::observed)
  bool rebooted = false;      // since it was started
  bool half_started = false;  // who started it was ended meanwhile
  bool is_limited = false;    // a usage limit is open: it goes on behind it
  bool has_worktree = true;
  std::string moved_to;  // where its worktree is instead; empty: nowhere
  bool has_branch = true;
  std::string last_tip;  // of its branch, when we last looked; may be empty
  bool has_tip = false;  // that commit is still there
};
std::vector<Action> decide(const Reality& reality, bool rebrief);

// ---------------------------------------------------------------------------

// Of all agents of features in progress, and of directories, or of one feature.
std::vector<Action> plan(const Repository& repository, store::Store& store,
                         std::optional<std::int64_t> feature_id, bool rebrief);

using Progress = std::function<void(const std::string&)>;
// Does it, agent by agent; one that fails stands in `failed`, with the reason,
// and keeps nobody else.
struct Done {
  std::vector<Action> actions;
  std::vector<Action> failed;  // `because` says why
};
Done carry_out(const Repository& repository, store::Store& store,
               const std::vector<Action>& actions, const Progress& progress);

// Worktrees that were moved or renamed by hand, or whose branch was: rows and
// git follow. Part of every tick as far as it costs nothing: what git itself
// has recorded. Returns how many rows changed.
int follow(const Repository& repository, store::Store& store);

}  // namespace orch::resume
