// SPDX-License-Identifier: MIT
#include "agent/agent.h"
#include "cli/output.h"
#include "error/error.h"
#include "feature/feature.h"
#include "git/git.h"
#include "hook/fold.h"
#include "overview/overview.h"

namespace orch {
namespace {

int run(const cli::Invocation& invocation) {
  invocation.expect_operands(1, 2);
  feature::Adoption adoption{.spec_id = invocation.operand(0),
                             .name = invocation.operand(1),
                             .base = invocation.find("base").value_or("")};
  for (const std::string& pair : invocation.all("branch")) {
    const std::size_t equals = pair.find('=');
    if (equals == std::string::npos || equals == 0 || equals + 1 == pair.size())
      throw UsageError("'" + pair + "' is not <role>=<branch>");
    adoption.branches.emplace_back(pair.substr(0, equals),
                                   pair.substr(equals + 1));
  }
  const auto repository = repository::require();
  agent::require_leader(repository, "register a feature");
  store::Store store = hook::open_store(repository);
  const auto made = feature::adopt(repository, store, adoption);
  cli::Table table({"AGENT", "BRANCH", "WORKTREE"});
  for (const store::Agent& a : made.agents)
    table.add({a.address, a.branch, a.worktree}, {cli::Tone::Strong});
  return cli::print(
      invocation,
      {.data = overview::feature_json(made.feature, made.agents),
       .rows = "agents",
       .fields = {"id", "role", "branch", "worktree", "runtime"},
       .human = "registered feature " + made.feature.spec_id + " from " +
                git::short_branch(made.feature.base) + "\n" + table.text()});
}

}  // namespace

const cli::Command cli::kCommand = {
    .name = "add-feature",
    .group = cli::Group::Features,
    .summary = "register branches that exist as a feature",
    .synopsis = {"<spec-id> [<name>] [--branch <role>=<branch>]... "
                 "[--base <branch>]"},
    .options = {{"branch", 0, Arity::Many, "role>=<branch",
                 "the branch on which a role works; default: every branch "
                 "feature/<spec-id>/<role>"},
                {"base", 0, Arity::One, "branch",
                 "where the work may land; default: the branch that is "
                 "checked out"}},
    .listing = true,
    .run = run};

}  // namespace orch
