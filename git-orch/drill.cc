// SPDX-License-Identifier: MIT
#include "cli/action.h"
#include "cli/output.h"
#include "clock/clock.h"
#include "drill/arena.h"
#include "drill/chaos.h"
#include "drill/chaos_report.h"
#include "drill/interrupt.h"
#include "drill/load.h"
#include "error/error.h"
#include "history/loss.h"
#include "text/text.h"
#include "text/time.h"

namespace orch {
namespace {

using cli::Invocation;
using repository::Repository;

constexpr std::int64_t kFewestAgents = 2, kMostAgents = 50;
// For longer, its file system has no room; and it does one thing at a time.
constexpr std::int64_t kLongestMs = 3600 * 1000, kLeastIntervalMs = 1000;

std::int64_t number_within(const Invocation& invocation,
                           std::string_view option, std::int64_t otherwise,
                           std::int64_t least, std::int64_t most) {
  const std::int64_t n = invocation.number(option).value_or(otherwise);
  if (n < least || n > most)
    throw UsageError("'--" + std::string(option) + "' must be from " +
                     std::to_string(least) + " to " + std::to_string(most));
  return n;
}

// A seed that nobody gave is told, so that the same can be done again.
std::uint64_t seed_of(const Invocation& invocation) {
  constexpr std::int64_t kMost = 1'000'000'000;
  if (invocation.has("seed"))
    return static_cast<std::uint64_t>(
        number_within(invocation, "seed", 1, 0, kMost));
  return text::hash(clock::random_bytes(8)) % kMost;
}

void tell(const Invocation& invocation, const std::string& line) {
  if (drill::is_for_everybody(line))
    cli::note(invocation, line);
  else
    cli::progress(invocation, line);
}

drill::ChaosOptions chaos_options(const Invocation& invocation) {
  drill::ChaosOptions out;
  drill::Asked& asked = out.asked;
  asked.seed = seed_of(invocation);
  asked.duration_ms =
      invocation.duration("duration").value_or(asked.duration_ms);
  const auto least = invocation.duration("min-interval");
  const auto most = invocation.duration("max-interval");
  // One alone moves the other along.
  if (most) asked.max_interval_ms = *most;
  asked.min_interval_ms =
      least.value_or(std::min(asked.min_interval_ms, asked.max_interval_ms));
  if (!most)
    asked.max_interval_ms =
        std::max(asked.max_interval_ms, asked.min_interval_ms);
  if (asked.duration_ms > kLongestMs)
    throw UsageError("'--duration' must be at most 1h");
  for (const auto& [option, given] :
       {std::pair("min-interval", least), std::pair("max-interval", most)})
    if (given && *given < kLeastIntervalMs)
      throw UsageError("'--" + std::string(option) + "' must be at least 1s");
  if (asked.min_interval_ms > asked.max_interval_ms)
    throw UsageError("'--min-interval' is longer than '--max-interval'");
  const std::string severity = invocation.find("severity").value_or("all");
  asked.severity = drill::parse_severity(severity);
  if (!asked.severity && severity != "all")
    throw UsageError("'--severity' is low, medium, high or all, not '" +
                     severity + "'");
  for (const std::string& name : invocation.all("only")) {
    if (!drill::find_kind(name)) {
      std::vector<std::string> known;
      for (const drill::Kind& k : drill::kinds()) known.emplace_back(k.name);
      throw UsageError("there is no event '" + name + "'",
                       "one of " + text::join(known, ", "));
    }
    asked.only.push_back(name);
  }
  if (!drill::has_kinds(asked))
    throw UsageError("no event of '--only' is of severity '" + severity + "'");
  out.agents = static_cast<int>(number_within(invocation, "agents", out.agents,
                                              kFewestAgents, kMostAgents));
  out.keep = invocation.has("keep");
  return out;
}

std::string target_text(const drill::Planned& planned) {
  if (planned.target.empty()) return "-";
  return planned.form.empty() || planned.form == planned.target
             ? planned.target
             : planned.target + " (" + planned.form + ")";
}

std::string seconds(std::int64_t ms) {
  const std::string tenths = std::to_string(ms / 100);
  return (tenths.size() > 1 ? tenths.substr(0, tenths.size() - 1) : "0") + "." +
         tenths.back() + "s";
}

int show_plan(const Invocation& invocation,
              const drill::ChaosOptions& options) {
  const std::vector<drill::Planned> plan = drill::plan_of(options);
  cli::Table table({"AT", "EVENT", "SEVERITY", "TARGET"});
  for (const drill::Planned& p : plan)
    table.add({seconds(p.at_ms), std::string(p.kind->name),
               std::string(drill::severity_name(p.kind->severity)),
               target_text(p)});
  return cli::print(
      invocation,
      {.data = {{"drill", drill::plan_json(options.asked, plan)}},
       .human =
           "seed " + std::to_string(options.asked.seed) + "\n" +
           (plan.empty() ? "no event comes in that time\n" : table.text())});
}

// "2 events, 1 message"; "-" when nothing is lost.
std::string lost_text(const history::Lost& lost) {
  std::string out;
  for (const auto& [count, what] :
       {std::pair(lost.events, "event"), std::pair(lost.messages, "message"),
        std::pair(lost.checkins, "check-in"), std::pair(lost.leases, "lease")})
    if (count > 0)
      out += (out.empty() ? "" : ", ") +
             text::count_of(static_cast<std::size_t>(count), what);
  return out.empty() ? "-" : out;
}

// "17 events", and how many there should have been when there were fewer.
std::string count_text(const drill::ChaosReport& report) {
  std::string out =
      text::count_of(static_cast<std::size_t>(report.done()), "event");
  if (report.done() != report.planned)
    out += " of " + std::to_string(report.planned);
  if (report.skipped() > 0)
    out += ", " + std::to_string(report.skipped()) + " skipped";
  if (report.dropped() > 0)
    out += ", " + std::to_string(report.dropped()) + " dropped";
  return out;
}

std::string text_of(const drill::ChaosReport& report) {
  cli::Table table(
      {"AT", "EVENT", "SEVERITY", "TARGET", "RECOVERED", "LOST", "FOUND"});
  std::string found;
  const auto tell = [&](const std::string& when,
                        const std::vector<drill::Finding>& findings) {
    for (const drill::Finding& f : findings)
      found += when + ": " + f.check + ": " + f.what + "\n";
  };
  for (const drill::Happened& h : report.events) {
    const std::string kind(h.planned.kind->name);
    const bool is_well = h.findings.empty();
    table.add(
        {seconds(h.at_ms), kind,
         std::string(drill::severity_name(h.planned.kind->severity)),
         target_text(h.planned),
         !h.skipped.empty() ? "skipped: " + h.skipped
         : h.recovered_ms   ? seconds(*h.recovered_ms)
                            : "no",
         lost_text(h.lost), is_well ? "-" : std::to_string(h.findings.size())},
        {cli::Tone::Plain, cli::Tone::Plain, cli::Tone::Plain, cli::Tone::Plain,
         cli::Tone::Plain, cli::Tone::Plain,
         is_well ? cli::Tone::Plain : cli::Tone::Bad});
    tell(kind + " at " + seconds(h.at_ms), h.findings);
  }
  tell("all in all", report.findings);
  if (report.done() == 0)
    found += "nothing has happened, so nothing is shown\n";
  return table.text() + found + "seed " + std::to_string(report.asked.seed) +
         ": " + count_text(report) + ", " +
         text::count_of(static_cast<std::size_t>(report.commits), "commit") +
         " and " +
         text::count_of(static_cast<std::size_t>(report.messages), "message") +
         " checked, " + (report.is_clean() ? "clean\n" : "not clean\n");
}

int chaos(const Invocation& invocation, const Repository&) {
  invocation.expect_operands(1, 1);
  const drill::ChaosOptions options = chaos_options(invocation);
  if (invocation.has("dry-run")) return show_plan(invocation, options);
  return drill::run_interruptible([&](const drill::Interrupts& interrupts) {
    const auto report = drill::run_chaos(
        options, interrupts,
        [&](const std::string& line) { tell(invocation, line); });
    return cli::print(invocation,
                      {.data = {{"drill", drill::chaos_json(report)}},
                       .human = text_of(report),
                       .exit_code = report.is_clean() ? kDone : kNo});
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
  out.agents =
      static_cast<int>(is_ramp ? number_within(invocation, "max", kUsualMax, 1,
                                               drill::kMostAgents)
                               : number_within(invocation, "count", kUsualCount,
                                               1, drill::kMostAgents));
  out.interval_ms = invocation.duration("interval").value_or(0);
  if (is_ramp)
    out.duration_ms =
        invocation.duration("duration").value_or(kUsualDurationMs);
  out.hold_ms = invocation.duration("hold").value_or(kUsualHoldMs);
  out.seed = seed_of(invocation);
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
    const drill::LoadReport report = drill::run_load(
        plan, interrupts,
        [&](const std::string& line) { tell(invocation, line); });
    drill::keep_report(report);
    return print_load(invocation, drill::load_json(report));
  });
}

// The repository in which it is called is none of its business, and there need
// not be one.
int run(const Invocation& invocation) {
  return cli::require_action(
             invocation,
             {{"chaos",
               chaos,
               {"min-interval", "max-interval", "severity", "only", "dry-run",
                "agents"}},
              {"load", load, {"count", "max", "interval", "hold", "last"}}})
      .run(invocation, Repository{});
}

}  // namespace

const cli::Command cli::kCommand = {
    .name = "drill",
    .group = cli::Group::Seeing,
    .summary = "exercise a team in a repository that is thrown away",
    .synopsis = {"chaos [--duration <time>] [--min-interval <time>] "
                 "[--max-interval <time>] [--severity <severity>] "
                 "[--only <event>]... [--agents <n>] [--seed <n>] [--dry-run] "
                 "[--keep]",
                 "load [concurrent] [--count <n>] [--interval <time>] "
                 "[--hold <time>] [--seed <n>] [--keep]",
                 "load [ramp] --max <n> [--duration <time>] [--hold <time>] "
                 "[--seed <n>] [--keep]",
                 "load --last"},
    .options = {{"duration", 0, Arity::One, "time",
                 "how long: 90s, 3m (the default), 1h; of a ramp: until all "
                 "have been started; default: 1m"},
                {"min-interval", 0, Arity::One, "time",
                 "between two events at least; default: 5s"},
                {"max-interval", 0, Arity::One, "time",
                 "between two events at most; default: 15s"},
                {"severity", 0, Arity::One, "severity",
                 "only such events: low, medium, high or all (the default)"},
                {"only", 0, Arity::Many, "event", "only events of that name"},
                {"agents", 0, Arity::One, "n", "how many run; default: 4"},
                {"count", 0, Arity::One, "n",
                 "so many agents at the same time; default: 5"},
                {"interval", 0, Arity::One, "time",
                 "so long from one start to the next; default: none"},
                {"max", 0, Arity::One, "n",
                 "in ten stages up to so many agents; default: 10"},
                {"hold", 0, Arity::One, "time",
                 "how long all of them work; default: 30s"},
                {"last", 0, Arity::Flag, "",
                 "only print what the last load drill has measured"},
                {"seed", 0, Arity::One, "n",
                 "the same again, with a number from 0 on; default: by chance"},
                {"dry-run", 'n', Arity::Flag, "",
                 "show what would happen when, and do nothing"},
                {"keep", 0, Arity::Flag, "",
                 "leave the repository for a look, with nothing running"}},
    .run = run};

}  // namespace orch
