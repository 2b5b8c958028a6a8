// SPDX-License-Identifier: MIT
#include "cli/output.h"
#include "error/error.h"
#include "repository/repository.h"
#include "setup/setup.h"

namespace orch {
namespace {

int run(const cli::Invocation& invocation) {
  invocation.expect_operands(0, 0);
  const auto repository = repository::require();
  const auto out =
      setup::deinit(repository, invocation.has("purge") ? setup::Purge::Yes
                                                        : setup::Purge::No);
  json::Array kept;
  std::string human;
  for (const std::string& agent : out.stopped)
    human += "stopped " + agent + "\n";
  for (const std::string& what : out.removed) human += "removed " + what + "\n";
  for (const setup::Kept& k : out.kept) {
    kept.emplace_back(json::Object{{"what", k.what}, {"remove", k.remove}});
    human += "kept    " + k.what + "\n        " + k.remove + "\n";
  }
  if (!out.backup.empty()) human += "the events are in " + out.backup + "\n";
  return cli::print(invocation, {.data = {{"stopped", out.stopped},
                                          {"kept", kept},
                                          {"removed", out.removed},
                                          {"backup", out.backup}},
                                 .human = human,
                                 .exit_code = out.left_work ? kNo : kDone});
}

}  // namespace

const cli::Command cli::kCommand = {
    .name = "deinit",
    .group = cli::Group::SetUp,
    .summary = "take git orch out of this repository again",
    .synopsis = {"[--purge]"},
    .options = {{"purge", 0, Arity::Flag, "",
                 "also remove the events, and worktrees and branches without "
                 "work of their own"}},
    .run = run};

}  // namespace orch
