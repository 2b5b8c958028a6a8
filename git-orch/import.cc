// SPDX-License-Identifier: MIT
#include <algorithm>
#include <set>

#include "agent/agent.h"
#include "checkin/checkin.h"
#include "cli/output.h"
#include "clock/clock.h"
#include "error/error.h"
#include "git/git.h"
#include "git/merge.h"
#include "hook/fold.h"
#include "legacy/legacy.h"
#include "text/text.h"

namespace orch {
namespace {

using cli::Invocation;
using repository::Repository;

constexpr std::int64_t kCheckinMs = 30 * 60 * 1000;
constexpr std::size_t kShown = 20;

json::Object counts_json(const legacy::Counts& c) {
  return {{"features", c.features},   {"agents", c.agents},
          {"events", c.events},       {"pull_requests", c.pull_requests},
          {"conflicts", c.conflicts}, {"test_results", c.test_results},
          {"blockers", c.blockers}};
}

legacy::Surroundings surroundings_of(const Repository& repository) {
  legacy::Surroundings out;
  // Of the main worktree: HEAD of the common directory.
  const auto head =
      git::run(repository, {.args = {"symbolic-ref", "--quiet", "HEAD"}});
  const auto tip = git::run(
      repository, {.args = {"rev-parse", "--verify", "--quiet", "HEAD"}});
  const std::string commit =
      tip.ok() ? std::string(text::trim(tip.output)) : "";
  out.base = head.ok() ? std::string(text::trim(head.output)) : commit;
  out.base_commit_of = [&repository, commit](const std::string& branch) {
    if (commit.empty()) return commit;
    const auto left = git::run(
        repository,
        {.args = {"merge-base", commit, std::string(git::kHeads) + branch}});
    return left.ok() ? std::string(text::trim(left.output)) : commit;
  };
  out.enrol = [](store::Store& store, const store::Agent& agent) {
    checkin::enrol(store, agent, kCheckinMs, clock::now());
  };
  return out;
}

// A dry run where there is no store makes one that nobody sees.
store::Store store_for(const Repository& repository,
                       const git::Quarantine& scratch, legacy::Mode mode) {
  if (mode == legacy::Mode::Write) return hook::open_store(repository);
  if (auto store = hook::find_store(repository)) return *std::move(store);
  return store::Store::open(scratch.directory() + "/orch");
}

void note_branches(const Invocation& invocation, const Repository& repository,
                   const legacy::Report& report) {
  std::set<std::string> there;
  for (const git::Ref& r :
       git::list_refs(repository, {std::string(git::kHeads)}))
    there.insert(git::short_branch(r.name));
  for (const std::string& branch : report.branches)
    if (!there.contains(branch))
      cli::note(invocation,
                "there is no branch '" + branch + "': kept as a name");
}

std::string human_text(const legacy::Report& report, bool dry_run) {
  cli::Table table({"TABLE", dry_run ? "WOULD COME" : "IMPORTED", "PRESENT"});
  const json::Object now = counts_json(report.imported),
                     before = counts_json(report.present);
  for (std::size_t i = 0; i < now.size(); ++i)
    table.add({now[i].first, std::to_string(*now[i].second.as_integer()),
               std::to_string(*before[i].second.as_integer())});
  std::string out = table.text();
  if (report.skipped.empty()) return out;
  out += "\n" + text::count_of(report.skipped.size(), "row") + " skipped\n";
  cli::Table skipped({"TABLE", "ID", "REASON"});
  for (std::size_t i = 0; i < std::min(kShown, report.skipped.size()); ++i)
    skipped.add({report.skipped[i].table, report.skipped[i].id,
                 report.skipped[i].reason});
  out += skipped.text();
  if (report.skipped.size() > kShown)
    out += "and " + std::to_string(report.skipped.size() - kShown) +
           " more: see --porcelain\n";
  return out;
}

int run(const Invocation& invocation) {
  invocation.expect_operands(1, 1);
  const auto repository = repository::require();
  store::LegacyFile file(invocation.operand(0));
  if (!file.has_table("features") && !file.has_table("task_events"))
    throw Error(ErrorCode::Corrupt,
                "cannot import '" + invocation.operand(0) +
                    "': it has no table 'features' and no 'task_events'");
  const bool dry_run = invocation.has("dry-run");
  if (!dry_run) agent::require_leader(repository, "import events");
  const auto mode = dry_run ? legacy::Mode::DryRun : legacy::Mode::Write;
  const git::Quarantine scratch(repository);
  store::Store store = store_for(repository, scratch, mode);
  const auto report =
      legacy::bring_in(store, file, surroundings_of(repository), mode);
  note_branches(invocation, repository, report);
  json::Array skipped;
  for (const legacy::Skipped& s : report.skipped)
    skipped.emplace_back(
        json::Object{{"table", s.table}, {"id", s.id}, {"reason", s.reason}});
  return cli::print(invocation,
                    {.data = {{"imported", counts_json(report.imported)},
                              {"skipped", skipped},
                              {"present", counts_json(report.present)},
                              {"dry_run", dry_run}},
                     .rows = "skipped",
                     .fields = {"table", "id", "reason"},
                     .human = human_text(report, dry_run)});
}

}  // namespace

const cli::Command cli::kCommand = {
    .name = "import",
    .group = cli::Group::Store,
    .summary = "bring in the events.db of the earlier shell tools",
    .synopsis = {"<file> [--dry-run]"},
    .options = {{"dry-run", 'n', Arity::Flag, "",
                 "say what would come, and change nothing"}},
    .listing = true,
    .run = run};

}  // namespace orch
