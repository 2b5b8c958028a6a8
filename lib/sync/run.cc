// SPDX-License-Identifier: MIT
#include <algorithm>

#include "agent/agent.h"
#include "clock/clock.h"
#include "error/error.h"
#include "file/file.h"
#include "git/state.h"
#include "installation/data.h"
#include "process/process.h"
#include "sandbox/sandbox.h"
#include "store/asks.h"
#include "sync/candidate.h"
#include "sync/move.h"
#include "sync/notice.h"
#include "sync/sync.h"
#include "sync/untracked.h"
#include "text/text.h"

namespace orch::sync {
namespace {

constexpr char kAction[] = "sync";

// Why not, and what to do about it.
struct Obstacle {
  std::string reason, hint;
  bool stands() const { return !reason.empty(); }
};

std::string lock_of(const Repository& repository, const store::Agent& agent) {
  const std::string directory = repository.orch_dir() + "/lock";
  file::make_private_directories(directory);
  return directory + "/sync-" + std::to_string(agent.id);
}

std::string quoted(const std::string& name) {
  return "'" + text::printable(name) + "'";
}

// An ask of its own for this, which was approved since the last sync.
bool was_allowed(store::Store& store, const Standing& s, std::int64_t now) {
  const auto asks = store::list_asks(store, store::Asks::All);
  return std::any_of(asks.begin(), asks.end(), [&](const store::Ask& a) {
    return a.agent_id == s.agent.id && a.action == kAction &&
           a.status == "approved" && a.expires_at > now &&
           a.answered_at.value_or(0) > s.last.synced_at.value_or(-1);
  });
}

// An agent CLI that somebody has started there by hand is at work, too; but for
// the one that calls.
Obstacle foreign_agent(const Repository& repository, store::Store& store,
                       const store::Agent& agent) {
  const auto chain = process::ancestors();
  for (const auto& f : agent::foreign_agents(repository, store, agent.worktree))
    if (std::none_of(chain.begin(), chain.end(),
                     [&](const auto& a) { return a.pid == f.pid; }))
      return {text::printable(f.name) + " (process " + std::to_string(f.pid) +
                  ") works in its worktree",
              ""};
  return {};
}

Obstacle at_work(const Repository& repository, store::Store& store,
                 const Standing& s, const policy::Sync& rules,
                 const std::optional<store::Agent>& caller) {
  const bool is_self = caller && caller->id == s.agent.id;
  const bool runs = agent::is_running(s.agent);
  if (runs && sandbox::find(repository, s.agent.id))
    return {"it works behind walls, on a clone of its own",
            "in there: git rebase " + git::short_branch(s.upstream)};
  if (is_self) return {};
  if (rules.agree == "never")
    return {"the policy leaves it to the agent (sync.agree: never)",
            "git orch policy explain sync.agree"};
  if (!runs) return foreign_agent(repository, store, s.agent);
  if (s.agent.state != "idle")
    return {"it is " + s.agent.state, "git orch sync run " + s.agent.address};
  if (rules.agree == "ask" && !was_allowed(store, s, clock::now()))
    return {"it runs and has not agreed (sync.agree: ask)",
            "it may call git orch sync run itself, or git orch ask sync"};
  return {};
}

Obstacle in_worktree(const Repository& repository, const Repository& worktree,
                     const Standing& s) {
  const std::string at = "git -C '" + worktree.worktree + "' status";
  if (const auto what = git::unfinished_in(worktree); !what.empty())
    return {what.starts_with("a ") ? what + " is not finished there"
                                   : "something is not finished there: " + what,
            at};
  const std::string branch = git::branch_in(worktree);
  if (branch != std::string(git::kHeads) + s.agent.branch)
    return {
        "its worktree has " +
            (branch.empty() ? "no branch" : quoted(git::short_branch(branch))) +
            " checked out",
        at};
  const std::string changed = git::require(
      repository, {.args = {"status", "--porcelain", "-z",
                            "--untracked-files=no", "--no-renames"},
                   .worktree = worktree.worktree});
  const auto count = std::count(changed.begin(), changed.end(), '\0');
  if (count > 0)
    return {text::count_of(static_cast<std::size_t>(count), "changed file") +
                " not committed",
            at};
  return {};
}

// Files that git does not track, also ignored ones, where a tracked one comes.
Obstacle in_the_way(const Repository& repository, const Repository& worktree,
                    const std::string& from, const std::string& to) {
  const auto found = find_untracked(repository, worktree, from, to);
  if (found.empty()) return {};
  return {quoted(found) + " is in the way, which is not tracked", ""};
}

// Another sync, or a tick that repairs what a kill has left.
std::optional<file::Lock> wait_for(const std::string& lock) {
  constexpr int kWaitMs = 10000;
  try {
    return file::Lock::take(lock, file::Lock::Mode::Exclusive, kWaitMs,
                            "the sync of an agent");
  } catch (const Error& e) {
    if (e.code() != ErrorCode::Contended) throw;
    return std::nullopt;
  }
}

class Run {
 public:
  Run(const Repository& repository, store::Store& store,
      const store::Agent& agent, const std::optional<store::Agent>& caller)
      : repository_(repository),
        store_(store),
        id_(agent.id),
        caller_(caller),
        rules_(installation::require_policy(repository.orch_dir()).sync),
        now_(look_again()) {}

  Ran run() {
    const std::string path = lock_of(repository_, now_.agent);
    auto lock = file::Lock::try_take(path, file::Lock::Mode::Exclusive);
    if (!lock) {
      lock = wait_for(path);
      if (!lock) return skipped({"another sync of it is at work", ""});
      now_ = look_again();
    }
    // A git that outlives us keeps the lock until it has ended.
    const process::Inheritance inheritance(lock->descriptor());
    const auto worktree = repository::find(now_.agent.worktree);
    const bool is_there = worktree &&
                          worktree->common_dir == repository_.common_dir &&
                          repository::agent_of(*worktree) == now_.agent.address;
    if (is_there && repair_in(repository_, store_, *worktree, now_.agent))
      now_ = look_again();
    if (now_.state == "unknown") return skipped({now_.reason, ""});
    if (now_.behind == 0) return {.after = now_, .outcome = "synced"};
    if (now_.agent.worktree.empty() || !is_there)
      return skipped({"it has no worktree of its own", ""});
    return bring(*worktree);
  }

 private:
  Standing look_again() const {
    const auto row = store::find_agent(store_, id_);
    return look(repository_, store_, {row.value()}).front();
  }
  Ran skipped(const Obstacle& why) const {
    return {.after = now_,
            .outcome = "skipped",
            .reason = why.reason,
            .hint = why.hint};
  }
  Obstacle obstacle(const Repository& worktree) const {
    const auto why = at_work(repository_, store_, now_, rules_, caller_);
    return why.stands() ? why : in_worktree(repository_, worktree, now_);
  }
  std::string caller_name() const {
    return caller_ ? caller_->address : "person";
  }

  Ran bring(const Repository& worktree) {
    if (const auto why = obstacle(worktree); why.stands()) return skipped(why);
    const Candidate next = build(repository_, now_, rules_.method);
    if (next.commit.empty()) return conflict(next);
    // That took a while.
    const Standing before = now_;
    now_ = look_again();
    if (now_.tip != before.tip)
      return skipped({"its branch has moved meanwhile", ""});
    if (const auto why = obstacle(worktree); why.stands()) return skipped(why);
    if (const auto why =
            in_the_way(repository_, worktree, now_.tip, next.commit);
        why.stands())
      return skipped(why);
    // What is not tracked stays where it is, and is kept besides.
    agent::snapshot(repository_, store_, now_.agent, "before a sync");
    return move(worktree, before, next);
  }

  Ran move(const Repository& worktree, const Standing& before,
           const Candidate& next) {
    const std::int64_t now = clock::now();
    const Move m{.branch = std::string(git::kHeads) + before.agent.branch,
                 .upstream = before.upstream,
                 .method = next.method,
                 .from = before.tip,
                 .to = next.commit,
                 .taken_in = before.upstream_tip,
                 .backup = backup_ref(before.agent.branch, now),
                 .by = caller_name(),
                 .at = now,
                 .rewritten = next.rewritten};
    try {
      make(repository_, store_, worktree, before.agent, m);
    } catch (const Error& e) {
      if (e.code() != ErrorCode::Dirty) throw;
      return skipped({e.what(), ""});
    }
    now_ = look_again();
    return {.after = now_,
            .outcome = next.method == "rebase"  ? "rebased"
                       : next.method == "merge" ? "merged"
                                                : "forwarded",
            .from = m.from,
            .backup = m.backup,
            .files = git::changed_paths(repository_, m.from, m.to)};
  }

  // A ref of its own, also for two moves of one millisecond.
  std::string backup_ref(const std::string& branch, std::int64_t at) const {
    const std::string start = "refs/orch/backup/" + branch + "/";
    while (git::find_commit(repository_, start + std::to_string(at))) ++at;
    return start + std::to_string(at);
  }

  Ran conflict(const Candidate& next) {
    Ran out{.after = now_, .outcome = "conflict"};
    out.after.state = "conflict";
    out.after.conflicts = next.conflicts;
    const std::string name = text::printable(git::short_branch(now_.upstream));
    out.reason = "a " + next.method +
                 (next.method == "rebase" ? " onto " : " of ") + name +
                 " would conflict in " +
                 text::count_of(next.conflicts.size(), "file") +
                 (next.stopped_at.empty()
                      ? ""
                      : ", at commit " + text::printable(next.stopped_at));
    out.hint = "git " + next.method +
               (next.method == "rebase" ? " --no-verify " : " ") + name;
    if (!caller_ || caller_->id != now_.agent.id) tell_of(out);
    return out;
  }

  // Once for each tip of the upstream.
  void tell_of(const Ran& ran) {
    store::Transaction transaction(store_);
    store::Sync row = store::find_sync(store_, id_);
    std::string text = "your branch cannot be brought up to date by itself: " +
                       listed(ran.after.conflicts, "");
    text += ran.reason + "\nresolve it with: " + ran.hint;
    tell(store_, now_.agent, text, clock::now(), row);
    row.told = now_.upstream_tip;
    store::put_sync(store_, row);
    transaction.commit();
  }

  const Repository& repository_;
  store::Store& store_;
  const std::int64_t id_;
  const std::optional<store::Agent>& caller_;
  const policy::Sync rules_;
  Standing now_;
};

}  // namespace

Ran run(const Repository& repository, store::Store& store,
        const store::Agent& agent, const std::optional<store::Agent>& caller) {
  return Run(repository, store, agent, caller).run();
}

int repair(const Repository& repository, store::Store& store) {
  int repaired = 0;
  for (const auto& [address, path, own] :
       repository::agent_worktrees(repository)) {
    const Repository worktree{own, repository.common_dir, path};
    if (!is_marked(worktree)) continue;
    const auto agent = store::find_agent(store, address);
    if (!agent) continue;
    const auto lock = file::Lock::try_take(lock_of(repository, *agent),
                                           file::Lock::Mode::Exclusive);
    if (!lock) continue;
    const process::Inheritance inheritance(lock->descriptor());
    try {
      repaired += repair_in(repository, store, worktree, *agent) ? 1 : 0;
    } catch (const Error& e) {
      // Another git is at work there: the next tick looks again.
      if (e.code() != ErrorCode::Contended) throw;
    }
  }
  return repaired;
}

}  // namespace orch::sync
