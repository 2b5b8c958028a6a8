// SPDX-License-Identifier: MIT
#include "sync/sync.h"

#include <algorithm>

#include "agent/agent.h"
#include "cli/action.h"
#include "cli/output.h"
#include "clock/clock.h"
#include "error/error.h"
#include "hook/fold.h"
#include "json/or_null.h"
#include "text/text.h"
#include "text/time.h"

namespace orch {
namespace {

using cli::Invocation;
using cli::Tone;
using repository::Repository;

// Names of files that are no UTF-8 are for the printer of JSON to see to.
json::Object standing_json(const sync::Standing& s) {
  json::Value last_commit;
  if (!s.last_commit.id.empty())
    last_commit =
        json::Object{{"id", s.last_commit.id},
                     {"subject", s.last_commit.subject},
                     {"at", text::iso_time(s.last_commit.committed_at)}};
  return {{"id", s.agent.address},
          {"ahead", s.ahead},
          {"behind", s.behind},
          {"state", s.state},
          {"role", s.agent.role},
          {"branch", s.agent.branch},
          {"upstream", git::short_branch(s.upstream)},
          {"agent_state", s.agent.state},
          {"reason", json::text_or_null(s.reason)},
          {"synced_at", json::time_or_null(s.last.synced_at)},
          {"conflicts", s.conflicts},
          {"uncommitted", s.uncommitted},
          {"last_commit", last_commit},
          {"synced_with", s.last.upstream},
          {"method", s.last.method}};
}

Tone tone_of(const std::string& state) {
  if (state == "synced") return Tone::Good;
  return state == "conflict" || state == "unknown" ? Tone::Bad : Tone::Busy;
}

std::string age_of(std::int64_t at) {
  return at == 0 ? "-" : text::short_age(clock::now() - at);
}

std::string commit_text(const git::Commit& c) {
  return c.id.empty() ? "-"
                      : c.id.substr(0, 7) + " " + c.subject + " (" +
                            age_of(c.committed_at) + ")";
}

std::string number(int n, const char* sign) {
  return n == 0 ? "-" : sign + std::to_string(n);
}

// "3 agents: 1 synced, 2 behind".
std::string summary_of(const std::vector<sync::Standing>& all) {
  std::string out = text::count_of(all.size(), "agent") + ":";
  bool first = true;
  for (const char* state :
       {"synced", "behind", "uncommitted", "conflict", "unknown"}) {
    const auto n = std::count_if(all.begin(), all.end(), [&](const auto& s) {
      return s.state == state;
    });
    if (n == 0) continue;
    out += std::string(first ? " " : ", ") + std::to_string(n) + " " +
           cli::toned(state, tone_of(state));
    first = false;
  }
  return out + "\n";
}

std::string table_of(const std::vector<sync::Standing>& all) {
  if (all.empty()) return "no agent of a feature in progress has a branch\n";
  cli::Table table({"AGENT", "STATE", "AHEAD", "BEHIND", "UPSTREAM", "SYNCED",
                    "LAST COMMIT"});
  for (const sync::Standing& s : all)
    table.add(
        {s.agent.address, s.state, number(s.ahead, "+"), number(s.behind, "-"),
         git::short_branch(s.upstream), age_of(s.last.synced_at.value_or(0)),
         commit_text(s.last_commit)},
        {Tone::Strong, tone_of(s.state)});
  std::string out = table.text();
  for (const sync::Standing& s : all) {
    if (s.state == "unknown") out += s.agent.address + ": " + s.reason + "\n";
    for (const std::string& path : s.conflicts)
      out += s.agent.address + " would conflict in " + text::printable(path) +
             "\n";
  }
  return out + summary_of(all);
}

std::vector<store::Agent> named_agents(const Invocation& invocation,
                                       const Repository& repository,
                                       store::Store& store) {
  std::vector<store::Agent> out;
  for (std::size_t i = 1; i < invocation.operands().size(); ++i) {
    auto agent = agent::require_agent(repository, store, invocation.operand(i));
    if (!agent.feature_id || agent.branch.empty())
      throw UsageError("'" + agent.address + "' has no branch");
    out.push_back(std::move(agent));
  }
  return out;
}

int status(const Invocation& invocation, const Repository& repository) {
  auto store = hook::find_store(repository);
  std::vector<sync::Standing> all;
  if (store) {
    auto agents = named_agents(invocation, repository, *store);
    if (agents.empty()) agents = sync::agents_with_branches(*store);
    all = sync::look(repository, *store, agents);
  } else if (invocation.operands().size() > 1) {
    throw Error(ErrorCode::UnknownName,
                "unknown agent '" + invocation.operand(1) + "'",
                "git orch init-feature <spec-id>");
  }
  json::Array rows;
  for (const sync::Standing& s : all) rows.emplace_back(standing_json(s));
  return cli::print(
      invocation,
      {.data = {{"agents", std::move(rows)}},
       .rows = "agents",
       .fields = {"id", "ahead", "behind", "state", "role", "branch",
                  "upstream", "agent_state", "reason", "synced_at"},
       .human = table_of(all)});
}

// Whom a call without a name means: an agent itself, also by its worktree;
// else all.
std::vector<store::Agent> agents_meant(
    const Invocation& invocation, const Repository& repository,
    store::Store& store, const std::optional<store::Agent>& caller) {
  auto named = named_agents(invocation, repository, store);
  if (!named.empty()) return named;
  if (caller && caller->kind != "overseer") return {*caller};
  if (const auto address = repository::agent_of(repository))
    if (auto agent = store::find_agent(store, *address))
      return {*std::move(agent)};
  return sync::agents_with_branches(store);
}

Tone tone_of_outcome(const std::string& outcome) {
  if (outcome == "conflict") return Tone::Bad;
  return outcome == "skipped" ? Tone::Busy : Tone::Good;
}

std::string detail_of(const sync::Ran& r) {
  if (!r.reason.empty()) return r.reason;
  if (r.outcome == "synced") return "nothing is missing";
  return text::count_of(r.files.size(), "file") +
         " changed; before: " + r.backup;
}

json::Object ran_json(const sync::Ran& r) {
  json::Object out = standing_json(r.after);
  out.erase(std::remove_if(out.begin(), out.end(),
                           [](const auto& m) { return m.first == "reason"; }),
            out.end());
  for (auto& [key, value] :
       json::Object{{"outcome", r.outcome},
                    {"reason", json::text_or_null(r.reason)},
                    {"from", json::text_or_null(r.from)},
                    {"backup", json::text_or_null(r.backup)},
                    {"files", r.files}})
    out.emplace_back(key, value);
  return out;
}

int run_syncs(const Invocation& invocation, const Repository& repository) {
  store::Store store = hook::open_store(repository);
  const auto caller = agent::find_caller(store);
  const auto agents = agents_meant(invocation, repository, store, caller);
  for (const store::Agent& a : agents)
    agent::require_may_direct(store, a, "sync");
  json::Array rows;
  cli::Table table({"AGENT", "OUTCOME", "UPSTREAM", "DETAIL"});
  std::string hints;
  int exit_code = kDone;
  for (const store::Agent& a : agents) {
    cli::progress(invocation, "syncing " + a.address);
    const sync::Ran r = sync::run(repository, store, a, caller);
    rows.emplace_back(ran_json(r));
    table.add({a.address, r.outcome, git::short_branch(r.after.upstream),
               detail_of(r)},
              {Tone::Strong, tone_of_outcome(r.outcome)});
    for (const std::string& path : r.after.conflicts)
      hints += "conflict in " + text::printable(path) + "\n";
    if (!r.hint.empty()) hints += a.address + ": " + r.hint + "\n";
    if (r.outcome == "conflict") exit_code = kNo;
    if (r.outcome == "skipped" && exit_code == kDone) exit_code = kTryAgain;
  }
  return cli::print(
      invocation,
      {.data = {{"agents", std::move(rows)}},
       .rows = "agents",
       .fields = {"id", "ahead", "behind", "state", "outcome", "reason", "from",
                  "backup"},
       .human = (agents.empty() ? "no agent of a feature in progress has a "
                                  "branch\n"
                                : table.text()) +
                hints,
       .exit_code = exit_code});
}

int run(const Invocation& invocation) {
  return cli::require_action(invocation,
                             {{"status", status}, {"run", run_syncs}})
      .run(invocation, repository::require());
}

}  // namespace

const cli::Command cli::kCommand = {
    .name = "sync",
    .group = cli::Group::Work,
    .summary = "show whose branches lack something, and bring it in",
    .synopsis = {"[status] [<agent>...]", "run [<agent>...]"},
    .options = {},
    .listing = true,
    .run = run};

}  // namespace orch
