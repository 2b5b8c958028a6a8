// SPDX-License-Identifier: MIT
//
// A status for programs: JSON and CSV.
#include "git/git.h"
#include "json/or_null.h"
#include "overview/csv.h"
#include "overview/overview.h"
#include "text/time.h"

namespace orch::overview {
namespace {

json::Array agents_json(const std::vector<AgentStatus>& agents) {
  json::Array out;
  for (const AgentStatus& a : agents) out.emplace_back(a.row);
  return out;
}

json::Object feature_status_json(const FeatureStatus& fs) {
  const Counts& c = fs.counts;
  return {{"spec_id", fs.feature.spec_id},
          {"status", fs.feature.status},
          {"base", git::short_branch(fs.feature.base)},
          {"agents", agents_json(fs.agents)},
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
          {"integration_branch", fs.feature.integration_branch}};
}

json::Array asks_json(const std::vector<store::Ask>& asks) {
  json::Array out;
  for (const store::Ask& a : asks)
    out.emplace_back(
        json::Object{{"id", a.id},
                     {"agent", a.agent},
                     {"action", a.action},
                     {"approver", a.approver},
                     {"awaits_person", a.awaits_person()},
                     {"expires_at", text::iso_time(a.expires_at)}});
  return out;
}

json::Array needs_json(const Status& s) {
  json::Array out;
  for (const notice::Need& n : s.needs)
    out.emplace_back(json::Object{
        {"kind", n.kind},
        {"agent", json::text_or_null(n.agent)},
        {"spec_id", json::text_or_null(n.spec_id)},
        {"text", notice::text_of(n, s.now)},
        {"command", notice::command_of(n)},
        {"severity",
         std::string(notice::severity_name(notice::severity_of(n)))},
        {"since", json::time_or_null(n.since)}});
  return out;
}

json::Array conflicts_json(const std::vector<store::Conflict>& conflicts) {
  json::Array out;
  for (const store::Conflict& c : conflicts)
    out.emplace_back(
        json::Object{{"id", c.id},
                     {"a", c.a},
                     {"b", c.b},
                     {"kind", c.kind},
                     {"paths", c.paths},
                     {"severity", c.severity},
                     {"detected_at", text::iso_time(c.detected_at)}});
  return out;
}

}  // namespace

json::Object status_json(const Status& s) {
  json::Array features, landed, limits;
  for (const FeatureStatus& fs : s.features)
    features.emplace_back(feature_status_json(fs));
  for (const store::Landed& l : s.landed)
    landed.emplace_back(json::Object{{"agent", l.agent},
                                     {"commit", l.commit},
                                     {"into", l.into},
                                     {"at", text::iso_time(l.at)}});
  for (const auto& [agent, l] : s.limits)
    limits.emplace_back(
        json::Object{{"agent", agent},
                     {"runtime", l.runtime},
                     {"resets_at", text::iso_time(l.resets_at)},
                     {"wakes_at", json::time_or_null(l.wakes_at)}});
  return {{"features", std::move(features)},
          {"tick", json::Object{{"last", json::time_or_null(s.last_tick)},
                                {"overdue", s.overdue}}},
          {"unscheduled", s.unscheduled},
          {"asks", asks_json(s.asks)},
          {"agents", agents_json(s.others)},
          {"needs_human", s.needs.size()},
          {"needs", needs_json(s)},
          {"open_conflicts", conflicts_json(s.conflicts)},
          {"landed", std::move(landed)},
          {"limits", std::move(limits)},
          {"queue", s.queue},
          {"daemon", s.daemon}};
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
    for (const AgentStatus& seen : fs.agents) {
      const store::Agent& a = seen.agent;
      json::Array line = feature;
      for (json::Value v : json::Array{
               a.address, a.role, json::text_or_null(a.branch),
               json::text_or_null(a.worktree), json::text_or_null(a.runtime),
               a.state, a.state_source, json::time_or_null(a.state_since),
               json::number_or_null(a.pid), a.exit_status, seen.unread})
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
