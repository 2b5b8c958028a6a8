// SPDX-License-Identifier: MIT
#include "conflict/conflict.h"

#include <algorithm>
#include <map>
#include <set>

#include "clock/clock.h"
#include "error/error.h"
#include "file/file.h"
#include "git/git.h"
#include "message/message.h"
#include "store/events.h"
#include "store/messages.h"
#include "text/text.h"

namespace orch::conflict {
namespace {

std::map<std::string, std::string> branch_tips(const Repository& repository) {
  std::map<std::string, std::string> tips;
  for (const git::Ref& ref : git::list_refs(repository, {"refs/heads/"}))
    tips[ref.name] = ref.id;
  return tips;
}

std::string tip_of(const std::map<std::string, std::string>& tips,
                   const std::string& ref) {
  const auto it = tips.find(ref);
  return it == tips.end() ? "" : it->second;
}

std::string full_branch(const std::string& short_name) {
  return std::string(git::kHeads) + short_name;
}

// The base is a branch, or the commit that it was when HEAD was detached.
std::string base_commit(const std::map<std::string, std::string>& tips,
                        const store::Feature& feature) {
  if (!feature.base.starts_with("refs/")) return feature.base;
  return tip_of(tips, feature.base);
}

// What a side changed itself, and what it changed by the merge base with the
// other side: a conflicting path that only the second holds came from the base
// or the integration branch, and is the other side's staleness.
class OwnWork {
 public:
  OwnWork(const Repository& repository) : repository_(repository) {}

  const std::set<std::string>& own(const Side& side) {
    std::vector<std::string> others;
    if (!side.base.empty()) others.push_back(side.base);
    if (!side.integration.empty() && side.integration != side.commit)
      others.push_back(side.integration);
    return changed(side.commit, others);
  }

  bool is_collision(const Side& a, const Side& b, const std::string& path) {
    return owns(a, b, path) && owns(b, a, path);
  }

 private:
  // False only when the path certainly came from elsewhere. A path in neither
  // set (the target of a rename) counts.
  bool owns(const Side& side, const Side& other, const std::string& path) {
    if (side.base.empty() && side.integration.empty()) return true;
    if (own(side).contains(path)) return true;
    return !changed(side.commit, {other.commit}).contains(path);
  }

  const std::set<std::string>& changed(const std::string& tip,
                                       const std::vector<std::string>& others) {
    std::string key = tip;
    for (const std::string& o : others) key += " " + o;
    const auto it = cache_.find(key);
    if (it != cache_.end()) return it->second;
    std::set<std::string> paths;
    if (!others.empty())
      for (std::string& p : git::changed_since(repository_, tip, others))
        paths.insert(std::move(p));
    return cache_.emplace(key, std::move(paths)).first->second;
  }

  const Repository& repository_;
  std::map<std::string, std::set<std::string>> cache_;
};

struct Question {
  const Side* a;
  const Side* b;         // null: against `upstream`
  std::string upstream;  // name of what a is stale against
  git::Pair commits;
};

std::vector<Question> questions_of(const std::vector<Side>& sides,
                                   const std::optional<std::string>& only) {
  const auto wanted = [&](const Side& s) {
    return !only || s.name == *only || s.branch == *only;
  };
  std::vector<Question> questions;
  for (const Side& s : sides) {
    if (!wanted(s)) continue;
    if (!s.base.empty())
      questions.push_back({&s, nullptr, "base", {s.commit, s.base}});
    if (!s.integration.empty() && s.integration != s.base)
      questions.push_back(
          {&s, nullptr, "integration", {s.commit, s.integration}});
  }
  for (std::size_t i = 0; i < sides.size(); ++i)
    for (std::size_t j = i + 1; j < sides.size(); ++j)
      if (wanted(sides[i]) || wanted(sides[j]))
        questions.push_back(
            {&sides[i], &sides[j], "", {sides[i].commit, sides[j].commit}});
  return questions;
}

std::string relation_of(const Finding& f) {
  return f.kind == "stale" ? "is out of date with" : "collides with";
}

std::string message_for(const std::string& me, const Finding& f) {
  std::string text;
  if (me == f.a || me == f.b) {
    const std::string& other = me == f.a ? f.b : f.a;
    text = "your work " + relation_of(f) + " " + other;
  } else {
    text = f.a + " " + relation_of(f) + " " + f.b;
  }
  text += " in " + text::count_of(f.paths.size(), "file") + ":\n";
  for (const std::string& p : f.paths) text += "  " + text::printable(p) + "\n";
  text += "conflict type: " + text::join(f.types, ", ") + "\n";
  text += "look with: git orch check-conflicts --all";
  return text;
}

// Everybody who is told of a finding: both sides and the overseer.
std::vector<store::Agent> audience(store::Store& store, const Finding& f) {
  std::vector<store::Agent> out;
  for (store::Agent& agent : store::list_agents(store, f.feature_id))
    if (agent.address == f.a || agent.address == f.b ||
        agent.kind == "overseer")
      out.push_back(std::move(agent));
  // The other side may belong to another feature.
  for (const std::string& address : {f.a, f.b}) {
    const bool told = std::any_of(out.begin(), out.end(), [&](const auto& a) {
      return a.address == address;
    });
    if (told) continue;
    if (auto agent = store::find_agent(store, address))
      out.push_back(*std::move(agent));
  }
  return out;
}

void log_event(store::Store& store, const char* type, const Finding& f,
               std::int64_t now) {
  store::Event event;
  if (const auto feature = store::find_feature(store, f.feature_id))
    event.spec_id = feature->spec_id;
  if (const auto agent = store::find_agent(store, f.a))
    event.role = agent->role;
  event.type = type;
  event.message =
      f.a + " and " + f.b + " (" + f.kind + "): " + text::join(f.paths, ", ");
  if (!f.a_commit.empty()) event.recorded_commit = f.a_commit;
  event.at = now;
  store::insert_event(store, event);
}

void insert_finding(store::Store& store, const Finding& f, std::int64_t now) {
  store::Conflict row;
  if (f.feature_id != 0) row.feature_id = f.feature_id;
  row.a = f.a;
  row.b = f.b;
  row.kind = f.kind;
  row.paths = f.paths;
  row.types = f.types;
  row.a_commit = f.a_commit;
  row.b_commit = f.b_commit;
  row.detected_at = now;
  store::insert_conflict(store, row);
}

void tell(store::Store& store, const Finding& f, std::int64_t now) {
  log_event(store, "conflict_detected", f, now);
  for (const store::Agent& agent : audience(store, f))
    message::queue(store, agent,
                   {.text = message_for(agent.address, f), .kind = "conflict"},
                   now);
}

bool same_pair(const store::Conflict& row, const Finding& f) {
  return row.a == f.a && row.b == f.b && row.kind == f.kind;
}

}  // namespace

std::vector<Side> live_sides(const Repository& repository, store::Store& store,
                             const git::Quarantine& quarantine, Work work) {
  const auto tips = branch_tips(repository);
  std::vector<Side> sides;
  for (const store::Feature& feature :
       store::list_features(store, "in-progress")) {
    const std::string integration =
        tip_of(tips, full_branch(feature.integration_branch));
    for (const store::Agent& agent : store::list_agents(store, feature.id)) {
      if (agent.kind == "overseer") continue;
      Side side{.name = agent.address,
                .branch = full_branch(agent.branch),
                .base = base_commit(tips, feature),
                .integration = integration,
                .feature_id = feature.id};
      side.commit = tip_of(tips, side.branch);
      if (side.commit.empty()) continue;
      if (work == Work::Uncommitted && file::is_directory(agent.worktree)) {
        const std::string open =
            git::worktree_commit(repository, quarantine, agent.worktree);
        if (!open.empty() && open != side.commit) {
          side.commit = open;
          side.uncommitted = true;
        }
      }
      sides.push_back(std::move(side));
    }
  }
  return sides;
}

std::vector<Side> all_branches(const Repository& repository,
                               const git::Quarantine& quarantine, Work work) {
  std::map<std::string, std::string> checked_out;
  if (work == Work::Uncommitted)
    for (const git::Worktree& w : git::list_worktrees(repository))
      if (!w.branch.empty() && !w.prunable) checked_out[w.branch] = w.path;
  std::vector<Side> sides;
  for (const auto& [name, id] : branch_tips(repository)) {
    Side side{.name = git::short_branch(name), .branch = name, .commit = id};
    if (const auto it = checked_out.find(name); it != checked_out.end()) {
      const std::string open =
          git::worktree_commit(repository, quarantine, it->second);
      if (!open.empty() && open != id) {
        side.commit = open;
        side.uncommitted = true;
      }
    }
    sides.push_back(std::move(side));
  }
  return sides;
}

Report predict(const Repository& repository, const git::Quarantine& quarantine,
               const std::vector<Side>& sides,
               const std::optional<std::string>& only) {
  const std::vector<Question> questions = questions_of(sides, only);
  std::vector<git::Pair> pairs;
  for (const Question& q : questions) pairs.push_back(q.commits);
  const auto merges = git::merge_all(repository, quarantine, pairs);

  Report report;
  report.branches = sides.size();
  report.pairs = questions.size();
  OwnWork work(repository);
  for (std::size_t i = 0; i < questions.size(); ++i) {
    const Question& q = questions[i];
    const git::Merge& merge = merges[i];
    const std::string other = q.b ? q.b->name : q.upstream;
    if (merge.verdict == git::Verdict::Unknown)
      report.unknown.push_back({q.a->name, other, merge.reason});
    if (merge.verdict != git::Verdict::Conflict) continue;
    Finding f{.a = q.a->name,
              .b = other,
              .kind = q.b ? "collision" : "stale",
              .types = merge.types,
              .uncommitted = q.a->uncommitted || (q.b && q.b->uncommitted),
              .a_commit = q.commits.first,
              .b_commit = q.commits.second,
              .feature_id = q.a->feature_id};
    for (const std::string& path : merge.paths)
      if (!q.b || work.is_collision(*q.a, *q.b, path)) f.paths.push_back(path);
    if (!f.paths.empty()) report.findings.push_back(std::move(f));
  }
  return report;
}

int refresh(const Repository& repository, store::Store& store,
            const std::optional<std::string>& only_branch) {
  std::vector<Side> sides;
  Report report;
  {
    const git::Quarantine quarantine(repository);
    sides = live_sides(repository, store, quarantine, Work::Committed);
    if (sides.empty()) return 0;
    report = predict(repository, quarantine, sides, only_branch);
  }
  const std::int64_t now = clock::now();
  const auto touched = [&](const store::Conflict& row) {
    if (!only_branch) return true;
    return std::any_of(sides.begin(), sides.end(), [&](const Side& s) {
      return (s.name == row.a || s.name == row.b) && s.branch == *only_branch;
    });
  };

  store::Transaction transaction(store);
  const auto open = store::list_open_conflicts(store, 0);
  int fresh = 0;
  for (const Finding& f : report.findings) {
    // What a person has resolved stays so while neither tip moves.
    if (store::is_settled(store, f.a, f.b, f.kind, f.a_commit, f.b_commit))
      continue;
    const auto row =
        std::find_if(open.begin(), open.end(), [&](const store::Conflict& c) {
          return c.source == "predicted" && same_pair(c, f);
        });
    if (row == open.end()) {
      insert_finding(store, f, now);
      tell(store, f, now);
      ++fresh;
      continue;
    }
    store::Conflict updated = *row;
    const bool other_files = updated.paths != f.paths;
    updated.paths = f.paths;
    updated.types = f.types;
    updated.a_commit = f.a_commit;
    updated.b_commit = f.b_commit;
    store::update_conflict(store, updated);
    if (other_files) {
      tell(store, f, now);
      ++fresh;
    }
  }
  for (const store::Conflict& row : open) {
    if (row.source != "predicted" || !touched(row)) continue;
    const bool still =
        std::any_of(report.findings.begin(), report.findings.end(),
                    [&](const Finding& f) { return same_pair(row, f); });
    const bool untold = std::any_of(
        report.unknown.begin(), report.unknown.end(),
        [&](const auto& u) { return u.a == row.a && u.b == row.b; });
    if (still || untold) continue;
    store::resolve_conflict(store, row.id, store::kMergesCleanly, now);
    log_event(store, "conflict_resolved",
              {.a = row.a,
               .b = row.b,
               .kind = row.kind,
               .paths = row.paths,
               .feature_id = row.feature_id.value_or(0)},
              now);
  }
  transaction.commit();
  return fresh;
}

}  // namespace orch::conflict
