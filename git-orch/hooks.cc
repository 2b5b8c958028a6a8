// SPDX-License-Identifier: MIT
#include <algorithm>

#include "agent/agent.h"
#include "cli/output.h"
#include "error/error.h"
#include "hook/install.h"
#include "repository/repository.h"

namespace orch {
namespace {

using repository::Repository;

int show(const cli::Invocation& invocation,
         const std::vector<hook::Status>& hooks, int exit_code = kDone) {
  json::Array rows;
  cli::Table table({"EVENT", "OWNER", "METHOD", "RUNS", "DETAIL"});
  for (const hook::Status& h : hooks) {
    rows.emplace_back(json::Object{{"event", h.event},
                                   {"owner", h.owner},
                                   {"path", h.path},
                                   {"method", h.method},
                                   {"runs", h.runs},
                                   {"detail", h.detail}});
    table.add({h.event, h.owner, h.method, h.runs ? "yes" : "no", h.detail});
  }
  return cli::print(invocation, {.data = {{"hooks", rows}},
                                 .rows = "hooks",
                                 .fields = {"event", "owner", "path", "method",
                                            "runs", "detail"},
                                 .human = table.text(),
                                 .exit_code = exit_code});
}

int verify(const cli::Invocation& invocation, const Repository& repository) {
  const auto hooks = hook::verify(repository);
  const bool all = std::all_of(hooks.begin(), hooks.end(),
                               [](const hook::Status& h) { return h.runs; });
  if (!all)
    cli::note(invocation, "install what is missing: git orch hooks install");
  return show(invocation, hooks, all ? kDone : kNo);
}

int run(const cli::Invocation& invocation) {
  invocation.expect_operands(0, 1);
  const auto repository = repository::require();
  const std::string act = invocation.operand(0);
  if (act.empty() || act == "status")
    return show(invocation, hook::status(repository));
  if (act == "verify") return verify(invocation, repository);
  if (act == "uninstall") {
    agent::require_leader(repository, "remove the hooks");
    return show(invocation, hook::uninstall(repository));
  }
  if (act != "install")
    throw UsageError("unknown action '" + act + "'",
                     "known: status, verify, install, uninstall");
  if (!repository::is_initialised(repository))
    throw Error(ErrorCode::NotInitialised, "git orch is not set up here",
                "git orch init");
  agent::require_leader(repository, "install hooks");
  return show(invocation,
              hook::install(repository, invocation.has("chain")
                                            ? hook::Foreign::Chain
                                            : hook::Foreign::Refuse));
}

}  // namespace

const cli::Command cli::kCommand = {
    .name = "hooks",
    .group = cli::Group::SetUp,
    .summary = "show, prove, install or remove the git hooks",
    .synopsis = {"[status]", "verify", "install [--chain]", "uninstall"},
    .options = {{"chain", 0, Arity::Flag, "",
                 "with install: run the hooks of a core.hooksPath that is set "
                 "for you or the system behind ours"}},
    .listing = true,
    .run = run};

}  // namespace orch
