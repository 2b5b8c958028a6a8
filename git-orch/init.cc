// SPDX-License-Identifier: MIT
#include "cli/output.h"
#include "repository/repository.h"
#include "setup/setup.h"

namespace orch {
namespace {

int run(const cli::Invocation& invocation) {
  invocation.expect_operands(0, 0);
  const auto repository = repository::require();
  const auto made = setup::init(
      repository,
      invocation.has("no-hooks") ? setup::Hooks::Leave : setup::Hooks::Install,
      invocation.has("chain-hooks") ? hook::Foreign::Chain
                                    : hook::Foreign::Refuse);
  if (invocation.has("write-agents-md"))
    cli::note(invocation, "wrote " + setup::write_agents_md(repository) +
                              "; commit it when you like it");
  json::Array hooks;
  for (const hook::Status& h : made.hooks)
    hooks.emplace_back(json::Object{{"event", h.event}, {"method", h.method}});
  const std::string what = made.created ? "set up" : "already set up";
  return cli::print(
      invocation,
      {.data = {{"dir", repository.orch_dir()},
                {"created", made.created},
                {"hooks", hooks}},
       .human = what + " in " + repository.orch_dir() + ", " +
                (made.hooks.empty()
                     ? "no hooks"
                     : std::to_string(made.hooks.size()) + " hooks installed") +
                "\n"});
}

}  // namespace

const cli::Command cli::kCommand = {
    .name = "init",
    .group = cli::Group::SetUp,
    .summary = "set git orch up in this repository",
    .synopsis = {"[--no-hooks | --chain-hooks] [--write-agents-md]"},
    .options = {{"no-hooks", 0, Arity::Flag, "",
                 "install no git hooks; commits are then not recorded"},
                {"chain-hooks", 0, Arity::Flag, "",
                 "run the hooks of a core.hooksPath that is set for you or the "
                 "system behind ours"},
                {"write-agents-md", 0, Arity::Flag, "",
                 "write a section for agents into AGENTS.md"}},
    .run = run};

}  // namespace orch
