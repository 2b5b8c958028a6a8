// SPDX-License-Identifier: MIT
#include "brief/brief.h"

#include "agent/agent.h"
#include "cli/output.h"
#include "clock/clock.h"
#include "error/error.h"
#include "hook/fold.h"
#include "message/message.h"
#include "text/text.h"

namespace orch {
namespace {

using cli::Invocation;
using repository::Repository;

brief::Reason reason_of(const Invocation& invocation) {
  const std::string word = invocation.find("reason").value_or("start");
  for (const brief::Reason r :
       {brief::Reason::Start, brief::Reason::Resume, brief::Reason::Compact})
    if (word == brief::reason_name(r)) return r;
  const std::string near = text::nearest(word, {"start", "resume", "compact"});
  throw UsageError("'" + word + "' is none of start, resume, compact" +
                   (near.empty() ? "" : ", did you mean '" + near + "'?"));
}

// Those that run; what does not run is briefed when it starts.
std::vector<store::Agent> running_agents(store::Store& store) {
  std::vector<store::Agent> out;
  for (const store::Agent& a : store::list_agents(store))
    if (agent::is_running(agent::observed(a))) out.push_back(a);
  return out;
}

int send(const Invocation& invocation, const Repository& repository) {
  const brief::Reason reason = reason_of(invocation);
  store::Store store = hook::open_store(repository);
  std::vector<store::Agent> agents;
  for (const std::string& name : invocation.operands())
    agents.push_back(agent::require_agent(repository, store, name));
  if (invocation.has("all")) agents = running_agents(store);
  json::Array rows;
  std::string human;
  for (const store::Agent& a : agents) {
    if (!agent::is_running(agent::observed(a)))
      throw Error(ErrorCode::DeadPane, "agent '" + a.address + "' does not run",
                  "git orch agent start " + a.address);
  }
  for (const store::Agent& a : agents) {
    const std::int64_t id = agent::send_brief(repository, store, a, reason);
    rows.emplace_back(json::Object{{"id", id}, {"to", a.address}});
    human += "briefed " + a.address + ", message " + std::to_string(id) + "\n";
  }
  message::deliver_all(repository, store);
  if (rows.empty()) human = "no agent runs\n";
  return cli::print(invocation, {.data = {{"messages", rows}}, .human = human});
}

int show(const Invocation& invocation, const Repository& repository) {
  invocation.expect_operands(1, 1);
  const brief::Reason reason = reason_of(invocation);
  auto store = hook::find_store(repository);
  if (!store)
    throw Error(ErrorCode::UnknownName,
                "unknown agent '" + invocation.operand(0) + "'",
                "git orch init-feature <spec-id>");
  const auto agent =
      agent::require_agent(repository, *store, invocation.operand(0));
  const std::string text =
      invocation.has("checkpoint")
          ? brief::checkpoint(repository, *store, agent, clock::now())
          : brief::text(repository, *store, agent, reason);
  return cli::print(invocation, {.data = {{"text", text}}, .human = text});
}

int run(const Invocation& invocation) {
  if (invocation.has("checkpoint") && invocation.has("reason"))
    throw UsageError("'--checkpoint' has no reason");
  if (invocation.has("all") && !invocation.operands().empty())
    throw UsageError("'--all' takes no agent");
  const bool sends = invocation.has("send") || invocation.has("all");
  if (sends && invocation.has("checkpoint"))
    throw UsageError("a checkpoint is the agent's own: it is not sent");
  if (sends && !invocation.has("all") && invocation.operands().empty())
    throw UsageError("too few arguments");
  return sends ? send(invocation, repository::require())
               : show(invocation, repository::require());
}

}  // namespace

const cli::Command cli::kCommand = {
    .name = "brief",
    .group = cli::Group::Agents,
    .summary = "print exactly what an agent is told, or tell it again",
    .synopsis = {"<agent> [--reason <reason>]", "<agent> --checkpoint",
                 "(<agent>... --send | --all) [--reason <reason>]"},
    .options = {{"reason", 0, Arity::One, "reason",
                 "start, resume (it goes on) or compact (its conversation was "
                 "shortened); default: start"},
                {"checkpoint", 0, Arity::Flag, "",
                 "what the agent should keep when its conversation is "
                 "shortened"},
                {"send", 0, Arity::Flag, "", "tell these agents again"},
                {"all", 0, Arity::Flag, "",
                 "tell every agent that runs again"}},
    .run = run};

}  // namespace orch
