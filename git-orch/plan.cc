// SPDX-License-Identifier: MIT
#include "cli/output.h"
#include "error/error.h"
#include "file/file.h"
#include "installation/data.h"
#include "launch/advise.h"
#include "launch/draft.h"
#include "plan/document.h"
#include "plan/number.h"
#include "text/text.h"
#include "text/time.h"

namespace orch {
namespace {

using cli::Invocation;
using cli::Tone;
using repository::Repository;

std::string team_table(const Repository& repository, const plan::Plan& plan) {
  cli::Table table({"ROLE", "KIND", "CHECK-IN", "TASKS", "BECAUSE"});
  for (const plan::Member& m : plan.team) {
    const auto role = installation::find_role(repository.orch_dir(), m.role);
    std::size_t tasks = 0;
    for (const plan::PlannedTask& t : plan.tasks)
      if (t.role == m.role) ++tasks;
    table.add(
        {m.role, role ? role->kind : "",
         role && role->check_in_ms > 0 ? text::duration_text(role->check_in_ms)
                                       : "30m",
         std::to_string(tasks), m.because},
        {Tone::Strong});
  }
  return table.text();
}

std::string task_table(const plan::Plan& plan) {
  cli::Table table({"TASK", "ROLE", "PHASE", "AFTER", "TITLE"});
  for (const plan::PlannedTask& t : plan.tasks)
    table.add(
        {t.id, t.role.empty() ? "-" : t.role, t.phase.empty() ? "-" : t.phase,
         t.depends_on.empty() ? "-" : text::join(t.depends_on, ","), t.title});
  return table.empty() ? "no tasks\n" : table.text();
}

std::string phase_table(const plan::Plan& plan) {
  if (plan.phases.size() < 2) return "";
  cli::Table table({"PHASE", "TASKS"});
  for (const plan::Phase& p : plan.phases)
    table.add({p.name.empty() ? "-" : p.name, text::join(p.tasks, ",")});
  return "\n" + table.text();
}

std::string why_text(const launch::Draft& draft) {
  std::string out = "\nwhy this team:\n";
  for (const std::string& b : draft.plan.project.because)
    out += "  " + text::printable(b) + "\n";
  for (const plan::Score& s : draft.detection.scores)
    out += "  " + s.team + " scores " + plan::short_number(s.score) + "\n";
  out += "why this size:\n";
  for (const std::string& b : draft.size.because)
    out += "  " + text::printable(b) + "\n";
  out += "  at most " +
         text::count_of(static_cast<std::size_t>(draft.cap), "agent") + ": " +
         draft.cap_because + "\n";
  return out;
}

std::string human_text(const Invocation& invocation,
                       const Repository& repository,
                       const launch::Draft& draft) {
  const plan::Plan& p = draft.plan;
  std::string out = cli::toned(p.spec_id, Tone::Strong) + "  " +
                    text::printable(p.name) + "\n";
  if (!p.goal.empty()) out += "goal: " + text::printable(p.goal) + "\n";
  out += "project: " + p.project.team +
         (p.project.decided_by.empty()
              ? ""
              : ", by " + text::printable(p.project.decided_by)) +
         (p.project.confidence == 0
              ? " (the default: no tracked file speaks for another)"
              : " (confidence " + std::to_string(p.project.confidence) + "%)") +
         "\n";
  if (!p.size.empty()) out += "size: " + p.size + "\n";
  out +=
      "\n" + team_table(repository, p) + phase_table(p) + "\n" + task_table(p);
  for (const plan::Dropped& d : p.dropped)
    out += "left out: " + d.role + ", " + text::printable(d.because) + "\n";
  if (invocation.has("why")) out += why_text(draft);
  return out;
}

void warn(const Invocation& invocation, const plan::Plan& plan) {
  constexpr std::size_t kManyAgents = 4;
  if (!plan.missing.empty())
    cli::note(invocation, "warning: the specification has no " +
                              text::join(plan.missing, ", ") +
                              "; a vague one makes vague tasks");
  if (plan.team.size() >= kManyAgents)
    cli::note(invocation,
              "note: " + text::count_of(plan.team.size(), "agent") +
                  " use many times the tokens of one; --plan bounds them");
}

json::Array changes_json(const std::vector<launch::Change>& changes) {
  json::Array out;
  for (const launch::Change& c : changes)
    out.emplace_back(json::Object{
        {"action", c.what}, {"role", c.role}, {"reason", c.because}});
  return out;
}

std::string advice_text(const launch::Advice& advice) {
  if (advice.changes.empty() && advice.refused.empty())
    return "\nadvised: no change\n";
  std::string out = "\nadvised, and not applied:\n";
  for (const launch::Change& c : advice.changes)
    out +=
        "  " + c.what + " " + c.role + ": " + text::printable(c.because) + "\n";
  for (const launch::Change& c : advice.refused)
    out += "  cannot " + c.what + " " + text::printable(c.role) + ": " +
           text::printable(c.because) + "\n";
  return out + text::printable_lines(advice.diff);
}

void write_file(const std::string& path, const plan::Plan& plan) {
  const std::string bytes = plan::write_plan(plan);
  // A plan that was edited is not lost by asking again.
  if (!file::create_file(path, bytes, 0644))
    throw Error(ErrorCode::Exists, "'" + path + "' exists already",
                "remove it, or name another file with -o");
}

int run(const Invocation& invocation) {
  invocation.expect_operands(1, 1);
  const auto repository = repository::require();
  const auto source = launch::read_source(invocation.operand(0));
  const auto tell = [&](const std::string& line) {
    cli::progress(invocation, line);
  };
  const auto draft = launch::draft_plan(
      repository, source, launch::wanted_of([&](const char* option) {
        return invocation.find(option).value_or("");
      }),
      tell);
  json::Object data = plan::plan_json(draft.plan);
  std::string human = human_text(invocation, repository, draft);
  if (invocation.has("why")) {
    json::Array scores;
    for (const plan::Score& s : draft.detection.scores)
      scores.emplace_back(json::Object{{"team", s.team}, {"score", s.score}});
    data.emplace_back("why", json::Object{{"scores", scores},
                                          {"size", draft.size.because},
                                          {"cap", draft.cap},
                                          {"cap_because", draft.cap_because}});
  }
  if (const auto command = invocation.find("advise")) {
    const auto advice = launch::advise(repository, draft, *command, tell);
    data.emplace_back("advice",
                      json::Object{{"changes", changes_json(advice.changes)},
                                   {"refused", changes_json(advice.refused)},
                                   {"diff", advice.diff}});
    human += advice_text(advice);
  }
  warn(invocation, draft.plan);
  if (const auto path = invocation.find("output")) {
    write_file(*path, draft.plan);
    cli::note(invocation, "wrote '" + *path +
                              "'; edit it, then: git orch "
                              "launch " +
                              *path);
  }
  return cli::print(invocation, {.data = data, .human = human});
}

}  // namespace

const cli::Command cli::kCommand = {
    .name = "plan",
    .group = cli::Group::Features,
    .summary = "propose a team, tasks and phases for a specification",
    .synopsis = {"<spec> [--team <team>] [--roles <role>,...] [--plan <plan>] "
                 "[--size <size>] [--runtime <runtime>] [--why] "
                 "[--advise[=<command>]] [-o <file>]"},
    .options =
        {{"team", 0, Arity::One, "team",
          "this team instead of the one that suits the tracked files"},
         {"roles", 0, Arity::One, "roles",
          "these roles, too, parted by commas"},
         {"plan", 0, Arity::One, "plan",
          "how many agents there may be: pro (3), max5 (5), max20 (8), console "
          "(10) or a number; default: orch.maxAgents, else max20"},
         {"size", 0, Arity::One, "size",
          "small (3 agents), medium (5), large (8) or auto"},
         {"runtime", 0, Arity::One, "runtime",
          "the agent CLI that plays the roles"},
         {"why", 0, Arity::Flag, "", "explain each choice"},
         {"advise", 0, Arity::Optional, "command",
          "ask an agent CLI for changes and show them; none is applied. "
          "Default: orch.adviseCommand"},
         {"output", 'o', Arity::One, "file",
          "write the plan to a file, to edit and to launch"}},
    .run = run};

}  // namespace orch
