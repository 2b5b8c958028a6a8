// SPDX-License-Identifier: MIT
#include "tick/tick.h"

#include <cstdio>

#include "cli/output.h"
#include "daemon/report.h"
#include "error/error.h"
#include "hook/fold.h"

namespace orch {
namespace {

// What a hook's detached child may spend at a time.
constexpr std::int64_t kBehindBudgetMs = 2000;

int run(const cli::Invocation& invocation) {
  invocation.expect_operands(0, 0);
  const auto budget = invocation.number("budget");
  if (budget && *budget < 1) throw UsageError("'--budget' must be 1 or more");
  const auto repository = repository::require();
  if (!repository::is_initialised(repository))
    throw Error(ErrorCode::NotInitialised, "git orch is not set up here",
                "git orch init");
  if (invocation.has("behind")) {
    tick::run_behind_hook(repository, kBehindBudgetMs);
    return kDone;
  }
  if (invocation.has("report")) {
    const std::string report =
        daemon::to_text(tick::run_for_daemon(repository));
    std::fwrite(report.data(), 1, report.size(), stdout);
    return kDone;
  }
  store::Store store = store::Store::open(repository.orch_dir());
  const tick::Outcome out = tick::run(repository, store, budget.value_or(0));
  json::Array ran;
  cli::Table table({"WHAT", "COUNT"});
  for (const tick::Ran& r : out.ran) {
    ran.emplace_back(json::Object{{"what", r.what}, {"count", r.count}});
    table.add({r.what, std::to_string(r.count)});
  }
  return cli::print(invocation,
                    {.data = {{"ran", ran}, {"left", out.left}, {"ms", out.ms}},
                     .rows = "ran",
                     .fields = {"what", "count"},
                     .human = table.text(),
                     .exit_code = out.left > 0 ? kTryAgain : kDone});
}

}  // namespace

const cli::Command cli::kCommand = {
    .name = "tick",
    .group = cli::Group::Time,
    .summary = "do once everything that is due",
    .synopsis = {"[--budget <ms>]"},
    .options = {{"budget", 0, Arity::One, "ms",
                 "stop after so many milliseconds; exit 4 when work is left"},
                {"behind", 0, Arity::Flag, "",
                 "as the child of a hook: wait for a turn, one waiter at most",
                 true},
                {"report", 0, Arity::Flag, "",
                 "for the daemon: everything, then what to wait for", true}},
    .listing = true,
    .run = run};

}  // namespace orch
