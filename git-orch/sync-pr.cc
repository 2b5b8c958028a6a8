// SPDX-License-Identifier: MIT
#include <algorithm>

#include "agent/agent.h"
#include "agent/which_feature.h"
#include "cli/output.h"
#include "doorbell/doorbell.h"
#include "error/error.h"
#include "hook/fold.h"
#include "overview/pull_request.h"
#include "pullrequest/pullrequest.h"
#include "text/text.h"

namespace orch {
namespace {

using cli::Invocation;
using repository::Repository;

std::vector<store::PullRequest> asked_of(const Invocation& invocation,
                                         const Repository& repository,
                                         store::Store& store) {
  if (invocation.has("all")) {
    if (!invocation.operands().empty())
      throw UsageError("'--all' takes no names");
    return store::list_open_pull_requests(store, 0);
  }
  if (invocation.operands().empty()) {
    const auto feature =
        agent::require_feature(repository, store, "", agent::ToldBy::Place);
    return store::list_open_pull_requests(store, feature.id);
  }
  std::vector<store::PullRequest> out;
  for (const std::string& name : invocation.operands()) {
    const auto agent = agent::require_agent(repository, store, name);
    for (store::PullRequest& row :
         store::list_open_pull_requests(store, agent.feature_id.value_or(-1)))
      if (row.role == agent.role) out.push_back(std::move(row));
  }
  return out;
}

std::string or_dash(const std::optional<std::string>& text) {
  return text ? *text : "-";
}

int show(const Invocation& invocation, store::Store* store,
         const pullrequest::Synced& synced) {
  json::Array rows;
  cli::Table table({"NUMBER", "AGENT", "STATUS", "CHECKS", "REVIEW", "BRANCH",
                    "INTO", "ERROR"});
  for (const store::PullRequest& p : synced.rows) {
    json::Object row = overview::pull_request_json(*store, p);
    table.add(
        {p.number ? std::to_string(*p.number) : "-",
         *json::Value(row)["agent"].as_string(), p.status, or_dash(p.checks),
         or_dash(p.review), p.head, p.base, or_dash(p.error)},
        {cli::Tone::Plain, cli::Tone::Plain, cli::Tone::Plain,
         cli::tone_of(p.checks.value_or(""))});
    rows.emplace_back(std::move(row));
  }
  for (const std::string& hint : synced.hints)
    cli::note(invocation, "hint: " + hint);
  std::string human = rows.empty() ? "no open pull requests\n" : table.text();
  if (synced.told > 0)
    human += text::count_of(static_cast<std::size_t>(synced.told), "message") +
             " for agents\n";
  return cli::print(invocation,
                    {.data = {{"prs", rows}, {"told", synced.told}},
                     .rows = "prs",
                     .fields = overview::pull_request_fields(),
                     .human = human,
                     .exit_code = synced.whole ? kDone : kNotReached});
}

int run(const Invocation& invocation) {
  const auto repository = repository::require();
  if (!hook::find_store(repository)) return show(invocation, nullptr, {});
  store::Store store = hook::open_store(repository);
  const auto asked = asked_of(invocation, repository, store);
  if (asked.empty()) return show(invocation, &store, {});
  cli::progress(invocation,
                "asking about " + text::count_of(asked.size(), "pull request"));
  const auto synced = pullrequest::sync(repository, store, asked);
  if (synced.told > 0) doorbell::ring(repository);
  return show(invocation, &store, synced);
}

}  // namespace

const cli::Command cli::kCommand = {
    .name = "sync-pr",
    .group = cli::Group::Work,
    .summary = "refresh open pull requests, tell agents what is new",
    .synopsis = {"[<agent>...]", "--all"},
    .options = {{"all", 'a', Arity::Flag, "", "those of every feature"}},
    .listing = true,
    .run = run};

}  // namespace orch
