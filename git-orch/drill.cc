// SPDX-License-Identifier: MIT
#include "cli/action.h"
#include "cli/output.h"
#include "drill/arena.h"
#include "drill/interrupt.h"
#include "error/error.h"

namespace orch {
namespace {

using cli::Invocation;
using repository::Repository;

int chaos(const Invocation& invocation, const Repository&) {
  invocation.expect_operands(1, 1);
  return drill::run_interruptible([&](const drill::Interrupts&) {
    drill::Arena arena({});
    return arena.end().empty() ? kDone : kNo;
  });
}

// The repository in which it is called is none of its business, and there need
// not be one.
int run(const Invocation& invocation) {
  return cli::require_action(invocation, {{"chaos", chaos}})
      .run(invocation, Repository{});
}

}  // namespace

const cli::Command cli::kCommand = {
    .name = "drill",
    .group = cli::Group::Seeing,
    .summary = "exercise a team in a repository that is thrown away",
    .synopsis = {"chaos"},
    .options = {},
    .run = run};

}  // namespace orch
