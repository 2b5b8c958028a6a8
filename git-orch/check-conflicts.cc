// SPDX-License-Identifier: MIT
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <set>

#include "cli/output.h"
#include "conflict/conflict.h"
#include "conflict/verdicts.h"
#include "doorbell/doorbell.h"
#include "error/error.h"
#include "file/file.h"
#include "git/git.h"
#include "git/merge.h"
#include "hook/fold.h"
#include "predict/verify.h"
#include "store/conflicts.h"
#include "text/text.h"

namespace orch {
namespace {

using cli::Invocation;
using repository::Repository;

// --- The plain question: any two commits ------------------------------------

struct Asked {
  std::string a, b;
  std::string reason;  // why it cannot be asked; empty when it can
  git::Pair commits;
};

std::vector<Asked> asked_pairs(const Invocation& invocation) {
  std::vector<Asked> out;
  if (!invocation.has("stdin")) {
    out.push_back({invocation.operand(0), invocation.operand(1)});
    return out;
  }
  // Each line has an answer, also an empty one: readers count them.
  auto lines = text::split(file::read_all(STDIN_FILENO), '\n');
  if (!lines.empty() && lines.back().empty()) lines.pop_back();
  for (const std::string& line : lines) {
    const auto words = text::split_list(line, ' ');
    if (words.size() == 2)
      out.push_back({words[0], words[1]});
    else
      out.push_back({line, "", "not two revisions"});
  }
  return out;
}

json::Object pair_json(const Asked& q, const git::Merge& m) {
  return {{"a", q.a},
          {"b", q.b},
          {"verdict", git::verdict_name(m.verdict)},
          {"paths", m.paths},
          {"types", m.types},
          {"reason", m.reason.empty() ? json::Value() : m.reason}};
}

struct Answers {
  std::vector<git::Merge> merges;  // one for each that was asked, in order
  predict::Statistics statistics;
  std::vector<predict::Difference> differences;  // when verified
};

Answers answer(const Repository& repository, std::vector<Asked>& asked,
               bool verify) {
  // git names what it moves aside ("file~branch") by the words it was asked
  // with, so branches and ids are passed on as they were given.
  std::set<std::string> branches;
  for (const git::Ref& r : git::list_refs(repository, {"refs/heads/"}))
    branches.insert(git::short_branch(r.name));
  const auto word = [&](const std::string& asked_as, const std::string& id) {
    return branches.contains(asked_as) ? asked_as : id;
  };
  std::vector<git::Pair> pairs;
  for (Asked& q : asked) {
    if (!q.reason.empty()) continue;
    const auto a = git::find_commit(repository, q.a);
    const auto b = git::find_commit(repository, q.b);
    if (!a || !b)
      q.reason = "'" + (a ? q.b : q.a) + "' names no commit";
    else
      pairs.emplace_back(word(q.a, *a), word(q.b, *b));
  }
  const git::Quarantine quarantine(repository);
  Answers out;
  const auto merges =
      predict::merge_all(repository, quarantine, pairs,
                         conflict::engine_of(repository), &out.statistics);
  if (verify)
    out.differences =
        predict::compare_with_git(repository, quarantine, pairs, merges);
  std::size_t next = 0;
  for (const Asked& q : asked) {
    git::Merge unknown;
    unknown.reason = q.reason;
    out.merges.push_back(q.reason.empty() ? merges[next++] : unknown);
  }
  return out;
}

int exit_of(bool conflict, bool unknown) {
  if (conflict) return kNo;
  return unknown ? kTryAgain : kDone;
}

// How much was decided without git, for those who asked.
void note_statistics(const Invocation& invocation,
                     const predict::Statistics& told) {
  if (!invocation.has("verbose")) return;
  char share[16];
  std::snprintf(share, sizeof share, "%.1f",
                told.pairs == 0
                    ? 0.0
                    : 100.0 * static_cast<double>(told.handed_to_git) /
                          static_cast<double>(told.pairs));
  std::string line = text::count_of(told.pairs, "pair") + ", " +
                     std::to_string(told.decided) + " decided here, " +
                     std::to_string(told.handed_to_git) + " (" + share +
                     " %) by git";
  if (told.remembered > 0)
    line += ", " + std::to_string(told.remembered) + " of them before";
  cli::note(invocation, line);
  for (const auto& [reason, count] : told.reasons)
    cli::note(invocation, "  " + std::to_string(count) + ": " + reason);
}

// What git says otherwise. That is a fault of ours, so it is an error.
void require_same(const std::vector<predict::Difference>& differences) {
  if (differences.empty()) return;
  const predict::Difference& d = differences.front();
  throw Error(ErrorCode::Corrupt,
              "git says something else about " +
                  text::count_of(differences.size(), "pair") +
                  ", first about '" + d.pair.first + "' and '" + d.pair.second +
                  "': " + std::string(git::verdict_name(d.git.verdict)) +
                  " in " + text::join(d.git.paths, ", ") + ", not " +
                  std::string(git::verdict_name(d.found.verdict)) + " in " +
                  text::join(d.found.paths, ", "),
              "git config orch.conflictEngine git, and report this");
}

int plain(const Invocation& invocation, const Repository& repository) {
  auto asked = asked_pairs(invocation);
  const auto answers = answer(repository, asked, invocation.has("verify"));
  note_statistics(invocation, answers.statistics);
  require_same(answers.differences);
  const auto& merges = answers.merges;
  // Two named revisions are arguments, and a wrong one is an error; a line of
  // a stream is data, and a wrong one is an answer.
  if (!invocation.has("stdin") && !asked[0].reason.empty())
    throw Error(ErrorCode::UnknownName, asked[0].reason);
  json::Array rows;
  cli::Table table({"A", "B", "VERDICT", "TYPES", "FILES"});
  bool conflict = false, unknown = false;
  for (std::size_t i = 0; i < asked.size(); ++i) {
    const git::Merge& m = merges[i];
    conflict = conflict || m.verdict == git::Verdict::Conflict;
    unknown = unknown || m.verdict == git::Verdict::Unknown;
    rows.emplace_back(pair_json(asked[i], m));
    const std::string verdict(git::verdict_name(m.verdict));
    table.add({asked[i].a, asked[i].b, verdict, text::join(m.types, ", "),
               m.reason.empty() ? text::join(m.paths, ", ") : m.reason},
              {cli::Tone::Plain, cli::Tone::Plain, cli::tone_of(verdict)});
  }
  if (invocation.has("jsonl")) {
    for (const json::Value& row : rows)
      std::printf("%s\n", json::to_text(row).c_str());
    return exit_of(conflict, unknown);
  }
  return cli::print(
      invocation, {.data = {{"pairs", rows}},
                   .rows = "pairs",
                   .fields = {"a", "b", "verdict", "paths", "types", "reason"},
                   .human = table.text(),
                   .exit_code = exit_of(conflict, unknown)});
}

// --- Who collides with whom --------------------------------------------------

std::vector<conflict::Side> sides_of(const Repository& repository,
                                     const git::Quarantine& quarantine,
                                     std::optional<store::Store>& store,
                                     conflict::Work work, bool by_worktree) {
  if (by_worktree) return conflict::all_worktrees(repository, quarantine, work);
  if (store) {
    auto sides = conflict::live_sides(repository, *store, quarantine, work);
    if (!sides.empty()) return sides;
  }
  return conflict::all_branches(repository, quarantine, work);
}

// A commit of no branch, as a CI job has it checked out.
std::string detached_side(const Repository& repository,
                          std::vector<conflict::Side>& sides) {
  const auto commit = git::find_commit(repository, "HEAD");
  if (!commit)
    throw Error(ErrorCode::UnknownName, "HEAD names no commit",
                "git switch <branch>");
  sides.push_back({.name = "HEAD", .commit = *commit});
  return sides.back().name;
}

// Which side the question is about: all, or the branch that is checked out.
std::optional<std::string> subject_of(const Invocation& invocation,
                                      const Repository& repository,
                                      std::vector<conflict::Side>& sides) {
  if (invocation.has("all")) return std::nullopt;
  const auto head =
      git::run(repository,
               {.args = {"symbolic-ref", "--quiet", "HEAD"},
                .worktree = repository.worktree.empty() ? repository.git_dir
                                                        : repository.worktree});
  if (!head.ok() && invocation.has("with"))
    return detached_side(repository, sides);
  if (!head.ok())
    throw Error(ErrorCode::Usage, "HEAD is detached, so which branch?",
                "git orch check-conflicts --all, --with <rev>, or two "
                "revisions");
  const std::string branch(text::trim(head.output));
  for (const conflict::Side& s : sides)
    if (s.branch == branch) return s.name;
  // A branch of no feature (a person's): it takes part by its tip.
  const auto tip = git::find_commit(repository, branch);
  if (!tip)
    throw Error(ErrorCode::UnknownName,
                "branch '" + git::short_branch(branch) + "' has no commit yet",
                "git commit, or git orch check-conflicts --all");
  sides.push_back(
      {.name = git::short_branch(branch), .branch = branch, .commit = *tip});
  return sides.back().name;
}

conflict::Report against(const Repository& repository,
                         const git::Quarantine& quarantine,
                         const conflict::Side& side, const std::string& with,
                         const conflict::Ask& ask) {
  const auto other = git::find_commit(repository, with);
  if (!other)
    throw Error(ErrorCode::UnknownName, "'" + with + "' names no commit");
  conflict::Side alone = side;
  alone.base.clear();
  alone.integration.clear();
  return conflict::predict(repository, quarantine,
                           {alone, {.name = with, .commit = *other}}, ask);
}

// Whether a conflict is open that git does not find any more.
bool has_outlived(store::Store& store, const conflict::Report& report,
                  const std::optional<std::string>& only) {
  if (store.is_read_only()) return false;
  const auto names = [](const store::Conflict& row) {
    return [&row](const auto& found) {
      return found.a == row.a && found.b == row.b;
    };
  };
  const auto open = store::list_open_conflicts(store, 0);
  return std::any_of(open.begin(), open.end(), [&](const store::Conflict& c) {
    return c.source == "predicted" && (!only || c.a == *only || c.b == *only) &&
           std::ranges::none_of(report.findings, names(c)) &&
           std::ranges::none_of(report.unknown, names(c));
  });
}

int show(const Invocation& invocation, const conflict::Report& report) {
  note_statistics(invocation, report.statistics);
  require_same(report.differences);
  const auto wanted = invocation.find("kind");
  json::Array rows;
  cli::Table table({"WHO", "WITH", "KIND", "TYPES", "FILES"});
  for (const conflict::Finding& f : report.findings) {
    if (wanted && f.kind != *wanted) continue;
    rows.emplace_back(json::Object{{"a", f.a},
                                   {"b", f.b},
                                   {"kind", f.kind},
                                   {"paths", f.paths},
                                   {"types", f.types},
                                   {"uncommitted", f.uncommitted}});
    table.add({f.a, f.b, f.kind,
               text::join(f.types, ", ") + (f.uncommitted ? " (open)" : ""),
               text::join(f.paths, ", ")},
              {cli::Tone::Plain, cli::Tone::Plain, cli::tone_of(f.kind)});
  }
  std::string human;
  if (!table.empty()) human = table.text();
  json::Array unknown;
  for (const auto& u : report.unknown) {
    unknown.emplace_back(
        json::Object{{"a", u.a}, {"b", u.b}, {"reason", u.reason}});
    human += "unknown: " + text::printable(u.a) + " and " +
             text::printable(u.b) + ": " + text::printable(u.reason) + "\n";
  }
  human += text::count_of(rows.size(), "conflict") + " among " +
           text::count_of(report.branches, "branch") + ", " +
           text::count_of(report.pairs, "pair") + " checked\n";
  const bool conflict = !rows.empty();
  return cli::print(
      invocation,
      {.data = {{"branches", report.branches},
                {"pairs", report.pairs},
                {"decided", report.statistics.decided},
                {"handed_to_git", report.statistics.handed_to_git},
                {"conflicts", rows},
                {"unknown", unknown}},
       .rows = "conflicts",
       .fields = {"a", "b", "kind", "paths", "types", "uncommitted"},
       .human = human,
       .exit_code = exit_of(conflict, !report.unknown.empty())});
}

int run(const Invocation& invocation) {
  const auto repository = repository::require();
  if (const auto kind = invocation.find("kind");
      kind && *kind != "stale" && *kind != "collision")
    throw UsageError("unknown kind '" + *kind + "'", "known: stale, collision");
  if (invocation.has("stdin") || !invocation.operands().empty()) {
    if (invocation.has("stdin"))
      invocation.expect_operands(0, 0);
    else
      invocation.expect_operands(2, 2);
    for (const char* option :
         {"all", "worktrees", "with", "committed-only", "kind"})
      if (invocation.has(option))
        throw UsageError("'--" + std::string(option) +
                         "' is no question about two revisions");
    return plain(invocation, repository);
  }
  const git::Quarantine quarantine(repository);
  const bool by_worktree = invocation.has("worktrees");
  auto store = hook::find_store(repository);
  auto sides =
      sides_of(repository, quarantine, store,
               invocation.has("committed-only") ? conflict::Work::Committed
                                                : conflict::Work::Uncommitted,
               by_worktree);
  conflict::Ask ask{.only = by_worktree
                                ? std::nullopt
                                : subject_of(invocation, repository, sides),
                    .engine = conflict::engine_of(repository),
                    .verify = invocation.has("verify")};
  std::optional<conflict::Verdicts> memory;
  if (store) ask.memory = &memory.emplace(repository, *store);
  ask.progress = [&](std::size_t part, std::size_t parts) {
    cli::progress(invocation, "part " + std::to_string(part + 1) + " of " +
                                  std::to_string(parts));
  };
  const auto with = invocation.find("with");
  if (!with) {
    const auto report = conflict::predict(repository, quarantine, sides, ask);
    // The rows are the tick's, which looks again.
    if (store && !by_worktree && has_outlived(*store, report, ask.only))
      doorbell::ring(repository);
    return show(invocation, report);
  }
  if (!ask.only)
    throw UsageError("'--with' and '" +
                     std::string(by_worktree ? "--worktrees" : "--all") +
                     "' exclude each other");
  const auto side = std::find_if(
      sides.begin(), sides.end(),
      [&](const conflict::Side& s) { return s.name == *ask.only; });
  return show(invocation, against(repository, quarantine, *side, *with, ask));
}

}  // namespace

const cli::Command cli::kCommand = {
    .name = "check-conflicts",
    .group = cli::Group::Work,
    .summary = "say who will collide with whom, and where",
    .synopsis = {"[--all | --worktrees | --with <rev>] [--committed-only] "
                 "[--kind <kind>] [--verify] [-v]",
                 "<rev> <rev> [--jsonl]", "--stdin [--jsonl]"},
    .options = {{"all", 0, Arity::Flag, "",
                 "all live branches, not only the one that is checked out"},
                {"with", 0, Arity::One, "rev",
                 "this branch against a revision"},
                {"committed-only", 0, Arity::Flag, "",
                 "leave uncommitted and untracked work out"},
                {"kind", 0, Arity::One, "kind", "only stale or only collision"},
                {"worktrees", 0, Arity::Flag, "",
                 "all worktrees of the repository, also without a feature"},
                {"verify", 0, Arity::Flag, "",
                 "ask git about every pair again, and fail where it differs"},
                {"verbose", 'v', Arity::Flag, "",
                 "say how many pairs were decided without git, and why not"},
                {"stdin", 0, Arity::Flag, "",
                 "answer pairs of revisions, one pair a line"},
                {"jsonl", 0, Arity::Flag, "",
                 "with --stdin or two revisions: one JSON object a line"}},
    .listing = true,
    .run = run};

}  // namespace orch
