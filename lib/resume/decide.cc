// SPDX-License-Identifier: MIT
#include "resume/resume.h"

namespace orch::resume {
namespace {

bool is_down(const store::Agent& agent) {
  return agent.state == "exited" || agent.state == "lost";
}

std::string why_down(const Reality& r) {
  if (r.half_started) return "who started it was ended meanwhile";
  if (r.rebooted) return "the machine was started anew";
  if (r.agent.exit_status && *r.agent.exit_status > 128)
    return "it was ended by signal " +
           std::to_string(*r.agent.exit_status - 128);
  if (r.agent.exit_status)
    return "it ended with status " + std::to_string(*r.agent.exit_status);
  return "its process is gone, nobody saw how";
}

}  // namespace

std::string_view step_name(Step step) {
  switch (step) {
    case Step::RepairWorktree:
      return "repair-worktree";
    case Step::RestoreBranch:
      return "restore-branch";
    case Step::RestoreWorktree:
      return "restore-worktree";
    case Step::Start:
      return "start";
    case Step::Brief:
      return "brief";
    case Step::Impossible:
      break;
  }
  return "impossible";
}

std::vector<Action> decide(const Reality& r, bool rebrief) {
  std::vector<Action> out;
  const auto add = [&](Step step, std::string because, std::string with = "") {
    out.push_back({r.agent.address, step, std::move(because), std::move(with)});
  };
  if (r.agent.desired != "running") return out;
  if (!is_down(r.agent) && !r.half_started) {
    if (rebrief && r.agent.state != "starting")
      add(Step::Brief, "it runs, and is told again");
    return out;
  }
  if (!r.has_worktree && !r.moved_to.empty())
    add(Step::RepairWorktree, "its worktree is now '" + r.moved_to + "'",
        r.moved_to);
  if (!r.has_branch) {
    if (!r.has_tip) {
      add(Step::Impossible, "its branch '" + r.agent.branch +
                                "' is gone, and nobody knows where it was");
      return out;
    }
    add(Step::RestoreBranch,
        "its branch '" + r.agent.branch + "' is gone; it was at " +
            r.last_tip.substr(0, 12),
        r.last_tip);
  }
  if (!r.has_worktree && r.moved_to.empty()) {
    if (r.agent.branch.empty()) {
      add(Step::Impossible, "its directory '" + r.agent.worktree + "' is gone");
      return out;
    }
    add(Step::RestoreWorktree,
        "its worktree '" + r.agent.worktree + "' is gone", r.agent.worktree);
  }
  // It goes on by itself, and only then.
  if (!r.is_limited) add(Step::Start, why_down(r));
  return out;
}

}  // namespace orch::resume
