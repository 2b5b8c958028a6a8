// SPDX-License-Identifier: MIT
#include "report/report.h"

#include <algorithm>

#include "agent/agent.h"
#include "clock/clock.h"
#include "error/error.h"
#include "installation/data.h"
#include "json/value.h"
#include "message/message.h"
#include "message/rules.h"
#include "report/contradiction.h"
#include "role/role.h"
#include "role/superior.h"
#include "store/events.h"
#include "store/rates.h"

namespace orch::report {
namespace {

// The role's file may have been taken away since the agent was made.
std::string reports_to(const Repository& repository,
                       const store::Agent& agent) {
  try {
    return installation::require_role(repository.orch_dir(), agent.role)
        .reports_to;
  } catch (const Error&) {
    return "overseer";
  }
}

std::vector<store::Agent> recipients(const Repository& repository,
                                     store::Store& store,
                                     const store::Agent& agent,
                                     const std::string& kind) {
  if (!agent.feature_id) return {};
  const std::string to = reports_to(repository, agent);
  const bool completes = kind == "done" || kind == "ready";
  const auto team = store::list_agents(store, *agent.feature_id);
  const store::Agent* const superior = role::superior_in(team, agent.id, to);
  std::vector<store::Agent> out;
  for (const store::Agent& a : team)
    if (a.id != agent.id &&
        (&a == superior || (completes && a.kind == "overseer")))
      out.push_back(a);
  return out;
}

std::string status_after(const Report& report) {
  if (report.kind == "blocked") return "blocked";
  if (report.kind == "done" && !report.task) return "completed";
  return "active";
}

std::string metadata_of(const Report& report) {
  if (!report.topic) return store::kFromPerson;
  return json::to_text(
      json::Object{{"source", "log-event"}, {"topic", *report.topic}});
}

void require_rate(const Repository& repository, store::Store& store,
                  const store::Agent& agent, const std::string& spec_id,
                  std::int64_t now) {
  const auto policy = installation::require_policy(repository.orch_dir());
  message::require_rate(
      policy.messages.progress_rate, agent.address, "reports of progress", 1,
      [&](int nth, std::int64_t since) {
        return store::find_nth_event(store, spec_id, agent.role,
                                     "report_progress", nth, since);
      },
      now);
}

}  // namespace

Recorded record(const Repository& repository, store::Store& store,
                const store::Agent& agent, const Report& report,
                const task::Actor& actor) {
  const auto to = recipients(repository, store, agent, report.kind);
  Recorded out;
  store::Transaction transaction(store);
  const std::int64_t now = clock::now();
  std::optional<store::Feature> feature;
  if (agent.feature_id) feature = store::find_feature(store, *agent.feature_id);
  if (report.task && !feature)
    throw Error(ErrorCode::UnknownName,
                "agent '" + agent.address + "' has no feature and no tasks");
  if (feature && report.kind == "progress" && actor.is_agent())
    require_rate(repository, store, agent, feature->spec_id, now);
  store::Event e;
  if (feature) e.spec_id = feature->spec_id;
  e.role = agent.role;
  e.type = "report_" + report.kind;
  e.task_id = report.task;
  e.message = report.text;
  e.metadata = metadata_of(report);
  e.at = now;
  store::insert_event(store, e);
  out.event = store::list_events(store, {.limit = 1}).at(0).id;
  if (report.task && (report.kind == "done" || report.kind == "blocked"))
    task::record_saying(store, *feature, *report.task,
                        {.status = report.kind,
                         .reason = report.kind == "blocked" ? report.text : ""},
                        actor);
  else if (report.task)
    task::require_task(store, *feature, *report.task);
  store::Agent row = *store::find_agent(store, agent.id);
  row.status = status_after(report);
  store::update_agent(store, row);
  const std::string text = report.kind +
                           (report.task ? " " + *report.task : "") + ": " +
                           report.text;
  for (const store::Agent& a : to)
    out.sent.push_back(
        {message::queue(
             store, a,
             {.sender = agent.address, .text = text, .kind = "report"}, now),
         a.address});
  const auto topic = report.topic ? report.topic : report.task;
  if (feature && topic)
    for (Sent& s : compare(store, *feature, agent.role, *topic, now))
      out.sent.push_back(std::move(s));
  transaction.commit();
  return out;
}

}  // namespace orch::report
