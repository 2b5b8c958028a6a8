// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "json/value.h"
#include "notice/need.h"
#include "store/asks.h"
#include "store/conflicts.h"
#include "store/events.h"
#include "store/features.h"
#include "store/glance.h"
#include "store/limits.h"

// What a person looks at, as data: the same for tables, --json and export.
namespace orch::overview {

struct Counts {
  std::int64_t conflicts = 0, blockers = 0, prs = 0, tests = 0;
  std::int64_t open = 0, doing = 0, blocked = 0, done = 0, dropped = 0;
};

// An agent as it is now, not as it is recorded.
struct AgentStatus {
  store::Agent agent;
  std::int64_t unread = 0;  // messages
  std::string task;         // at which it works; empty: at none
  json::Object row;         // what `agent list` says of it
};

struct FeatureStatus {
  store::Feature feature;
  std::vector<AgentStatus> agents;
  Counts counts;
};

struct Status {
  std::int64_t now = 0;  // when it was looked at
  std::vector<FeatureStatus> features;
  std::vector<AgentStatus> others;         // agents outside any feature
  std::int64_t last_tick = 0;              // 0: never
  std::int64_t overdue = 0;                // check-ins
  std::vector<std::string> unscheduled;    // agents without a future check-in
  std::vector<store::Ask> asks;            // open ones
  std::vector<notice::Need> needs;         // of a person, the oldest first
  std::vector<store::Conflict> conflicts;  // open ones, at most 50
  std::vector<store::Landed> landed;       // in the last hour
  std::vector<std::pair<std::string, store::Limit>> limits;  // by agent
  std::int64_t queue = 0;  // items that have not ended
  bool daemon = false;     // one runs
};

// How far back "lately" goes: what has landed since is shown.
inline constexpr std::int64_t kLatelyMs = 3600 * 1000;

// `spec_id` empty: all features. The store is only read. Overdue check-ins, the
// last tick and the queue are those of the whole store.
Status status(store::Store& store, const std::string& spec_id);

// The keys of the contract, in its order.
json::Object event_json(const store::Event& event);
json::Object agent_json(store::Store& store, const store::Agent& agent);
json::Object status_json(const Status& status);
// A feature that was just set up, and its agents: the data of init-feature.
json::Object feature_json(const store::Feature& feature,
                          const std::vector<store::Agent>& agents);
std::vector<std::string> event_fields();
std::vector<std::string> agent_fields();

enum class ExportFormat { Markdown, Html, Json, Csv, JsonLines };
using Sink = std::function<void(const std::string& text)>;

// A whole feature, piece by piece: its page, all that is known of it as one
// JSON object, or all its events. Throws Error{UnknownName}.
void export_feature(store::Store& store, const std::string& spec_id,
                    ExportFormat format, const Sink& sink);
std::string export_feature(store::Store& store, const std::string& spec_id,
                           ExportFormat format);
// The feature's page in Markdown.
std::string feature_page(store::Store& store, const FeatureStatus& feature);
// The same in HTML: one file that needs no other, without a script.
std::string feature_html(store::Store& store, const FeatureStatus& feature);

// The heading of events in CSV.
std::string csv_heading();
// One event as a line of CSV (RFC 4180) or JSON, with its line end.
std::string event_line(const store::Event& event, ExportFormat format);
// Calls `each` for the events behind `after_id`, oldest first, with few in
// memory at a time. `spec_id` absent: of all features. Returns the last id.
std::int64_t for_each_event(
    store::Store& store, const std::optional<std::string>& spec_id,
    std::int64_t after_id,
    const std::function<void(const store::Event&)>& each);

// All agents with their features in CSV, with a heading.
std::string status_csv(const Status& status);

}  // namespace orch::overview
