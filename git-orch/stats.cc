// SPDX-License-Identifier: MIT
#include "store/stats.h"

#include "cli/output.h"
#include "hook/fold.h"

namespace orch {
namespace {

using cli::Invocation;

json::Array rows_of(const std::vector<store::Tally>& tallies) {
  json::Array rows;
  for (const store::Tally& t : tallies)
    rows.emplace_back(
        json::Object{{"what", t.what}, {"name", t.name}, {"count", t.count}});
  return rows;
}

int run(const Invocation& invocation) {
  invocation.expect_operands(0, 0);
  const auto repository = repository::require();
  auto store = hook::find_store(repository);
  std::vector<store::Tally> tallies;
  if (store)
    tallies = invocation.has("events") ? store::tally_events(*store)
                                       : store::tally_all(*store);
  cli::Table table({"WHAT", "NAME", "COUNT"});
  for (const store::Tally& t : tallies)
    table.add({t.what, t.name, std::to_string(t.count)});
  return cli::print(invocation, {.data = {{"stats", rows_of(tallies)}},
                                 .rows = "stats",
                                 .fields = {"what", "name", "count"},
                                 .human = tallies.empty() ? "nothing to count\n"
                                                          : table.text()});
}

}  // namespace

const cli::Command cli::kCommand = {
    .name = "stats",
    .group = cli::Group::Store,
    .summary = "count events, commits, tasks, messages and more",
    .synopsis = {"[--events]"},
    .options = {{"events", 0, Arity::Flag, "", "only events, by type"}},
    .listing = true,
    .run = run};

}  // namespace orch
