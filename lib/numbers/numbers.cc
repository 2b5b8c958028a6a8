// SPDX-License-Identifier: MIT
#include "numbers/numbers.h"

#include <algorithm>

#include "store/event_days.h"
#include "store/features.h"
#include "text/time.h"

namespace orch::numbers {
namespace {

constexpr std::int64_t kMostDays = 3660;

std::string day_text(std::int64_t day) {
  return text::iso_time(day * store::kDayMs).substr(0, 10);
}

std::string address_of(const std::string& spec_id, const std::string& role) {
  return spec_id.empty() ? role : spec_id + "/" + role;
}

// The value that so many of a hundred do not exceed; `sorted` is not empty.
std::int64_t percentile(const std::vector<std::int64_t>& sorted, int percent) {
  const std::size_t n = sorted.size();
  const std::size_t rank = (n * static_cast<std::size_t>(percent) + 99) / 100;
  return sorted[std::max<std::size_t>(rank, 1) - 1];
}

std::vector<Summary> summarise(std::vector<store::Taken> taken) {
  std::vector<Summary> out;
  for (store::Taken& t : taken) {
    std::sort(t.ms.begin(), t.ms.end());
    out.push_back({t.what, static_cast<std::int64_t>(t.ms.size()),
                   percentile(t.ms, 50), percentile(t.ms, 99)});
  }
  return out;
}

std::vector<Row> rows_of(const std::map<std::string, store::Numbers>& groups) {
  std::vector<Row> out;
  for (const auto& [name, numbers] : groups)
    if (!name.empty()) out.push_back({.name = name, .numbers = numbers});
  return out;
}

// For how long the present state holds, of the time that is asked about.
std::int64_t held_ms(const store::Agent& agent, std::int64_t since,
                     std::int64_t now) {
  return std::max<std::int64_t>(0, now - std::max(agent.state_since, since));
}

void add_states(store::Store& store, std::int64_t since, std::int64_t now,
                const std::vector<store::Agent>& agents,
                std::vector<Row>& rows) {
  std::map<std::int64_t, std::size_t> places;
  for (std::size_t i = 0; i < agents.size(); ++i) places[agents[i].id] = i;
  for (const store::StateTime& t :
       store::list_state_times(store, since / store::kDayMs))
    if (const auto place = places.find(t.agent_id); place != places.end())
      rows[place->second].states[t.state] += t.ms;
  for (std::size_t i = 0; i < agents.size(); ++i)
    if (const std::int64_t ms = held_ms(agents[i], since, now); ms > 0)
      rows[i].states[agents[i].state] += ms;
}

// What is kept, and the time of those who are at work now.
std::vector<store::DayNumbers> numbers_since(
    store::Store& store, std::int64_t since, std::int64_t now,
    const std::vector<store::Agent>& agents) {
  auto days = store::list_day_numbers(store, since / store::kDayMs);
  for (const store::Agent& agent : agents) {
    if (agent.state != "busy") continue;
    store::DayNumbers busy{.day = now / store::kDayMs, .role = agent.role};
    if (agent.feature_id)
      busy.spec_id = agent.address.substr(0, agent.address.rfind('/'));
    busy.numbers.busy_ms = held_ms(agent, since, now);
    days.push_back(std::move(busy));
  }
  return days;
}

json::Value cost_of(const store::Spent& spent) {
  if (!spent.cost_micros) return nullptr;
  return static_cast<double>(*spent.cost_micros) / 1e6;
}

json::Object json_of(const Row& row, const std::vector<std::string>& fields) {
  const store::Numbers& n = row.numbers;
  json::Object all = {
      {"events", n.events},       {"commits", n.commits},
      {"messages", n.messages},   {"tests", n.tests},
      {"restarts", n.restarts},   {"limits", n.limits},
      {"landings", n.landings},   {"busy_ms", n.busy_ms},
      {"tokens", n.spent.tokens}, {"cost_usd", cost_of(n.spent)}};
  const json::Value values(std::move(all));
  json::Object out = {{fields[0], row.name}};
  for (std::size_t i = 1; i < fields.size(); ++i) {
    if (fields[i] == "conflicts")
      out.emplace_back("conflicts", fields[0] == "agent" || fields[0] == "role"
                                        ? n.sides
                                        : n.conflicts);
    else
      out.emplace_back(fields[i], values[fields[i]]);
  }
  if (fields[0] == "agent") {
    json::Object states;
    for (const auto& [state, ms] : row.states) states.emplace_back(state, ms);
    out.emplace_back("states", std::move(states));
  }
  return out;
}

json::Array array_of(const std::vector<Row>& rows,
                     const std::vector<std::string>& fields) {
  json::Array out;
  for (const Row& row : rows) out.emplace_back(json_of(row, fields));
  return out;
}

}  // namespace

Report report(store::Store& store, std::int64_t since, std::int64_t now) {
  Report out;
  const std::int64_t last = now / store::kDayMs;
  const std::int64_t first =
      std::clamp(since / store::kDayMs, last - kMostDays, last);
  const std::int64_t from = first * store::kDayMs;
  for (std::int64_t day = first; day <= last; ++day)
    out.days.push_back({.name = day_text(day)});
  const auto agents = store::list_agents(store);
  std::map<std::string, std::size_t> places;
  std::map<std::string, store::Numbers> roles, features;
  for (const store::Feature& f : store::list_features(store, ""))
    features[f.spec_id];
  for (const store::Agent& a : agents) {
    // One outside of features is known to events by its role alone.
    places[a.feature_id ? a.address : a.role] = out.agents.size();
    out.agents.push_back({.name = a.address});
  }
  for (const store::DayNumbers& d : numbers_since(store, from, now, agents)) {
    if (d.day <= last)
      out.days[static_cast<std::size_t>(d.day - first)].numbers.add(d.numbers);
    roles[d.role].add(d.numbers);
    features[d.spec_id].add(d.numbers);
    if (const auto place = places.find(address_of(d.spec_id, d.role));
        place != places.end())
      out.agents[place->second].numbers.add(d.numbers);
  }
  add_states(store, from, now, agents, out.agents);
  out.roles = rows_of(roles);
  out.features = rows_of(features);
  out.durations = summarise(store::list_taken(store, from));
  out.predictions = store::judge_predictions(store, from);
  out.uncounted = store::uncounted_events(store);
  return out;
}

std::vector<std::string> day_fields() {
  return {"day",      "events", "commits",  "messages", "conflicts", "tests",
          "restarts", "limits", "landings", "tokens",   "cost_usd"};
}

std::vector<std::string> agent_fields() {
  return {"agent",  "commits",  "messages", "tests",  "conflicts", "restarts",
          "limits", "landings", "busy_ms",  "tokens", "cost_usd"};
}

std::vector<std::string> role_fields() {
  return {"role",     "events", "commits",  "messages", "tests",  "conflicts",
          "restarts", "limits", "landings", "busy_ms",  "tokens", "cost_usd"};
}

std::vector<std::string> feature_fields() {
  auto fields = role_fields();
  fields[0] = "spec_id";
  return fields;
}

json::Object report_json(const Report& report) {
  json::Array durations;
  for (const Summary& s : report.durations)
    durations.emplace_back(json::Object{{"what", s.what},
                                        {"count", s.count},
                                        {"p50_ms", s.p50_ms},
                                        {"p99_ms", s.p99_ms}});
  const store::Predictions& p = report.predictions;
  return {{"days", array_of(report.days, day_fields())},
          {"agents", array_of(report.agents, agent_fields())},
          {"roles", array_of(report.roles, role_fields())},
          {"features", array_of(report.features, feature_fields())},
          {"durations", std::move(durations)},
          {"predictions", json::Object{{"met", p.met},
                                       {"avoided", p.avoided},
                                       {"open", p.open},
                                       {"missed", p.missed}}},
          {"uncounted", report.uncounted}};
}

}  // namespace orch::numbers
