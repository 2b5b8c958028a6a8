// SPDX-License-Identifier: MIT
#include "agent/snapshot.h"

#include <algorithm>
#include <functional>

#include "agent/agent.h"
#include "cli/output.h"
#include "clock/clock.h"
#include "error/error.h"
#include "file/file.h"
#include "hook/fold.h"
#include "store/snapshots.h"
#include "text/text.h"
#include "text/time.h"

namespace orch {
namespace {

using cli::Invocation;
using repository::Repository;

const std::vector<std::string> kFields = {"id",       "agent",  "commit",
                                          "taken_at", "reason", "paths"};

json::Object snapshot_json(const store::Snapshot& s) {
  return {{"id", s.id},         {"agent", s.agent},
          {"commit", s.commit}, {"taken_at", text::iso_time(s.taken_at)},
          {"reason", s.reason}, {"paths", s.names},
          {"ref", s.ref}};
}

json::Object data_of(const std::vector<store::Snapshot>& snapshots) {
  json::Array rows;
  for (const store::Snapshot& s : snapshots)
    rows.emplace_back(snapshot_json(s));
  return {{"snapshots", rows}};
}

int say(const Invocation& invocation, const store::Snapshot& s,
        const std::string& what) {
  return cli::print(invocation, {.data = data_of({s}),
                                 .rows = "snapshots",
                                 .fields = kFields,
                                 .human = what});
}

store::Snapshot require_snapshot(store::Store& store, const std::string& text) {
  if (auto s = store::find_snapshot(store, cli::parse_id(text)))
    return *std::move(s);
  throw Error(ErrorCode::UnknownName, "there is no snapshot " + text,
              "git orch snapshot list");
}

// The agent that is named, or the one whose worktree this is.
store::Agent agent_of(const Repository& repository, store::Store& store,
                      const std::string& name) {
  if (!name.empty()) return agent::require_agent(repository, store, name);
  if (const auto address = repository::agent_of(repository))
    if (auto agent = store::find_agent(store, *address))
      return *std::move(agent);
  if (auto agent = store::find_agent_in(store, repository.worktree);
      agent && !repository.worktree.empty())
    return *std::move(agent);
  std::vector<std::string> known;
  for (const store::Agent& a : store::list_agents(store))
    known.push_back(a.address);
  throw Error(ErrorCode::Ambiguous, "this is no agent's worktree",
              known.empty() ? "git orch init-feature <spec-id>"
                            : "name one of: " + text::join(known, ", "));
}

int take(const Invocation& invocation, const Repository& repository) {
  invocation.expect_operands(1, 2);
  store::Store store = hook::open_store(repository);
  agent::repair_snapshots(repository, store);
  const auto agent = agent_of(repository, store, invocation.operand(1));
  if (agent.worktree.empty() || !file::is_directory(agent.worktree))
    throw Error(ErrorCode::InvalidDirectory,
                "agent '" + agent.address + "' has no worktree",
                "git worktree list");
  const auto taken = agent::take_snapshot(
      repository, store, agent, invocation.find("message").value_or("by hand"));
  for (const std::string& path : agent::left_out(agent))
    cli::note(invocation,
              "not in it, since it is a repository of its own: '" + path + "'");
  if (!taken)
    return cli::print(invocation, {.data = data_of({}),
                                   .rows = "snapshots",
                                   .fields = kFields,
                                   .human = "nothing is uncommitted there\n"});
  return say(invocation, *taken,
             "took snapshot " + std::to_string(taken->id) + " of " +
                 text::printable(agent.address) + ", " +
                 text::count_of(taken->paths, "file") + "\n");
}

int list(const Invocation& invocation, const Repository& repository) {
  invocation.expect_operands(0, 2);
  std::vector<store::Snapshot> snapshots;
  if (auto store = hook::find_store(repository)) {
    agent::repair_snapshots(repository, *store);
    snapshots = store::list_snapshots(*store);
    if (const std::string name = invocation.operand(1); !name.empty()) {
      const auto is_of = [&](const std::string& address) {
        return
            [address](const store::Snapshot& s) { return s.agent == address; };
      };
      // Snapshots outlive their agent's row.
      const bool known =
          std::any_of(snapshots.begin(), snapshots.end(), is_of(name));
      const std::string address =
          known ? name : agent::require_agent(repository, *store, name).address;
      std::erase_if(snapshots, std::not_fn(is_of(address)));
    }
  }
  cli::Table table({"ID", "AGENT", "COMMIT", "AGE", "REASON", "FILES"});
  for (const store::Snapshot& s : snapshots)
    table.add({std::to_string(s.id), s.agent, s.commit.substr(0, 12),
               text::short_age(clock::now() - s.taken_at), s.reason,
               std::to_string(s.paths)});
  return cli::print(invocation,
                    {.data = data_of(snapshots),
                     .rows = "snapshots",
                     .fields = kFields,
                     .human = table.empty() ? "no snapshots\n" : table.text()});
}

int restore(const Invocation& invocation, const Repository& repository) {
  invocation.expect_operands(2, 2);
  store::Store store = hook::open_store(repository);
  agent::repair_snapshots(repository, store);
  const auto s = require_snapshot(store, invocation.operand(1));
  const auto done =
      agent::restore_snapshot(repository, store, s,
                              {.into = invocation.find("to").value_or(""),
                               .index = invocation.has("index")});
  std::string human = "restored snapshot " + std::to_string(s.id) + " in " +
                      text::printable(done.worktree) + ": " +
                      text::count_of(done.written.size(), "file") +
                      " written, " + std::to_string(done.removed.size()) +
                      " removed\n";
  if (done.saved)
    human += "what was uncommitted there is snapshot " +
             std::to_string(done.saved->id) + "\n";
  json::Object data = data_of({s});
  data.emplace_back("worktree", done.worktree);
  data.emplace_back("written", done.written);
  data.emplace_back("removed", done.removed);
  data.emplace_back("saved",
                    done.saved ? json::Value(done.saved->id) : json::Value());
  return cli::print(
      invocation,
      {.data = data, .rows = "snapshots", .fields = kFields, .human = human});
}

int drop(const Invocation& invocation, const Repository& repository) {
  invocation.expect_operands(2, 2);
  store::Store store = hook::open_store(repository);
  agent::repair_snapshots(repository, store);
  const auto s = require_snapshot(store, invocation.operand(1));
  agent::drop_snapshot(repository, store, s);
  return say(invocation, s,
             "dropped snapshot " + std::to_string(s.id) + "; its commit " +
                 s.commit.substr(0, 12) + " stays until git collects it\n");
}

void refuse_others(const Invocation& invocation, const std::string& act) {
  if (invocation.has("message") && act != "take")
    throw UsageError("'--message' has a meaning for 'take' only");
  for (const char* option : {"to", "index"})
    if (invocation.has(option) && act != "restore")
      throw UsageError("'--" + std::string(option) +
                       "' has a meaning for 'restore' only");
}

int run(const Invocation& invocation) {
  const std::string act = invocation.operand(0);
  if (act != "take" && act != "restore" && act != "drop" && act != "list" &&
      !act.empty())
    throw UsageError("unknown action '" + act + "'",
                     "known: take, list, restore, drop");
  refuse_others(invocation, act);
  const auto repository = repository::require();
  if (act == "take") return take(invocation, repository);
  if (act == "restore") return restore(invocation, repository);
  if (act == "drop") return drop(invocation, repository);
  return list(invocation, repository);
}

}  // namespace

const cli::Command cli::kCommand = {
    .name = "snapshot",
    .group = cli::Group::Work,
    .summary = "keep an agent's uncommitted work, and bring it back",
    .synopsis = {"[list [<agent>]]", "take [<agent>] [-m <reason>]",
                 "restore <id> [--to <worktree>] [--index]", "drop <id>"},
    .options = {{"message", 'm', Arity::One, "reason", "why it is taken"},
                {"to", 0, Arity::One, "worktree",
                 "restore into another worktree of this repository"},
                {"index", 0, Arity::Flag, "",
                 "stage again what was staged when it was taken"}},
    .listing = true,
    .run = run};

}  // namespace orch
