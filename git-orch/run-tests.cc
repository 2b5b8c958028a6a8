// SPDX-License-Identifier: MIT
#include <signal.h>

#include <algorithm>
#include <climits>

#include "agent/agent.h"
#include "cli/action.h"
#include "cli/output.h"
#include "clock/clock.h"
#include "doorbell/doorbell.h"
#include "error/error.h"
#include "hook/fold.h"
#include "json/or_null.h"
#include "role/role.h"
#include "store/test_results.h"
#include "testrun/testrun.h"
#include "text/text.h"
#include "text/time.h"

namespace orch {
namespace {

using cli::Invocation;
using repository::Repository;

constexpr std::int64_t kTimeoutS = 3600;
constexpr std::size_t kShown = 20;  // failed tests, and lines of output
constexpr std::int64_t kRows = 20;  // of a listing

const std::vector<std::string> kResultFields = {
    "type",   "status", "total", "passed", "failed", "duration_ms",
    "commit", "tree",   "dirty", "agent",  "id"};

// "12ms", "3.2s", "7m".
std::string took_text(const std::optional<std::int64_t>& ms) {
  if (!ms) return "-";
  if (*ms < 1000) return std::to_string(*ms) + "ms";
  if (*ms >= 60000) return text::short_age(*ms);
  return std::to_string(*ms / 1000) + "." + std::to_string(*ms % 1000 / 100) +
         "s";
}

cli::Tone tone_of(const std::string& status) {
  if (status == "passed") return cli::Tone::Good;
  return status == "failed" ? cli::Tone::Bad : cli::Tone::Faint;
}

std::string owner_of(const std::string& spec_id, const std::string& role) {
  return spec_id.empty() ? role : spec_id + "/" + role;
}

json::Object run_json(const store::TestRun& t, const std::string& status) {
  return {{"type", t.type},
          {"status", status},
          {"total", t.total},
          {"passed", t.passed},
          {"failed", t.failed},
          {"duration_ms", t.duration_ms},
          {"commit", t.commit},
          {"id", t.id},
          {"feature", json::text_or_null(t.spec_id)},
          {"role", t.role},
          {"skipped", t.skipped},
          {"tree", t.tree},
          {"dirty", t.dirty},
          {"source", json::text_or_null(t.source)},
          {"command", t.command},
          {"reason", t.reason},
          {"log", t.log},
          {"at", text::iso_time(t.at)}};
}

std::string type_of(const Invocation& invocation) {
  const std::string type = invocation.find("type").value_or("");
  if (!invocation.has("type") ||
      std::find(role::kTestTypes.begin(), role::kTestTypes.end(), type) !=
          role::kTestTypes.end())
    return type;
  throw UsageError("unknown type '" + text::printable(type) + "'",
                   "known: unit, integration, e2e");
}

// --- Running and recording ---------------------------------------------------

std::string first_line(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

std::string failures_text(const testrun::Result& r) {
  std::string out;
  for (std::size_t i = 0; i < std::min(kShown, r.failures.size()); ++i) {
    const testreport::Case& c = r.failures[i];
    out += "  " + (c.suite.empty() ? "" : text::printable(c.suite) + ": ") +
           text::printable(c.name);
    const std::string why = text::printable(first_line(c.message));
    out += (why.empty() ? "" : ": " + why) + "\n";
  }
  if (r.failures.size() > kShown)
    out += "  and " + std::to_string(r.failures.size() - kShown) + " more\n";
  return out;
}

// Without a report, what was printed last says most.
std::string tail_text(const testrun::Result& r) {
  if (r.run.status == "passed" || !r.failures.empty()) return "";
  auto lines = text::split(text::trim_end(r.tail), '\n');
  if (lines.size() > kShown) lines.erase(lines.begin(), lines.end() - kShown);
  std::string out;
  for (const std::string& line : lines)
    if (!line.empty()) out += "  " + text::printable(line) + "\n";
  return out;
}

std::string human_text(const testrun::Result& r, const std::string& whose) {
  const std::string status = testrun::status_of(r);
  std::string out =
      text::printable(whose) + ": " + r.run.type + " tests " +
      cli::toned(status == "could-not-run" ? "could not run" : status,
                 tone_of(status));
  if (r.run.duration_ms) out += " in " + took_text(r.run.duration_ms);
  if (r.run.reason)
    out += ": " + text::printable(*r.run.reason);
  else if (r.run.total)
    out += ": " + std::to_string(*r.run.passed) + " of " +
           std::to_string(*r.run.total);
  if (r.run.skipped.value_or(0) > 0 && r.run.status != "skipped")
    out += ", " + std::to_string(*r.run.skipped) + " skipped";
  out += "\n" + failures_text(r) + tail_text(r);
  if (r.run.commit)
    out += "of commit " + r.run.commit->substr(0, 12) +
           (r.run.dirty ? " with uncommitted work" : "") + "\n";
  if (!r.changed.empty())
    out += "changed while they ran, so of no tree: " +
           text::clip(text::printable(text::join(r.changed, ", ")), 400) + "\n";
  if (r.run.log) out += "log: " + text::printable(*r.run.log) + "\n";
  return out;
}

int exit_of(const testrun::Result& r) {
  if (r.could_not_run) return kTryAgain;
  return r.run.status == "failed" ? kNo : kDone;
}

json::Object result_json(const testrun::Result& r, const std::string& agent) {
  json::Object out = run_json(r.run, testrun::status_of(r));
  out.emplace_back("agent", json::text_or_null(agent));
  out.emplace_back("exit_status",
                   r.exit_status ? json::Value(*r.exit_status) : json::Value());
  out.emplace_back("changed", r.changed);
  json::Array failures;
  for (const testreport::Case& c : r.failures)
    failures.emplace_back(json::Object{{"suite", c.suite},
                                       {"name", c.name},
                                       {"duration_ms", c.duration_ms},
                                       {"message", c.message}});
  out.emplace_back("failures", std::move(failures));
  out.emplace_back("left_out", r.left_out);
  return out;
}

int say(const Invocation& invocation, const Repository& repository,
        const testrun::Result& r, const testrun::Subject& subject) {
  if (r.interrupted != 0) {
    ::raise(r.interrupted);
    return kFatal + r.interrupted;
  }
  if (r.told) doorbell::ring(repository);
  const std::string agent = subject.agent ? subject.agent->address : "";
  const json::Object result = result_json(r, agent);
  json::Object data = {{"result", result}};
  if (invocation.format() == cli::Format::Porcelain)
    data = {{"results", json::Array{result}}};
  return cli::print(invocation, {.data = data,
                                 .rows = "results",
                                 .fields = kResultFields,
                                 .human = human_text(r, subject.name()),
                                 .exit_code = exit_of(r)});
}

constexpr char kRun[] = "run the tests of";

int record(const Invocation& invocation, const Repository& repository,
           testrun::Order order) {
  for (const char* option : {"report", "timeout"})
    if (invocation.has(option))
      throw UsageError("'--" + std::string(option) +
                       "' has no meaning with '--record': nothing is run");
  order.reports = invocation.all("record");
  store::Store store = hook::open_store(repository);
  const auto subject = testrun::subject_of(
      repository, store, invocation.find("agent").value_or(""));
  if (subject.agent) agent::require_may_direct(store, *subject.agent, kRun);
  return say(invocation, repository,
             testrun::record(repository, store, subject, order), subject);
}

std::int64_t timeout_ms(const Invocation& invocation) {
  const std::int64_t s = invocation.number("timeout").value_or(kTimeoutS);
  if (s < 1 || s > INT_MAX / 1000)
    throw UsageError("'--timeout' must be from 1 to " +
                     std::to_string(INT_MAX / 1000) + " seconds");
  return s * 1000;
}

int run_tests(const Invocation& invocation, const Repository& repository) {
  invocation.expect_operands(0, 1);
  testrun::Order order{
      .type = type_of(invocation),
      .commit = invocation.find("commit").value_or(""),
      .reports = invocation.all("report"),
      .timeout_ms = timeout_ms(invocation),
      .note = [&](const std::string& line) { cli::note(invocation, line); },
      .progress =
          [&](const std::string& line) { cli::progress(invocation, line); }};
  if (invocation.has("commit") && order.commit.empty())
    throw UsageError("'--commit' needs a revision");
  if (invocation.has("record")) return record(invocation, repository, order);
  store::Store store = hook::open_store(repository);
  const auto agent = testrun::require_agent(
      repository, store, invocation.find("agent").value_or(""));
  agent::require_may_direct(store, agent, kRun);
  return say(invocation, repository,
             testrun::run(repository, store, agent, order), {.agent = agent});
}

// --- Looking back ------------------------------------------------------------

store::TestQuery query_of(const Invocation& invocation,
                          const Repository& repository, store::Store& store) {
  store::TestQuery query{.type = type_of(invocation)};
  const std::string operand = invocation.operand(1);
  query.limit = static_cast<std::size_t>(
      operand.empty() ? kRows : cli::parse_id(operand));
  if (const auto name = invocation.find("agent")) {
    const auto agent = agent::require_agent(repository, store, *name);
    query.feature_id = agent.feature_id;
    query.role = agent.role;
  }
  return query;
}

std::string result_text(const store::TestRun& t) {
  if (!t.total) return "-";
  return std::to_string(t.passed.value_or(0)) + "/" + std::to_string(*t.total);
}

int history(const Invocation& invocation, const Repository& repository) {
  invocation.expect_operands(1, 2);
  json::Array rows;
  cli::Table table({"ID", "AGE", "WHOSE", "TYPE", "STATUS", "PASSED", "TOOK",
                    "COMMIT", "WHY"});
  if (auto store = hook::find_store(repository))
    for (const store::TestRun& t : store::list_test_runs(
             *store, query_of(invocation, repository, *store))) {
      rows.emplace_back(run_json(t, t.status));
      table.add({std::to_string(t.id), text::short_age(clock::now() - t.at),
                 owner_of(t.spec_id, t.role), t.type, t.status, result_text(t),
                 took_text(t.duration_ms),
                 t.commit.value_or("-").substr(0, 12) + (t.dirty ? "+" : ""),
                 t.reason.value_or("-")},
                {cli::Tone::Plain, cli::Tone::Plain, cli::Tone::Plain,
                 cli::Tone::Plain, tone_of(t.status)});
    }
  return cli::print(
      invocation,
      {.data = {{"results", rows}},
       .rows = "results",
       .fields = {"type", "status", "total", "passed", "failed", "duration_ms",
                  "commit", "tree", "dirty", "feature", "role", "at", "id"},
       .human = rows.empty() ? "no results\n" : table.text()});
}

int slowest(const Invocation& invocation, const Repository& repository) {
  invocation.expect_operands(1, 2);
  json::Array rows;
  cli::Table table(
      {"AVERAGE", "LONGEST", "LAST", "RUNS", "WHOSE", "TYPE", "SUITE", "TEST"});
  if (auto store = hook::find_store(repository))
    for (const store::SlowCase& c : store::list_slow_cases(
             *store, query_of(invocation, repository, *store))) {
      rows.emplace_back(json::Object{{"suite", c.suite},
                                     {"name", c.name},
                                     {"type", c.type},
                                     {"feature", json::text_or_null(c.spec_id)},
                                     {"role", c.role},
                                     {"runs", c.runs},
                                     {"average_ms", c.average_ms},
                                     {"longest_ms", c.longest_ms},
                                     {"last_ms", c.last_ms}});
      table.add({took_text(c.average_ms), took_text(c.longest_ms),
                 took_text(c.last_ms), std::to_string(c.runs),
                 owner_of(c.spec_id, c.role), c.type, c.suite, c.name});
    }
  return cli::print(invocation,
                    {.data = {{"cases", rows}},
                     .rows = "cases",
                     .fields = {"suite", "name", "type", "feature", "role",
                                "runs", "average_ms", "longest_ms", "last_ms"},
                     .human = rows.empty() ? "no test says how long it took\n"
                                           : table.text()});
}

int flaky(const Invocation& invocation, const Repository& repository) {
  invocation.expect_operands(1, 2);
  json::Array rows;
  cli::Table table({"WHAT", "WHOSE", "TYPE", "PASSED", "FAILED", "AGE", "TREE",
                    "SUITE", "TEST"});
  if (auto store = hook::find_store(repository))
    for (const store::Flaky& f :
         store::list_flaky(*store, query_of(invocation, repository, *store))) {
      const char* what = f.is_run ? "run" : "case";
      rows.emplace_back(json::Object{{"what", what},
                                     {"suite", f.suite},
                                     {"name", f.name},
                                     {"type", f.type},
                                     {"feature", json::text_or_null(f.spec_id)},
                                     {"role", f.role},
                                     {"passed", f.passed},
                                     {"failed", f.failed},
                                     {"tree", f.tree},
                                     {"last_at", text::iso_time(f.last_at)}});
      table.add({what, owner_of(f.spec_id, f.role), f.type,
                 std::to_string(f.passed), std::to_string(f.failed),
                 text::short_age(clock::now() - f.last_at),
                 f.tree.substr(0, 12), f.suite, f.name});
    }
  return cli::print(
      invocation,
      {.data = {{"flaky", rows}},
       .rows = "flaky",
       .fields = {"what", "suite", "name", "type", "feature", "role", "passed",
                  "failed", "tree", "last_at"},
       .human = rows.empty() ? "nothing has passed and failed on one tree\n"
                             : table.text()});
}

int run(const Invocation& invocation) {
  return cli::require_action(
             invocation,
             {{"run", run_tests, {"record", "report", "commit", "timeout"}},
              {"history", history},
              {"slowest", slowest},
              {"flaky", flaky}})
      .run(invocation, repository::require());
}

}  // namespace

const cli::Command cli::kCommand = {
    .name = "run-tests",
    .group = cli::Group::Work,
    .summary = "run an agent's tests, or record a report of some",
    .synopsis = {"[run] [--agent <agent>] [--type <type>] [--commit <rev>] "
                 "[--timeout <seconds>] [--report <file>]...",
                 "--record <file>... [--agent <agent>] [--type <type>] "
                 "[--commit <rev>]",
                 "(history | slowest | flaky) [<n>] [--agent <agent>] "
                 "[--type <type>]"},
    .options =
        {{"agent", 'a', Arity::One, "agent",
          "whose tests; default: those of this worktree's agent"},
         {"type", 't', Arity::One, "type",
          "unit, integration or e2e; default: the role's first, or unit"},
         {"commit", 'c', Arity::One, "rev",
          "test a commit, in a throw-away worktree"},
         {"report", 0, Arity::Many, "file",
          "what the command writes, from the top of the worktree"},
         {"record", 0, Arity::Many, "file",
          "run nothing, take over this report; - is standard input"},
         {"timeout", 0, Arity::One, "seconds",
          "end the command after that time; default: 3600"}},
    .listing = true,
    .run = run};

}  // namespace orch
