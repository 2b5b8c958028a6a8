// SPDX-License-Identifier: MIT
#include "agent/agent.h"
#include "cli/output.h"
#include "clock/clock.h"
#include "error/error.h"
#include "git/git.h"
#include "hook/fold.h"
#include "store/events.h"

namespace orch {
namespace {

int run(const cli::Invocation& invocation) {
  invocation.expect_operands(4, 6);
  const auto repository = repository::require();
  store::Store store = hook::open_store(repository);
  store::Event e;
  e.spec_id =
      agent::require_feature(repository, store, invocation.operand(0)).spec_id;
  e.role = invocation.operand(1);
  e.type = invocation.operand(2);
  e.message = invocation.operand(3);
  if (e.type.empty() || e.role->empty())
    throw UsageError("role and type must not be empty");
  if (const std::string task = invocation.operand(4); !task.empty())
    e.task_id = task;
  if (const std::string revision = invocation.operand(5); !revision.empty()) {
    e.recorded_commit = git::find_commit(repository, revision);
    if (!e.recorded_commit)
      throw Error(ErrorCode::UnknownName, "'" + revision + "' names no commit");
  }
  e.metadata = store::kFromPerson;
  e.at = clock::now();
  store::Transaction transaction(store);
  store::insert_event(store, e);
  // Before the commit: afterwards the newest may be somebody else's.
  const auto latest = store::list_events(store, {.limit = 1});
  transaction.commit();
  return cli::print(
      invocation,
      {.data = {{"id", latest.at(0).id}},
       .human = "logged event " + std::to_string(latest.at(0).id) + "\n"});
}

}  // namespace

const cli::Command cli::kCommand = {
    .name = "log-event",
    .group = cli::Group::Store,
    .summary = "append an event by hand",
    .synopsis = {"<spec-id> <role> <type> <message> [<task-id> [<commit>]]"},
    .options = {},
    .run = run};

}  // namespace orch
