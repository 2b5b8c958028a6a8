// SPDX-License-Identifier: MIT
#include "agent/agent.h"
#include "agent/program.h"
#include "cli/output.h"
#include "error/error.h"
#include "feature/feature.h"
#include "file/file.h"
#include "git/git.h"
#include "hook/fold.h"
#include "launch/launch.h"
#include "overview/overview.h"
#include "progress/progress.h"
#include "text/text.h"

namespace orch {
namespace {

feature::Request request_of(const cli::Invocation& invocation) {
  feature::Request r;
  r.spec_id = invocation.operand(0);
  r.name = invocation.find("name").value_or("");
  r.base = invocation.find("base").value_or("");
  r.team = invocation.find("team").value_or(r.team);
  r.roles = text::split_list(invocation.find("roles").value_or(""), ',');
  r.runtime = invocation.find("runtime").value_or("");
  r.worktrees = !invocation.has("no-worktrees");
  if (const auto spec = invocation.find("spec")) {
    r.spec_path = file::resolve(*spec);
    if (!file::exists(r.spec_path))
      throw Error(ErrorCode::UnknownName, "there is no spec '" + *spec + "'");
  }
  return r;
}

int show(const cli::Invocation& invocation, const feature::Created& made,
         const std::vector<store::Agent>& agents, const std::string& note) {
  cli::Table table({"AGENT", "BRANCH", "STATE", "WORKTREE"});
  for (const store::Agent& a : agents)
    table.add({a.address, a.branch, a.state, a.worktree},
              {cli::Tone::Strong, cli::Tone::Plain, cli::tone_of(a.state)});
  return cli::print(invocation,
                    {.data = overview::feature_json(made.feature, agents),
                     .rows = "agents",
                     .fields = {"id", "role", "branch", "worktree", "runtime"},
                     .human = note + "\n" + table.text()});
}

// A list with an error in it stops no set-up: it is read again by `task`.
void import_tasks(const cli::Invocation& invocation,
                  const repository::Repository& repository, store::Store& store,
                  const store::Feature& made) {
  const auto feature = store::find_feature(store, made.spec_id);
  if (!feature) return;
  try {
    const int added = progress::import_list(repository, store, *feature);
    if (added > 0)
      cli::note(invocation,
                text::count_of(static_cast<std::size_t>(added), "task") +
                    " in the task list");
  } catch (const Error& e) {
    cli::note(invocation, std::string("no tasks were read: ") + e.what());
  }
}

furnishing::Listener listener(const cli::Invocation& invocation) {
  return {
      .note = [&](const std::string& t) { cli::note(invocation, t); },
      .progress = [&](const std::string& t) { cli::progress(invocation, t); }};
}

// What this call has set up goes again when the start fails.
std::vector<store::Agent> start(const cli::Invocation& invocation,
                                const repository::Repository& repository,
                                store::Store& store,
                                const feature::Created& made,
                                const std::string& runtime) {
  cli::progress(invocation, "starting agents");
  try {
    return agent::start_all(
        repository, store, made.agents,
        {.runtime = runtime, .listener = listener(invocation)});
  } catch (const Error& e) {
    if (made.already_there) throw;
    launch::take_back(repository, store, made.feature.spec_id, e,
                      "start of '" + made.feature.spec_id + "'",
                      listener(invocation));
  }
}

int run(const cli::Invocation& invocation) {
  invocation.expect_operands(1, 1);
  const auto repository = repository::require();
  if (!invocation.has("dry-run"))
    agent::require_leader(repository, "set up a feature");
  const feature::Request request = request_of(invocation);
  {
    auto present = hook::find_store(repository);
    const auto planned =
        feature::plan(repository, present ? &*present : nullptr, request);
    if (invocation.has("dry-run"))
      return show(invocation, planned, planned.agents,
                  "would set up feature " + planned.feature.spec_id + " from " +
                      text::printable(git::short_branch(planned.feature.base)));
    // Everything that can be refused is refused before the first change.
    if (invocation.has("start"))
      for (const store::Agent& a : planned.agents)
        agent::require_program(agent::choose_runtime(
            repository, config::Config::load(repository), request.runtime, a));
  }
  if (invocation.has("start")) tmux::require_usable();
  store::Store store = hook::open_store(repository);
  const auto made = feature::create(
      repository, store, request,
      [&](const std::string& step) { cli::progress(invocation, step); });
  import_tasks(invocation, repository, store, made.feature);
  std::vector<store::Agent> agents = made.agents;
  if (invocation.has("start"))
    agents = start(invocation, repository, store, made, request.runtime);
  return show(
      invocation, made, agents,
      (made.already_there
           ? "feature " + made.feature.spec_id + " is set up already, from "
           : "set up feature " + made.feature.spec_id + " from ") +
          text::printable(git::short_branch(made.feature.base)));
}

}  // namespace

const cli::Command cli::kCommand = {
    .name = "init-feature",
    .group = cli::Group::Features,
    .summary = "create a feature: branches, worktrees, agents",
    .synopsis = {"<spec-id> [--name <name>] [--spec <file>] [--base <branch>] "
                 "[--team <team>] [--roles <role>,...] [--no-worktrees] "
                 "[--start] [--runtime <runtime>] [--dry-run]"},
    .options =
        {{"name", 0, Arity::One, "name", "what people call the feature"},
         {"spec", 0, Arity::One, "file", "the specification"},
         {"base", 0, Arity::One, "branch",
          "where the work starts and may land; default: the branch that is "
          "checked out"},
         {"team", 0, Arity::One, "team",
          "which team works on it; default: overseer-3"},
         {"roles", 0, Arity::One, "roles",
          "these roles instead of a team's, parted by commas"},
         {"no-worktrees", 0, Arity::Flag, "", "create branches only"},
         {"start", 0, Arity::Flag, "", "start every agent and brief it"},
         {"runtime", 0, Arity::One, "runtime",
          "the agent CLI that plays the roles"},
         {"dry-run", 0, Arity::Flag, "",
          "show what would be made, and make nothing"}},
    .listing = true,
    .run = run};

}  // namespace orch
