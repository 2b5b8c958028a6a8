// SPDX-License-Identifier: MIT
#include "resume/resume.h"

#include <algorithm>
#include <map>

#include "agent/agent.h"
#include "agent/restart.h"
#include "clock/clock.h"
#include "error/error.h"
#include "feature/feature.h"
#include "file/file.h"
#include "git/git.h"
#include "guard/guard.h"
#include "message/message.h"
#include "process/process.h"
#include "resume/moved.h"
#include "store/agent_state.h"
#include "store/known_refs.h"
#include "store/limits.h"

namespace orch::resume {
namespace {

// What is looked up once for all agents.
class Look {
 public:
  Look(const Repository& repository, store::Store& store)
      : repository_(repository),
        store_(store),
        known_(store::list_known_refs(store)),
        moved_(find_moved(repository, store)) {
    for (const git::Ref& r :
         git::list_refs(repository, {std::string(git::kHeads)}))
      branches_[r.name] = r.id;
  }

  Reality of(const store::Agent& row) const {
    Reality r{.agent = agent::observed(row)};
    r.rebooted = !row.boot_id.empty() && row.boot_id != process::boot_id();
    r.half_started = agent::is_half_started(repository_, row);
    r.is_limited = store::find_open_limit(store_, row.id).has_value();
    r.has_worktree = file::is_directory(row.worktree);
    if (const auto it = moved_.find(row.address); it != moved_.end())
      r.moved_to = it->second;
    if (row.branch.empty()) return r;
    const std::string ref = std::string(git::kHeads) + row.branch;
    r.has_branch = branches_.contains(ref);
    if (r.has_branch) return r;
    if (const auto it = known_.find(ref); it != known_.end())
      r.last_tip = it->second;
    else  // a tick has seen it go
      r.last_tip = store::find_gone_branch(store_, ref);
    r.has_tip = !r.last_tip.empty() &&
                git::find_commit(repository_, r.last_tip).has_value();
    return r;
  }

 private:
  const Repository& repository_;
  store::Store& store_;
  const store::Refs known_;
  const std::map<std::string, std::string> moved_;  // address -> where
  std::map<std::string, std::string> branches_;
};

void restore_branch(const Repository& repository, store::Store& store,
                    const store::Agent& agent, const std::string& tip) {
  const std::string ref = std::string(git::kHeads) + agent.branch;
  guard::Announcement move(store, ref, git::zero_id(tip), tip);
  git::update_refs(repository, {{ref, tip, git::zero_id(tip)}}, "orch: resume");
  move.done();
}

void do_one(const Repository& repository, store::Store& store,
            const Action& action) {
  auto agent = store::find_agent(store, action.agent);
  if (!agent)
    throw Error(ErrorCode::UnknownName, "there is no such agent any more");
  switch (action.step) {
    case Step::RepairWorktree:
      git::require(repository, {.args = {"worktree", "repair", action.with}});
      follow(repository, store);
      guard::refresh(repository, store);
      return;
    case Step::RestoreBranch:
      restore_branch(repository, store, *agent, action.with);
      return;
    case Step::RestoreWorktree:
      feature::restore_worktree(repository, store, *agent);
      return;
    case Step::Start:
      agent::start(repository, store, *agent, {});
      return;
    case Step::Brief:
      agent::send_brief(repository, store, *agent, brief::Reason::Resume);
      message::deliver(repository, store, {agent->id});
      return;
    case Step::Impossible:
      break;
  }
  throw Error(ErrorCode::UnknownName, action.because);
}

void tell(store::Store& store, const Action& action) {
  const auto agent = store::find_agent(store, action.agent);
  if (!agent) return;
  store::Transaction transaction(store);
  store::insert_agent_event(
      store, *agent, "agent_resumed",
      std::string(step_name(action.step)) + ": " + action.because,
      clock::now());
  transaction.commit();
}

}  // namespace

std::vector<Action> plan(const Repository& repository, store::Store& store,
                         std::optional<std::int64_t> feature_id, bool rebrief) {
  std::vector<Action> out;
  const Look look(repository, store);
  for (const store::Agent& row : store::list_agents(store)) {
    if (feature_id && row.feature_id != feature_id) continue;
    if (row.feature_id) {
      const auto feature = store::find_feature(store, *row.feature_id);
      if (!feature || feature->status == "archived") continue;
    }
    for (Action& action : decide(look.of(row), rebrief))
      out.push_back(std::move(action));
  }
  return out;
}

Done carry_out(const Repository& repository, store::Store& store,
               const std::vector<Action>& actions, const Progress& progress) {
  Done out;
  std::string failed;  // what comes behind it makes no sense
  for (const Action& action : actions) {
    if (action.agent == failed) continue;
    progress(std::string(step_name(action.step)) + " " + action.agent);
    try {
      do_one(repository, store, action);
      if (action.step != Step::Brief) tell(store, action);
      out.actions.push_back(action);
    } catch (const Error& e) {
      failed = action.agent;
      Action said = action;
      said.because = e.what();
      out.failed.push_back(std::move(said));
    }
  }
  return out;
}

}  // namespace orch::resume
