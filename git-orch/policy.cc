// SPDX-License-Identifier: MIT
#include "policy/policy.h"

#include "agent/agent.h"
#include "cli/output.h"
#include "error/error.h"
#include "hook/fold.h"
#include "installation/data.h"
#include "message/rules.h"
#include "text/text.h"

namespace orch {
namespace {

using cli::Invocation;
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

int run(const Invocation& invocation) {
  const std::string act = invocation.operand(0);
  if (act.empty() || act == "list") {
    invocation.expect_operands(0, 1);
    return show(invocation, policy::list_rules(installation::require_policy(
                                repository::require().orch_dir())));
  }
  if (act != "explain")
    throw UsageError("unknown action '" + act + "'", "known: list, explain");
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
    .summary = "show the rules for messages and asks, and why they hold",
    .synopsis = {"[list]", "explain (<rule> | <agent> <agent>)"},
    .options = {},
    .listing = true,
    .run = run};

}  // namespace orch
