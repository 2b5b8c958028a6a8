// SPDX-License-Identifier: MIT
#include <algorithm>
#include <map>

#include "agent/agent.h"
#include "clock/clock.h"
#include "daemon/daemon.h"
#include "git/git.h"
#include "json/or_null.h"
#include "notify/notify.h"
#include "overview/overview.h"
#include "store/checkins.h"
#include "store/counts.h"
#include "store/ports.h"
#include "text/time.h"

namespace orch::overview {
namespace {

// A feature's id where it has one, and the ports that are its own.
json::Object agent_row(store::Store& store, const store::Agent& a,
                       const json::Value& feature,
                       const std::vector<store::Port>& ports) {
  json::Object own;
  for (const store::Port& p : ports)
    if (p.agent_id == a.id) own.emplace_back(p.name, p.port);
  return {{"id", a.address},
          {"feature", feature},
          {"role", a.role},
          {"branch", json::text_or_null(a.branch)},
          {"worktree", json::text_or_null(a.worktree)},
          {"runtime", json::text_or_null(a.runtime)},
          {"state", a.state},
          {"source", a.state_source},
          {"since", json::time_or_null(a.state_since)},
          {"pane", json::text_or_null(a.pane)},
          {"pid", json::number_or_null(a.pid)},
          {"exit_status", a.exit_status},
          {"cli_version", json::text_or_null(a.cli_version)},
          {"conversation", json::text_or_null(a.conversation)},
          {"restart_at", json::time_or_null(a.restart_at.value_or(0))},
          {"why", agent::explain(store, a, clock::now())},
          {"ports", std::move(own)}};
}

// What is asked once for all agents.
struct Around {
  std::map<std::int64_t, std::int64_t> unread;
  std::map<std::string, std::string> doing;
  std::vector<store::Port> ports;
};

AgentStatus agent_status(store::Store& store, const store::Agent& row,
                         const json::Value& feature, const Around& around) {
  AgentStatus out;
  out.agent = agent::observed(row);
  if (const auto n = around.unread.find(row.id); n != around.unread.end())
    out.unread = n->second;
  if (const auto t = around.doing.find(row.address); t != around.doing.end())
    out.task = t->second;
  out.row = agent_row(store, out.agent, feature, around.ports);
  out.row.emplace_back("unread", out.unread);
  out.row.emplace_back("task", json::text_or_null(out.task));
  return out;
}

Counts counts_of(store::Store& store, std::int64_t feature_id) {
  const store::FeatureCounts c = store::count_feature(store, feature_id);
  return {.conflicts = c.conflicts,
          .blockers = c.blockers,
          .prs = c.prs,
          .tests = c.tests,
          .open = c.open,
          .doing = c.doing,
          .blocked = c.blocked,
          .done = c.done,
          .dropped = c.dropped};
}

// Everything below belongs to `spec_id`, when one was asked for.
bool is_of(const std::string& address, const std::string& spec_id) {
  return spec_id.empty() || address.starts_with(spec_id + "/");
}

void find_conflicts(store::Store& store, const std::string& spec_id,
                    Status& out) {
  constexpr std::size_t kMost = 50;
  std::int64_t feature_id = 0;
  if (!spec_id.empty() && !out.features.empty())
    feature_id = out.features[0].feature.id;
  out.conflicts = store::list_open_conflicts(store, feature_id);
  // Two that collide come before one that is behind.
  std::stable_sort(out.conflicts.begin(), out.conflicts.end(),
                   [](const store::Conflict& a, const store::Conflict& b) {
                     return a.kind == "collision" && b.kind != "collision";
                   });
  if (out.conflicts.size() > kMost) out.conflicts.resize(kMost);
}

}  // namespace

Status status(store::Store& store, const std::string& spec_id) {
  const store::Reading reading(store);
  const std::int64_t now = clock::now();
  Status out;
  out.now = now;
  const Around around{store::unread_by_agent(store), store::list_doing(store),
                      store::list_ports(store)};
  std::map<std::int64_t, std::vector<store::Agent>> teams;
  std::map<std::int64_t, std::string> addresses;
  for (store::Agent& a : store::list_agents(store)) {
    addresses[a.id] = a.address;
    teams[a.feature_id.value_or(0)].push_back(std::move(a));
  }
  for (const store::Feature& f : store::list_features(store, "")) {
    if (!spec_id.empty() && f.spec_id != spec_id) continue;
    FeatureStatus fs;
    fs.feature = f;
    for (const store::Agent& row : teams[f.id])
      fs.agents.push_back(agent_status(store, row, f.spec_id, around));
    fs.counts = counts_of(store, f.id);
    out.features.push_back(std::move(fs));
  }
  if (spec_id.empty())
    for (const store::Agent& row : teams[0])
      // What `agent clean` took out of the list.
      if (row.status != "completed" || agent::is_running(row))
        out.others.push_back(agent_status(store, row, nullptr, around));
  const auto tick = store::find_meta(store, "last_tick");
  out.last_tick = tick ? std::strtoll(tick->c_str(), nullptr, 10) : 0;
  out.overdue = store::count_overdue_checkins(store, now);
  for (const std::string& address : store::agents_without_checkin(store))
    if (is_of(address, spec_id)) out.unscheduled.push_back(address);
  for (store::Ask& a : store::list_asks(store, store::Asks::Open))
    if (is_of(a.agent, spec_id)) out.asks.push_back(std::move(a));
  for (store::Limit& l : store::list_open_limits(store))
    if (const std::string& who = addresses[l.agent_id]; is_of(who, spec_id))
      out.limits.emplace_back(who, std::move(l));
  for (store::Landed& l : store::list_landed(store, now - kLatelyMs, 20))
    if (is_of(l.agent, spec_id)) out.landed.push_back(std::move(l));
  find_conflicts(store, spec_id, out);
  for (notice::Need& n : notify::needs_human(store, now))
    if (spec_id.empty() || n.spec_id == spec_id)
      out.needs.push_back(std::move(n));
  out.queue = store::count_queue(store);
  out.daemon = daemon::find_holder(store.orch_dir()).has_value();
  return out;
}

json::Object feature_json(const store::Feature& f,
                          const std::vector<store::Agent>& agents) {
  json::Array rows;
  for (const store::Agent& a : agents)
    rows.emplace_back(json::Object{{"id", a.address},
                                   {"role", a.role},
                                   {"branch", a.branch},
                                   {"worktree", json::text_or_null(a.worktree)},
                                   {"runtime", json::text_or_null(a.runtime)},
                                   {"state", a.state}});
  return {{"feature", json::Object{{"spec_id", f.spec_id},
                                   {"name", f.name},
                                   {"base", git::short_branch(f.base)},
                                   {"integration_branch", f.integration_branch},
                                   {"status", f.status}}},
          {"agents", std::move(rows)}};
}

std::vector<std::string> event_fields() {
  return {"id",      "spec_id", "role",   "type",
          "message", "task_id", "commit", "at"};
}

json::Object event_json(const store::Event& e) {
  return {{"id", e.id},
          {"spec_id", e.spec_id},
          {"role", e.role},
          {"type", e.type},
          {"message", e.message},
          {"task_id", e.task_id},
          {"commit", e.commit},
          {"at", text::iso_time(e.at)},
          {"recorded_commit", e.recorded_commit}};
}

std::vector<std::string> agent_fields() {
  return {"id",    "feature", "role",  "branch", "worktree", "runtime",
          "state", "source",  "since", "pane",   "pid",      "exit_status"};
}

json::Object agent_json(store::Store& store, const store::Agent& a) {
  json::Value feature;
  if (a.feature_id)
    if (const auto f = store::find_feature(store, *a.feature_id))
      feature = f->spec_id;
  return agent_row(store, a, feature, store::list_ports(store, a.id));
}

}  // namespace orch::overview
