// SPDX-License-Identifier: MIT
#include "policy/policy.h"

#include "agent/agent.h"
#include "cli/output.h"
#include "error/error.h"
#include "guard/check.h"
#include "guard/override.h"
#include "hook/fold.h"
#include "installation/data.h"
#include "message/rules.h"
#include "text/text.h"
#include "text/time.h"

namespace orch {
namespace {

using cli::Invocation;
using cli::Tone;
using repository::Repository;

int show(const Invocation& invocation, const std::vector<policy::Rule>& rules) {
  json::Array rows;
  cli::Table table({"RULE", "VALUE", "FROM"});
  for (const policy::Rule& r : rules) {
    rows.emplace_back(json::Object{
        {"rule", r.name}, {"value", r.value}, {"source", r.source}});
    table.add({r.name, r.value, r.source});
  }
  return cli::print(invocation, {.data = {{"rules", rows}},
                                 .rows = "rules",
                                 .fields = {"rule", "value", "source"},
                                 .human = table.text()});
}

int explain_rule(const Invocation& invocation, const policy::Policy& policy,
                 const std::string& name) {
  std::vector<policy::Rule> found;
  std::vector<std::string> names;
  for (policy::Rule& r : policy::list_rules(policy)) {
    names.push_back(r.name);
    // A group of rules by its name, for example `asks`.
    if (r.name == name || r.name.starts_with(name + "."))
      found.push_back(std::move(r));
  }
  if (!found.empty()) return show(invocation, found);
  const std::string near = text::nearest(name, names);
  throw Error(
      ErrorCode::UnknownName, "unknown rule '" + name + "'",
      near.empty() ? "git orch policy list" : "did you mean '" + near + "'?");
}

int explain_pair(const Invocation& invocation, const Repository& repository,
                 const policy::Policy& policy) {
  auto store = hook::find_store(repository);
  if (!store)
    throw Error(ErrorCode::UnknownName,
                "unknown agent '" + invocation.operand(1) + "'",
                "git orch init-feature <spec-id>");
  const auto from =
      agent::require_agent(repository, *store, invocation.operand(1));
  const auto to =
      agent::require_agent(repository, *store, invocation.operand(2));
  const policy::Answer answer =
      message::may_write(repository, policy, from, to);
  return cli::print(
      invocation,
      {.data = {{"explained",
                 json::Array{json::Object{{"from", from.address},
                                          {"to", to.address},
                                          {"allowed", answer.allowed},
                                          {"rule", answer.rule}}}}},
       .rows = "explained",
       .fields = {"from", "to", "allowed", "rule"},
       .human = from.address + (answer.allowed ? " may" : " may not") +
                " write to " + to.address + ": " + answer.rule + "\n",
       .exit_code = answer.allowed ? kDone : kNo});
}

json::Object override_json(const store::Override& o, const std::string& agent) {
  return {{"id", o.id},
          {"guard", o.guard},
          {"agent", agent.empty() ? json::Value() : json::Value(agent)},
          {"reason", o.reason},
          {"at", text::iso_time(o.at)},
          {"until", text::iso_time(o.expires_at)}};
}

int override_guard(const Invocation& invocation) {
  constexpr std::int64_t kUsual = std::int64_t{10} * 60000;
  const Repository repository = repository::require();
  auto store = hook::open_store(repository);
  const std::string name = invocation.operand(1);
  if (invocation.has("end")) {
    const int n = guard::revoke(repository, store, name);
    return cli::print(
        invocation,
        {.data = {{"ended", n}},
         .human = n == 0 ? "no override holds\n"
                         : "ended " +
                               text::count_of(static_cast<std::size_t>(n),
                                              "override") +
                               "\n"});
  }
  invocation.expect_operands(2, 3);
  std::optional<store::Agent> agent;
  if (invocation.operands().size() == 3)
    agent = agent::require_agent(repository, store, invocation.operand(2));
  const auto made = guard::grant(repository, store, name, agent,
                                 invocation.find("message").value_or(""),
                                 invocation.duration("for").value_or(kUsual));
  const std::string whose = agent ? agent->address : "";
  return cli::print(
      invocation,
      {.data = {{"override", override_json(made, whose)}},
       .human = name + " lets " + (whose.empty() ? "every agent" : whose) +
                " pass until " + text::iso_time(made.expires_at) + "\n"});
}

int check(const Invocation& invocation) {
  invocation.expect_operands(1, 2);
  const Repository repository = repository::require();
  const auto policy = installation::require_policy(repository.orch_dir());
  auto store = hook::find_store(repository);
  std::optional<store::Agent> agent;
  if (invocation.operands().size() == 2) {
    if (!store)
      throw Error(ErrorCode::UnknownName,
                  "unknown agent '" + invocation.operand(1) + "'",
                  "git orch init-feature <spec-id>");
    agent = agent::require_agent(repository, *store, invocation.operand(1));
  }
  std::vector<guard::Check> checks;
  if (store) checks = guard::check_policy(repository, *store, policy, agent);
  json::Array rows;
  cli::Table table({"WHO", "RULE", "STATUS", "DETAIL"});
  bool ok = true;
  for (const guard::Check& c : checks) {
    const std::string status = c.ok ? "ok" : "broken";
    rows.emplace_back(json::Object{{"subject", c.subject},
                                   {"rule", c.rule},
                                   {"status", status},
                                   {"detail", c.detail}});
    table.add({c.subject, c.rule, status, c.detail},
              {Tone::Strong, Tone::Plain, c.ok ? Tone::Good : Tone::Bad});
    ok &= c.ok;
  }
  return cli::print(invocation,
                    {.data = {{"checks", rows}},
                     .rows = "checks",
                     .fields = {"subject", "rule", "status", "detail"},
                     .human = table.text(),
                     .exit_code = ok ? kDone : kNo});
}

int run(const Invocation& invocation) {
  const std::string act = invocation.operand(0);
  if (act == "check") return check(invocation);
  if (act == "override") return override_guard(invocation);
  if (act.empty() || act == "list") {
    invocation.expect_operands(0, 1);
    return show(invocation, policy::list_rules(installation::require_policy(
                                repository::require().orch_dir())));
  }
  if (act != "explain")
    throw UsageError("unknown action '" + act + "'",
                     "known: list, check, explain, override");
  invocation.expect_operands(2, 3);
  const Repository repository = repository::require();
  const auto policy = installation::require_policy(repository.orch_dir());
  if (invocation.operands().size() == 3)
    return explain_pair(invocation, repository, policy);
  return explain_rule(invocation, policy, invocation.operand(1));
}

}  // namespace

const cli::Command cli::kCommand = {
    .name = "policy",
    .group = cli::Group::Agents,
    .summary = "show, check and override what agents are held to",
    .synopsis = {"[list]", "check [<agent>]",
                 "explain (<rule> | <agent> <agent>)",
                 "override <guard> [<agent>] [--for <time>] -m <why>",
                 "override --end [<guard>]"},
    .options = {{"message", 'm', Arity::One, "why",
                 "why the guard is to let something pass"},
                {"for", 0, Arity::One, "time", "for how long; 10m without it"},
                {"end", 0, Arity::Flag, "",
                 "end what holds now, of one guard or of all"}},
    .listing = true,
    .run = run};

}  // namespace orch
