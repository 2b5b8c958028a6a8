// SPDX-License-Identifier: MIT
#include "ask/ask.h"

#include <algorithm>

#include "agent/agent.h"
#include "cli/output.h"
#include "clock/clock.h"
#include "doorbell/doorbell.h"
#include "error/error.h"
#include "hook/fold.h"
#include "listing/listing.h"
#include "text/text.h"
#include "text/time.h"

namespace orch {
namespace {

using cli::Invocation;
using repository::Repository;

std::string approver_of(const store::Ask& a) {
  return a.approver + (a.escalated_at ? ", person" : "");
}

int show(const Invocation& invocation, const std::vector<store::Ask>& asks) {
  cli::Table table({"ID", "AGENT", "ACTION", "APPROVER", "STATUS", "AGE",
                    "EXPIRES", "TEXT", "ANSWER"});
  for (const store::Ask& a : asks) {
    table.add({std::to_string(a.id), a.agent, a.action, approver_of(a),
               a.status, text::short_age(clock::now() - a.created_at),
               text::iso_time(a.expires_at), a.text, a.answer.value_or("-")});
  }
  return cli::print(
      invocation,
      {.data = listing::asks(asks),
       .rows = "asks",
       .fields = {"id", "agent", "action", "text", "approver", "status",
                  "created_at", "expires_at", "answered_by", "answer"},
       .human = asks.empty() ? "no asks\n" : table.text()});
}

void refuse_others(const Invocation& invocation,
                   const std::vector<std::string_view>& options,
                   const std::string& act) {
  for (const std::string_view option : {"message", "expires", "all"})
    if (invocation.has(option) &&
        std::find(options.begin(), options.end(), option) == options.end())
      throw UsageError("'--" + std::string(option) + "' has no meaning for '" +
                       act + "'");
}

int list(const Invocation& invocation, const Repository& repository) {
  invocation.expect_operands(0, 1);
  auto store = hook::find_store(repository);
  if (!store) return show(invocation, {});
  if (!store->is_read_only()) ask::run_due(repository, *store, clock::now());
  return show(invocation, store::list_asks(*store, invocation.has("all")
                                                       ? store::Asks::All
                                                       : store::Asks::Open));
}

int answer(const Invocation& invocation, const Repository& repository,
           ask::Verdict verdict) {
  invocation.expect_operands(2, 2);
  const std::int64_t id = cli::parse_id(invocation.operand(1));
  store::Store store = hook::open_store(repository);
  const auto answered =
      ask::answer(store, id, verdict, invocation.find("message").value_or(""),
                  agent::find_caller(store));
  doorbell::ring(repository);
  return show(invocation, {answered});
}

int open(const Invocation& invocation, const Repository& repository) {
  invocation.expect_operands(1, 1);
  const ask::Wanted wanted{.action = invocation.operand(0),
                           .text = invocation.find("message").value_or(""),
                           .expires_ms = invocation.duration("expires")};
  if (text::trim(wanted.text).empty())
    throw UsageError("an ask needs a text", "-m <text>");
  if (text::trim(wanted.action).empty())
    throw UsageError("the action must not be empty");
  if (wanted.expires_ms == 0)
    throw UsageError("'--expires' must not be nothing");
  store::Store store = hook::open_store(repository);
  const auto caller = agent::find_caller(store);
  if (!caller)
    throw UsageError("only an agent asks",
                     "git orch ask list shows what agents ask");
  const ask::Opened opened = ask::open(repository, store, *caller, wanted);
  if (opened.made)
    doorbell::ring(repository);
  else
    cli::note(invocation, "ask " + std::to_string(opened.ask.id) +
                              " is the same and open; nothing changed");
  return show(invocation, {opened.ask});
}

int run(const Invocation& invocation) {
  const std::string act = invocation.operand(0);
  if (act.empty() || act == "list") {
    refuse_others(invocation, {"all"}, "list");
    return list(invocation, repository::require());
  }
  if (act == "approve" || act == "deny") {
    refuse_others(invocation, {"message"}, act);
    return answer(
        invocation, repository::require(),
        act == "approve" ? ask::Verdict::Approved : ask::Verdict::Denied);
  }
  refuse_others(invocation, {"message", "expires"}, act);
  return open(invocation, repository::require());
}

}  // namespace

const cli::Command cli::kCommand = {
    .name = "ask",
    .group = cli::Group::Agents,
    .summary = "ask for approval, list and answer what agents ask",
    .synopsis = {"<action> -m <text> [--expires <d>]", "[list] [--all]",
                 "(approve | deny) <id> [-m <text>]"},
    .options = {{"message", 'm', Arity::One, "text",
                 "what it is for; with approve and deny, why"},
                {"expires", 0, Arity::One, "d",
                 "how long an answer is waited for; default: by the policy"},
                {"all", 'a', Arity::Flag, "",
                 "those that were answered or have expired, too"}},
    .listing = true,
    .run = run};

}  // namespace orch
