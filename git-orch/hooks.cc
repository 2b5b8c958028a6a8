// SPDX-License-Identifier: MIT
#include "cli/output.h"
#include "error/error.h"
#include "hook/install.h"
#include "repository/repository.h"

namespace orch {
namespace {

int show(const cli::Invocation& invocation,
         const std::vector<hook::Status>& hooks) {
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
                                 .human = table.text()});
}

int run(const cli::Invocation& invocation) {
  invocation.expect_operands(0, 1);
  const auto repository = repository::require();
  const std::string act = invocation.operand(0);
  if (act.empty() || act == "status")
    return show(invocation, hook::status(repository));
  if (act == "uninstall") return show(invocation, hook::uninstall(repository));
  if (act != "install")
    throw UsageError("unknown action '" + act + "'",
                     "known: status, install, uninstall");
  if (!repository::is_initialised(repository))
    throw Error(ErrorCode::NotInitialised, "git orch is not set up here",
                "git orch init");
  return show(invocation,
              hook::install(repository, invocation.has("chain")
                                            ? hook::Foreign::Chain
                                            : hook::Foreign::Refuse));
}

}  // namespace

const cli::Command cli::kCommand = {
    .name = "hooks",
    .group = cli::Group::SetUp,
    .summary = "show, install or remove the git hooks",
    .synopsis = {"[status]", "install [--chain]", "uninstall"},
    .options = {{"chain", 0, Arity::Flag, "",
                 "with install: run the hooks of a core.hooksPath that is set "
                 "for you or the system behind ours"}},
    .listing = true,
    .run = run};

}  // namespace orch
