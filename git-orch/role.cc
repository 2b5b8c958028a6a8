// SPDX-License-Identifier: MIT
#include "role/role.h"

#include <map>

#include "agent/agent.h"
#include "cli/action.h"
#include "cli/output.h"
#include "error/error.h"
#include "hook/fold.h"
#include "installation/installation.h"
#include "installation/roster.h"
#include "json/or_null.h"
#include "repository/repository.h"
#include "text/text.h"
#include "text/time.h"

namespace orch {
namespace {

using cli::Invocation;
using repository::Repository;

std::string duration_or_nothing(std::int64_t ms) {
  return ms == 0 ? std::string() : text::duration_text(ms);
}

std::string or_dash(const std::string& text) {
  return text.empty() ? "-" : text;
}

int list(const Invocation& invocation, const Repository& repository) {
  invocation.expect_operands(0, 1);
  json::Array rows;
  cli::Table table(
      {"NAME", "KIND", "CHECK-IN", "REPORTS-TO", "REQUIRES", "ABOUT"});
  for (const auto& file : installation::require_roles(repository.orch_dir())) {
    const role::Role& r = *file.role;
    const std::string check_in = duration_or_nothing(r.check_in_ms);
    rows.emplace_back(json::Object{{"name", r.name},
                                   {"kind", r.kind},
                                   {"purpose", r.purpose},
                                   {"reports_to", r.reports_to},
                                   {"check_in", json::text_or_null(check_in)},
                                   {"requires", r.requires_roles},
                                   {"file", file.path}});
    table.add({r.name, r.kind, or_dash(check_in), r.reports_to,
               or_dash(text::join(r.requires_roles, ", ")), r.purpose});
  }
  return cli::print(invocation,
                    {.data = {{"roles", rows}},
                     .rows = "roles",
                     .fields = {"name", "kind", "purpose", "reports_to",
                                "check_in", "requires", "file"},
                     .human = table.text()});
}

json::Object rights_json(const role::Rights& rights) {
  return {{"allow", rights.allow}, {"deny", rights.deny}};
}

json::Object budget_json(const role::Budget& b) {
  json::Value wall, cost;
  if (b.wall_ms) wall = text::duration_text(*b.wall_ms);
  if (b.cost_cents) cost = static_cast<double>(*b.cost_cents) / 100;
  return {{"turns", b.turns},
          {"wall", wall},
          {"restarts", b.restarts},
          {"cost", cost}};
}

json::Array abilities_json(const role::Role& r) {
  json::Array out;
  for (const role::Can can : r.can) out.emplace_back(role::can_name(can));
  return out;
}

json::Array tests_json(const role::Role& r) {
  json::Array out;
  for (const role::TestCommand& t : r.tests)
    out.emplace_back(json::Object{
        {"type", t.type}, {"command", t.command}, {"report", t.report}});
  return out;
}

const char* restart_name(role::Restart restart) {
  if (restart == role::Restart::Always) return "always";
  return restart == role::Restart::OnFailure ? "on-failure" : "never";
}

void add_furnishing(json::Object& out, const role::Furnishing& f) {
  json::Object environment;
  for (const auto& [name, value] : f.environment)
    environment.emplace_back(name, value);
  out.emplace_back("copy", f.copy);
  out.emplace_back("link", f.link);
  out.emplace_back("setup", f.setup);
  out.emplace_back("setup_timeout", text::duration_text(f.setup_timeout_ms));
  out.emplace_back("env", environment);
  out.emplace_back("ports", f.ports);
}

json::Object role_json(const role::Role& r, const std::string& path) {
  json::Value may_message;
  if (r.may_message) may_message = *r.may_message;
  json::Object out = {
      {"name", r.name},
      {"kind", r.kind},
      {"purpose", r.purpose},
      {"duties", r.duties},
      {"reports_to", r.reports_to},
      {"may_message", may_message},
      {"check_in", json::text_or_null(duration_or_nothing(r.check_in_ms))},
      {"commit_every",
       json::text_or_null(duration_or_nothing(r.commit_every_ms))},
      {"runtime", r.runtime},
      {"restart", restart_name(r.restart)},
      {"test", r.test},
      {"tests", tests_json(r)},
      {"notify_on_commit_of", r.notify_on_commit_of},
      {"watch", r.watch},
      {"paths", rights_json(r.paths)},
      {"refs", rights_json(r.refs)},
      {"can", abilities_json(r)},
      {"requires", r.requires_roles},
      {"skills", r.skills},
      {"writes", r.writes},
      {"brief", json::text_or_null(r.brief)},
      {"budget", budget_json(r.budget)}};
  add_furnishing(out, r.furnishing);
  out.emplace_back("file", path);
  return out;
}

int show(const Invocation& invocation, const Repository& repository) {
  invocation.expect_operands(2, 2);
  const auto file = installation::require_data(repository.orch_dir(), "roles",
                                               invocation.operand(1));
  const auto r = role::parse_role(file.bytes, file.path);
  return cli::print(invocation,
                    {.data = {{"role", role_json(r, file.path)}},
                     .human = "# " + text::printable(file.path) + "\n" +
                              text::printable_lines(file.bytes)});
}

int check(const Invocation& invocation, const Repository& repository) {
  std::vector<std::string> named = invocation.operands();
  named.erase(named.begin());
  json::Array rows;
  std::string human;
  bool all_ok = true;
  for (const auto& file :
       installation::check_roles(repository.orch_dir(), named)) {
    const bool ok = file.fault.empty();
    all_ok &= ok;
    rows.emplace_back(json::Object{{"name", file.name},
                                   {"file", file.path},
                                   {"ok", ok},
                                   {"error", json::text_or_null(file.fault)}});
    human += text::printable(file.name) + ": " +
             (ok ? cli::toned("ok", cli::Tone::Good)
                 : cli::toned(text::printable(file.fault), cli::Tone::Bad)) +
             "\n";
  }
  return cli::print(invocation, {.data = {{"roles", rows}},
                                 .rows = "roles",
                                 .fields = {"name", "file", "ok", "error"},
                                 .human = human,
                                 .exit_code = all_ok ? kDone : kNo});
}

int create(const Invocation& invocation, const Repository& repository) {
  invocation.expect_operands(2, 2);
  const std::string name = invocation.operand(1);
  agent::require_leader(repository, "make a role");
  const auto from = invocation.find("from");
  if (!from)
    throw UsageError("a new role needs '--from'",
                     "git orch role new " + name + " --from developer");
  const std::string path = installation::create_role(
      repository.orch_dir(), name, *from, invocation.find("kind").value_or(""));
  hook::open_store(repository);
  return cli::print(invocation, {.data = {{"name", name}, {"file", path}},
                                 .human = path + "\n"});
}

int run(const Invocation& invocation) {
  return cli::require_action(invocation, {{"list", list},
                                          {"show", show},
                                          {"check", check},
                                          {"new", create, {"from", "kind"}}})
      .run(invocation, repository::require());
}

}  // namespace

const cli::Command cli::kCommand = {
    .name = "role",
    .group = cli::Group::Agents,
    .summary = "list, show, check and make roles",
    .synopsis = {"[list]", "show <role>", "check [<role> | <file>]...",
                 "new <name> --from <role> [--kind <kind>]"},
    .options = {{"from", 0, Arity::One, "role",
                 "the role whose file the new one begins with"},
                {"kind", 0, Arity::One, "kind",
                 "overseer, implementor or support; default: the same"}},
    .listing = true,
    .run = run};

}  // namespace orch
