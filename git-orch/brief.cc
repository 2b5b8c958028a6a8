// SPDX-License-Identifier: MIT
#include "agent/agent.h"
#include "cli/output.h"
#include "error/error.h"
#include "hook/fold.h"

namespace orch {
namespace {

int run(const cli::Invocation& invocation) {
  invocation.expect_operands(1, 1);
  const auto repository = repository::require();
  auto store = hook::find_store(repository);
  if (!store)
    throw Error(ErrorCode::UnknownName,
                "unknown agent '" + invocation.operand(0) + "'",
                "git orch init-feature <spec-id>");
  const auto agent =
      agent::require_agent(repository, *store, invocation.operand(0));
  const std::string text = agent::brief_text(repository, *store, agent);
  return cli::print(invocation, {.data = {{"text", text}}, .human = text});
}

}  // namespace

const cli::Command cli::kCommand = {
    .name = "brief",
    .group = cli::Group::Agents,
    .summary = "print exactly what an agent is told",
    .synopsis = {"<agent>"},
    .options = {},
    .run = run};

}  // namespace orch
