// SPDX-License-Identifier: MIT
#include "store/conflicts.h"

#include <algorithm>
#include <map>

#include "agent/agent.h"
#include "cli/output.h"
#include "clock/clock.h"
#include "conflict/order.h"
#include "conflict/sides.h"
#include "error/error.h"
#include "git/git.h"
#include "hook/fold.h"
#include "text/text.h"
#include "text/time.h"

namespace orch {
namespace {

using cli::Invocation;
using repository::Repository;

const std::vector<std::string> kFields = {
    "id",       "a",      "b",           "kind",       "paths",
    "severity", "status", "detected_at", "resolved_at"};

const char* status_of(const store::Conflict& c) {
  return c.resolved ? "resolved" : "open";
}

json::Object conflict_json(const store::Conflict& c) {
  return {{"id", c.id},
          {"a", c.a},
          {"b", c.b},
          {"kind", c.kind},
          {"paths", c.paths},
          {"severity", c.severity},
          {"status", status_of(c)},
          {"detected_at", text::iso_time(c.detected_at)},
          {"resolved_at", c.resolved_at
                              ? json::Value(text::iso_time(*c.resolved_at))
                              : json::Value()},
          {"types", c.types},
          {"source", c.source},
          {"notes", c.notes}};
}

int list(const Invocation& invocation) {
  invocation.expect_operands(0, 2);
  const auto repository = repository::require();
  std::vector<store::Conflict> conflicts;
  if (auto store = hook::find_store(repository)) {
    std::int64_t feature_id = 0;
    if (const std::string spec_id = invocation.operand(1); !spec_id.empty())
      feature_id = agent::require_feature(repository, *store, spec_id).id;
    conflicts = invocation.has("all")
                    ? store::list_conflicts(*store, feature_id)
                    : store::list_open_conflicts(*store, feature_id);
  }
  json::Array rows;
  cli::Table table(
      {"ID", "WHO", "WITH", "KIND", "SEVERITY", "STATUS", "AGE", "FILES"});
  for (const store::Conflict& c : conflicts) {
    rows.emplace_back(conflict_json(c));
    table.add({std::to_string(c.id), c.a, c.b, c.kind, c.severity, status_of(c),
               text::short_age(clock::now() - c.detected_at),
               text::join(c.paths, ", ")},
              {cli::Tone::Plain, cli::Tone::Plain, cli::Tone::Plain,
               cli::tone_of(c.kind)});
  }
  return cli::print(invocation,
                    {.data = {{"conflicts", rows}},
                     .rows = "conflicts",
                     .fields = kFields,
                     .human = rows.empty() ? "no conflicts\n" : table.text()});
}

// --- One conflict, with its texts --------------------------------------------

json::Value or_null(const std::string& text) {
  return text.empty() ? json::Value() : json::Value(text);
}

// One side's text, indented, so that nothing in it can pass for a heading.
std::string indented(const std::string& bytes) {
  std::string shown = text::printable_lines(bytes), out;
  const bool ends = shown.ends_with('\n');
  if (ends) shown.pop_back();
  for (const std::string& line : text::split(shown, '\n'))
    out += "    " + line + "\n";
  if (!ends) out += "    (no newline at the end)\n";
  return out;
}

std::string text_of(const conflict::Blob& blob) {
  if (blob.id.empty()) return "    (not there)\n";
  if (blob.mode == "160000") return "    (a submodule)\n";
  if (!blob.bytes) return "    (the object is missing)\n";
  if (blob.bytes->empty()) return "    (empty)\n";
  if (blob.bytes->find('\0') != std::string::npos)
    return "    (binary, " + std::to_string(blob.bytes->size()) + " bytes)\n";
  return indented(*blob.bytes);
}

std::string heading(const char* side, const conflict::Blob& blob,
                    const std::string& name) {
  std::string out = std::string("  ") + side;
  if (!name.empty()) out += ", " + text::printable(name);
  if (!blob.id.empty()) out += ", " + blob.mode + " " + blob.id.substr(0, 12);
  return cli::toned(out, cli::Tone::Strong) + "\n";
}

std::string human_text(const store::Conflict& c,
                       const conflict::Comparison& compared) {
  std::string out = "conflict " + std::to_string(c.id) + ": " + c.kind + ", " +
                    c.severity + ", " + c.source + ", " + status_of(c) + "\n";
  out += "ours    " + text::printable(c.a) + "  " + compared.ours + "\n";
  out += "theirs  " + text::printable(c.b) + "  " + compared.theirs + "\n";
  out += "base    " + compared.base + "\n";
  out += "found   " + text::iso_time(c.detected_at) + "\n";
  if (c.resolved_at) out += "solved  " + text::iso_time(*c.resolved_at) + "\n";
  if (!c.types.empty())
    out += "types   " + text::printable(text::join(c.types, ", ")) + "\n";
  if (c.notes && !c.notes->empty())
    out += "notes   " + text::printable(*c.notes) + "\n";
  if (!compared.reason.empty())
    out += "note    " + text::printable(compared.reason) + "\n";
  for (const conflict::ThreeSides& f : compared.files) {
    out += "\n" + cli::toned(text::printable(f.path), cli::Tone::Strong) + "\n";
    out += heading("base", f.base, "") + text_of(f.base);
    out += heading("ours", f.ours, c.a) + text_of(f.ours);
    out += heading("theirs", f.theirs, c.b) + text_of(f.theirs);
  }
  return out;
}

json::Object show_json(const store::Conflict& c,
                       const conflict::Comparison& compared) {
  json::Object row = conflict_json(c);
  row.emplace_back("base", or_null(compared.base));
  row.emplace_back("ours", or_null(compared.ours));
  row.emplace_back("theirs", or_null(compared.theirs));
  row.emplace_back("reason", or_null(compared.reason));
  json::Array files;
  for (const conflict::ThreeSides& f : compared.files)
    files.emplace_back(json::Object{{"path", f.path},
                                    {"base", or_null(f.base.id)},
                                    {"ours", or_null(f.ours.id)},
                                    {"theirs", or_null(f.theirs.id)},
                                    {"base_mode", or_null(f.base.mode)},
                                    {"ours_mode", or_null(f.ours.mode)},
                                    {"theirs_mode", or_null(f.theirs.mode)}});
  row.emplace_back("files", files);
  return row;
}

int show(const Invocation& invocation) {
  invocation.expect_operands(2, 2);
  if (invocation.has("all"))
    throw UsageError("'--all' has a meaning for 'list' only");
  const std::int64_t id = cli::parse_id(invocation.operand(1));
  const auto repository = repository::require();
  auto store = hook::find_store(repository);
  const auto c = store ? store::find_conflict(*store, id) : std::nullopt;
  if (!c)
    throw Error(ErrorCode::UnknownName,
                "there is no conflict " + std::to_string(id),
                "git orch conflicts list --all");
  const auto texts = invocation.format() == cli::Format::Human
                         ? conflict::Texts::Yes
                         : conflict::Texts::No;
  const auto compared = conflict::compare(repository, *store, *c, texts);
  return cli::print(
      invocation,
      {.data = {{"conflicts", json::Array{show_json(*c, compared)}}},
       .rows = "conflicts",
       .fields = kFields,
       .human = human_text(*c, compared)});
}

// --- The order of landing ----------------------------------------------------

std::string why(const conflict::Landing& l) {
  if (l.clean) return "merges with all before it";
  std::string out = text::count_of(l.paths.size(), "file");
  if (!l.with.empty()) out += " with " + text::join(l.with, ", ");
  return out + ": " + text::join(l.paths, ", ");
}

int order(const Invocation& invocation) {
  invocation.expect_operands(1, 2);
  if (invocation.has("all"))
    throw UsageError("'--all' has a meaning for 'list' only");
  const auto repository = repository::require();
  auto store = hook::find_store(repository);
  if (!store)
    throw Error(ErrorCode::NotInitialised, "git orch is not set up here",
                "git orch init");
  const auto feature =
      agent::require_feature(repository, *store, invocation.operand(1));
  const git::Quarantine quarantine(repository);
  auto sides = conflict::live_sides(repository, *store, quarantine,
                                    conflict::Work::Committed);
  std::erase_if(sides, [&](const conflict::Side& s) {
    return s.feature_id != feature.id;
  });
  const auto onto = git::find_commit(
      repository, std::string(git::kHeads) + feature.integration_branch);
  if (!onto)
    throw Error(ErrorCode::UnknownName,
                "branch '" + feature.integration_branch + "' has no commit");
  cli::progress(invocation, "looking at the orders of " +
                                text::count_of(sides.size(), "branch"));
  const auto proposed =
      conflict::propose_order(repository, quarantine, *onto, sides);
  json::Array rows;
  cli::Table table({"STEP", "BRANCH", "LANDS", "WHY"});
  std::size_t conflicts = 0;
  for (const conflict::Landing& l : proposed.landings) {
    rows.emplace_back(json::Object{{"a", l.name},
                                   {"clean", l.clean},
                                   {"paths", l.paths},
                                   {"with", l.with}});
    table.add({std::to_string(rows.size()), l.name,
               l.clean ? "clean" : "conflict", why(l)},
              {cli::Tone::Plain, cli::Tone::Plain,
               cli::tone_of(l.clean ? "clean" : "conflict")});
    if (!l.clean) ++conflicts;
  }
  std::string human = rows.empty() ? "nothing is ahead of '" +
                                         feature.integration_branch + "'\n"
                                   : table.text();
  if (!rows.empty())
    human += text::count_of(proposed.merges, "merge") + " looked at; " +
             (proposed.is_best ? "no order lands more\n"
                               : "not every order was considered\n");
  return cli::print(invocation, {.data = {{"order", rows},
                                          {"conflicts", conflicts},
                                          {"merges", proposed.merges},
                                          {"best", proposed.is_best}},
                                 .rows = "order",
                                 .fields = {"a", "clean", "paths", "with"},
                                 .human = human,
                                 .exit_code = conflicts > 0 ? kNo : kDone});
}

int run(const Invocation& invocation) {
  const std::string act = invocation.operand(0);
  if (act.empty() || act == "list") return list(invocation);
  if (act == "show") return show(invocation);
  if (act == "order") return order(invocation);
  throw UsageError("unknown action '" + act + "'", "known: list, show, order");
}

}  // namespace

const cli::Command cli::kCommand = {
    .name = "conflicts",
    .group = cli::Group::Work,
    .summary = "list conflicts, show both sides of one, propose an order",
    .synopsis = {"[list [<spec-id>]] [--all]", "show <id>",
                 "order [<spec-id>]"},
    .options = {{"all", 0, Arity::Flag, "", "resolved ones, too"}},
    .listing = true,
    .run = run};

}  // namespace orch
