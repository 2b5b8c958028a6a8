// SPDX-License-Identifier: MIT
#include "agent/agent.h"

#include <unistd.h>

#include <cstdio>
#include <set>

#include "agent/coloured_log.h"
#include "agent/program.h"
#include "cli/action.h"
#include "cli/colour.h"
#include "cli/output.h"
#include "clock/clock.h"
#include "error/error.h"
#include "file/file.h"
#include "hook/fold.h"
#include "launch/launch.h"
#include "listing/listing.h"
#include "message/message.h"
#include "overview/follow.h"
#include "overview/overview.h"
#include "store/messages.h"
#include "text/text.h"
#include "text/time.h"

namespace orch {
namespace {

using cli::Invocation;
using repository::Repository;

std::string state_text(const store::Agent& a) {
  const std::string paused = a.desired == "paused" ? ", paused" : "";
  if (a.state == "exited" && a.exit_status)
    return "exited " + std::to_string(*a.exit_status) + paused;
  return a.state + paused;
}

cli::Table explained(store::Store& store,
                     const std::vector<store::Agent>& agents) {
  cli::Table table({"AGENT", "STATE", "SOURCE", "SINCE", "RUNTIME", "VERSION",
                    "WAITING", "WHY"});
  const std::int64_t now = clock::now();
  for (const store::Agent& a : agents) {
    const auto waiting = store::list_undelivered(store, a.id, a.run).size();
    table.add({a.address, state_text(a), a.state_source,
               text::short_age(now - a.state_since),
               a.runtime.empty() ? "-" : a.runtime,
               a.cli_version.empty() ? "-" : a.cli_version,
               std::to_string(waiting), agent::explain(store, a, now)},
              {cli::Tone::Plain, cli::tone_of(a.state)});
  }
  return table;
}

int show(const Invocation& invocation, store::Store& store,
         const std::vector<store::Agent>& agents) {
  cli::Table table(
      {"AGENT", "STATE", "SINCE", "RUNTIME", "PANE", "PID", "WORKTREE"});
  for (const store::Agent& a : agents) {
    table.add(
        {a.address, state_text(a),
         text::short_age(clock::now() - a.state_since),
         a.runtime.empty() ? "-" : a.runtime, a.pane.empty() ? "-" : a.pane,
         a.pid == 0 ? "-" : std::to_string(a.pid), a.worktree},
        {cli::Tone::Plain, cli::tone_of(a.state)});
  }
  return cli::print(invocation, {.data = listing::agents(store, agents),
                                 .rows = "agents",
                                 .fields = overview::agent_fields(),
                                 .human = agents.empty() ? "no agents\n"
                                          : invocation.has("verbose")
                                              ? explained(store, agents).text()
                                              : table.text()});
}

int show_one(const Invocation& invocation, store::Store& store,
             const store::Agent& agent, const std::string& note,
             json::Object more = {}) {
  json::Object row = overview::agent_json(store, agent);
  json::Object data = {{"agent", row}};
  data.insert(data.end(), more.begin(), more.end());
  return cli::print(invocation, {.data = data, .human = note + "\n"});
}

int list(const Invocation& invocation, const Repository& repository) {
  invocation.expect_operands(0, 1);
  auto store = hook::find_store(repository);
  if (!store)
    return cli::print(invocation, {.data = {{"agents", json::Array{}}},
                                   .rows = "agents",
                                   .fields = overview::agent_fields(),
                                   .human = "no agents\n"});
  if (!store->is_read_only()) agent::reconcile(*store);
  return show(invocation, *store, listing::listed_agents(*store));
}

furnishing::Listener listener(const Invocation& invocation) {
  return {
      .note = [&](const std::string& t) { cli::note(invocation, t); },
      .progress = [&](const std::string& t) { cli::progress(invocation, t); }};
}

// The agent that a call names; with --dir the one of that directory.
store::Agent named_agent(const Invocation& invocation,
                         const Repository& repository, store::Store& store) {
  const std::size_t extra = invocation.after_dashes().size();
  if (const auto directory = invocation.find("dir")) {
    invocation.expect_operands(1, 1 + extra);
    if (auto agent = store::find_agent_in(store, file::resolve(*directory)))
      return *std::move(agent);
    throw Error(ErrorCode::UnknownName,
                "no agent works in '" + *directory + "'",
                "git orch agent start --dir " + *directory);
  }
  invocation.expect_operands(2, 2 + extra);
  return agent::require_agent(repository, store, invocation.operand(1));
}

agent::Walls walls(const Invocation& invocation) {
  if (invocation.has("sandbox") && invocation.has("no-sandbox"))
    throw UsageError("'--sandbox' and '--no-sandbox' contradict each other");
  return invocation.has("sandbox")      ? agent::Walls::Yes
         : invocation.has("no-sandbox") ? agent::Walls::No
                                        : agent::Walls::AsBefore;
}

// Before the first start makes a row of the directory.
void require_directory_startable(const Invocation& invocation,
                                 const Repository& repository,
                                 store::Store& store) {
  if (!invocation.after_dashes().empty() ||
      store::find_agent_in(store, file::resolve(*invocation.find("dir"))))
    return;
  store::Agent planned;
  planned.role = invocation.find("role").value_or("developer");
  agent::require_program(
      agent::choose_runtime(repository, config::Config::load(repository),
                            invocation.find("runtime").value_or(""), planned));
}

int start(const Invocation& invocation, const Repository& repository) {
  tmux::require_usable();
  store::Store store = hook::open_store(repository);
  agent::reconcile(store);
  const bool names_agent =
      invocation.operands().size() > 1 + invocation.after_dashes().size();
  if (!names_agent && !invocation.has("dir") && invocation.has("role")) {
    if (!invocation.after_dashes().empty())
      throw UsageError("a command behind '--' needs an agent or '--dir'");
    agent::require_leader(repository, "start another agent");
    std::set<std::int64_t> ran;
    for (const store::Agent& a : store::list_agents(store))
      if (agent::is_running(a)) ran.insert(a.id);
    const auto made =
        launch::start_role(repository, store, *invocation.find("role"),
                           invocation.find("brief").value_or(""),
                           invocation.find("runtime").value_or(""),
                           walls(invocation), listener(invocation));
    return show_one(invocation, store, made,
                    (ran.contains(made.id) ? "already running: " : "started ") +
                        made.address + " (" + made.state + ")");
  }
  const auto directory = invocation.find("dir");
  if (directory) {
    agent::require_leader(repository, "start another agent");
    require_directory_startable(invocation, repository, store);
  }
  const auto row = directory
                       ? agent::register_directory(
                             store, *directory,
                             invocation.find("role").value_or("developer"))
                       : named_agent(invocation, repository, store);
  agent::require_may_direct(store, row, "start");
  const std::string before = agent::observed(row).state;
  const auto now =
      agent::start(repository, store, row,
                   {.runtime = invocation.find("runtime").value_or(""),
                    .brief = invocation.find("brief").value_or(""),
                    .command = invocation.after_dashes(),
                    .sandbox = walls(invocation),
                    .listener = listener(invocation)});
  const bool ran =
      before != "stopped" && before != "exited" && before != "lost";
  return show_one(invocation, store, now,
                  (ran ? "already running: " : "started ") + now.address +
                      " (" + now.state + ")");
}

int stop(const Invocation& invocation, const Repository& repository) {
  store::Store store = hook::open_store(repository);
  const auto row = named_agent(invocation, repository, store);
  agent::require_may_direct(store, row, "stop");
  const auto out = agent::stop(repository, store, row);
  // One whose start the store does not know, as after `git orch restore`.
  const auto others =
      out.agent.worktree.empty()
          ? std::vector<agent::Foreign>()
          : agent::foreign_agents(repository, store, out.agent.worktree);
  if (!others.empty())
    throw Error(ErrorCode::DuplicateAgent,
                "'" + others[0].name + "' (process " +
                    std::to_string(others[0].pid) + ") still works in '" +
                    out.agent.worktree +
                    "'; the store knows of no such start of '" +
                    out.agent.address + "'",
                "kill " + std::to_string(others[0].pid));
  std::string note = "stopped " + out.agent.address;
  if (out.snapshot)
    note += ", open work saved as " + out.snapshot->substr(0, 12);
  return show_one(invocation, store, out.agent, note,
                  {{"snapshot", out.snapshot}});
}

int restart(const Invocation& invocation, const Repository& repository) {
  store::Store store = hook::open_store(repository);
  const auto row = named_agent(invocation, repository, store);
  agent::require_may_direct(store, row, "restart");
  const agent::Walls sandbox = walls(invocation);
  agent::require_program(
      agent::choose_runtime(repository, config::Config::load(repository),
                            invocation.find("runtime").value_or(""), row));
  agent::stop(repository, store, row);
  const auto now =
      agent::start(repository, store, row,
                   {.runtime = invocation.find("runtime").value_or(""),
                    .sandbox = sandbox,
                    .listener = listener(invocation)});
  return show_one(invocation, store, now, "restarted " + now.address);
}

int attach(const Invocation& invocation, const Repository& repository) {
  auto store = hook::open_store(repository);
  const auto agent = named_agent(invocation, repository, store);
  agent::require_may_direct(store, agent, "type to");
  // The pane of a server that has ended may be another's by now.
  const tmux::Pane pane = message::pane_of(agent);
  if (agent.pane.empty() || agent.state == "stopped" ||
      !message::server_of(repository).has(pane))
    throw Error(ErrorCode::DeadPane,
                "agent '" + agent.address + "' has no pane",
                "git orch agent start " + agent.address);
  if (::isatty(STDIN_FILENO) == 0)
    throw Error(ErrorCode::Io,
                "cannot attach to '" + agent.address +
                    "': standard input is no terminal",
                "git orch agent log " + agent.address);
  const auto argv = message::server_of(repository).attach_argv(pane);
  std::vector<char*> pointers;
  for (const std::string& a : argv)
    pointers.push_back(const_cast<char*>(a.c_str()));
  pointers.push_back(nullptr);
  ::unsetenv("TMUX");
  ::execvp(pointers[0], pointers.data());
  throw io_error("cannot run tmux", errno);
}

int log(const Invocation& invocation, const Repository& repository) {
  auto found = hook::find_store(repository);
  if (!found)
    throw Error(ErrorCode::UnknownName,
                "unknown agent '" + invocation.operand(1) + "'",
                "git orch init-feature <spec-id>");
  store::Store& store = *found;
  const auto agent = named_agent(invocation, repository, store);
  const std::int64_t lines = invocation.number("lines").value_or(200);
  if (lines < 1) throw UsageError("'--lines' must be 1 or more");
  const std::string text =
      agent::log_tail(repository, agent, static_cast<std::size_t>(lines));
  if (invocation.has("follow")) {
    if (invocation.has("json"))
      throw UsageError("'--follow' prints lines, not one object");
    overview::write_now(text);
    agent::follow_log(repository, store, agent, overview::write_now);
    return kDone;
  }
  const std::string coloured = agent::coloured_log_tail(
      repository, agent, static_cast<std::size_t>(lines));
  return cli::print(invocation,
                    {.data = {{"agent", agent.address},
                              {"text", text},
                              {"coloured", coloured}},
                     .human = cli::wants_colour() ? coloured : text});
}

int compact(const Invocation& invocation, const Repository& repository) {
  store::Store store = hook::open_store(repository);
  const auto row = named_agent(invocation, repository, store);
  agent::require_may_direct(store, row, "compact");
  agent::compact(repository, store, row);
  return show_one(invocation, store,
                  store::find_agent(store, row.id).value_or(row),
                  "compacting " + row.address + ", its brief comes behind");
}

int clean(const Invocation& invocation, const Repository& repository) {
  invocation.expect_operands(1, 1);
  agent::require_leader(repository, "remove agents");
  store::Store store = hook::open_store(repository);
  const auto removed = agent::clean(store);
  std::string human;
  for (const std::string& address : removed)
    human += "removed " + address + "\n";
  if (removed.empty()) human = "nothing to remove\n";
  return cli::print(invocation,
                    {.data = {{"removed", removed}}, .human = human});
}

int run(const Invocation& invocation) {
  return cli::require_action(
             invocation,
             {{"list", list, {"verbose"}},
              {"start",
               start,
               {"dir", "role", "runtime", "brief", "sandbox", "no-sandbox"}},
              {"stop", stop, {"dir"}},
              {"restart", restart, {"dir", "runtime", "sandbox", "no-sandbox"}},
              {"attach", attach, {"dir"}},
              {"log", log, {"dir", "lines", "follow"}},
              {"clean", clean},
              {"compact", compact, {"dir"}}})
      .run(invocation, repository::require());
}

}  // namespace

const cli::Command cli::kCommand = {
    .name = "agent",
    .group = cli::Group::Agents,
    .summary = "start, stop, list and watch agents",
    .synopsis = {"[list [-v]]",
                 "start (<agent> | --dir <dir> [--role <role>] | --role "
                 "<role>) [--runtime <runtime>] [--brief <text>] "
                 "[--[no-]sandbox] [-- <command>...]",
                 "stop (<agent> | --dir <dir>)",
                 "restart (<agent> | --dir <dir>) [--runtime <runtime>] "
                 "[--[no-]sandbox]",
                 "attach (<agent> | --dir <dir>)",
                 "log (<agent> | --dir <dir>) [-n <lines>] [-f]",
                 "compact (<agent> | --dir <dir>)", "clean"},
    .options = {{"dir", 0, Arity::One, "dir",
                 "the agent of this directory, which needs no feature"},
                {"role", 0, Arity::One, "role",
                 "one more agent of that role in the feature, or, without a "
                 "feature, a team of two; of a new directory agent, default: "
                 "developer"},
                {"runtime", 0, Arity::One, "runtime", "the agent CLI to start"},
                {"brief", 0, Arity::One, "text", "more for the agent to know"},
                {"sandbox", 0, Arity::Flag, "",
                 "behind walls, where it can write only its own files; from "
                 "then on it starts so"},
                {"no-sandbox", 0, Arity::Flag, "", "no longer so"},
                {"lines", 'n', Arity::One, "lines",
                 "how much of the log; default: 200"},
                {"follow", 'f', Arity::Flag, "",
                 "go on with what is printed until the agent has ended"},
                {"verbose", 'v', Arity::Flag, "",
                 "where each state is known from, and why"}},
    .listing = true,
    .run = run};

}  // namespace orch
