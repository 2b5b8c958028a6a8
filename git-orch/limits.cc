// SPDX-License-Identifier: MIT
#include "store/limits.h"

#include "agent/agent.h"
#include "calendar/when.h"
#include "cli/action.h"
#include "cli/output.h"
#include "clock/clock.h"
#include "daemon/daemon.h"
#include "error/error.h"
#include "hook/fold.h"
#include "limit/limit.h"
#include "listing/listing.h"
#include "text/text.h"
#include "text/time.h"
#include "zone/zone.h"

namespace orch {
namespace {

using cli::Invocation;
using repository::Repository;

constexpr int kMostOld = 200;

std::string left_text(std::int64_t at, std::int64_t now) {
  return at <= now ? "now" : "in " + text::short_age(at - now);
}

int show(const Invocation& invocation, store::Store* store,
         const std::vector<store::Limit>& limits, const std::string& none) {
  const std::int64_t now = clock::now();
  cli::Table table(
      {"ID", "AGENT", "RUNTIME", "RESETS", "WAKES", "SOURCE", "STATE", "TEXT"});
  for (const store::Limit& l : limits) {
    const std::string address = listing::address_of(*store, l.agent_id);
    table.add(
        {std::to_string(l.id), address, l.runtime,
         l.ended_at ? text::iso_time(l.resets_at) : left_text(l.resets_at, now),
         l.ended_at ? "-" : left_text(l.wakes_at, now), l.source,
         l.ended_at ? "ended: " + l.reason : "open",
         l.text.empty() ? "-" : l.text});
  }
  return cli::print(
      invocation,
      {.data = listing::limits(store, limits),
       .rows = "limits",
       .fields = {"id", "agent", "runtime", "source", "text", "resets_at",
                  "wakes_at", "created_at", "ended_at", "reason"},
       .human = limits.empty() ? none + "\n" : table.text()});
}

constexpr char kNone[] = "no agent is limited";

std::vector<store::Limit> of_agent(std::vector<store::Limit> limits,
                                   std::int64_t agent_id) {
  if (agent_id != 0)
    std::erase_if(limits,
                  [&](const auto& l) { return l.agent_id != agent_id; });
  return limits;
}

int status(const Invocation& invocation, const Repository& repository) {
  invocation.expect_operands(0, 2);
  auto store = hook::find_store(repository);
  if (!store) return show(invocation, nullptr, {}, kNone);
  std::int64_t agent_id = 0;
  if (!invocation.operand(1).empty())
    agent_id =
        agent::require_agent(repository, *store, invocation.operand(1)).id;
  return show(
      invocation, &*store,
      of_agent(invocation.has("all") ? store::list_limits(*store, kMostOld)
                                     : store::list_open_limits(*store),
               agent_id),
      invocation.has("all") ? "no agent was limited" : kNone);
}

std::int64_t until_of(const Invocation& invocation, std::int64_t now) {
  const auto in = invocation.duration("in");
  const auto until = invocation.find("until");
  if ((in ? 1 : 0) + (until ? 1 : 0) != 1)
    throw UsageError("exactly one of '--until' and '--in' is needed");
  const std::int64_t at =
      in ? now + *in : calendar::parse_when(*until, now, zone::system());
  if (at <= now)
    throw Error(ErrorCode::Usage, "'" + (in ? *invocation.find("in") : *until) +
                                      "' is over; now it is " +
                                      text::iso_time(now));
  return at;
}

// What an agent may say of itself, its overseer may say of others.
store::Agent agent_of(const Invocation& invocation,
                      const Repository& repository, store::Store& store) {
  invocation.expect_operands(2, 2);
  auto agent = agent::require_agent(repository, store, invocation.operand(1));
  agent::require_may_direct(store, agent, "say so of");
  return agent;
}

int set(const Invocation& invocation, const Repository& repository) {
  const std::int64_t now = clock::now();
  const std::int64_t until = until_of(invocation, now);
  store::Store store = hook::open_store(repository);
  const auto agent = agent_of(invocation, repository, store);
  const auto row = limit::set(store, agent, until,
                              invocation.find("message").value_or(""), now);
  daemon::ring(repository.orch_dir());
  return show(invocation, &store, {row}, kNone);
}

int clear(const Invocation& invocation, const Repository& repository) {
  store::Store store = hook::open_store(repository);
  std::vector<store::Agent> agents;
  if (invocation.has("all")) {
    invocation.expect_operands(1, 1);
    if (agent::find_caller(store))
      throw Error(ErrorCode::RefusedByPolicy,
                  "only a person may clear all limits",
                  "git orch limits clear <agent>");
    for (const store::Limit& l : store::list_open_limits(store))
      if (auto agent = store::find_agent(store, l.agent_id))
        agents.push_back(*std::move(agent));
  } else {
    agents.push_back(agent_of(invocation, repository, store));
  }
  std::vector<store::Limit> ended;
  for (const store::Agent& agent : agents)
    if (auto row = limit::clear(repository, store, agent, clock::now()))
      ended.push_back(*std::move(row));
  return show(invocation, &store, ended, kNone);
}

int probe(const Invocation& invocation, const Repository& repository) {
  invocation.expect_operands(1, 2);
  store::Store store = hook::open_store(repository);
  std::vector<store::Agent> agents;
  if (!invocation.operand(1).empty())
    agents.push_back(
        agent::require_agent(repository, store, invocation.operand(1)));
  else
    for (store::Agent& a : store::list_agents(store))
      if (agent::is_running(a)) agents.push_back(std::move(a));
  std::vector<store::Limit> found;
  for (const store::Agent& agent : agents)
    if (auto row = limit::probe(repository, store, agent, clock::now()))
      found.push_back(*std::move(row));
  daemon::ring(repository.orch_dir());
  return show(invocation, &store, found, kNone);
}

int run(const Invocation& invocation) {
  return cli::require_action(invocation,
                             {{"status", status, {"all"}},
                              {"set", set, {"until", "in", "message"}},
                              {"clear", clear, {"all"}},
                              {"probe", probe}})
      .run(invocation, repository::require());
}

}  // namespace

const cli::Command cli::kCommand = {
    .name = "limits",
    .group = cli::Group::Time,
    .summary = "usage limits of agent CLIs, and when they end",
    .synopsis = {"[status [<agent>]] [--all]",
                 "set <agent> (--until <when> | --in <time>) [-m <text>]",
                 "clear (<agent> | --all)", "probe [<agent>]"},
    .options = {{"all", 'a', Arity::Flag, "",
                 "also those that have ended; with clear: of every agent"},
                {"until", 0, Arity::One, "when",
                 "when it ends: 17:30, 5pm, 2026-11-22T17:30:00Z"},
                {"in", 0, Arity::One, "time", "when it ends, from now: 2h"},
                {"message", 'm', Arity::One, "text", "how you know"}},
    .listing = true,
    .run = run};

}  // namespace orch
