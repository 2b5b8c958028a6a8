// SPDX-License-Identifier: MIT
#include "runtime/runtime.h"

#include <map>

#include "agent/agent.h"
#include "agent/program.h"
#include "cli/action.h"
#include "cli/output.h"
#include "error/error.h"
#include "installation/data.h"
#include "installation/installation.h"
#include "json/or_null.h"
#include "repository/repository.h"
#include "text/text.h"
#include "text/time.h"
#include "trial/trial.h"

namespace orch {
namespace {

using cli::Invocation;
using repository::Repository;

std::optional<std::string> find_program(const runtime::Runtime& r) {
  try {
    return agent::require_program(r);
  } catch (const Error&) {
    return std::nullopt;
  }
}

int list(const Invocation& invocation, const Repository& repository) {
  invocation.expect_operands(0, 1);
  std::vector<runtime::Runtime> all;
  for (const std::string& name :
       installation::data_names(repository.orch_dir(), "runtimes"))
    all.push_back(installation::require_runtime(repository.orch_dir(), name));
  const auto versions = agent::installed_versions(all);
  json::Array rows;
  cli::Table table({"RUNTIME", "ABOUT", "VERSION", "PROGRAM"});
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto program = find_program(all[i]);
    rows.emplace_back(
        json::Object{{"name", all[i].name},
                     {"about", all[i].about},
                     {"program", program},
                     {"version", json::text_or_null(versions[i])}});
    table.add(
        {all[i].name, all[i].about, versions[i].empty() ? "-" : versions[i],
         program.value_or("not on PATH")},
        {cli::Tone::Plain, cli::Tone::Plain, cli::Tone::Plain,
         program ? cli::Tone::Plain : cli::Tone::Faint});
  }
  return cli::print(invocation,
                    {.data = {{"runtimes", rows}},
                     .rows = "runtimes",
                     .fields = {"name", "about", "program", "version"},
                     .human = table.text()});
}

json::Array submits_json(const runtime::Runtime& r) {
  json::Array out;
  for (const runtime::Submit& s : r.submits)
    out.emplace_back(json::Object{{"cli", json::text_or_null(s.cli.text())},
                                  {"tmux", json::text_or_null(s.tmux.text())},
                                  {"keys", s.keys},
                                  {"delay_ms", s.delay_ms},
                                  {"retry", s.retry}});
  return out;
}

json::Array signs_json(const runtime::Runtime& r) {
  json::Array out;
  for (const runtime::Sign& s : r.signs) {
    const bool on_screen = s.source == runtime::Source::Screen;
    out.emplace_back(json::Object{
        {"state", s.state},
        {"source", std::string(runtime::source_name(s.source))},
        {"priority", s.priority},
        {"event", json::text_or_null(s.event)},
        {"pattern",
         s.pattern ? json::Value(s.pattern->expression()) : json::Value()},
        {"lines", on_screen ? json::Value(s.lines) : json::Value()},
        {"unless_below", s.unless_below
                             ? json::Value(s.unless_below->expression())
                             : json::Value()}});
  }
  return out;
}

json::Array limits_json(const runtime::Runtime& r) {
  json::Array out;
  for (const runtime::Limit& l : r.limits)
    out.emplace_back(
        json::Object{{"pattern", l.pattern.expression()},
                     {"lines", l.lines},
                     {"reset", std::string(runtime::reset_name(l.reset))}});
  return out;
}

json::Object runtime_json(const runtime::Runtime& r, const std::string& path) {
  json::Object environment;
  for (const auto& [name, value] : r.environment)
    environment.emplace_back(name, value);
  json::Object hand_over;
  for (const auto& [event, form] : r.hand_over)
    hand_over.emplace_back(event, form);
  json::Array files;
  for (const runtime::SetUpFile& f : r.files)
    files.emplace_back(json::Object{{"path", f.path}, {"content", f.content}});
  return {{"version", runtime::kFormat},
          {"name", r.name},
          {"about", r.about},
          {"file", path},
          {"stand_in", r.stand_in},
          {"start", r.start},
          {"resume", r.resume},
          {"print_version", r.print_version},
          {"environment", environment},
          {"files", files},
          {"sandbox",
           json::Object{{"write", r.sandbox_write}, {"read", r.sandbox_read}}},
          {"hand_over", hand_over},
          {"process_names", r.process_names},
          {"start_timeout", text::duration_text(r.start_timeout_ms)},
          {"submit", submits_json(r)},
          {"paste", r.paste == runtime::Paste::None ? "none" : "bracketed"},
          {"compact", json::text_or_null(r.compact)},
          {"interrupt", r.interrupt},
          {"exit", json::Object{{"text", json::text_or_null(r.exit_text)},
                                {"keys", r.exit_keys}}},
          {"signs", signs_json(r)},
          {"limits", limits_json(r)}};
}

int show(const Invocation& invocation, const Repository& repository) {
  invocation.expect_operands(2, 2);
  const auto file = installation::require_data(
      repository.orch_dir(), "runtimes", invocation.operand(1));
  const auto r = runtime::parse_runtime(file.bytes, file.path);
  return cli::print(invocation,
                    {.data = {{"runtime", runtime_json(r, file.path)}},
                     .human = "# " + text::printable(file.path) + "\n" +
                              text::printable_lines(file.bytes)});
}

int check(const Invocation& invocation, const Repository& repository) {
  invocation.expect_operands(2, 2);
  const auto file = installation::require_data(
      repository.orch_dir(), "runtimes", invocation.operand(1));
  const auto r = runtime::parse_runtime(file.bytes, file.path);
  const auto result = trial::run({r, file.bytes}, [&](const trial::Step& step) {
    cli::progress(
        invocation,
        step.name + " " + std::string(trial::verdict_name(step.verdict)));
  });
  json::Array rows;
  cli::Table table({"STEP", "VERDICT", "MS", "DETAIL"});
  for (const trial::Step& s : result.steps) {
    const std::string verdict(trial::verdict_name(s.verdict));
    rows.emplace_back(json::Object{{"name", s.name},
                                   {"verdict", verdict},
                                   {"ms", s.ms},
                                   {"detail", s.detail}});
    table.add({s.name, verdict, std::to_string(s.ms), s.detail},
              {cli::Tone::Plain, s.verdict == trial::Verdict::Failed
                                     ? cli::Tone::Bad
                                     : cli::Tone::Good});
  }
  return cli::print(invocation,
                    {.data = {{"runtime", r.name},
                              {"program", result.program},
                              {"version", json::text_or_null(result.version)},
                              {"steps", rows}},
                     .rows = "steps",
                     .fields = {"name", "verdict", "ms", "detail"},
                     .human = table.text(),
                     .exit_code = result.passed() ? kDone : kNo});
}

int run(const Invocation& invocation) {
  return cli::require_action(invocation,
                             {{"list", list}, {"show", show}, {"check", check}})
      .run(invocation, repository::require());
}

}  // namespace

const cli::Command cli::kCommand = {
    .name = "runtime",
    .group = cli::Group::Agents,
    .summary = "list, show and try the agent CLIs that are known",
    .synopsis = {"[list]", "show <runtime>", "check <runtime>"},
    .options = {},
    .listing = true,
    .run = run};

}  // namespace orch
