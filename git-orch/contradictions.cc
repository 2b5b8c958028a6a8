// SPDX-License-Identifier: MIT
#include "store/contradictions.h"

#include "agent/agent.h"
#include "cli/output.h"
#include "clock/clock.h"
#include "error/error.h"
#include "hook/fold.h"
#include "listing/listing.h"
#include "text/text.h"
#include "text/time.h"

namespace orch {
namespace {

using cli::Invocation;
using repository::Repository;

std::string human_text(const store::Contradiction& c) {
  std::string out =
      cli::toned("contradiction " + std::to_string(c.id), cli::Tone::Strong) +
      " on " + text::printable(c.topic) + ", " + c.spec_id + ", " + c.status +
      ", " + text::short_age(clock::now() - c.created_at) + "\n";
  for (const store::Quote* q : {&c.first, &c.second})
    out += "  " + c.spec_id + "/" + q->role + " says " + q->kind + ":\n" +
           text::indented(q->text);
  if (c.notes && !c.notes->empty())
    out += "  resolved:\n" + text::indented(*c.notes);
  return out;
}

int show(const Invocation& invocation,
         const std::vector<store::Contradiction>& contradictions) {
  std::string human;
  for (const store::Contradiction& c : contradictions) human += human_text(c);
  return cli::print(
      invocation,
      {.data = listing::contradictions(contradictions),
       .rows = "contradictions",
       .fields = {"id", "spec_id", "topic", "status", "first_agent",
                  "first_report", "first_text", "second_agent", "second_report",
                  "second_text", "created_at", "resolved_at", "notes"},
       .human = contradictions.empty() ? "no contradictions\n" : human});
}

int list(const Invocation& invocation, const Repository& repository) {
  invocation.expect_operands(0, 2);
  if (invocation.has("message"))
    throw UsageError("'--message' has no meaning for 'list'");
  auto store = hook::find_store(repository);
  if (!store) return show(invocation, {});
  std::int64_t feature = 0;
  if (const std::string spec_id = invocation.operand(1); !spec_id.empty())
    feature = agent::require_feature(repository, *store, spec_id).id;
  return show(invocation,
              store::list_contradictions(*store, feature,
                                         invocation.has("all")
                                             ? store::Contradictions::All
                                             : store::Contradictions::Open));
}

int resolve(const Invocation& invocation, const Repository& repository) {
  invocation.expect_operands(2, 2);
  if (invocation.has("all"))
    throw UsageError("'--all' has no meaning for 'resolve'");
  const std::int64_t id = cli::parse_id(invocation.operand(1));
  store::Store store = hook::open_store(repository);
  const auto caller = agent::find_caller(store);
  store::Transaction transaction(store);
  const auto found = store::find_contradiction(store, id);
  if (!found)
    throw Error(ErrorCode::UnknownName,
                "there is no contradiction " + invocation.operand(1),
                "git orch contradictions list --all");
  if (caller &&
      (caller->kind != "overseer" || caller->feature_id != found->feature_id))
    throw Error(ErrorCode::RefusedByPolicy,
                "'" + caller->address + "' may not resolve contradiction " +
                    std::to_string(id) + ": the overseer or a person does",
                "report anew what holds");
  const bool changed = store::resolve_contradiction(
      store, id, invocation.find("message").value_or(""),
      caller ? caller->role : "person", clock::now());
  const auto row = store::find_contradiction(store, id);
  transaction.commit();
  if (!changed)
    cli::note(invocation, "contradiction " + std::to_string(id) +
                              " was resolved already; nothing changed");
  return show(invocation, {row.value()});
}

int run(const Invocation& invocation) {
  const std::string act = invocation.operand(0);
  if (act.empty() || act == "list")
    return list(invocation, repository::require());
  if (act == "resolve") return resolve(invocation, repository::require());
  throw UsageError("unknown action '" + act + "'", "known: list, resolve");
}

}  // namespace

const cli::Command cli::kCommand = {
    .name = "contradictions",
    .group = cli::Group::Work,
    .summary = "show reports that disagree, with both quotes",
    .synopsis = {"[list [<spec-id>]] [--all]", "resolve <id> [-m <notes>]"},
    .options = {{"all", 'a', Arity::Flag, "", "resolved ones, too"},
                {"message", 'm', Arity::One, "notes", "what holds"}},
    .listing = true,
    .run = run};

}  // namespace orch
