// SPDX-License-Identifier: MIT
#include <set>

#include "agent/agent.h"
#include "cli/output.h"
#include "clock/clock.h"
#include "daemon/daemon.h"
#include "error/error.h"
#include "hook/fold.h"
#include "message/message.h"
#include "overview/overview.h"
#include "store/agent_state.h"

namespace orch {
namespace {

using cli::Invocation;
using repository::Repository;

constexpr char kDefaultText[] =
    "You are paused. Commit what is whole, then stop and wait: you will be "
    "told "
    "when to go on.";
constexpr char kGoOn[] =
    "You are no longer paused. Go on where you were; git status and git log "
    "say "
    "where.";

// Those that are named, or all that run or are paused.
std::vector<store::Agent> asked(const Invocation& invocation,
                                const Repository& repository,
                                store::Store& store, bool off) {
  std::vector<store::Agent> out;
  if (!invocation.operands().empty()) {
    if (invocation.has("all")) throw UsageError("either agents or '--all'");
    for (const std::string& name : invocation.operands())
      out.push_back(agent::require_agent(repository, store, name));
    return out;
  }
  if (!invocation.has("all") && !off)
    throw UsageError("name the agents, or say '--all'");
  for (store::Agent& a : store::list_agents(store))
    if (a.desired == (off ? "paused" : "running")) out.push_back(std::move(a));
  return out;
}

// Absent when it was so already, or is stopped, which stays.
std::optional<store::Agent> turn(store::Store& store, const store::Agent& agent,
                                 bool off, const std::string& text,
                                 const std::string& sender) {
  const std::int64_t now = clock::now();
  store::Transaction transaction(store);
  auto row = store::find_agent(store, agent.id);
  if (!row || row->desired != (off ? "paused" : "running")) return std::nullopt;
  row->desired = off ? "running" : "paused";
  store::update_agent(store, *row);
  store::insert_agent_event(store, *row,
                            off ? "agent_unpaused" : "agent_paused", text, now);
  if (agent::is_running(*row) && !text.empty())
    message::queue(store, *row,
                   {.sender = sender, .text = text, .priority = "critical"},
                   now);
  transaction.commit();
  return row;
}

int run(const Invocation& invocation) {
  const bool off = invocation.has("off");
  const auto repository = repository::require();
  store::Store store = hook::open_store(repository);
  agent::reconcile(store);
  const auto agents = asked(invocation, repository, store, off);
  for (const store::Agent& a : agents)
    agent::require_may_direct(store, a, "pause");
  const std::string text =
      invocation.find("message").value_or(off ? kGoOn : kDefaultText);
  json::Array rows;
  std::set<std::int64_t> told;
  std::string human;
  for (const store::Agent& a : agents) {
    const auto row = turn(store, a, off, text, agent::caller_name(store));
    if (!row) {
      human += a.address + ": " +
               (a.desired == "stopped" ? "is stopped, and stays so"
                : off                  ? "is not paused"
                                       : "is paused already") +
               "\n";
      continue;
    }
    told.insert(row->id);
    rows.emplace_back(overview::agent_json(store, agent::observed(*row)));
    human += row->address + ": " +
             (!off                      ? "paused"
              : agent::is_running(*row) ? "goes on"
                                        : "goes on with: git orch resume") +
             "\n";
  }
  message::deliver(repository, store, told);
  daemon::ring(repository.orch_dir());
  if (agents.empty()) human = off ? "nobody is paused\n" : "nobody runs\n";
  return cli::print(invocation, {.data = {{"agents", rows}},
                                 .rows = "agents",
                                 .fields = overview::agent_fields(),
                                 .human = human});
}

}  // namespace

const cli::Command cli::kCommand = {
    .name = "pause",
    .group = cli::Group::Agents,
    .summary = "have agents stop for now, and go on later",
    .synopsis = {"(<agent>... | --all) [-m <text>]",
                 "--off [<agent>... | --all] [-m <text>]"},
    .options = {{"all", 'a', Arity::Flag, "", "every agent that runs"},
                {"off", 0, Arity::Flag, "", "go on; default: all are meant"},
                {"message", 'm', Arity::One, "text", "what they are told"}},
    .listing = true,
    .run = run};

}  // namespace orch
