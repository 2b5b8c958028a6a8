// SPDX-License-Identifier: MIT
#include "agent/agent.h"
#include "cli/output.h"
#include "error/error.h"
#include "hook/fold.h"
#include "process/process.h"
#include "store/copy.h"
#include "text/text.h"

namespace orch {
namespace {

using repository::Repository;

bool is_running(const store::Agent& a) {
  return a.pid != 0 &&
         process::is_alive({static_cast<pid_t>(a.pid),
                            static_cast<std::uint64_t>(a.pid_start)});
}

// What hooks have acknowledged goes into the store that is replaced, and so
// into the copy of it. Returns the agents that run. A store that cannot be
// read has neither.
std::vector<store::Agent> fold_present(const Repository& repository) {
  std::vector<store::Agent> running;
  try {
    if (auto store = hook::find_store(repository))
      for (const store::Agent& a : store::list_agents(*store))
        if (is_running(a)) running.push_back(a);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::Corrupt) throw;
  }
  return running;
}

void warn_of_forgotten(const cli::Invocation& invocation,
                       const Repository& repository,
                       const std::vector<store::Agent>& running) {
  if (running.empty()) return;
  store::Store store = hook::open_store(repository);
  for (const store::Agent& a : running) {
    const auto now = store::find_agent(store, a.address);
    if (now && now->pid == a.pid && now->pid_start == a.pid_start) continue;
    cli::note(invocation, "warning: " + a.address + " runs as process " +
                              std::to_string(a.pid) +
                              ", which the restored store does not know");
  }
}

std::string text_of(const store::Restored& done, const std::string& path) {
  std::string out =
      "restored " + text::printable(path) + ", " +
      text::count_of(static_cast<std::size_t>(done.events), "event") + "\n";
  if (done.version != store::kSchemaVersion)
    out += "its schema was version " + std::to_string(done.version) +
           " and is " + std::to_string(store::kSchemaVersion) + " now\n";
  if (done.kept.empty()) return out;
  out += "what it replaced is in " + text::printable(done.kept);
  if (done.only_kept > 0)
    out += ", with " +
           text::count_of(static_cast<std::size_t>(done.only_kept), "event") +
           " that the store does not have now";
  return out + "\n";
}

int run(const cli::Invocation& invocation) {
  invocation.expect_operands(1, 1);
  const std::string path = invocation.operand(0);
  const auto repository = repository::require();
  agent::require_leader(repository, "restore the store");
  const auto running = fold_present(repository);
  const store::Restored done = store::restore_from(repository.orch_dir(), path);
  warn_of_forgotten(invocation, repository, running);
  json::Value kept;
  if (!done.kept.empty()) kept = done.kept;
  return cli::print(invocation, {.data = {{"file", path},
                                          {"kept", kept},
                                          {"events", done.events},
                                          {"only_kept", done.only_kept},
                                          {"schema", done.version}},
                                 .human = text_of(done, path)});
}

}  // namespace

const cli::Command cli::kCommand = {
    .name = "restore",
    .group = cli::Group::Store,
    .summary = "put a copy of the event store back",
    .synopsis = {"<file>"},
    .options = {},
    .run = run};

}  // namespace orch
