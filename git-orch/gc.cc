// SPDX-License-Identifier: MIT
#include "agent/agent.h"
#include "cli/output.h"
#include "config/config.h"
#include "hook/fold.h"
#include "upkeep/upkeep.h"

namespace orch {
namespace {

using cli::Invocation;

// "snapshots" is clear to programs; people get a few words more.
std::string in_words(const std::string& what) {
  if (what == "snapshots") return "old snapshots";
  if (what == "folded") return "ids of records taken over long ago";
  if (what == "verdicts") return "old verdicts on merges";
  if (what == "torn") return "damaged ends of the spool";
  if (what == "leftovers") return "files of programs that were killed";
  if (what == "backups") return "old copies of the event store";
  if (what == "trash") return "worktrees that were taken away";
  return "write-ahead log";
}

std::string text_of(const std::vector<upkeep::Removed>& removed, bool dry_run) {
  cli::Table table({"WHAT", "COUNT", "BYTES"});
  for (const upkeep::Removed& r : removed)
    if (r.count > 0)
      table.add({in_words(r.what), std::to_string(r.count),
                 r.bytes ? std::to_string(*r.bytes) : "-"});
  if (table.empty()) return "nothing to remove\n";
  return (dry_run ? "would remove:\n" : "removed:\n") + table.text();
}

int run(const Invocation& invocation) {
  invocation.expect_operands(0, 0);
  const bool dry_run = invocation.has("dry-run");
  const auto repository = repository::require();
  if (!dry_run) agent::require_leader(repository, "clear up");
  const auto limits = upkeep::limits_of(config::Config::load(repository));
  auto store = hook::find_store(repository);
  const auto removed = store ? upkeep::sweep(repository, *store, limits,
                                             dry_run ? upkeep::Sweep::Look
                                                     : upkeep::Sweep::Remove)
                             : upkeep::nothing();
  json::Array rows;
  for (const upkeep::Removed& r : removed)
    rows.emplace_back(
        json::Object{{"what", r.what}, {"count", r.count}, {"bytes", r.bytes}});
  return cli::print(invocation,
                    {.data = {{"removed", rows}, {"dry_run", dry_run}},
                     .rows = "removed",
                     .fields = {"what", "count", "bytes"},
                     .human = text_of(removed, dry_run)});
}

}  // namespace

const cli::Command cli::kCommand = {
    .name = "gc",
    .group = cli::Group::Store,
    .summary = "remove what is old; never events, messages or work",
    .synopsis = {"[--dry-run]"},
    .options = {{"dry-run", 'n', Arity::Flag, "",
                 "only say what would be removed"}},
    .listing = true,
    .run = run};

}  // namespace orch
