// SPDX-License-Identifier: MIT
#include <algorithm>

#include "agent/agent.h"
#include "clock/clock.h"
#include "git/git.h"
#include "overview/csv.h"
#include "overview/overview.h"
#include "store/checkins.h"
#include "store/counts.h"
#include "store/messages.h"
#include "store/ports.h"
#include "text/time.h"

namespace orch::overview {
namespace {

json::Value time_or_null(std::int64_t instant) {
  if (instant == 0) return nullptr;
  return text::iso_time(instant);
}

json::Value text_or_null(const std::string& text) {
  if (text.empty()) return nullptr;
  return text;
}

json::Value number_or_null(std::int64_t n) {
  if (n == 0) return nullptr;
  return n;
}

std::int64_t unread_of(store::Store& store, const store::Agent& agent) {
  std::int64_t n = 0;
  for (const store::Message& m :
       store::list_messages(store, agent.id, store::Which::Open))
    if (store::level_rank(m.level) < 3) ++n;
  return n;
}

}  // namespace

Status status(store::Store& store, const std::string& spec_id) {
  Status out;
  for (const store::Feature& f : store::list_features(store, "")) {
    if (!spec_id.empty() && f.spec_id != spec_id) continue;
    FeatureStatus fs;
    fs.feature = f;
    for (const store::Agent& row : store::list_agents(store, f.id)) {
      fs.agents.push_back(agent::observed(row));
      fs.unread.push_back(unread_of(store, row));
    }
    const store::FeatureCounts c = store::count_feature(store, f.id);
    fs.counts = {.conflicts = c.conflicts,
                 .blockers = c.blockers,
                 .prs = c.prs,
                 .tests = c.tests,
                 .open = c.open,
                 .doing = c.doing,
                 .blocked = c.blocked,
                 .done = c.done,
                 .dropped = c.dropped};
    out.features.push_back(std::move(fs));
  }
  const auto tick = store::find_meta(store, "last_tick");
  out.last_tick = tick ? std::strtoll(tick->c_str(), nullptr, 10) : 0;
  out.overdue = store::count_overdue_checkins(store, clock::now());
  for (const std::string& address : store::agents_without_checkin(store))
    if (spec_id.empty() || address.starts_with(spec_id + "/"))
      out.unscheduled.push_back(address);
  for (store::Ask& a : store::list_asks(store, store::Asks::Open))
    if (spec_id.empty() || a.agent.starts_with(spec_id + "/"))
      out.asks.push_back(std::move(a));
  return out;
}

json::Object feature_json(const store::Feature& f,
                          const std::vector<store::Agent>& agents) {
  json::Array rows;
  for (const store::Agent& a : agents)
    rows.emplace_back(json::Object{{"id", a.address},
                                   {"role", a.role},
                                   {"branch", a.branch},
                                   {"worktree", text_or_null(a.worktree)},
                                   {"runtime", text_or_null(a.runtime)},
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
  json::Object ports;
  for (const store::Port& p : store::list_ports(store, a.id))
    ports.emplace_back(p.name, p.port);
  return {{"id", a.address},
          {"feature", feature},
          {"role", a.role},
          {"branch", text_or_null(a.branch)},
          {"worktree", text_or_null(a.worktree)},
          {"runtime", text_or_null(a.runtime)},
          {"state", a.state},
          {"source", a.state_source},
          {"since", time_or_null(a.state_since)},
          {"pane", text_or_null(a.pane)},
          {"pid", number_or_null(a.pid)},
          {"exit_status", a.exit_status},
          {"cli_version", text_or_null(a.cli_version)},
          {"conversation", text_or_null(a.conversation)},
          {"restart_at", time_or_null(a.restart_at.value_or(0))},
          {"why", agent::explain(store, a, clock::now())},
          {"ports", std::move(ports)}};
}

json::Object status_json(store::Store& store, const Status& s) {
  json::Array features;
  for (const FeatureStatus& fs : s.features) {
    json::Array agents;
    for (std::size_t i = 0; i < fs.agents.size(); ++i) {
      json::Object a = agent_json(store, fs.agents[i]);
      a.emplace_back("unread", fs.unread[i]);
      agents.emplace_back(std::move(a));
    }
    const Counts& c = fs.counts;
    features.emplace_back(
        json::Object{{"spec_id", fs.feature.spec_id},
                     {"status", fs.feature.status},
                     {"base", git::short_branch(fs.feature.base)},
                     {"agents", std::move(agents)},
                     {"tasks", json::Object{{"open", c.open},
                                            {"doing", c.doing},
                                            {"blocked", c.blocked},
                                            {"done", c.done},
                                            {"dropped", c.dropped}}},
                     {"conflicts", c.conflicts},
                     {"blockers", c.blockers},
                     {"prs", c.prs},
                     {"tests", c.tests},
                     {"name", fs.feature.name},
                     {"integration_branch", fs.feature.integration_branch}});
  }
  json::Array asks;
  for (const store::Ask& a : s.asks)
    asks.emplace_back(
        json::Object{{"id", a.id},
                     {"agent", a.agent},
                     {"action", a.action},
                     {"approver", a.approver},
                     {"awaits_person", a.awaits_person()},
                     {"expires_at", text::iso_time(a.expires_at)}});
  return {{"features", std::move(features)},
          {"tick", json::Object{{"last", time_or_null(s.last_tick)},
                                {"overdue", s.overdue}}},
          {"unscheduled", s.unscheduled},
          {"asks", std::move(asks)}};
}

std::string status_csv(const Status& s) {
  const std::vector<std::string> heading = {"spec_id",     "feature_status",
                                            "base",        "integration_branch",
                                            "open",        "doing",
                                            "blocked",     "done",
                                            "dropped",     "conflicts",
                                            "blockers",    "prs",
                                            "tests",       "id",
                                            "role",        "branch",
                                            "worktree",    "runtime",
                                            "state",       "source",
                                            "since",       "pid",
                                            "exit_status", "unread"};
  std::string out = csv_line(json::Array(heading.begin(), heading.end()));
  for (const FeatureStatus& fs : s.features) {
    const Counts& c = fs.counts;
    const json::Array feature = {fs.feature.spec_id,
                                 fs.feature.status,
                                 git::short_branch(fs.feature.base),
                                 fs.feature.integration_branch,
                                 c.open,
                                 c.doing,
                                 c.blocked,
                                 c.done,
                                 c.dropped,
                                 c.conflicts,
                                 c.blockers,
                                 c.prs,
                                 c.tests};
    for (std::size_t i = 0; i < fs.agents.size(); ++i) {
      const store::Agent& a = fs.agents[i];
      json::Array line = feature;
      for (json::Value v :
           json::Array{a.address, a.role, text_or_null(a.branch),
                       text_or_null(a.worktree), text_or_null(a.runtime),
                       a.state, a.state_source, time_or_null(a.state_since),
                       number_or_null(a.pid), a.exit_status, fs.unread[i]})
        line.push_back(std::move(v));
      out += csv_line(line);
    }
    if (!fs.agents.empty()) continue;
    json::Array line = feature;
    line.resize(heading.size());
    out += csv_line(line);
  }
  return out;
}

}  // namespace orch::overview
