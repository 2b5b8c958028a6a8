// SPDX-License-Identifier: MIT
#include "launch/launch.h"

#include <algorithm>

#include "agent/agent.h"
#include "cli/output.h"
#include "doorbell/doorbell.h"
#include "error/error.h"
#include "git/git.h"
#include "hook/fold.h"
#include "hook/install.h"
#include "installation/data.h"
#include "overview/overview.h"
#include "queue/queue.h"
#include "text/text.h"
#include "tmux/tmux.h"

namespace orch {
namespace {

using cli::Invocation;
using repository::Repository;

furnishing::Listener listener(const Invocation& invocation) {
  return {
      .note = [&](const std::string& t) { cli::note(invocation, t); },
      .progress = [&](const std::string& t) { cli::progress(invocation, t); }};
}

void warn(const Invocation& invocation, const plan::Plan& plan) {
  if (!plan.missing.empty())
    cli::note(invocation, "warning: the specification has no " +
                              text::join(plan.missing, ", "));
  for (const plan::Dropped& d : plan.dropped)
    cli::note(invocation, "left out: " + d.role + ", " + d.because);
}

void warn_without_hooks(const Invocation& invocation,
                        const Repository& repository) {
  const auto hooks = hook::status(repository);
  if (std::any_of(hooks.begin(), hooks.end(),
                  [](const hook::Status& s) { return !s.runs; }))
    cli::note(invocation,
              "warning: not all hooks of git orch are installed here, so "
              "commits are not seen at once: git orch init");
}

int show(const Invocation& invocation, const feature::Created& made,
         const std::vector<store::Agent>& agents, const plan::Plan& plan,
         const std::string& head, const std::string& tail) {
  cli::Table table({"AGENT", "STATE", "TASKS", "BRANCH", "WORKTREE"});
  for (const store::Agent& a : agents) {
    std::size_t tasks = 0;
    for (const plan::PlannedTask& t : plan.tasks)
      if (t.role == a.role) ++tasks;
    table.add({a.address, a.state, std::to_string(tasks), a.branch, a.worktree},
              {cli::Tone::Strong, cli::tone_of(a.state)});
  }
  return cli::print(invocation,
                    {.data = {{"features", json::Array{overview::feature_json(
                                               made.feature, agents)}}},
                     .human = head + "\n" + table.text() + tail});
}

std::string where_it_runs(const std::vector<store::Agent>& agents,
                          const plan::Plan& plan) {
  if (agents.empty()) return "";
  const auto free =
      std::count_if(plan.tasks.begin(), plan.tasks.end(),
                    [](const plan::PlannedTask& t) { return t.role.empty(); });
  std::string out;
  if (free > 0)
    out += text::count_of(static_cast<std::size_t>(free), "task") +
           " without an owner: git orch task list\n";
  return out + "attach with: git orch agent attach " + agents[0].address +
         "\nsee all with: git orch status\nstop one with: git orch agent stop "
         "<agent>\n";
}

int launch_one(const Invocation& invocation, const Repository& repository,
               const launch::Source& source) {
  const auto tell = [&](const std::string& line) {
    cli::progress(invocation, line);
  };
  if (!invocation.has("dry-run"))
    agent::require_leader(repository, "launch a team");
  tell("reading " + source.path);
  const auto draft = launch::draft_plan(
      repository, source, launch::wanted_of([&](const char* option) {
        return invocation.find(option).value_or("");
      }),
      tell);
  const plan::Plan& plan = draft.plan;
  warn(invocation, plan);
  {
    auto present = hook::find_store(repository);
    const auto planned = launch::plan_launch(
        repository, present ? &*present : nullptr, plan, source.digest);
    if (invocation.has("dry-run"))
      return show(invocation, planned, planned.agents, plan,
                  "would launch " + plan.spec_id + " from " +
                      git::short_branch(planned.feature.base),
                  "");
  }
  tell("launching " + text::count_of(plan.team.size(), "agent") + ": " + [&] {
    std::vector<std::string> names;
    for (const plan::Member& m : plan.team) names.push_back(m.role);
    return text::join(names, ", ");
  }());
  warn_without_hooks(invocation, repository);
  store::Store store = hook::open_store(repository);
  const auto out = launch::launch(repository, store, plan, source.digest,
                                  listener(invocation));
  return show(invocation, out.made, out.agents, plan,
              "launched " + plan.spec_id + " (" + text::printable(plan.name) +
                  ") from " + git::short_branch(out.made.feature.base),
              where_it_runs(out.agents, plan));
}

int queue_all(const Invocation& invocation, const Repository& repository,
              const std::vector<launch::Source>& sources) {
  launch::Queued queued;
  if (invocation.has("dry-run")) {
    for (const launch::Source& s : sources)
      queued.items.push_back(
          {.spec_path = s.path, .digest = s.digest, .spec_id = s.spec_id()});
  } else {
    agent::require_leader(repository, "change the queue");
    const std::string options =
        launch::options_text(repository, [&](const char* option) {
          return invocation.find(option).value_or("");
        });
    launch::require_options(repository, sources, options);
    store::Store store = hook::open_store(repository);
    queued = launch::enqueue(
        store, sources,
        {.priority = 0, .time_limit_ms = std::nullopt, .options = options});
  }
  json::Array items;
  cli::Table table({"ITEM", "FEATURE", "STATUS", "SPECIFICATION"});
  for (const store::QueueItem& i : queued.items) {
    items.emplace_back(json::Object{{"id", i.id},
                                    {"spec", i.spec_path},
                                    {"spec_id", i.spec_id},
                                    {"status", i.status}});
    table.add({i.id == 0 ? "-" : std::to_string(i.id), i.spec_id, i.status,
               i.spec_path});
  }
  const std::string head =
      invocation.has("dry-run")
          ? "would queue " + text::count_of(items.size(), "specification")
      : queued.batch == 0
          ? "all of them wait already"
          : "batch " + std::to_string(queued.batch) + ": queued " +
                text::count_of(items.size(), "specification");
  return cli::print(
      invocation,
      {.data = {{"batch",
                 queued.batch == 0 ? json::Value() : json::Value(queued.batch)},
                {"items", items}},
       .human = head + "\n" + table.text() +
                "start them, one after the other: git orch queue run\n"});
}

// As the child of a tick; what it prints goes to the item's log.
int launch_item(const Invocation& invocation, const Repository& repository,
                const std::string& id) {
  invocation.expect_operands(0, 0);
  tmux::require_usable();
  store::Store store = hook::open_store(repository);
  std::optional<launch::Launched> out;
  try {
    out = queue::launch_item(repository, store, cli::parse_id(id),
                             listener(invocation));
  } catch (const Error&) {
    doorbell::ring(repository);
    throw;
  }
  if (!out)
    return cli::print(invocation,
                      {.human = "item " + id + " has nothing to launch\n"});
  doorbell::ring(repository);
  return show(invocation, out->made, out->agents, {},
              "launched " + out->made.feature.spec_id, "");
}

int run(const Invocation& invocation) {
  if (const auto item = invocation.find("item"))
    return launch_item(invocation, repository::require(), *item);
  if (invocation.operands().empty()) throw UsageError("too few arguments");
  std::vector<std::string> repeated;
  const auto sources = launch::read_sources(invocation.operands(), repeated);
  for (const std::string& path : repeated)
    cli::note(invocation, "left out, the same text again: " + path);
  const auto directory = invocation.find("new-repo");
  if (sources.size() > 1) {
    if (directory) throw UsageError("'--new-repo' takes one specification");
    return queue_all(invocation, repository::require(), sources);
  }
  if (!invocation.has("dry-run")) tmux::require_usable();
  if (!directory)
    return launch_one(invocation, repository::require(), sources[0]);
  if (invocation.has("dry-run"))
    throw UsageError("'--dry-run' needs a repository that is there already");
  if (const auto runtime = invocation.find("runtime"))
    installation::require_runtime("", *runtime);
  const auto made = launch::make_repository(*directory, sources[0]);
  cli::note(invocation, "repository '" + made.repository.worktree + "'");
  return launch_one(invocation, made.repository, made.source);
}

}  // namespace

const cli::Command cli::kCommand = {
    .name = "launch",
    .group = cli::Group::Features,
    .summary = "a specification becomes a running, briefed team",
    .synopsis = {"(<spec>... | <plan>) [--team <team>] [--roles <role>,...] "
                 "[--plan <plan>] [--size <size>] [--runtime <runtime>] "
                 "[--new-repo <dir>] [--dry-run]"},
    .options =
        {{"team", 0, Arity::One, "team",
          "this team instead of the one that suits the tracked files"},
         {"roles", 0, Arity::One, "roles",
          "these roles, too, parted by commas"},
         {"plan", 0, Arity::One, "plan",
          "how many agents there may be: pro (3), max5 (5), max20 (8), console "
          "(10) or a number; default: orch.maxAgents, else max20"},
         {"size", 0, Arity::One, "size",
          "small (3 agents), medium (5), large (8) or auto"},
         {"runtime", 0, Arity::One, "runtime",
          "the agent CLI that plays the roles"},
         {"new-repo", 0, Arity::One, "dir",
          "make a repository there first; its first commit holds the "
          "specification"},
         {"dry-run", 0, Arity::Flag, "",
          "show what would be made, and make nothing"},
         {"item", 0, Arity::One, "id",
          "as the child of a tick: that item of the queue", true}},
    .run = run};

}  // namespace orch
