// SPDX-License-Identifier: MIT
#include "cli/action.h"
#include "cli/output.h"
#include "drill/arena.h"
#include "drill/interrupt.h"
#include "drill/load.h"
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

// --- load -------------------------------------------------------------------

constexpr int kUsualCount = 5, kUsualMax = 10;
constexpr std::int64_t kUsualDurationMs = 60 * 1000, kUsualHoldMs = 30 * 1000;

// Named, or clear from what is said about it.
drill::Load::Shape shape_of(const Invocation& invocation) {
  using Shape = drill::Load::Shape;
  invocation.expect_operands(1, 2);
  const std::string name = invocation.operand(1);
  const bool says_ramp = invocation.has("max") || invocation.has("duration");
  if (!name.empty() && name != "concurrent" && name != "ramp")
    throw UsageError("unknown shape '" + name + "'", "known: concurrent, ramp");
  const bool is_ramp = name == "ramp" || (name.empty() && says_ramp);
  for (const char* option : {"max", "duration"})
    if (!is_ramp && invocation.has(option))
      throw UsageError("'--" + std::string(option) + "' belongs to a ramp");
  for (const char* option : {"count", "interval"})
    if (is_ramp && invocation.has(option))
      throw UsageError("'--" + std::string(option) +
                       "' belongs to the shape 'concurrent'");
  return is_ramp ? Shape::Ramp : Shape::Concurrent;
}

drill::Load load_of(const Invocation& invocation) {
  drill::Load out{.shape = shape_of(invocation)};
  const bool is_ramp = out.shape == drill::Load::Shape::Ramp;
  const std::int64_t agents =
      is_ramp ? invocation.number("max").value_or(kUsualMax)
              : invocation.number("count").value_or(kUsualCount);
  if (agents < 1 || agents > drill::kMostAgents)
    throw UsageError("from 1 to " + std::to_string(drill::kMostAgents) +
                     " agents can run");
  out.agents = static_cast<int>(agents);
  out.interval_ms = invocation.duration("interval").value_or(0);
  if (is_ramp)
    out.duration_ms =
        invocation.duration("duration").value_or(kUsualDurationMs);
  out.hold_ms = invocation.duration("hold").value_or(kUsualHoldMs);
  const std::int64_t seed = invocation.number("seed").value_or(1);
  if (seed < 0) throw UsageError("'--seed' must not be negative");
  out.seed = static_cast<std::uint64_t>(seed);
  out.keep = invocation.has("keep");
  return out;
}

int print_load(const Invocation& invocation, const json::Value& report) {
  cli::Table table({"WHAT", "MEASURED"});
  for (const auto& [what, measured] : drill::load_rows(report))
    table.add({what, measured});
  const bool is_clean = report["clean"].as_bool().value_or(false);
  return cli::print(invocation, {.data = {{"load", report}},
                                 .human = table.text(),
                                 .exit_code = is_clean ? kDone : kNo});
}

// What the last one of this user has measured; nothing is run.
int print_last(const Invocation& invocation) {
  const json::Value report = drill::find_kept_report();
  if (report.is_null() && invocation.format() == cli::Format::Human)
    throw Error(ErrorCode::UnknownName, "no load drill has been run yet",
                "git orch drill load");
  if (report.is_null())
    return cli::print(invocation, {.data = {{"load", report}}});
  return print_load(invocation, report);
}

int load(const Invocation& invocation, const Repository&) {
  const drill::Load plan = load_of(invocation);
  if (invocation.has("last")) return print_last(invocation);
  return drill::run_interruptible([&](const drill::Interrupts& interrupts) {
    const drill::LoadReport report =
        drill::run_load(plan, interrupts, [&](const std::string& line) {
          if (plan.keep && line.starts_with("kept in "))
            cli::note(invocation, line);
          else
            cli::progress(invocation, line);
        });
    drill::keep_report(report);
    return print_load(invocation, drill::load_json(report));
  });
}

// The repository in which it is called is none of its business, and there need
// not be one.
int run(const Invocation& invocation) {
  return cli::require_action(
             invocation,
             {{"chaos", chaos},
              {"load", load, {"count", "max", "interval", "hold", "last"}}})
      .run(invocation, Repository{});
}

}  // namespace

const cli::Command cli::kCommand = {
    .name = "drill",
    .group = cli::Group::Seeing,
    .summary = "exercise a team in a repository that is thrown away",
    .synopsis =
        {"chaos",
         "load [concurrent] [--count <n>] [--interval <d>] [--hold <d>] "
         "[--seed <n>] [--keep]",
         "load [ramp] --max <n> [--duration <d>] [--hold <d>] [--seed <n>] "
         "[--keep]",
         "load --last"},
    .options = {{"count", 0, cli::Arity::One, "n",
                 "so many agents at the same time; default: 5"},
                {"interval", 0, cli::Arity::One, "d",
                 "so long from one start to the next; default: none"},
                {"max", 0, cli::Arity::One, "n",
                 "in ten stages up to so many agents; default: 10"},
                {"duration", 0, cli::Arity::One, "d",
                 "how long the stages take together; default: 1m"},
                {"hold", 0, cli::Arity::One, "d",
                 "how long all of them work; default: 30s"},
                {"seed", 0, cli::Arity::One, "n",
                 "of everything that is left to chance; default: 1"},
                {"last", 0, cli::Arity::Flag, "",
                 "only print what the last load drill has measured"},
                {"keep", 0, cli::Arity::Flag, "",
                 "leave everything running where it is, and say where"}},
    .run = run};

}  // namespace orch
