// SPDX-License-Identifier: MIT
#include "checkin/checkin.h"

#include "agent/agent.h"
#include "cli/output.h"
#include "clock/clock.h"
#include "daemon/daemon.h"
#include "error/error.h"
#include "hook/fold.h"
#include "store/checkins.h"
#include "text/text.h"
#include "text/time.h"

namespace orch {
namespace {

using cli::Invocation;
using repository::Repository;

std::string address_of(store::Store& store, std::int64_t agent_id) {
  const auto agent = store::find_agent(store, agent_id);
  return agent ? agent->address : "-";
}

json::Value every_text(const store::Checkin& c) {
  return c.every_ms ? json::Value(text::duration_text(*c.every_ms))
                    : json::Value();
}

int show(const Invocation& invocation, store::Store* store,
         const std::vector<store::Checkin>& checkins) {
  json::Array rows;
  cli::Table table({"ID", "AGENT", "DUE", "EVERY", "STATE", "NOTE"});
  const std::int64_t now = clock::now();
  for (const store::Checkin& c : checkins) {
    const std::string agent = address_of(*store, c.agent_id);
    rows.emplace_back(json::Object{
        {"id", c.id},
        {"agent", agent},
        {"note", c.note},
        {"due_at", text::iso_time(c.due_at)},
        {"every", every_text(c)},
        {"state", c.state},
        {"reason", c.reason ? json::Value(*c.reason) : json::Value()}});
    table.add({std::to_string(c.id), agent,
               c.state != "waiting" ? "-"
               : c.due_at <= now
                   ? "overdue by " + text::short_age(now - c.due_at)
                   : "in " + text::short_age(c.due_at - now),
               c.every_ms ? text::duration_text(*c.every_ms) : "once",
               c.reason ? c.state + ": " + *c.reason : c.state, c.note});
  }
  return cli::print(
      invocation,
      {.data = {{"checkins", rows}},
       .rows = "checkins",
       .fields = {"id", "agent", "note", "due_at", "every", "state", "reason"},
       .human = rows.empty() ? "no check-ins\n" : table.text()});
}

struct When {
  std::int64_t every_ms = 0, due_at = 0;
};

When when_of(const Invocation& invocation, std::int64_t now) {
  const auto every = invocation.duration("every");
  const auto in = invocation.duration("in");
  const auto at = invocation.find("at");
  if ((every ? 1 : 0) + (in ? 1 : 0) + (at ? 1 : 0) != 1)
    throw UsageError("exactly one of '--every', '--in' and '--at' is needed");
  if (every) {
    if (*every < 60000) throw UsageError("'--every' must be 1m or more");
    return {*every, now + *every};
  }
  if (in) return {0, now + *in};
  const auto due = text::parse_iso_time(*at);
  if (!due)
    throw UsageError("'" + *at + "' is no time",
                     "as 2026-11-22T17:30:00Z, or --in 30m");
  if (*due < now)
    throw Error(ErrorCode::Usage,
                "'" + *at + "' is over; now it is " + text::iso_time(now));
  return {0, *due};
}

// An agent plans for itself, the overseer and a person for anybody.
void require_right(store::Store& store, const store::Agent& agent) {
  const auto caller = agent::find_caller(store);
  if (!caller || caller->id == agent.id || caller->kind == "overseer") return;
  throw Error(ErrorCode::RefusedByPolicy,
              "'" + caller->address + "' may not plan check-ins of '" +
                  agent.address + "'",
              "git orch send overseer -m TEXT");
}

store::Agent own_agent(store::Store& store) {
  if (auto caller = agent::find_caller(store)) return *std::move(caller);
  throw UsageError("name the agent: only an agent's own check-in needs none");
}

int add(const Invocation& invocation, const Repository& repository) {
  invocation.expect_operands(2, 3);
  const bool named = invocation.operands().size() == 3;
  const std::int64_t now = clock::now();
  const When when = when_of(invocation, now);
  store::Store store = hook::open_store(repository);
  const auto agent =
      named ? agent::require_agent(repository, store, invocation.operand(1))
            : own_agent(store);
  require_right(store, agent);
  const auto made =
      checkin::add(store, agent, invocation.operand(named ? 2 : 1),
                   when.every_ms, when.due_at, invocation.has("replace"), now);
  daemon::ring(repository.orch_dir());  // it may be the first that is due
  return show(invocation, &store, {made});
}

int list(const Invocation& invocation, const Repository& repository) {
  invocation.expect_operands(0, 2);
  auto store = hook::find_store(repository);
  if (!store) return show(invocation, nullptr, {});
  std::int64_t agent_id = 0;
  if (const std::string name = invocation.operand(1); !name.empty())
    agent_id = agent::require_agent(repository, *store, name).id;
  return show(
      invocation, &*store,
      store::list_checkins(*store,
                           invocation.has("all") ? store::Checkins::All
                                                 : store::Checkins::Waiting,
                           agent_id));
}

int rm(const Invocation& invocation, const Repository& repository) {
  invocation.expect_operands(2, 2);
  const std::int64_t id = cli::parse_id(invocation.operand(1));
  store::Store store = hook::open_store(repository);
  const auto row = store::find_checkin(store, id);
  if (!row)
    throw Error(ErrorCode::UnknownName,
                "there is no check-in " + invocation.operand(1),
                "git orch checkin list --all");
  if (const auto agent = store::find_agent(store, row->agent_id))
    require_right(store, *agent);
  store::Transaction transaction(store);
  store::cancel_checkin(store, id, "by " + agent::caller_name(store));
  const auto now = store::find_checkin(store, id);
  transaction.commit();
  return show(invocation, &store, {now.value_or(*row)});
}

int run(const Invocation& invocation) {
  const auto repository = repository::require();
  const std::string act =
      invocation.operand(0).empty() ? "list" : invocation.operand(0);
  if (act == "add") return add(invocation, repository);
  if (act == "list") return list(invocation, repository);
  if (act == "rm") return rm(invocation, repository);
  const std::string near = text::nearest(act, {"add", "list", "rm"});
  throw UsageError("unknown action '" + act + "'" +
                   (near.empty() ? "" : ", did you mean '" + near + "'?"));
}

}  // namespace

const cli::Command cli::kCommand = {
    .name = "checkin",
    .group = cli::Group::Time,
    .summary = "plan messages to agents at a time",
    .synopsis = {"[list [<agent>]] [--all]",
                 "add [<agent>] (--every <time> | --in <time> | --at <when>) "
                 "<note> [--replace]",
                 "rm <id>"},
    .options = {{"every", 0, Arity::One, "time", "again and again, as 30m"},
                {"in", 0, Arity::One, "time", "once, so long from now"},
                {"at", 0, Arity::One, "when",
                 "once, at that time: 2026-11-22T17:30:00Z"},
                {"replace", 0, Arity::Flag, "",
                 "in the place of the one with that note which waits"},
                {"all", 'a', Arity::Flag, "", "also those that have ended"}},
    .listing = true,
    .run = run};

}  // namespace orch
