// SPDX-License-Identifier: MIT
#include "stall/stall.h"

#include <algorithm>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "error/error.h"
#include "file/file.h"
#include "git/git.h"
#include "installation/data.h"
#include "stall/loops.h"
#include "stall/remark.h"
#include "store/activity.h"
#include "store/checkins.h"
#include "store/features.h"
#include "text/text.h"
#include "text/time.h"

namespace orch::stall {
namespace {

using store::Agent;
using store::Feature;

// An agent that has just come to rest is not spoken to at once.
constexpr std::int64_t kSettleMs = 5 * 60000;
// To look into a worktree is dear: not with every tick.
constexpr std::int64_t kLookEveryMs = 60000;
constexpr char kLooked[] = "stall.looked";

// Uncommitted work of an agent.
struct Dirty {
  std::size_t paths = 0;
  std::int64_t since = 0;
};

struct Member {
  Feature feature;
  Agent agent;
  std::optional<std::int64_t> commit_every_ms;
  std::optional<Dirty> dirty = std::nullopt;
};

class Round {
 public:
  Round(const Repository& repository, store::Store& store, std::int64_t now)
      : repository_(repository),
        store_(store),
        now_(now),
        policy_(installation::policy_or_built_in(repository.orch_dir())),
        t_(policy_.thresholds) {}

  // The agents that work, each with its feature.
  std::vector<Member> members() const {
    std::vector<Member> out;
    for (const Feature& f : store::list_features(store_, "in-progress"))
      for (const Agent& a : store::list_agents(store_, f.id))
        if (a.desired == "running" && a.status != "completed" &&
            (a.state == "idle" || a.state == "busy") &&
            !store::find_limit_end(store_, a.id))
          out.push_back({f, a, commit_interval(a)});
    return out;
  }

  // Looks into the worktrees of those who may have forgotten to commit.
  // Returns whether it looked at all.
  bool look(std::vector<Member>& members) const {
    const auto last = store::find_meta(store_, kLooked);
    const std::int64_t ago =
        last ? now_ - std::strtoll(last->c_str(), nullptr, 10) : kLookEveryMs;
    if (ago >= 0 && ago < kLookEveryMs) return false;
    bool looked = false;
    for (Member& m : members) {
      const auto due = commit_due(m);
      if (!due || *due > now_ || !file::is_directory(m.agent.worktree))
        continue;
      looked = true;
      m.dirty = find_dirty(m);
    }
    return looked;
  }

  std::vector<Remark> remarks(const std::vector<Member>& members) const {
    std::vector<Remark> out;
    for (const Member& m : members) {
      if (m.dirty) add_overdue(m, out);
      add_stall(m, out);
    }
    for (Remark& r : find_loops(store_, t_, now_)) out.push_back(std::move(r));
    return out;
  }

  // When one of them may have something to be told.
  std::optional<std::int64_t> next(const std::vector<Member>& members) const {
    std::optional<std::int64_t> first;
    const auto take = [&](std::optional<std::int64_t> at) {
      if (at) first = std::min(first.value_or(*at), *at);
    };
    for (const Member& m : members) {
      // Its worktree is clean now, and no row tells when it is not any more.
      if (const auto due = commit_due(m))
        take(*due > now_ ? *due : now_ + *m.commit_every_ms);
      take(stall_due(m));
    }
    return first;
  }

 private:
  std::optional<std::int64_t> commit_interval(const Agent& agent) const {
    try {
      const auto role =
          installation::find_role(repository_.orch_dir(), agent.role);
      if (role && role->commit_every_ms > 0) return role->commit_every_ms;
    } catch (const Error&) {
      // A broken file is the person's to see, by a verb that reads it.
    }
    return t_.commit_age_ms;
  }

  std::int64_t last_commit(const Member& m) const {
    return store::find_last_commit_at(store_, m.feature.spec_id, m.agent.role)
        .value_or(m.agent.created_at);
  }

  // When an interval is over since the last commit, and since it was told.
  std::optional<std::int64_t> commit_due(const Member& m) const {
    if (!m.commit_every_ms || m.agent.worktree.empty()) return std::nullopt;
    const std::int64_t commit = last_commit(m);
    const auto told = store::remarks_since(
        store_, m.feature.spec_id, m.agent.role, store::kCommitOverdue, commit);
    return std::max(commit, told.last_at.value_or(commit)) + *m.commit_every_ms;
  }

  std::optional<Dirty> find_dirty(const Member& m) const {
    const auto paths = git::dirty_paths(repository_, m.agent.worktree);
    if (paths.empty()) return std::nullopt;
    std::int64_t oldest = now_;
    for (const std::string& path : paths) {
      const std::int64_t at =
          file::modified_ms(file::join(m.agent.worktree, path));
      // One that was removed, or comes from the future, tells nothing.
      oldest = std::min(oldest, at > 0 && at <= now_ ? at : last_commit(m));
    }
    return Dirty{paths.size(), std::max(oldest, last_commit(m))};
  }

  void add_overdue(const Member& m, std::vector<Remark>& out) const {
    // Once more from the rows: somebody may have said it meanwhile.
    const auto due = commit_due(m);
    if (!due || *due > now_ || now_ - m.dirty->since < *m.commit_every_ms)
      return;
    const std::string what = text::count_of(m.dirty->paths, "path") +
                             " uncommitted for " + aged(now_ - m.dirty->since);
    out.push_back(
        {.subject = m.agent,
         .spec_id = m.feature.spec_id,
         .type = store::kCommitOverdue,
         .event = m.agent.address + " has " + what,
         .letters = {{m.agent,
                      "you have " + what + ", and commit every " +
                          aged(*m.commit_every_ms) +
                          ": commit what belongs together, small and often"}}});
  }

  struct Silence {
    std::int64_t since = 0;
    store::Remarks told;
    bool escalated = false;
  };
  Silence silence_of(const Member& m) const {
    Silence s;
    s.since = store::last_activity_at(store_, m.feature.spec_id, m.agent);
    s.told = store::remarks_since(store_, m.feature.spec_id, m.agent.role,
                                  store::kAgentIdle, s.since);
    s.escalated = store::remarks_since(store_, m.feature.spec_id, m.agent.role,
                                       store::kAgentStalled, s.since)
                      .count > 0;
    return s;
  }

  // Absent: nothing is said of it any more.
  std::optional<std::int64_t> stall_due(const Member& m) const {
    if (!t_.stall_age_ms || m.agent.state != "idle") return std::nullopt;
    const Silence s = silence_of(m);
    if (s.escalated) return std::nullopt;
    const std::int64_t first =
        std::max(s.since + *t_.stall_age_ms, m.agent.state_since + kSettleMs);
    if (!s.told.last_at) return first;
    return std::max(first, *s.told.last_at + t_.stall_cool_down_ms);
  }

  void add_stall(const Member& m, std::vector<Remark>& out) const {
    const auto due = stall_due(m);
    if (!due || *due > now_) return;
    const Silence s = silence_of(m);
    const std::string quiet = aged(now_ - s.since);
    Remark r{.subject = m.agent, .spec_id = m.feature.spec_id};
    if (t_.stall_reminders && s.told.count >= *t_.stall_reminders) {
      r.type = store::kAgentStalled;
      r.event = m.agent.address + " is idle, nothing has come from it for " +
                quiet + ", and it was told " + std::to_string(s.told.count) +
                (s.told.count == 1 ? " time" : " times");
      // Nobody is told of their own silence.
      if (m.agent.kind != "overseer")
        if (const auto overseer = find_overseer(store_, m.feature.id))
          r.letters = {{*overseer, r.event +
                                       "\nlook at it with: git orch "
                                       "agent log " +
                                       m.agent.address}};
    } else {
      r.type = store::kAgentIdle;
      r.event = m.agent.address +
                " is idle, and nothing has come from it for " + quiet;
      r.letters = {
          {m.agent, "you are idle, and nothing has come from you for " + quiet +
                        ": no commit, report or message. Go on with your "
                        "work, or say what holds you up: git orch report "
                        "blocked -m TEXT"}};
      r.replaces = letter_in(s.told.last_metadata);
    }
    out.push_back(std::move(r));
  }

  const Repository& repository_;
  store::Store& store_;
  std::int64_t now_;
  policy::Policy policy_;
  const policy::Thresholds& t_;
};

}  // namespace

int run(const Repository& repository, store::Store& store, std::int64_t now) {
  const Round round(repository, store, now);
  auto members = round.members();
  // git, before anything is locked.
  const bool looked = round.look(members);
  if (!looked && round.remarks(members).empty()) return 0;
  store::Transaction transaction(store);
  const auto remarks = round.remarks(members);
  for (const Remark& r : remarks) write(store, r, now);
  if (looked) store::set_meta(store, kLooked, std::to_string(now));
  transaction.commit();
  return static_cast<int>(remarks.size());
}

std::optional<std::int64_t> next_due(const Repository& repository,
                                     store::Store& store, std::int64_t now) {
  const Round round(repository, store, now);
  return round.next(round.members());
}

}  // namespace orch::stall
