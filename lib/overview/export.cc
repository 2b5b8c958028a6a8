// SPDX-License-Identifier: MIT
#include "error/error.h"
#include "git/git.h"
#include "json/or_null.h"
#include "overview/csv.h"
#include "overview/overview.h"
#include "store/blockers.h"
#include "store/conflicts.h"
#include "store/landings.h"
#include "store/pull_requests.h"
#include "store/results.h"
#include "store/tasks.h"
#include "text/time.h"

namespace orch::overview {
namespace {

// Events in memory at a time.
constexpr std::size_t kPage = 500;

json::Array tasks_json(store::Store& store, std::int64_t feature_id) {
  json::Array out;
  for (const store::Task& t : store::list_tasks(store, feature_id))
    out.emplace_back(json::Object{{"id", t.task_id},
                                  {"title", t.title},
                                  {"status", t.status},
                                  {"owner", t.owner},
                                  {"depends_on", t.depends_on}});
  return out;
}

json::Array conflicts_json(store::Store& store, std::int64_t feature_id) {
  json::Array out;
  for (const store::Conflict& c : store::list_conflicts(store, feature_id))
    out.emplace_back(
        json::Object{{"id", c.id},
                     {"a", c.a},
                     {"b", c.b},
                     {"kind", c.kind},
                     {"paths", c.paths},
                     {"severity", c.severity},
                     {"status", c.resolved ? "resolved" : "open"},
                     {"detected_at", text::iso_time(c.detected_at)},
                     {"resolved_at", json::time_or_null(c.resolved_at)}});
  return out;
}

json::Array blockers_json(store::Store& store, std::int64_t feature_id) {
  json::Array out;
  for (const store::Blocker& b :
       store::list_blockers(store, {.feature_id = feature_id, .all = true}))
    out.emplace_back(json::Object{{"id", b.id},
                                  {"spec_id", b.spec_id},
                                  {"role", b.role},
                                  {"type", b.type},
                                  {"description", b.description},
                                  {"status", b.status},
                                  {"at", text::iso_time(b.created_at)},
                                  {"blocking_agent", b.blocking_agent},
                                  {"notes", b.notes}});
  return out;
}

json::Array pull_requests_json(store::Store& store, std::int64_t feature_id) {
  json::Array out;
  for (const store::PullRequest& p :
       store::list_pull_requests(store, feature_id))
    out.emplace_back(
        json::Object{{"number", p.number},
                     {"url", p.url},
                     {"status", p.status},
                     {"base", p.base},
                     {"head", p.head},
                     {"role", p.role},
                     {"title", p.title},
                     {"merged_at", json::time_or_null(p.merged_at)}});
  return out;
}

json::Array tests_json(store::Store& store, std::int64_t feature_id) {
  json::Array out;
  for (const store::TestResult& t : store::list_latest_tests(store, feature_id))
    out.emplace_back(json::Object{{"type", t.type},
                                  {"status", t.status},
                                  {"total", t.total},
                                  {"passed", t.passed},
                                  {"failed", t.failed},
                                  {"duration_ms", t.duration_ms},
                                  {"commit", t.commit},
                                  {"role", t.role},
                                  {"at", text::iso_time(t.at)}});
  return out;
}

json::Array landings_json(store::Store& store, std::int64_t feature_id) {
  constexpr std::size_t kMost = 1000;
  json::Array out;
  for (const store::Landing& l : store::list_landings(store, feature_id, kMost))
    out.emplace_back(json::Object{
        {"branch", git::short_branch(l.ref)},
        {"into", git::short_branch(l.into)},
        {"status", l.status},
        {"reason", l.reason.empty() ? json::Value() : l.reason},
        {"paths", l.paths},
        {"commit", l.landed_commit.empty() ? json::Value() : l.landed_commit},
        {"queued_at", text::iso_time(l.queued_at)},
        {"ended_at", json::time_or_null(l.ended_at)}});
  return out;
}

std::string whole_json(store::Store& store, const Status& s) {
  const store::Feature& f = s.features[0].feature;
  json::Object page = status_json(s);
  json::Array events;
  for_each_event(store, f.spec_id, 0, [&](const store::Event& e) {
    events.emplace_back(event_json(e));
  });
  page.emplace_back("events", std::move(events));
  page.emplace_back("tasks", tasks_json(store, f.id));
  page.emplace_back("blockers", blockers_json(store, f.id));
  page.emplace_back("conflicts", conflicts_json(store, f.id));
  page.emplace_back("prs", pull_requests_json(store, f.id));
  page.emplace_back("tests", tests_json(store, f.id));
  page.emplace_back("landings", landings_json(store, f.id));
  return json::to_text(page) + "\n";
}

}  // namespace

std::string csv_heading() {
  const auto fields = event_fields();
  return csv_line(json::Array(fields.begin(), fields.end()));
}

std::string event_line(const store::Event& event, ExportFormat format) {
  const json::Value row(event_json(event));
  if (format == ExportFormat::JsonLines) return json::to_text(row) + "\n";
  json::Array cells;
  for (const std::string& field : event_fields()) cells.push_back(row[field]);
  return csv_line(cells);
}

std::int64_t for_each_event(
    store::Store& store, const std::optional<std::string>& spec_id,
    std::int64_t after_id,
    const std::function<void(const store::Event&)>& each) {
  while (true) {
    const auto page = store::list_events(store, {.spec_id = spec_id,
                                                 .after_id = after_id,
                                                 .limit = kPage,
                                                 .oldest_first = true});
    for (const store::Event& e : page) each(e);
    if (!page.empty()) after_id = page.back().id;
    if (page.size() < kPage) return after_id;
  }
}

void export_feature(store::Store& store, const std::string& spec_id,
                    ExportFormat format, const Sink& sink) {
  const Status s = status(store, spec_id);
  if (s.features.empty())
    throw Error(ErrorCode::UnknownName, "unknown feature '" + spec_id + "'",
                "git orch status");
  if (format == ExportFormat::Markdown)
    return sink(feature_page(store, s.features[0]));
  if (format == ExportFormat::Html)
    return sink(feature_html(store, s.features[0]));
  if (format == ExportFormat::Json) return sink(whole_json(store, s));
  if (format == ExportFormat::Csv) sink(csv_heading());
  for_each_event(store, spec_id, 0,
                 [&](const store::Event& e) { sink(event_line(e, format)); });
}

std::string export_feature(store::Store& store, const std::string& spec_id,
                           ExportFormat format) {
  std::string out;
  export_feature(store, spec_id, format,
                 [&](const std::string& text) { out += text; });
  return out;
}

}  // namespace orch::overview
