// SPDX-License-Identifier: MIT
#include <algorithm>

#include "cli/output.h"
#include "clock/clock.h"
#include "conflict/conflict.h"
#include "error/error.h"
#include "hook/fold.h"
#include "store/conflicts.h"
#include "store/events.h"
#include "store/features.h"
#include "text/time.h"

namespace orch {
namespace {

using repository::Repository;

// Whether git still sees it: the next check would then find it anew.
bool is_still_there(const Repository& repository, store::Store& store,
                    const store::Conflict& c) {
  if (c.source != "predicted") return false;
  const git::Quarantine quarantine(repository);
  const auto sides = conflict::live_sides(repository, store, quarantine,
                                          conflict::Work::Committed);
  const auto report = conflict::predict(
      repository, quarantine, sides,
      {.only = c.a, .engine = conflict::engine_of(repository)});
  return std::any_of(report.findings.begin(), report.findings.end(),
                     [&](const conflict::Finding& f) {
                       return f.a == c.a && f.b == c.b && f.kind == c.kind;
                     });
}

store::Event event_of(store::Store& store, const store::Conflict& c) {
  store::Event event;
  if (c.feature_id)
    if (const auto f = store::find_feature(store, *c.feature_id))
      event.spec_id = f->spec_id;
  if (const auto agent = store::find_agent(store, c.a))
    event.role = agent->role;
  event.type = "conflict_resolved";
  event.message = store::conflict_text(c);
  event.metadata = R"({"source":"resolve-conflict"})";
  event.at = clock::now();
  return event;
}

store::Conflict require_conflict(store::Store& store, std::int64_t id) {
  if (auto c = store::find_conflict(store, id)) return *std::move(c);
  throw Error(ErrorCode::UnknownName,
              "there is no conflict " + std::to_string(id),
              "git orch conflicts list");
}

int run(const cli::Invocation& invocation) {
  invocation.expect_operands(1, 2);
  const std::int64_t id = cli::parse_id(invocation.operand(0));
  const auto repository = repository::require();
  store::Store store = hook::open_store(repository);
  const auto before = require_conflict(store, id);
  const bool still =
      !before.resolved && is_still_there(repository, store, before);
  std::string said = " was resolved already\n";
  store::Transaction transaction(store);
  if (const auto c = require_conflict(store, id); !c.resolved) {
    const store::Event event = event_of(store, c);
    store::resolve_conflict(store, id, invocation.operand(1), event.at);
    store::insert_event(store, event);
    said = " is resolved\n";
  }
  const auto row = require_conflict(store, id);
  transaction.commit();
  if (still)
    cli::note(invocation,
              "the two do not merge yet: the next check records that anew");
  return cli::print(invocation,
                    {.data = {{"id", id},
                              {"status", "resolved"},
                              {"notes", row.notes},
                              {"resolved_at", text::iso_time(*row.resolved_at)},
                              {"still_there", still}},
                     .human = "conflict " + std::to_string(id) + said});
}

}  // namespace

const cli::Command cli::kCommand = {.name = "resolve-conflict",
                                    .group = cli::Group::Work,
                                    .summary = "mark a conflict as resolved",
                                    .synopsis = {"<id> [<notes>]"},
                                    .options = {},
                                    .run = run};

}  // namespace orch
