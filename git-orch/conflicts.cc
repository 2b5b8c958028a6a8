// SPDX-License-Identifier: MIT
#include "store/conflicts.h"

#include <signal.h>

#include <algorithm>
#include <map>

#include "agent/agent.h"
#include "agent/which_feature.h"
#include "cli/output.h"
#include "clock/clock.h"
#include "conflict/apply.h"
#include "conflict/order.h"
#include "conflict/sides.h"
#include "conflict/suggest.h"
#include "error/error.h"
#include "git/git.h"
#include "hook/fold.h"
#include "json/or_null.h"
#include "listing/listing.h"
#include "overview/proposal.h"
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
  cli::Table table(
      {"ID", "WHO", "WITH", "KIND", "SEVERITY", "STATUS", "AGE", "FILES"});
  for (const store::Conflict& c : conflicts) {
    table.add({std::to_string(c.id), c.a, c.b, c.kind, c.severity, status_of(c),
               text::short_age(clock::now() - c.detected_at),
               text::join(c.paths, ", ")},
              {cli::Tone::Plain, cli::Tone::Plain, cli::Tone::Plain,
               cli::tone_of(c.kind)});
  }
  return cli::print(invocation, {.data = listing::conflicts(conflicts),
                                 .rows = "conflicts",
                                 .fields = kFields,
                                 .human = conflicts.empty() ? "no conflicts\n"
                                                            : table.text()});
}

// --- One conflict, with its texts --------------------------------------------

std::string text_of(const conflict::Blob& blob) {
  if (blob.id.empty()) return "    (not there)\n";
  if (blob.mode == "160000") return "    (a submodule)\n";
  if (!blob.bytes) return "    (the object is missing)\n";
  if (blob.bytes->empty()) return "    (empty)\n";
  if (blob.bytes->find('\0') != std::string::npos)
    return "    (binary, " + std::to_string(blob.bytes->size()) + " bytes)\n";
  return text::indented(*blob.bytes) +
         (blob.bytes->ends_with('\n') ? "" : "    (no newline at the end)\n");
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
  json::Object row = listing::conflict(c);
  row.emplace_back("base", json::text_or_null(compared.base));
  row.emplace_back("ours", json::text_or_null(compared.ours));
  row.emplace_back("theirs", json::text_or_null(compared.theirs));
  row.emplace_back("reason", json::text_or_null(compared.reason));
  json::Array files;
  for (const conflict::ThreeSides& f : compared.files)
    files.emplace_back(
        json::Object{{"path", f.path},
                     {"base", json::text_or_null(f.base.id)},
                     {"ours", json::text_or_null(f.ours.id)},
                     {"theirs", json::text_or_null(f.theirs.id)},
                     {"base_mode", json::text_or_null(f.base.mode)},
                     {"ours_mode", json::text_or_null(f.ours.mode)},
                     {"theirs_mode", json::text_or_null(f.theirs.mode)}});
  row.emplace_back("files", files);
  return row;
}

// The conflict that the second operand names.
store::Conflict require_conflict(const Invocation& invocation,
                                 std::optional<store::Store>& store) {
  const std::int64_t id = cli::parse_id(invocation.operand(1));
  const auto c = store ? store::find_conflict(*store, id) : std::nullopt;
  if (!c)
    throw Error(ErrorCode::UnknownName,
                "there is no conflict " + std::to_string(id),
                "git orch conflicts list --all");
  return *c;
}

int show(const Invocation& invocation) {
  invocation.expect_operands(2, 2);
  const auto repository = repository::require();
  auto store = hook::find_store(repository);
  const store::Conflict c = require_conflict(invocation, store);
  const auto texts = invocation.format() == cli::Format::Human
                         ? conflict::Texts::Yes
                         : conflict::Texts::No;
  const auto compared = conflict::compare(repository, *store, c, texts);
  return cli::print(
      invocation, {.data = {{"conflicts", json::Array{show_json(c, compared)}}},
                   .rows = "conflicts",
                   .fields = kFields,
                   .human = human_text(c, compared)});
}

// --- The order of landing ----------------------------------------------------

int show_order(const Invocation& invocation, const conflict::Order& proposed,
               const std::string& nothing) {
  json::Array rows;
  cli::Table table({"STEP", "BRANCH", "LANDS", "WHY"});
  std::size_t conflicts = 0;
  for (const conflict::Landing& l : proposed.landings) {
    rows.emplace_back(json::Object{{"a", l.name},
                                   {"clean", l.clean},
                                   {"paths", l.paths},
                                   {"with", l.with}});
    table.add({std::to_string(rows.size()), l.name,
               l.clean ? "clean" : "conflict", conflict::reason_of(l)},
              {cli::Tone::Plain, cli::Tone::Plain,
               cli::tone_of(l.clean ? "clean" : "conflict")});
    if (!l.clean) ++conflicts;
  }
  std::string human = rows.empty() ? nothing : table.text();
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

int order(const Invocation& invocation) {
  invocation.expect_operands(1, 2);
  const auto repository = repository::require();
  auto store = hook::find_store(repository);
  if (!store && invocation.operand(1).empty())
    return show_order(invocation, {}, "no feature is in progress\n");
  if (!store) throw agent::no_feature(invocation.operand(1));
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
  return show_order(
      invocation, proposed,
      "nothing is ahead of '" + feature.integration_branch + "'\n");
}

// --- Proposals ---------------------------------------------------------------

int print_proposal(const Invocation& invocation, const store::Proposal& p,
                   const std::string& more, json::Object row, int exit_code) {
  return cli::print(invocation,
                    {.data = {{"proposals", json::Array{std::move(row)}}},
                     .rows = "proposals",
                     .fields = overview::proposal_fields(),
                     .human = overview::proposal_text(p) + more,
                     .exit_code = exit_code});
}

int list_proposals(const Invocation& invocation) {
  const auto repository = repository::require();
  auto store = hook::find_store(repository);
  const std::int64_t id = invocation.operand(1).empty()
                              ? 0
                              : require_conflict(invocation, store).id;
  json::Array rows;
  cli::Table table(
      {"ID", "CONFLICT", "STATUS", "PROGRAM", "CONFIDENCE", "AGE", "FILES"});
  if (store)
    for (const store::Proposal& p : store::list_proposals(*store, id)) {
      rows.emplace_back(overview::proposal_json(p));
      table.add({std::to_string(p.id), std::to_string(p.conflict_id), p.status,
                 p.program, overview::confidence_of(p),
                 text::short_age(clock::now() - p.created_at),
                 text::join(p.paths, ", ")});
    }
  return cli::print(invocation,
                    {.data = {{"proposals", rows}},
                     .rows = "proposals",
                     .fields = overview::proposal_fields(),
                     .human = rows.empty() ? "no proposals\n" : table.text()});
}

int ask(const Invocation& invocation, const Repository& repository,
        store::Store& store, const store::Conflict& c) {
  const auto made = conflict::suggest(
      repository, store, c,
      invocation.has("again") ? conflict::Again::Yes : conflict::Again::No,
      [&](const std::string& line) { cli::progress(invocation, line); });
  if (made.interrupted != 0) ::raise(made.interrupted);
  const store::Proposal& p = made.proposal;
  if (p.status == "proposed")
    cli::note(invocation, "nothing is changed; see --show, --apply, --discard");
  return print_proposal(invocation, p, "", overview::proposal_json(p),
                        p.status == "proposed" ? kDone : kNo);
}

int show_proposal(const Invocation& invocation, const Repository& repository,
                  const store::Conflict& c, const store::Proposal& p) {
  json::Object row = overview::proposal_json(p);
  std::string more;
  if (!p.commit.empty() && git::find_commit(repository, p.commit)) {
    const auto differences = conflict::differences_of(repository, p);
    row.emplace_back("to_ours", differences.to_ours);
    row.emplace_back("to_theirs", differences.to_theirs);
    const auto part = [&](const std::string& name, const std::string& diff) {
      more += "\n" +
              cli::toned("what " + text::printable(name) + " gets",
                         cli::Tone::Strong) +
              "\n" + text::printable_lines(diff);
    };
    part(c.a, differences.to_ours);
    part(c.b, differences.to_theirs);
  }
  return print_proposal(invocation, p, more, std::move(row), kDone);
}

int apply_proposal(const Invocation& invocation, const Repository& repository,
                   store::Store& store, const store::Conflict& c,
                   const store::Proposal& p) {
  const auto applied = conflict::apply(repository, store, c, p);
  const store::Proposal& now = applied.proposal;
  const std::string undo =
      applied.worktree.empty()
          ? "git update-ref " + now.branch + " " + now.backup_ref
          : "git -C '" + applied.worktree + "' reset --keep " + now.backup_ref;
  json::Object row = overview::proposal_json(now);
  row.emplace_back("worktree", json::text_or_null(applied.worktree));
  row.emplace_back("undo", undo);
  return print_proposal(
      invocation, now,
      "'" + git::short_branch(now.branch) +
          "' has the merge now\nundo with: " + text::printable(undo) + "\n",
      std::move(row), kDone);
}

int suggest(const Invocation& invocation) {
  const bool lists = invocation.has("list");
  const int acts = lists + invocation.has("show") + invocation.has("apply") +
                   invocation.has("discard") + invocation.has("again");
  if (acts > 1) throw UsageError("only one of the options of 'suggest'");
  invocation.expect_operands(lists ? 1 : 2, 2);
  if (lists) return list_proposals(invocation);
  const auto repository = repository::require();
  auto store = hook::find_store(repository);
  const store::Conflict c = require_conflict(invocation, store);
  if (acts == 0 || invocation.has("again"))
    return ask(invocation, repository, *store, c);
  const auto p = conflict::find_newest(repository, *store, c.id);
  if (!p)
    throw Error(ErrorCode::UnknownName,
                "there is no proposal for conflict " + std::to_string(c.id),
                "git orch conflicts suggest " + std::to_string(c.id));
  if (invocation.has("apply"))
    return apply_proposal(invocation, repository, *store, c, *p);
  if (invocation.has("show"))
    return show_proposal(invocation, repository, c, *p);
  const auto gone = conflict::discard(repository, *store, *p);
  return print_proposal(invocation, gone, "", overview::proposal_json(gone),
                        kDone);
}

// What an option has a meaning for.
void refuse_foreign_options(const Invocation& invocation,
                            const std::string& act) {
  for (const char* option :
       {"all", "again", "show", "apply", "discard", "list"}) {
    const std::string of = std::string(option) == "all" ? "list" : "suggest";
    if (invocation.has(option) && act != of)
      throw UsageError(std::string("'--") + option + "' has a meaning for '" +
                       of + "' only");
  }
}

int run(const Invocation& invocation) {
  const std::string given = invocation.operand(0);
  const std::string act = given.empty() ? "list" : given;
  if (act != "list" && act != "show" && act != "order" && act != "suggest")
    throw UsageError("unknown action '" + act + "'",
                     "known: list, show, order, suggest");
  refuse_foreign_options(invocation, act);
  if (act == "list") return list(invocation);
  if (act == "show") return show(invocation);
  return act == "order" ? order(invocation) : suggest(invocation);
}

}  // namespace

const cli::Command cli::kCommand = {
    .name = "conflicts",
    .group = cli::Group::Work,
    .summary = "list and show conflicts, propose orders and resolutions",
    .synopsis = {"[list [<spec-id>]] [--all]", "show <id>", "order [<spec-id>]",
                 "suggest <id> [--again]",
                 "suggest <id> (--show | --apply | --discard)",
                 "suggest [<id>] --list"},
    .options = {{"all", 0, Arity::Flag, "", "resolved ones, too"},
                {"again", 0, Arity::Flag, "",
                 "ask once more about what has not changed"},
                {"show", 0, Arity::Flag, "",
                 "what both sides would get by the proposal"},
                {"apply", 0, Arity::Flag, "",
                 "make the proposal a merge commit of the branch"},
                {"discard", 0, Arity::Flag, "", "let the proposal go"},
                {"list", 0, Arity::Flag, "", "list all proposals"}},
    .listing = true,
    .run = run};

}  // namespace orch
