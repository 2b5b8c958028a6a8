// SPDX-License-Identifier: MIT
#include "guard/check.h"

#include <unistd.h>

#include <algorithm>

#include "chain/chain.h"
#include "chain/stub.h"
#include "clock/clock.h"
#include "config/config.h"
#include "error/error.h"
#include "file/file.h"
#include "git/git.h"
#include "guard/guard.h"
#include "installation/data.h"
#include "installation/installation.h"
#include "store/conflicts.h"
#include "store/landings.h"
#include "store/pull_requests.h"
#include "text/text.h"
#include "text/time.h"

namespace orch::guard {
namespace {

using store::Agent;
using store::Feature;

std::string aged(std::int64_t ms) {
  return text::short_age(std::max<std::int64_t>(1000, ms));
}

// Why git would run a hook of the guards that is not as we placed it; empty
// when it would not.
std::string fault_of_hooks(const std::string& directory) {
  for (const std::string& event :
       file::names_in(installation::guard_hook_directory())) {
    const std::string path = file::join(directory, event);
    const auto program = chain::program_of(path);
    if (!chain::is_ours(path)) return "'" + path + "' is not ours";
    if (::access(path.c_str(), X_OK) != 0)
      return "'" + path + "' cannot be run";
    if (!program || ::access(program->c_str(), X_OK) != 0)
      return "'" + path + "' leads to a program that is not installed";
  }
  return "";
}

// Those that have ended are in the file until it is made anew, which the hooks
// do not wait for.
std::string without_overrides(policy::WorktreeRules rules) {
  rules.overrides.clear();
  return policy::to_text(rules);
}

// Where git has the value from: " (local, file:/…/config)".
std::string origin_of_path(const Repository& worktree) {
  const auto answer =
      git::run(worktree, {.args = {"config", "--show-scope", "--show-origin",
                                   "--get", "core.hooksPath"},
                          .worktree = worktree.worktree});
  const auto parts = text::split(answer.output, '\t');
  return parts.size() == 3 ? " (" + parts[0] + ", " + parts[1] + ")" : "";
}

// Whether git runs the guards in this worktree, and with these rules.
std::string fault_of(const Repository& repository, const Repository& worktree,
                     const policy::WorktreeRules& rules) {
  const auto config = config::Config::load(worktree);
  const std::string ours = chain::guard_directory_in(repository.common_dir);
  const std::string leads = config.text("core.hookspath", "");
  if (leads != ours)
    return leads.empty()
               ? "git runs no guards here"
               : "core.hooksPath is '" + leads + "'" + origin_of_path(worktree);
  if (std::string fault = fault_of_hooks(ours); !fault.empty()) return fault;
  const auto text =
      file::find_contents(file::join(worktree.git_dir, repository::kRulesFile));
  const auto held = text ? policy::parse_worktree_rules(*text) : std::nullopt;
  if (!held || without_overrides(*held) != without_overrides(rules))
    return "its rules are not those of policy and role";
  return "";
}

// One agent's worktree.
class Look {
 public:
  Look(const Repository& repository, store::Store& store,
       const policy::Policy& policy, const Feature& feature, const Agent& agent,
       std::vector<Check>& out)
      : repository_(repository),
        policy_(policy),
        feature_(feature),
        agent_(agent),
        out_(out),
        now_(clock::now()),
        branch_(std::string(git::kHeads) + agent.branch),
        rules_(rules_of(repository, store, agent, now_)) {}

  void run() {
    guards();
    paths();
    trailers();
    commit_age();
    behind();
    push_age();
  }

 private:
  void add(const std::string& rule, const std::string& fault,
           const std::string& well) {
    out_.push_back(
        {agent_.address, rule, fault.empty(), fault.empty() ? well : fault});
  }

  std::vector<std::string> lines(std::vector<std::string> args) const {
    return text::split_list(
        git::run(repository_, {.args = std::move(args)}).output, '\n');
  }

  void guards() {
    const auto worktree = repository::find(agent_.worktree);
    if (worktree)
      add("guards", fault_of(repository_, *worktree, rules_), "in force");
  }

  // What came past the guards, with --no-verify for example.
  void paths() {
    if (rules_.guards.paths == policy::Mode::Off) return;
    const auto ask = policy::path_questions(rules_);
    std::vector<std::string> found;
    for (const auto* pathspecs : {&ask.outside, &ask.denied}) {
      if (pathspecs->empty()) continue;
      std::vector<std::string> args = {
          "log",          "--format=", "--name-only", "--no-merges",
          "--no-renames", branch_,     "--not",       feature_.base_commit};
      if (!rules_.base.empty()) args.push_back(rules_.base);
      // What it has merged is theirs.
      args.insert(args.end(), rules_.others.begin(), rules_.others.end());
      for (const std::string& b : rules_.integration)
        if (b != branch_) args.push_back(b);
      args.emplace_back("--");
      args.insert(args.end(), pathspecs->begin(), pathspecs->end());
      for (std::string& path : lines(std::move(args)))
        if (std::find(found.begin(), found.end(), path) == found.end())
          found.push_back(std::move(path));
    }
    add("guards.paths",
        found.empty() ? "" : "changed " + text::join(found, ", "),
        "within its paths");
  }

  void trailers() {
    if (rules_.guards.trailers == policy::Mode::Off) return;
    int missing = 0;
    std::vector<std::string> args = {
        "log",
        "--no-merges",
        "--format=%h %(trailers:key=Orch-Agent,valueonly,separator=%x2C)",
        branch_,
        "--not",
        feature_.base_commit};
    for (const std::string& b : rules_.integration)
      if (b != branch_) args.push_back(b);
    for (const std::string& line : lines(std::move(args)))
      missing += line.find(' ') + 1 >= line.size() ? 1 : 0;
    add("guards.trailers",
        missing == 0
            ? ""
            : text::count_of(static_cast<std::size_t>(missing), "commit") +
                  " without Orch-Agent",
        "every commit is signed");
  }

  void commit_age() {
    auto limit = policy_.thresholds.commit_age_ms;
    if (const auto role =
            installation::find_role(repository_.orch_dir(), agent_.role);
        role && role->commit_every_ms > 0)
      limit = role->commit_every_ms;
    if (!limit || !file::is_directory(agent_.worktree)) return;
    const auto dirty = git::dirty_paths(repository_, agent_.worktree);
    if (dirty.empty())
      return add("thresholds.commit_age", "", "nothing uncommitted");
    std::int64_t oldest = now_;
    for (const std::string& path : dirty) {
      const std::int64_t at =
          file::modified_ms(file::join(agent_.worktree, path));
      if (at > 0) oldest = std::min(oldest, at);
    }
    const std::string text = text::count_of(dirty.size(), "path") +
                             " uncommitted for " + aged(now_ - oldest);
    add("thresholds.commit_age",
        now_ - oldest > *limit
            ? text + ", more than " + text::duration_text(*limit)
            : "",
        text);
  }

  void behind() {
    if (!policy_.thresholds.behind) return;
    const bool overseer = agent_.branch == feature_.integration_branch;
    const std::string upstream =
        overseer ? feature_.base
                 : std::string(git::kHeads) + feature_.integration_branch;
    const int n = git::divergence(repository_, branch_, upstream).behind;
    const std::string text =
        std::to_string(n) + " behind " + git::short_branch(upstream);
    add("thresholds.behind",
        n > *policy_.thresholds.behind
            ? text + ", more than " + std::to_string(*policy_.thresholds.behind)
            : "",
        text);
  }

  void push_age() {
    const auto limit = policy_.thresholds.push_age_ms;
    if (!limit) return;
    const auto times = lines({"log", "--format=%ct", branch_, "--not",
                              "--remotes", feature_.base_commit});
    if (times.empty())
      return add("thresholds.push_age", "", "nothing unpushed");
    const std::int64_t age =
        now_ - std::strtoll(times.back().c_str(), nullptr, 10) * 1000;
    const std::string text =
        text::count_of(times.size(), "commit") + " unpushed for " + aged(age);
    add("thresholds.push_age",
        age > *limit ? text + ", more than " + text::duration_text(*limit) : "",
        text);
  }

  const Repository& repository_;
  const policy::Policy& policy_;
  const Feature& feature_;
  const Agent& agent_;
  std::vector<Check>& out_;
  std::int64_t now_;
  std::string branch_;
  policy::WorktreeRules rules_;
};

// Of things that are to end within `limit`, the one that has waited longest.
struct Waiting {
  std::string what;  // empty: nothing waits
  std::int64_t since = 0;
  void add(const std::string& name, std::int64_t at) {
    if (!what.empty() && at >= since) return;
    what = name;
    since = at;
  }
};

Check check_waiting(const Feature& feature, const std::string& rule,
                    const Waiting& oldest, std::int64_t limit,
                    const std::string& nothing, std::int64_t now) {
  if (oldest.what.empty()) return {feature.spec_id, rule, true, nothing};
  const bool ok = now - oldest.since <= limit;
  return {feature.spec_id, rule, ok,
          oldest.what + " has waited for " + aged(now - oldest.since) +
              (ok ? "" : ", more than " + text::duration_text(limit))};
}

// Where finished work waits for somebody to take it in.
void check_queues(store::Store& store, const policy::Thresholds& limits,
                  const Feature& feature, std::vector<Check>& out) {
  const std::int64_t now = clock::now();
  if (limits.pr_age_ms) {
    Waiting oldest;
    for (const store::PullRequest& p :
         store::list_open_pull_requests(store, feature.id))
      oldest.add("the pull request " +
                     (p.number ? "#" + std::to_string(*p.number) : p.head),
                 p.created_at);
    out.push_back(check_waiting(feature, "thresholds.pr_age", oldest,
                                *limits.pr_age_ms, "no pull request waits",
                                now));
  }
  if (limits.landing_age_ms) {
    constexpr std::size_t kMost = 1000;
    Waiting oldest;
    for (const store::Landing& l :
         store::list_landings(store, feature.id, kMost))
      if (l.is_open())
        oldest.add("the branch " + git::short_branch(l.ref), l.queued_at);
    out.push_back(check_waiting(feature, "thresholds.landing_age", oldest,
                                *limits.landing_age_ms,
                                "no branch waits to land", now));
  }
}

void check_feature(const Repository& repository, store::Store& store,
                   const policy::Policy& policy, const Feature& feature,
                   const std::vector<Agent>& agents, std::vector<Check>& out) {
  const std::int64_t now = clock::now();
  if (const auto limit = policy.thresholds.conflict_age_ms) {
    std::int64_t oldest = now;
    for (const store::Conflict& c :
         store::list_open_conflicts(store, feature.id))
      oldest = std::min(oldest, c.detected_at);
    const bool ok = now - oldest <= *limit;
    out.push_back(
        {feature.spec_id, "thresholds.conflict_age", ok,
         oldest == now
             ? "no open conflict"
             : "a conflict has been open for " + aged(now - oldest) +
                   (ok ? "" : ", more than " + text::duration_text(*limit))});
  }
  check_queues(store, policy.thresholds, feature, out);
  const auto limit = policy.thresholds.integration_age_ms;
  if (!limit) return;
  // The oldest commit of an agent that the integration branch lacks.
  std::vector<std::string> args = {"log", "--format=%ct"};
  for (const Agent& a : agents)
    if (!a.branch.empty() && a.branch != feature.integration_branch)
      args.push_back(std::string(git::kHeads) + a.branch);
  args.insert(args.end(),
              {"--not", std::string(git::kHeads) + feature.integration_branch,
               feature.base_commit});
  std::int64_t oldest = now;
  std::size_t waiting = 0;
  for (const std::string& t :
       text::split_list(git::run(repository, {.args = args}).output, '\n')) {
    oldest = std::min<std::int64_t>(
        oldest, std::strtoll(t.c_str(), nullptr, 10) * 1000);
    ++waiting;
  }
  const bool ok = now - oldest <= *limit;
  out.push_back(
      {feature.spec_id, "thresholds.integration_age", ok,
       waiting == 0
           ? "nothing waits for integration"
           : text::count_of(waiting, "commit") + " waiting for " +
                 aged(now - oldest) +
                 (ok ? "" : ", more than " + text::duration_text(*limit))});
}

}  // namespace

std::vector<std::string> unguarded(const Repository& repository,
                                   store::Store& store) {
  std::vector<std::string> out;
  for (const auto& [address, path, own] :
       repository::agent_worktrees(repository)) {
    const Repository worktree{own, repository.common_dir, path};
    const auto agent = store::find_agent(store, address);
    if (!agent || !agent->feature_id) continue;
    const std::string fault =
        fault_of(repository, worktree,
                 rules_of(repository, store, *agent, clock::now()));
    if (!fault.empty()) out.push_back(address + ": " + fault);
  }
  return out;
}

std::vector<Check> check_policy(const Repository& repository,
                                store::Store& store,
                                const policy::Policy& policy,
                                const std::optional<Agent>& only) {
  std::vector<Check> out;
  for (const Feature& feature : store::list_features(store, "in-progress")) {
    const auto agents = store::list_agents(store, feature.id);
    if (!only) check_feature(repository, store, policy, feature, agents, out);
    for (const Agent& agent : agents)
      if (!agent.branch.empty() && (!only || only->id == agent.id))
        Look(repository, store, policy, feature, agent, out).run();
  }
  return out;
}

}  // namespace orch::guard
