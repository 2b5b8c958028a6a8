// SPDX-License-Identifier: MIT
#include "listing/listing.h"

#include "agent/agent.h"
#include "checkin/recurrence.h"
#include "clock/clock.h"
#include "json/or_null.h"
#include "overview/overview.h"
#include "queue/listing.h"
#include "queue/queue.h"
#include "text/time.h"

namespace orch::listing {
namespace {

// The rows of a listing under its name.
template <typename Row, typename ToJson>
json::Object rows_of(const char* name, const std::vector<Row>& rows,
                     const ToJson& to_json) {
  json::Array out;
  out.reserve(rows.size());
  for (const Row& row : rows) out.emplace_back(to_json(row));
  return {{name, std::move(out)}};
}

json::Object ask(const store::Ask& a) {
  return {{"id", a.id},
          {"agent", a.agent},
          {"action", a.action},
          {"text", a.text},
          {"approver", a.approver},
          {"status", a.status},
          {"created_at", text::iso_time(a.created_at)},
          {"expires_at", text::iso_time(a.expires_at)},
          {"answered_by", a.answered_by},
          {"answer", a.answer},
          {"answered_at", json::time_or_null(a.answered_at)},
          {"escalated_at", json::time_or_null(a.escalated_at)}};
}

json::Object blocker(const store::Blocker& b) {
  return {{"id", b.id},
          {"spec_id", b.spec_id},
          {"role", b.role},
          {"type", b.type},
          {"description", b.description},
          {"blocking_agent", b.blocking_agent},
          {"status", b.status},
          {"notes", b.notes},
          {"created_at", text::iso_time(b.created_at)},
          {"resolved_at", json::time_or_null(b.resolved_at)}};
}

json::Value last_of(const store::Checkin& c) {
  if (!c.last_at) return {};
  return json::Object{
      {"at", text::iso_time(*c.last_at)},
      {"message", c.message_id ? json::Value(*c.message_id) : json::Value()},
      {"level", json::text_or_null(c.message_level)}};
}

json::Object checkin(store::Store& store, const store::Checkin& c,
                     std::int64_t now) {
  return {{"id", c.id},
          {"agent", address_of(store, c.agent_id)},
          {"note", c.note},
          {"due_at", text::iso_time(c.due_at)},
          {"every", json::text_or_null(every_text(c))},
          {"state", c.state},
          {"reason", c.reason ? json::Value(*c.reason) : json::Value()},
          {"zone", json::text_or_null(zone_text(c))},
          {"overdue", c.state == "waiting" && c.due_at <= now},
          {"last", last_of(c)}};
}

json::Object contradiction(const store::Contradiction& c) {
  const auto address = [&](const store::Quote& q) {
    return c.spec_id + "/" + q.role;
  };
  return {{"id", c.id},
          {"spec_id", c.spec_id},
          {"topic", c.topic},
          {"status", c.status},
          {"first_agent", address(c.first)},
          {"first_report", c.first.kind},
          {"first_text", c.first.text},
          {"second_agent", address(c.second)},
          {"second_report", c.second.kind},
          {"second_text", c.second.text},
          {"created_at", text::iso_time(c.created_at)},
          {"resolved_at", json::time_or_null(c.resolved_at)},
          {"notes", c.notes}};
}

json::Object limit(store::Store& store, const store::Limit& l) {
  return {{"id", l.id},
          {"agent", address_of(store, l.agent_id)},
          {"runtime", l.runtime},
          {"source", l.source},
          {"text", l.text},
          {"resets_at", text::iso_time(l.resets_at)},
          {"wakes_at", text::iso_time(l.wakes_at)},
          {"created_at", text::iso_time(l.created_at)},
          {"ended_at", json::time_or_null(l.ended_at)},
          {"reason", l.ended_at ? json::Value(l.reason) : json::Value()}};
}

}  // namespace

std::string address_of(store::Store& store, std::int64_t agent_id) {
  const auto agent = store::find_agent(store, agent_id);
  return agent ? agent->address : "-";
}

std::string every_text(const store::Checkin& c) {
  if (c.schedule) return checkin::parts_of(*c.schedule).schedule;
  return c.every_ms ? text::duration_text(*c.every_ms) : "";
}

std::string zone_text(const store::Checkin& c) {
  return c.schedule ? checkin::parts_of(*c.schedule).zone : "";
}

json::Object conflict(const store::Conflict& c) {
  return {{"id", c.id},
          {"a", c.a},
          {"b", c.b},
          {"kind", c.kind},
          {"paths", c.paths},
          {"severity", c.severity},
          {"status", c.resolved ? "resolved" : "open"},
          {"detected_at", text::iso_time(c.detected_at)},
          {"resolved_at", json::time_or_null(c.resolved_at)},
          {"types", c.types},
          {"source", c.source},
          {"notes", c.notes}};
}

json::Object task(const store::Task& t) {
  return {{"id", t.task_id},
          {"title", t.title},
          {"status", t.status},
          {"owner", t.owner},
          {"depends_on", t.depends_on},
          {"commit", t.commit},
          {"reason", t.reason},
          {"section", t.section},
          {"parent", t.parent},
          {"updated_at", text::iso_time(t.updated_at)}};
}

json::Object message(const store::Message& m) {
  return {{"id", m.id},
          {"from", m.sender},
          {"text", m.text},
          {"level", m.level},
          {"sent_at", text::iso_time(m.sent_at)},
          {"kind", m.kind}};
}

json::Object agents(store::Store& store,
                    const std::vector<store::Agent>& rows) {
  return rows_of("agents", rows, [&](const store::Agent& a) {
    return overview::agent_json(store, a);
  });
}

json::Object asks(const std::vector<store::Ask>& rows) {
  return rows_of("asks", rows, ask);
}

json::Object blockers(const std::vector<store::Blocker>& rows) {
  return rows_of("blockers", rows, blocker);
}

json::Object checkins(store::Store* store,
                      const std::vector<store::Checkin>& rows) {
  const std::int64_t now = clock::now();
  return rows_of("checkins", rows, [&](const store::Checkin& c) {
    return checkin(*store, c, now);
  });
}

json::Object conflicts(const std::vector<store::Conflict>& rows) {
  return rows_of("conflicts", rows, conflict);
}

json::Object contradictions(const std::vector<store::Contradiction>& rows) {
  return rows_of("contradictions", rows, contradiction);
}

json::Object events(const std::vector<store::Event>& rows) {
  return rows_of("events", rows, overview::event_json);
}

json::Object limits(store::Store* store,
                    const std::vector<store::Limit>& rows) {
  return rows_of("limits", rows,
                 [&](const store::Limit& l) { return limit(*store, l); });
}

json::Object messages(const std::vector<store::Message>& rows) {
  return rows_of("messages", rows, message);
}

json::Object messages_of_everyone(const std::vector<store::Message>& rows) {
  return rows_of("messages", rows, [](const store::Message& m) {
    json::Object out = message(m);
    out.emplace_back("to", m.recipient);
    out.emplace_back("reason", m.reason);
    return out;
  });
}

json::Object tasks(const std::vector<store::Task>& rows) {
  return rows_of("tasks", rows, task);
}

std::vector<FeatureTasks> tasks_by_feature(store::Store& store) {
  std::vector<FeatureTasks> out;
  for (store::Feature& f : store::list_features(store, "")) {
    auto rows = store::list_tasks(store, f.id);
    out.push_back({std::move(f), std::move(rows)});
  }
  return out;
}

json::Object tasks(const std::vector<FeatureTasks>& features) {
  json::Array rows;
  for (const auto& [feature, tasks] : features)
    for (const store::Task& t : tasks) {
      json::Object row = task(t);
      row.emplace_back("spec_id", feature.spec_id);
      rows.emplace_back(std::move(row));
    }
  return {{"tasks", std::move(rows)}};
}

json::Object queue(store::Store& store,
                   const std::vector<store::QueueItem>& items,
                   const std::vector<std::string>& reasons) {
  const queue::State state = queue::state_of(store);
  json::Array rows;
  for (std::size_t i = 0; i < items.size(); ++i)
    rows.emplace_back(queue::item_json(items[i], reasons.at(i)));
  return {
      {"items", std::move(rows)},
      {"batches", queue::batches_json(store, items, store::list_queue(store))},
      {"queue", queue::mode_name(state.mode)},
      {"jobs", state.jobs}};
}

json::Array landings(const std::vector<integrate::Item>& items) {
  json::Array out;
  for (const integrate::Item& i : items) {
    json::Object row{{"agent", i.agent}, {"commit", i.commit}};
    if (!i.reason.empty())
      row = json::Object{{"agent", i.agent},   {"reason", i.reason},
                         {"paths", i.paths},   {"detail", i.detail},
                         {"commit", i.commit}, {"log", i.log}};
    out.emplace_back(std::move(row));
  }
  return out;
}

std::vector<store::Agent> listed_agents(store::Store& store) {
  std::vector<store::Agent> out;
  for (const store::Agent& row : store::list_agents(store))
    if (row.feature_id || row.status != "completed" || agent::is_running(row))
      out.push_back(agent::observed(row));
  return out;
}

std::vector<std::string> queue_reasons(
    store::Store& store, const std::vector<store::QueueItem>& items) {
  const queue::State state = queue::state_of(store);
  const auto all = store::list_queue(store);
  const std::int64_t now = clock::now();
  std::vector<std::string> out;
  for (const store::QueueItem& item : items)
    out.push_back(queue::reason_of(state, item, all, now));
  return out;
}

}  // namespace orch::listing
