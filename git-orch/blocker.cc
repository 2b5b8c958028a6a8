// SPDX-License-Identifier: MIT
#include <algorithm>

#include "agent/agent.h"
#include "cli/output.h"
#include "clock/clock.h"
#include "error/error.h"
#include "hook/fold.h"
#include "listing/listing.h"
#include "store/blockers.h"
#include "text/text.h"
#include "text/time.h"

namespace orch {
namespace {

using cli::Invocation;
using repository::Repository;

const std::vector<std::string> kTypes = {"dependency", "conflict", "external",
                                         "technical"};

std::string type_of(const Invocation& invocation, const char* otherwise) {
  std::string type = invocation.find("type").value_or(otherwise);
  if (!type.empty() &&
      std::find(kTypes.begin(), kTypes.end(), type) == kTypes.end()) {
    const std::string near = text::nearest(type, kTypes);
    throw UsageError("unknown type '" + type + "'" +
                         (near.empty() ? "" : ", did you mean '" + near + "'?"),
                     "known: " + text::join(kTypes, ", "));
  }
  return type;
}

int show(const Invocation& invocation,
         const std::vector<store::Blocker>& blockers) {
  cli::Table table({"ID", "FEATURE", "ROLE", "TYPE", "WAITS FOR", "STATUS",
                    "AGE", "DESCRIPTION", "NOTES"});
  for (const store::Blocker& b : blockers) {
    table.add({std::to_string(b.id), b.spec_id, b.role, b.type,
               b.blocking_agent.value_or("-"), b.status,
               text::short_age(clock::now() - b.created_at), b.description,
               b.notes.value_or("-")});
  }
  return cli::print(
      invocation, {.data = listing::blockers(blockers),
                   .rows = "blockers",
                   .fields = {"id", "spec_id", "role", "type", "description",
                              "blocking_agent", "status", "notes", "created_at",
                              "resolved_at"},
                   .human = blockers.empty() ? "no blockers\n" : table.text()});
}

int add(const Invocation& invocation, const Repository& repository) {
  invocation.expect_operands(3, 3);
  store::Blocker b;
  b.type = type_of(invocation, "technical");
  b.description = invocation.operand(2);
  if (text::trim(b.description).empty())
    throw UsageError("the description must not be empty");
  store::Store store = hook::open_store(repository);
  const auto agent =
      agent::require_agent(repository, store, invocation.operand(1));
  if (!agent.feature_id)
    throw Error(ErrorCode::Usage,
                "agent '" + agent.address + "' belongs to no feature");
  b.feature_id = *agent.feature_id;
  b.role = agent.role;
  if (const auto by = invocation.find("by"))
    b.blocking_agent = agent::require_agent(repository, store, *by).address;
  b.created_at = clock::now();
  store::Transaction transaction(store);
  b.id = store::raise_blocker(store, b);
  const auto row = store::find_blocker(store, b.id);
  transaction.commit();
  return show(invocation, {row.value()});
}

int list(const Invocation& invocation, const Repository& repository) {
  invocation.expect_operands(0, 2);
  store::BlockerQuery query{.role = invocation.find("role").value_or(""),
                            .type = type_of(invocation, ""),
                            .all = invocation.has("all")};
  auto store = hook::find_store(repository);
  if (!store) return show(invocation, {});
  if (const std::string spec_id = invocation.operand(1); !spec_id.empty())
    query.feature_id = agent::require_feature(repository, *store, spec_id).id;
  return show(invocation, store::list_blockers(*store, query));
}

int resolve(const Invocation& invocation, const Repository& repository) {
  invocation.expect_operands(2, 3);
  const std::int64_t id = cli::parse_id(invocation.operand(1));
  store::Store store = hook::open_store(repository);
  std::optional<std::string> notes;
  if (invocation.operands().size() > 2) notes = invocation.operand(2);
  store::Transaction transaction(store);
  if (!store::find_blocker(store, id))
    throw Error(ErrorCode::UnknownName,
                "there is no blocker " + invocation.operand(1),
                "git orch blocker list --all");
  const bool changed = store::resolve_blocker(store, id, notes, clock::now());
  const auto row = store::find_blocker(store, id);
  transaction.commit();
  if (!changed)
    cli::note(invocation, "blocker " + std::to_string(id) +
                              " was resolved already; nothing changed");
  return show(invocation, {row.value()});
}

void refuse_others(const Invocation& invocation,
                   const std::vector<std::string_view>& options,
                   const std::string& act) {
  for (const std::string_view option : {"all", "role", "type", "by"})
    if (invocation.has(option) &&
        std::find(options.begin(), options.end(), option) == options.end())
      throw UsageError("'--" + std::string(option) + "' has no meaning for '" +
                       act + "'");
}

int run(const Invocation& invocation) {
  const std::string act = invocation.operand(0);
  if (act.empty() || act == "list") {
    refuse_others(invocation, {"all", "role", "type"}, "list");
    return list(invocation, repository::require());
  }
  if (act == "add") {
    refuse_others(invocation, {"type", "by"}, act);
    return add(invocation, repository::require());
  }
  if (act == "resolve") {
    refuse_others(invocation, {}, act);
    return resolve(invocation, repository::require());
  }
  throw UsageError("unknown action '" + act + "'", "known: add, list, resolve");
}

}  // namespace

const cli::Command cli::kCommand = {
    .name = "blocker",
    .group = cli::Group::Work,
    .summary = "record, list and resolve obstacles",
    .synopsis = {"[list [<spec-id>]] [--all] [--role <role>] [--type <type>]",
                 "add <agent> <description> [--type <type>] [--by <agent>]",
                 "resolve <id> [<notes>]"},
    .options =
        {{"all", 0, Arity::Flag, "", "resolved ones, too"},
         {"role", 0, Arity::One, "role", "only those of this role"},
         {"type", 0, Arity::One, "type",
          "dependency, conflict, external or technical (default of add)"},
         {"by", 0, Arity::One, "agent", "the agent that it waits for"}},
    .listing = true,
    .run = run};

}  // namespace orch
