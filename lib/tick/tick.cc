// SPDX-License-Identifier: MIT
#include "tick/tick.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <set>

#include "agent/agent.h"
#include "agent/restart.h"
#include "ask/ask.h"
#include "audit/audit.h"
#include "checkin/checkin.h"
#include "clock/clock.h"
#include "clock/stopwatch.h"
#include "conflict/conflict.h"
#include "error/error.h"
#include "event/record.h"
#include "file/file.h"
#include "gate/checkout.h"
#include "git/git.h"
#include "git/stamp.h"
#include "git/state.h"
#include "guard/guard.h"
#include "hook/fold.h"
#include "hook/install.h"
#include "limit/limit.h"
#include "message/message.h"
#include "message/rules.h"
#include "notify/notify.h"
#include "progress/progress.h"
#include "queue/queue.h"
#include "resume/resume.h"
#include "stall/stall.h"
#include "store/durations.h"
#include "store/event_days.h"
#include "store/features.h"
#include "store/messages.h"
#include "sync/sync.h"
#include "text/text.h"
#include "usage/usage.h"
#include "watch/watch.h"
#include "zone/zone.h"

namespace orch::tick {
namespace {

constexpr char kLastTick[] = "last_tick";
// Events that a pass counts at most.
constexpr std::int64_t kCountedAtOnce = 20000;
// Where a pass with a budget has stopped.
constexpr char kBeginWith[] = "tick_begin_with";

using Work = std::pair<const char*, std::function<int()>>;

// What the conflict rows were last computed from.
constexpr char kRadarTips[] = "radar_tips";

// What of the repository's own settings decides a merge beside the commits.
std::string merge_settings(const Repository& repository) {
  std::vector<std::string> parts;
  for (const char* name : {"/config", "/info/attributes"}) {
    try {
      const auto bytes = file::find_contents(repository.common_dir + name);
      parts.push_back(bytes.value_or(""));
    } catch (const Error&) {
      parts.emplace_back();  // not readable, for git neither
    }
  }
  return text::hex(event::derived_id(parts));
}

// One line per ref that a prediction depends on, and the settings: when nothing
// of it has changed, no row can have.
std::string radar_tips(const Repository& repository, store::Store& store) {
  std::string tips;
  const auto features = store::list_features(store, "in-progress");
  if (features.empty()) return tips;
  std::vector<std::string> refs;
  for (const store::Feature& f : features) {
    refs.push_back("refs/heads/feature/" + f.spec_id + "/");
    if (f.base.starts_with("refs/")) refs.push_back(f.base);
    for (const store::Agent& a : store::list_agents(store, f.id))
      refs.push_back("refs/heads/" + a.branch);
  }
  for (const git::Ref& r : git::list_refs(repository, refs))
    tips += r.id + " " + r.name + "\n";
  return tips + merge_settings(repository);
}

int refresh_conflicts(const Repository& repository, store::Store& store) {
  const std::string tips = radar_tips(repository, store);
  if (store::find_meta(store, kRadarTips).value_or("") == tips) return 0;
  const int found = conflict::refresh(repository, store, std::nullopt);
  store::Transaction transaction(store);
  store::set_meta(store, kRadarTips, tips);
  transaction.commit();
  return found;
}

// What conflicts, the audit and progress are computed from: refs, and the rows
// that say whose they are. While it is the same, there is nothing to find.
class RefWork {
 public:
  RefWork(const Repository& repository, store::Store& store) : store_(store) {
    const auto stamp = git::refs_stamp(repository);
    if (!stamp) return;
    std::vector<std::string> parts = {*stamp, merge_settings(repository)};
    for (const store::Feature& f : store::list_features(store, ""))
      parts.insert(parts.end(), {f.spec_id, f.status, f.base});
    for (const store::Agent& a : store::list_agents(store))
      parts.insert(parts.end(), {a.address, a.branch});
    key_ = text::hex(event::derived_id(parts));
    is_known_ = store::find_meta(store, kRefsSeen).value_or("") == key_;
  }
  // Runs it, unless there is nothing to find.
  int run(const std::function<int()>& act) {
    if (is_known_) return 0;
    const int count = act();
    ++ran_;
    return count;
  }
  bool* settled() { return &settled_; }
  // All of them have run. Within a Transaction.
  void remember() {
    if (is_known_ || key_.empty() || ran_ < 4 || !settled_) return;
    store::set_meta(store_, kRefsSeen, key_);
  }

 private:
  static constexpr char kRefsSeen[] = "refs_seen";
  store::Store& store_;
  std::string key_;  // empty: not known, look at all
  bool is_known_ = false, settled_ = true;
  int ran_ = 0;
};

// Commits that no hook saw: git am, a fast-forward, a repository without hooks.
int reconcile(const Repository& repository, store::Store& store) {
  int events = 0;
  for (const store::Feature& f : progress::behind(repository, store))
    events += progress::reconcile(repository, store, f).events;
  return events;
}

// A worktree that was lost and made anew by hand is the agent's again.
int mark_again(const Repository& repository, store::Store& store) {
  int marked = 0;
  std::set<std::string> known;
  for (const auto& found : repository::agent_worktrees(repository))
    known.insert(found.agent);
  for (const store::Agent& agent : store::list_agents(store)) {
    if (!agent.feature_id || agent.worktree.empty() ||
        known.contains(agent.address))
      continue;
    const auto here = repository::find(agent.worktree);
    if (!here || here->common_dir != repository.common_dir ||
        !here->is_linked_worktree() || repository::agent_of(*here) ||
        git::branch_in(*here) != std::string(git::kHeads) + agent.branch)
      continue;
    repository::mark_agent(here->git_dir, agent.address);
    ++marked;
  }
  return marked;
}

int expire(store::Store& store) {
  store::Transaction transaction(store);
  const auto expired = message::expire(store, clock::now());
  transaction.commit();
  return static_cast<int>(expired.size());
}

}  // namespace

Outcome run(const Repository& repository, store::Store& store,
            std::int64_t budget_ms) {
  const std::int64_t start = clock::steady(), start_us = clock::steady_us();
  Outcome out;
  RefWork refs(repository, store);
  notify::Pass notices(repository, store);
  const std::vector<Work> work = {
      {"fold",
       [&] { return static_cast<int>(hook::fold(repository, store).records); }},
      {"liveness",
       [&] {
         return resume::follow(repository, store) +
                mark_again(repository, store) + agent::reconcile(store);
       }},
      {"restarts",
       [&] { return agent::restart_due(repository, store, clock::now()); }},
      {"looks", [&] { return agent::look_around(repository, store); }},
      // Before what asks git about other things: agents wait for this.
      {"conflicts",
       [&] {
         return refs.run([&] { return refresh_conflicts(repository, store); });
       }},
      {"hooks", [&] { return hook::heal(repository) ? 1 : 0; }},
      {"guards", [&] { return guard::refresh(repository, store); }},
      {"audit",
       [&] {
         return audit::compare_rules(repository, store) + refs.run([&] {
           return audit::compare_refs(repository, store, refs.settled());
         });
       }},
      {"progress",
       [&] { return refs.run([&] { return reconcile(repository, store); }); }},
      {"watchers", [&] { return watch::tell_watchers(repository, store); }},
      {"syncs",
       [&] {
         return sync::repair(repository, store) +
                refs.run([&] { return sync::tell_behind(repository, store); });
       }},
      {"limits",
       [&] {
         return limit::observe(repository, store, clock::now()) +
                limit::wake_due(repository, store, clock::now());
       }},
      {"usage", [&] { return usage::read_more(store); }},
      {"check-ins",
       [&] { return checkin::run_due(store, zone::system(), clock::now()); }},
      {"stalls", [&] { return stall::run(repository, store, clock::now()); }},
      {"asks", [&] { return ask::run_due(repository, store, clock::now()); }},
      {"briefs", [&] { return agent::brief_compacted(repository, store); }},
      {"expiry", [&] { return expire(store); }},
      {"queue",
       [&] { return queue::run_due(repository, store, clock::now()); }},
      {"messages", [&] { return message::deliver_all(repository, store); }},
      // Behind all that finds what needs a person.
      {"notices", [&] { return notices.run(clock::now()); }},
      {"snapshots",
       [&] { return agent::snapshot_checked_in(repository, store); }},
      {"scratch", [&] { return gate::clear_left(repository); }},
  };
  // What hooks have told comes first; the rest in turn, so that a budget which
  // is always too small starves nobody.
  const std::string from =
      budget_ms > 0 ? store::find_meta(store, kBeginWith).value_or("") : "";
  const auto first =
      std::find_if(work.begin() + 1, work.end(),
                   [&](const auto& w) { return w.first == from; });
  std::vector<const Work*> order = {&work.front()};
  for (auto it = first; it != work.end(); ++it) order.push_back(&*it);
  for (auto it = work.begin() + 1; it != first; ++it) order.push_back(&*it);
  std::string stopped_at;
  for (const Work* w : order) {
    if (budget_ms > 0 && clock::steady() - start > budget_ms) {
      if (stopped_at.empty()) stopped_at = w->first;
      ++out.left;
      continue;
    }
    out.ran.push_back({w->first, w->second()});
  }
  {
    store::Transaction transaction(store);
    store::set_meta(store, kLastTick, std::to_string(clock::now()));
    refs.remember();
    notices.remember();
    if (budget_ms > 0 && stopped_at != from)
      store::set_meta(store, kBeginWith, stopped_at);
    store::count_events(store, kCountedAtOnce);
    store::Durations durations;
    durations.add("tick", clock::steady_us() - start_us);
    durations.write(store);
    transaction.commit();
  }
  out.ms = clock::steady() - start;
  return out;
}

std::int64_t last_run(store::Store& store) {
  const auto text = store::find_meta(store, kLastTick);
  return text ? std::strtoll(text->c_str(), nullptr, 10) : 0;
}

}  // namespace orch::tick
