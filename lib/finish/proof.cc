// SPDX-License-Identifier: MIT
#include "finish/proof.h"

#include <algorithm>

#include "agent/agent.h"
#include "file/file.h"
#include "gate/trees.h"
#include "git/git.h"
#include "integrate/integrate.h"
#include "landing/landing.h"
#include "store/asks.h"
#include "store/blockers.h"
#include "store/landings.h"
#include "store/tasks.h"
#include "text/text.h"

namespace orch::finish {
namespace {

constexpr std::size_t kMostNamed = 5;

// "a, b and 3 more".
std::string named(const std::vector<std::string>& names) {
  std::vector<std::string> shown(
      names.begin(), names.begin() + static_cast<std::ptrdiff_t>(
                                         std::min(names.size(), kMostNamed)));
  return text::join(shown, ", ") +
         (names.size() > kMostNamed
              ? " and " + std::to_string(names.size() - kMostNamed) + " more"
              : "");
}

class Proof {
 public:
  Proof(const Repository& repository, store::Store& store,
        const Request& request, const std::string& tip)
      : repository_(repository),
        store_(store),
        request_(request),
        tip_(tip),
        agents_(store::list_agents(store, request.feature.id)) {}

  std::vector<Check> run() {
    branches();
    worktrees();
    tasks();
    blockers();
    pushed();
    gates();
    return std::move(checks_);
  }

 private:
  void add(const std::string& name, const std::vector<std::string>& broken,
           const std::string& good, const std::string& fix) {
    if (broken.empty())
      checks_.push_back({name, true, good, ""});
    else
      checks_.push_back({name, false, named(broken), fix});
  }

  // Every commit of every agent is in the integration branch, itself or by its
  // patch, or was squashed into it.
  void branches() {
    std::vector<std::string> broken;
    std::size_t count = 0;
    for (const store::Agent& a : agents_) {
      const std::string ref = std::string(git::kHeads) + a.branch;
      const auto tip = git::find_commit(repository_, ref);
      if (a.kind == "overseer" || a.branch.empty() || !tip) continue;
      ++count;
      const auto ahead =
          integrate::count_own(repository_, store_, request_.feature, ref);
      if (ahead > 0)
        broken.push_back(a.address + ": " + text::count_of(ahead, "commit"));
    }
    if (broken.empty() && tip_ == request_.feature.base_commit)
      broken.emplace_back("nothing has ever landed");
    add("branches", broken,
        std::to_string(count) + (count == 1 ? " branch is" : " branches are") +
            " in " + request_.feature.integration_branch,
        "git orch integrate --all");
  }

  void worktrees() {
    std::vector<std::string> broken;
    std::string fix;
    for (const store::Agent& a : agents_) {
      if (a.worktree.empty() || !file::is_directory(a.worktree)) continue;
      const auto unfinished =
          landing::find_obstacle(repository_, a.worktree, {});
      const auto dirty = git::dirty_paths(repository_, a.worktree);
      if (unfinished.detail.empty() && dirty.empty()) continue;
      broken.push_back(a.address + ": " +
                       (unfinished.detail.empty()
                            ? text::count_of(dirty.size(), "file")
                            : unfinished.detail));
      if (fix.empty()) fix = "git -C '" + a.worktree + "' status";
    }
    add("worktrees", broken, "nothing is uncommitted", fix);
  }

  void tasks() {
    std::vector<std::string> broken;
    std::size_t done = 0;
    for (const store::Task& t :
         store::list_tasks(store_, request_.feature.id)) {
      if (t.status == "done" || t.status == "dropped")
        ++done;
      else
        broken.push_back(t.task_id + " (" + t.status + ")");
    }
    add("tasks", broken,
        done == 0 ? "there are none"
                  : text::count_of(done, "task") + " done or dropped",
        "git orch task list");
  }

  void blockers() {
    std::vector<std::string> broken;
    for (const store::Blocker& b :
         store::list_blockers(store_, {.feature_id = request_.feature.id}))
      broken.push_back("blocker " + std::to_string(b.id));
    for (const store::Ask& ask : store::list_asks(store_, store::Asks::Open))
      if (std::any_of(agents_.begin(), agents_.end(),
                      [&](const auto& a) { return a.id == ask.agent_id; }))
        broken.push_back("ask " + std::to_string(ask.id));
    for (const integrate::Item& item :
         integrate::list_queue(store_, request_.feature))
      broken.push_back(item.agent + " waits to land");
    add("blockers", broken, "nothing is open",
        "git orch blocker list; git orch ask list; git orch integrate --list");
  }

  // Only where the branch was ever pushed: it has an upstream.
  void pushed() {
    const std::string branch =
        std::string(git::kHeads) + request_.feature.integration_branch;
    const auto upstream =
        git::run(repository_,
                 {.args = {"for-each-ref", "--format=%(upstream)", branch}});
    const std::string ref(text::trim(upstream.output));
    const auto there =
        ref.empty() ? std::nullopt : git::find_commit(repository_, ref);
    if (!there) {
      add("pushed", {}, "the branch has no upstream", "");
      return;
    }
    std::vector<std::string> broken;
    const auto apart = git::divergence(repository_, tip_, *there);
    if (apart.ahead > 0)
      broken.push_back(
          text::count_of(static_cast<std::size_t>(apart.ahead), "commit") +
          " not on " + ref.substr(ref.find('/', 5) + 1));
    add("pushed", broken, "the upstream has it",
        "git push, from the overseer's worktree");
  }

  void gates() {
    const auto rules =
        integrate::rules_of(repository_, store_, request_.feature);
    if (rules.gates.empty()) {
      add("gates", {}, "none is configured: nothing was tested", "");
      return;
    }
    const auto tree = git::require(
        repository_,
        {.args = {"rev-parse", "--verify", "--quiet", tip_ + "^{tree}"}});
    gate::Asked asked{.stack = {{tip_, std::string(text::trim(tree)),
                                 request_.feature.integration_branch}},
                      .commands = rules.gates,
                      .timeout_ms = rules.gate_timeout_ms,
                      .progress = request_.progress};
    gate::State state = gate::state_of(store_, asked.stack[0].tree, asked);
    std::string obstacle;
    if (!request_.dry_run && state.tree != mergequeue::Tree::Good) {
      const auto tested = gate::test(repository_, store_, asked);
      state = tested.states.at(0);
      obstacle = tested.obstacle;
    }
    std::vector<std::string> broken;
    if (!obstacle.empty())
      broken.push_back(obstacle);
    else if (state.tree == mergequeue::Tree::Unknown)
      broken.emplace_back("not known for this tree");
    else if (state.tree != mergequeue::Tree::Good)
      broken.push_back("'" + state.command + "' fails: " + state.reason);
    add("gates", broken,
        text::count_of(rules.gates.size(), "gate") + " passed on tree " +
            asked.stack[0].tree.substr(0, 12),
        "mend it and let that land: git orch integrate");
  }

  const Repository& repository_;
  store::Store& store_;
  const Request& request_;
  const std::string& tip_;
  std::vector<store::Agent> agents_;
  std::vector<Check> checks_;
};

}  // namespace

std::vector<Check> prove(const Repository& repository, store::Store& store,
                         const Request& request, const std::string& tip) {
  return Proof(repository, store, request, tip).run();
}

}  // namespace orch::finish
