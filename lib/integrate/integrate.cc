// SPDX-License-Identifier: MIT
#include "integrate/integrate.h"

#include <algorithm>
#include <set>
#include <thread>

#include "clock/clock.h"
#include "error/error.h"
#include "gate/trees.h"
#include "git/git.h"
#include "installation/data.h"
#include "integrate/notices.h"
#include "integrate/run.h"
#include "integrate/waiting.h"
#include "landing/landing.h"
#include "store/gates.h"
#include "store/landings.h"
#include "text/text.h"

namespace orch::integrate {
namespace {

// Another program of this machine may move the target or a branch each time.
constexpr int kMostMoves = 20;

std::size_t cores() {
  return std::max<std::size_t>(1, std::thread::hardware_concurrency());
}

}  // namespace

std::string Run::require_tip() const {
  const auto tip = git::find_commit(repository_, into_);
  if (!tip)
    throw Error(ErrorCode::UnknownName,
                "there is no branch '" + git::short_branch(into_) + "'");
  return *tip;
}

gate::Tested Run::test_for(gate::Asked asked) {
  asked.commands = request_.rules.gates;
  asked.demand = request_.rules.test == "batch" ? mergequeue::Demand::Last
                                                : mergequeue::Demand::Each;
  asked.timeout_ms = request_.rules.gate_timeout_ms;
  asked.jobs = request_.rules.jobs > 0
                   ? static_cast<std::size_t>(request_.rules.jobs)
                   : cores();
  asked.failures_after = failures_after_;
  asked.progress = request_.progress;
  gate::Tested tested = gate::test(repository_, store_, asked);
  out_.runs += tested.runs;
  return tested;
}

// Whether the gates can run on the target as it is, whatever they say.
bool Run::can_test(const std::string& onto) {
  const std::string tree = git::require(
      repository_, {.args = {"rev-parse", "--verify", onto + "^{tree}"}});
  return test_for({.stack = {{onto, std::string(text::trim(tree)),
                              git::short_branch(into_)}}})
      .obstacle.empty();
}

gate::Tested Run::test(const Stack& stack) {
  gate::Asked asked;
  for (std::size_t i = 0; i < stack.parts.size(); ++i)
    asked.stack.push_back({stack.candidates[i].commit, stack.candidates[i].tree,
                           stack.parts[i].agent + " (" + std::to_string(i + 1) +
                               " of " + std::to_string(stack.parts.size()) +
                               ")",
                           stack.parts[i].failed_before && !request_.retest});
  const std::int64_t before = store::last_gate(store_);
  gate::Tested tested = test_for(asked);
  // It is the gates' own matter, or that of one of the branches, which holds
  // nobody else up.
  if (!tested.obstacle.empty() && can_test(stack.onto)) {
    asked.stuck_after = before;
    tested = test_for(asked);
  }
  note_flaky(tested, stack);
  return tested;
}

void Run::note_flaky(const gate::Tested& tested, const Stack& stack) {
  for (std::size_t i = 0; i < tested.states.size(); ++i) {
    if (!tested.states[i].flaky) continue;
    const std::string line = "a gate failed and then passed on the tree with " +
                             stack.parts[i].agent + " (" +
                             stack.candidates[i].tree.substr(0, 12) + ")";
    if (std::find(out_.flaky.begin(), out_.flaky.end(), line) ==
        out_.flaky.end())
      out_.flaky.push_back(line);
  }
}

void Run::wait_all(const std::vector<Part>& parts, const std::string& reason,
                   const std::string& detail) {
  for (const Part& part : parts)
    add_waiting(part, {.reason = reason, .detail = detail}, "");
}

void Run::reject_culprit(const Stack& stack, const gate::Tested& tested) {
  const std::size_t n = *tested.decision.culprit;
  const gate::State& state = tested.states[n];
  Item item{
      .reason = state.stuck ? "could-not-run" : "gate",
      .detail = "the gate '" + state.command +
                (state.stuck ? "' cannot run with it: " : "' fails with it: ") +
                text::printable(state.reason),
      .log = state.log};
  out_.rejected.push_back(
      reject(store_, request_, stack.parts[n], std::move(item)));
  tell("rejected " + stack.parts[n].agent);
}

// One stack: built, tested, the good part of it landed, the culprit rejected.
Run::Next Run::round(std::vector<Part>& waiting) {
  set_aside_dirty(waiting);
  Stack stack = build_stack(waiting);
  waiting = stack.deferred;
  if (request_.dry_run) {
    for (std::size_t i = 0; i < stack.parts.size(); ++i)
      out_.landed.push_back({.agent = stack.parts[i].agent,
                             .commit = stack.candidates[i].commit});
    // As it will be once those have landed.
    out_.rejected.insert(out_.rejected.end(), stack.collisions.begin(),
                         stack.collisions.end());
    waiting.clear();
    return Next::End;
  }
  if (stack.parts.empty()) return Next::End;
  const gate::Tested tested = test(stack);
  std::vector<Part> rest(stack.parts);
  if (!tested.obstacle.empty()) {
    wait_all(rest, "could-not-run", tested.obstacle);
    wait_all(stack.deferred, "could-not-run", tested.obstacle);
    waiting.clear();
    return Next::End;
  }
  const std::size_t lands = tested.decision.lands;
  const auto culprit = tested.decision.culprit;
  if ((lands == 0 || land(stack, lands) == Landed::Yes) && culprit &&
      !is_stale(stack, *culprit)) {
    reject_culprit(stack, tested);
    set_aside_.insert(stack.parts[*culprit].row.ref);
  }
  std::set<std::string> done = set_aside_;
  for (const Item& item : out_.landed) done.insert(item.agent);
  std::erase_if(rest, [&](const Part& p) {
    return done.contains(p.row.ref) || done.contains(p.agent);
  });
  waiting.insert(waiting.begin(), rest.begin(), rest.end());
  return Next::Again;
}

Outcome Run::run() {
  out_.into = into_;
  out_.gates = request_.rules.gates;
  out_.before = require_tip();
  // Without a name, git makes no commit of any branch.
  git::require(repository_, {.args = {"var", "GIT_COMMITTER_IDENT"}});
  std::optional<file::Lock> lock;
  if (!request_.dry_run) {
    lock = lock_run(repository_, into_);
    { const landing::Lease lease(repository_, store_, into_, request_.caller); }
    if (const auto count = finish_landed(repository_, store_, into_))
      tell("completed what was killed: " + branches(count));
    finish_undone(repository_, store_, into_);
    out_.before = require_tip();
  }
  marks_ = marks_of(repository_, store_, request_.feature);
  auto waiting = choose(repository_, store_, request_, into_, &out_.nothing);
  std::size_t decided = 0;
  while (!waiting.empty() && moves_++ < kMostMoves) {
    if (round(waiting) == Next::End) break;
    const std::size_t now = out_.landed.size() + set_aside_.size();
    if (now > decided) moves_ = 0;
    decided = now;
    waiting =
        refresh(repository_, store_, request_, into_, waiting, &out_.nothing);
  }
  wait_all(waiting, "contended",
           "the target or a branch was moved again and again");
  out_.after = require_tip();
  if (!out_.landed.empty() || !out_.rejected.empty() || !out_.waiting.empty())
    out_.nothing.clear();
  return std::move(out_);
}

policy::Integration rules_of(const Repository& repository, store::Store& store,
                             const store::Feature& feature) {
  policy::Integration out =
      installation::require_policy(repository.orch_dir()).integration;
  if (!out.gates.empty()) return out;
  for (const store::Agent& a : store::list_agents(store, feature.id)) {
    if (a.kind != "overseer") continue;
    const auto role = installation::find_role(repository.orch_dir(), a.role);
    if (role && role->test) out.gates = {*role->test};
  }
  return out;
}

Outcome run(const Repository& repository, store::Store& store,
            const Request& request) {
  return Run(repository, store, request).run();
}

std::vector<Item> list_queue(store::Store& store,
                             const store::Feature& feature) {
  const std::string into =
      std::string(git::kHeads) + feature.integration_branch;
  auto rows = store::list_open_landings(store, into);
  const std::int64_t now = clock::now();
  std::stable_sort(rows.begin(), rows.end(),
                   [&](const store::Landing& a, const store::Landing& b) {
                     const auto pa = aged_priority(a, now);
                     const auto pb = aged_priority(b, now);
                     return pa != pb ? pa > pb : a.queued_at < b.queued_at;
                   });
  std::vector<Item> out;
  for (const store::Landing& row : rows) {
    const auto agent =
        row.agent_id ? store::find_agent(store, *row.agent_id) : std::nullopt;
    out.push_back({.agent = agent ? agent->address : git::short_branch(row.ref),
                   .commit = row.commit,
                   .reason = row.status,
                   .detail = row.reason,
                   .paths = row.paths});
  }
  return out;
}

std::vector<Item> list_queue(store::Store& store) {
  std::vector<Item> out;
  for (const store::Feature& f : store::list_features(store, "in-progress"))
    for (Item& item : list_queue(store, f)) out.push_back(std::move(item));
  return out;
}

}  // namespace orch::integrate
