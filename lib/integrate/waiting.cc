// SPDX-License-Identifier: MIT
#include "integrate/waiting.h"

#include <algorithm>
#include <map>
#include <set>

#include "clock/clock.h"
#include "conflict/order.h"
#include "error/error.h"
#include "file/file.h"
#include "git/git.h"
#include "git/merge.h"
#include "git/state.h"
#include "store/events.h"
#include "text/text.h"

namespace orch::integrate {
namespace {

constexpr std::int64_t kHourMs = 3600000;

std::string ref_of(const store::Agent& agent) {
  return std::string(git::kHeads) + agent.branch;
}

bool is_ready(const store::Event& report) {
  return report.type == "report_ready" || report.type == "report_done";
}

// Only where the target does not hold that tip: it was squashed or rebased.
std::string landed_before(const Repository& repository, store::Store& store,
                          const std::string& into, const std::string& onto,
                          const std::string& ref, const std::string& tip) {
  const auto row = store::find_last_landing(store, ref, into, "landed");
  if (!row || row->method == "merge") return "";
  const auto below = [&](const std::string& commit, const std::string& of) {
    return git::is_ancestor(repository, commit, of);
  };
  // Somebody may have put the target back.
  return below(row->landed_commit, onto) && below(row->commit, tip) &&
                 !below(row->commit, onto)
             ? row->commit
             : "";
}

class Choice {
 public:
  Choice(const Repository& repository, store::Store& store,
         const Request& request, const std::string& into)
      : repository_(repository),
        store_(store),
        request_(request),
        into_(into),
        onto_(git::find_commit(repository, into).value_or("")),
        reports_(store::list_last_reports(store, request.feature.spec_id)) {
    for (const git::Ref& r : git::list_refs(repository, {"refs/heads/"}))
      tips_[r.name] = r.id;
  }

  std::vector<Part> run(std::string* nothing);
  // Absent: it is withdrawn.
  std::optional<Part> renew(Part part);
  void sort(std::vector<Part>& parts);
  // The last one, in words; empty: none.
  const std::string& withdrawn() const { return withdrawn_; }

 private:
  bool has_failed(const std::string& ref, const std::string& tip) const;
  std::vector<store::Agent> asked(std::string* nothing) const;
  bool is_clean(const store::Agent& agent) const;
  std::optional<Part> take(const store::Agent& agent);
  std::int64_t since(const store::Agent& agent, const std::string& tip) const;
  void withdraw(store::Landing row, const std::string& why);
  std::string withdrawn_;
  std::vector<std::string> fewest_conflicts(const std::vector<Part>& parts);

  const Repository& repository_;
  store::Store& store_;
  const Request& request_;
  const std::string& into_;
  std::string onto_;
  std::map<std::string, std::string> tips_;
  std::map<std::string, store::Event> reports_;
};

bool Choice::has_failed(const std::string& ref, const std::string& tip) const {
  const auto row = store::find_last_landing(store_, ref, into_, "rejected");
  return row && row->commit == tip && row->told.starts_with("gate ");
}

bool Choice::is_clean(const store::Agent& agent) const {
  if (agent.worktree.empty() || !file::is_directory(agent.worktree))
    return true;
  try {
    return git::dirty_paths(repository_, agent.worktree).empty();
  } catch (const Error&) {
    return false;  // one that is broken holds nobody else up
  }
}

std::vector<store::Agent> Choice::asked(std::string* nothing) const {
  std::vector<store::Agent> out;
  if (!request_.agents.empty()) {
    for (const std::string& address : request_.agents) {
      const auto agent = store::find_agent(store_, address);
      if (!agent || agent->branch.empty() || !tips_.contains(ref_of(*agent)))
        throw Error(ErrorCode::UnknownName,
                    "agent '" + address + "' has no branch that could land");
      if (ref_of(*agent) == into_)
        throw Error(ErrorCode::Usage,
                    "'" + git::short_branch(into_) + "' cannot land on itself");
      out.push_back(*agent);
    }
    return out;
  }
  const bool anybody =
      !store::list_last_reports(store_, request_.feature.spec_id, true).empty();
  std::vector<std::string> unready, dirty;
  for (const store::Agent& a :
       store::list_agents(store_, request_.feature.id)) {
    if (a.kind == "overseer" || !tips_.contains(ref_of(a)) ||
        ref_of(a) == into_)
      continue;
    const auto report = reports_.find(a.role);
    if (request_.all ||
        (report != reports_.end() && is_ready(report->second)) ||
        (!anybody && is_clean(a)))
      out.push_back(a);
    else if (count_ahead(repository_, onto_, tips_.at(ref_of(a)), "") > 0)
      (anybody ? unready : dirty).push_back(a.role);
  }
  const char* all = "; git orch integrate --all takes them anyway";
  if (!unready.empty())
    *nothing = text::join(unready, ", ") +
               (unready.size() == 1 ? " has" : " have") +
               " commits, and not reported ready or done" + all;
  else if (!dirty.empty())
    *nothing = text::join(dirty, ", ") +
               (dirty.size() == 1 ? " has" : " have") +
               " commits, and changes that are not committed" + all;
  return out;
}

// What waits longest is what was reported first; where nobody reports, what was
// committed first.
std::int64_t Choice::since(const store::Agent& agent,
                           const std::string& tip) const {
  const auto report = reports_.find(agent.role);
  if (report != reports_.end() && is_ready(report->second))
    return report->second.at;
  const auto commits = git::read_commits(repository_, {tip});
  const auto it = commits.find(tip);
  return it == commits.end() ? clock::now() : it->second.committed_at;
}

std::optional<Part> Choice::take(const store::Agent& agent) {
  const std::string ref = ref_of(agent);
  const std::string tip = tips_.at(ref);
  Part part{.row = {},
            .agent = agent.address,
            .role = agent.role,
            .landed_before =
                landed_before(repository_, store_, into_, onto_, ref, tip),
            .failed_before = has_failed(ref, tip)};
  auto row = store::find_open_landing(store_, ref, into_);
  if (count_ahead(repository_, onto_, tip, part.landed_before) == 0) {
    if (row) withdraw(*row, "there is nothing of its own in it");
    return std::nullopt;
  }
  if (request_.dry_run && !row)
    row = store::Landing{.feature_id = request_.feature.id,
                         .agent_id = agent.id,
                         .ref = ref,
                         .commit = tip,
                         .into = into_,
                         .priority = request_.priority,
                         .queued_at = since(agent, tip)};
  if (!row || (!request_.dry_run &&
               (row->commit != tip || row->priority < request_.priority))) {
    store::Transaction transaction(store_);
    row = store::find_open_landing(store_, ref, into_);
    if (!row) {
      store::insert_landing(store_, {.feature_id = request_.feature.id,
                                     .agent_id = agent.id,
                                     .ref = ref,
                                     .commit = tip,
                                     .into = into_,
                                     .priority = request_.priority,
                                     .queued_at = since(agent, tip)});
      row = store::find_open_landing(store_, ref, into_);
    }
    row->commit = tip;
    row->priority = std::max(row->priority, request_.priority);
    store::update_landing(store_, *row);
    transaction.commit();
  }
  part.row = *row;
  part.row.commit = tip;
  return part;
}

void Choice::withdraw(store::Landing row, const std::string& why) {
  withdrawn_ = git::short_branch(row.ref) + ": " + why;
  if (request_.dry_run) return;
  row.status = "withdrawn";
  row.reason = why;
  row.ended_at = clock::now();
  store::Transaction transaction(store_);
  store::update_landing(store_, row);
  transaction.commit();
}

std::optional<Part> Choice::renew(Part part) {
  const auto tip = tips_.find(part.row.ref);
  if (tip == tips_.end()) {
    withdraw(part.row, "its branch is gone");
    return std::nullopt;
  }
  const auto agent = part.row.agent_id
                         ? store::find_agent(store_, *part.row.agent_id)
                         : std::nullopt;
  if (!agent) return std::nullopt;
  return take(*agent);
}

std::vector<std::string> Choice::fewest_conflicts(
    const std::vector<Part>& parts) {
  const git::Quarantine quarantine(repository_);
  std::vector<conflict::Side> sides;
  for (const Part& p : parts)
    sides.push_back(
        {.name = p.agent, .branch = p.row.ref, .commit = p.row.commit});
  std::vector<std::string> out;
  for (const conflict::Landing& l :
       conflict::propose_order(repository_, quarantine, onto_, sides).landings)
    out.push_back(l.name);
  return out;
}

// By priority (with its age, unless an order is asked for), then by that order,
// by how long it waits, by its tip's time, and by role.
void Choice::sort(std::vector<Part>& parts) {
  const auto& order = request_.rules.order;
  std::map<std::string, std::size_t> rank;
  if (order.front() == "conflicts") {
    for (const std::string& name : fewest_conflicts(parts))
      rank.emplace(name, rank.size());
  } else if (order.front() != "age") {
    for (const Part& p : parts)
      rank[p.agent] = static_cast<std::size_t>(
          std::find(order.begin(), order.end(), p.role) - order.begin());
  }
  std::vector<std::string> ids;
  for (const Part& p : parts) ids.push_back(p.row.commit);
  const auto commits = git::read_commits(repository_, ids);
  const auto time_of = [&](const Part& p) {
    const auto it = commits.find(p.row.commit);
    return it == commits.end() ? 0 : it->second.committed_at;
  };
  const std::int64_t now = clock::now();
  const bool by_age = order.front() == "age";
  const auto weight = [&](const Part& p) {
    return by_age ? aged_priority(p.row, now) : p.row.priority;
  };
  std::stable_sort(
      parts.begin(), parts.end(), [&](const Part& a, const Part& b) {
        if (weight(a) != weight(b)) return weight(a) > weight(b);
        return std::tuple(rank[a.agent], a.row.queued_at, time_of(a), a.role) <
               std::tuple(rank[b.agent], b.row.queued_at, time_of(b), b.role);
      });
}

std::vector<Part> Choice::run(std::string* nothing) {
  std::vector<Part> out;
  for (const store::Agent& agent : asked(nothing))
    if (auto part = take(agent)) out.push_back(std::move(*part));
  // What was queued before waits no longer than what is asked for now.
  if (request_.agents.empty())
    for (const store::Landing& row : store::list_open_landings(store_, into_)) {
      const bool known =
          std::any_of(out.begin(), out.end(),
                      [&](const Part& p) { return p.row.ref == row.ref; });
      // A target may be that of several features.
      if (known || row.feature_id != request_.feature.id) continue;
      if (auto part =
              renew({.row = row, .agent = {}, .role = {}, .landed_before = {}}))
        out.push_back(std::move(*part));
    }
  if (!out.empty()) {
    nothing->clear();
    sort(out);
  } else if (nothing->empty()) {
    *nothing =
        "no branch has commits that '" + git::short_branch(into_) + "' lacks";
  }
  return out;
}

}  // namespace

std::int64_t aged_priority(const store::Landing& row, std::int64_t now) {
  return row.priority +
         std::max<std::int64_t>(0, now - row.queued_at) / kHourMs;
}

std::vector<Part> choose(const Repository& repository, store::Store& store,
                         const Request& request, const std::string& into,
                         std::string* nothing) {
  return Choice(repository, store, request, into).run(nothing);
}

std::vector<Part> refresh(const Repository& repository, store::Store& store,
                          const Request& request, const std::string& into,
                          const std::vector<Part>& parts,
                          std::string* nothing) {
  Choice choice(repository, store, request, into);
  std::vector<Part> out;
  for (const Part& p : parts)
    if (auto part = choice.renew(p)) out.push_back(std::move(*part));
  *nothing = choice.withdrawn();
  return out;
}

std::size_t count_own(const Repository& repository, store::Store& store,
                      const store::Feature& feature, const std::string& ref,
                      const std::string& asked) {
  const std::string into =
      asked.empty() ? std::string(git::kHeads) + feature.integration_branch
                    : asked;
  const auto tip = git::find_commit(repository, ref);
  const auto onto = git::find_commit(repository, into);
  if (!tip || !onto) return 0;
  return count_ahead(repository, *onto, *tip,
                     landed_before(repository, store, into, *onto, ref, *tip));
}

}  // namespace orch::integrate
