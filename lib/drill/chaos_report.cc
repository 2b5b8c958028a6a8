// SPDX-License-Identifier: MIT
#include "drill/chaos_report.h"

#include <algorithm>

#include "text/time.h"

namespace orch::drill {
namespace {

json::Object members_of(const Planned& planned, std::int64_t at_ms) {
  return {{"at_ms", at_ms},
          {"kind", planned.kind->name},
          {"severity", severity_name(planned.kind->severity)},
          {"target", planned.target},
          {"form", planned.form}};
}

// What it was asked for, as its flags say it.
json::Object asked_json(const Asked& asked) {
  json::Array only;
  for (const std::string& name : asked.only) only.emplace_back(name);
  return {{"duration_ms", asked.duration_ms},
          {"min_interval_ms", asked.min_interval_ms},
          {"max_interval_ms", asked.max_interval_ms},
          {"severity", asked.severity ? severity_name(*asked.severity) : "all"},
          {"only", only},
          {"agents", static_cast<std::int64_t>(asked.agents.size())}};
}

json::Object lost_json(const history::Lost& lost) {
  return {{"events", lost.events},
          {"messages", lost.messages},
          {"checkins", lost.checkins},
          {"leases", lost.leases}};
}

}  // namespace

std::int64_t ChaosReport::skipped() const {
  return std::count_if(events.begin(), events.end(),
                       [](const Happened& h) { return !h.skipped.empty(); });
}

std::int64_t ChaosReport::dropped() const {
  return planned - static_cast<std::int64_t>(events.size());
}

bool ChaosReport::is_clean() const {
  return done() > 0 && findings.empty() &&
         std::all_of(events.begin(), events.end(),
                     [](const Happened& h) { return h.findings.empty(); });
}

json::Object plan_json(const Asked& asked, const std::vector<Planned>& plan) {
  json::Array events;
  for (const Planned& p : plan) events.emplace_back(members_of(p, p.at_ms));
  return {{"kind", "chaos"},
          {"seed", static_cast<std::int64_t>(asked.seed)},
          {"duration_ms", asked.duration_ms},
          {"dry_run", true},
          {"events", events}};
}

json::Object chaos_json(const ChaosReport& report) {
  json::Array events, skipped;
  for (const Happened& h : report.events) {
    if (!h.skipped.empty()) {
      skipped.emplace_back(
          json::Object{{"kind", h.planned.kind->name}, {"reason", h.skipped}});
      continue;
    }
    json::Object event = members_of(h.planned, h.at_ms);
    event.emplace_back("recovered_ms", h.recovered_ms);
    event.emplace_back("findings", findings_json(h.findings));
    event.emplace_back("lost", lost_json(h.lost));
    events.emplace_back(std::move(event));
  }
  return {{"kind", "chaos"},
          {"seed", static_cast<std::int64_t>(report.asked.seed)},
          {"asked", asked_json(report.asked)},
          {"started_at", text::iso_time(report.started_at)},
          {"duration_ms", report.duration_ms},
          {"planned", report.planned},
          {"events", events},
          {"findings", findings_json(report.findings)},
          {"clean", report.is_clean()},
          {"skipped", skipped},
          {"dropped", report.dropped()},
          {"checked", json::Object{{"commits", report.commits},
                                   {"messages", report.messages},
                                   {"landings", report.landings}}}};
}

}  // namespace orch::drill
