// SPDX-License-Identifier: MIT
#include <algorithm>

#include "agent/agent.h"
#include "cli/output.h"
#include "clock/clock.h"
#include "error/error.h"
#include "hook/fold.h"
#include "store/conflicts.h"
#include "store/events.h"
#include "text/text.h"

namespace orch {
namespace {

using cli::Invocation;
using repository::Repository;

// A JSON array of paths, or paths parted by commas.
std::vector<std::string> paths_of(const std::string& text) {
  std::vector<std::string> paths;
  if (text.starts_with("[")) {
    const auto parsed = json::parse(text);
    if (!parsed || !parsed->as_array())
      throw UsageError("'" + text + "' is no JSON array of files");
    for (const json::Value& v : *parsed->as_array()) {
      if (!v.as_string()) throw UsageError("a file must be a text");
      paths.push_back(*v.as_string());
    }
  } else {
    paths = text::split_list(text, ',');
  }
  if (paths.empty() || std::find(paths.begin(), paths.end(), "") != paths.end())
    throw UsageError("no file is named");
  return paths;
}

std::string severity_of(const Invocation& invocation) {
  const std::string severity = invocation.operand(3);
  if (severity.empty()) return "warning";
  if (severity != "warning" && severity != "critical")
    throw UsageError("unknown severity '" + severity + "'",
                     "known: warning, critical");
  return severity;
}

// The two sides in the words of check-conflicts: another agent, or what every
// branch is held against.
void name_sides(const Invocation& invocation, const Repository& repository,
                store::Store& store, const store::Agent& agent,
                store::Conflict& row) {
  row.a = agent.address;
  row.kind = "stale";
  row.b = agent.kind == "overseer" ? "base" : "integration";
  const auto with = invocation.find("with");
  if (!with) return;
  row.kind = "collision";
  row.b = agent::require_agent(repository, store, *with).address;
  if (row.a == row.b)
    throw Error(ErrorCode::Usage,
                "'" + row.a + "' cannot be in conflict with itself");
}

int run(const Invocation& invocation) {
  invocation.expect_operands(3, 4);
  store::Conflict row;
  row.severity = severity_of(invocation);
  row.paths = paths_of(invocation.operand(2));
  row.source = "manual";
  const auto repository = repository::require();
  store::Store store = hook::open_store(repository);
  const auto feature =
      agent::require_feature(repository, store, invocation.operand(0));
  const auto agent = agent::require_agent(
      repository, store, feature.spec_id + "/" + invocation.operand(1));
  name_sides(invocation, repository, store, agent, row);
  row.feature_id = feature.id;
  row.detected_at = clock::now();
  store::Event event;
  event.spec_id = feature.spec_id;
  event.role = agent.role;
  event.type = "conflict_detected";
  event.message = store::conflict_text(row);
  event.metadata = R"({"source":"log-conflict"})";
  event.at = row.detected_at;
  store::Transaction transaction(store);
  const std::int64_t id = store::insert_conflict(store, row);
  store::insert_event(store, event);
  transaction.commit();
  return cli::print(invocation,
                    {.data = {{"id", id}},
                     .human = "logged conflict " + std::to_string(id) + "\n"});
}

}  // namespace

const cli::Command cli::kCommand = {
    .name = "log-conflict",
    .group = cli::Group::Work,
    .summary = "record a conflict by hand",
    .synopsis = {"<spec-id> <role> <files> [<severity>] [--with <agent>]"},
    .options = {{"with", 0, Arity::One, "agent",
                 "the other side; default: the integration branch"}},
    .run = run};

}  // namespace orch
