// SPDX-License-Identifier: MIT
#include "cli/output.h"
#include "error/error.h"
#include "repository/repository.h"
#include "setup/ci.h"
#include "setup/setup.h"

namespace orch {
namespace {

std::optional<setup::Forge> forge_of(const cli::Invocation& invocation) {
  const auto name = invocation.find("ci");
  if (!name) return std::nullopt;
  const auto forge = setup::parse_forge(*name);
  if (!forge)
    throw UsageError("unknown forge '" + *name + "'", "known: github, gitlab");
  return forge;
}

void note_workflows(const cli::Invocation& invocation, setup::Forge forge,
                    const setup::Workflows& made) {
  for (const std::string& path : made.written)
    cli::note(invocation, "wrote " + path + "; commit it when you like it");
  for (const std::string& path : made.kept)
    cli::note(invocation, path + " is up to date");
  for (const auto& [job, command] : made.commands)
    cli::note(invocation, "job " + job + " runs: " + command);
  if (forge == setup::Forge::GitLab)
    cli::note(invocation,
              "hint: in .gitlab-ci.yml: include: [{local: "
              ".gitlab/ci/orch.yml}]");
  cli::note(invocation,
            "hint: the variable ORCH_INSTALL must be a command that installs "
            "git orch where a job runs");
}

int run(const cli::Invocation& invocation) {
  invocation.expect_operands(0, 0);
  const auto forge = forge_of(invocation);
  const auto repository = repository::require();
  const auto made = setup::init(
      repository,
      invocation.has("no-hooks") ? setup::Hooks::Leave : setup::Hooks::Install,
      invocation.has("chain-hooks") ? hook::Foreign::Chain
                                    : hook::Foreign::Refuse);
  if (invocation.has("write-agents-md"))
    cli::note(invocation, "wrote " + setup::write_agents_md(repository) +
                              "; commit it when you like it");
  std::optional<json::Object> ci;
  if (forge) {
    const auto workflows = setup::write_workflows(repository, *forge);
    note_workflows(invocation, *forge, workflows);
    json::Object commands;
    for (const auto& [job, command] : workflows.commands)
      commands.emplace_back(job, command);
    ci = json::Object{{"written", workflows.written},
                      {"kept", workflows.kept},
                      {"commands", std::move(commands)}};
  }
  json::Array hooks;
  for (const hook::Status& h : made.hooks)
    hooks.emplace_back(json::Object{{"event", h.event}, {"method", h.method}});
  const std::string what = made.created ? "set up" : "already set up";
  json::Object data = {{"dir", repository.orch_dir()},
                       {"created", made.created},
                       {"hooks", hooks}};
  if (ci) data.emplace_back("ci", *std::move(ci));
  return cli::print(
      invocation,
      {.data = std::move(data),
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
    .synopsis = {"[--no-hooks | --chain-hooks] [--write-agents-md] "
                 "[--ci github|gitlab]"},
    .options = {{"no-hooks", 0, Arity::Flag, "",
                 "install no git hooks; commits are then not recorded"},
                {"chain-hooks", 0, Arity::Flag, "",
                 "run the hooks of a core.hooksPath that is set for you or the "
                 "system behind ours"},
                {"write-agents-md", 0, Arity::Flag, "",
                 "write a section for agents into AGENTS.md"},
                {"ci", 0, Arity::One, "forge",
                 "write workflows for the CI of that forge"}},
    .run = run};

}  // namespace orch
