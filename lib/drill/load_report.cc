// SPDX-License-Identifier: MIT
#include "drill/load_report.h"

#include <algorithm>
#include <cmath>
#include <exception>

#include "file/file.h"
#include "roster/roster.h"
#include "text/time.h"

namespace orch::drill {
namespace {

// Nobody's page needs more.
constexpr std::size_t kKeptSamples = 200, kShownFindings = 20;

std::int64_t rank(const std::vector<std::int64_t>& sorted,
                  std::size_t percent) {
  const std::size_t nth = (sorted.size() * percent + 99) / 100;
  return sorted[std::max<std::size_t>(nth, 1) - 1];
}

// With two digits after the point, so that files and pages stay readable.
double rounded(double value) { return std::round(value * 100) / 100; }

std::string text_of(const json::Value& value) {
  return value.is_null() ? "-" : json::to_text(value);
}

std::string span(const json::Value& report, const std::string& what) {
  const json::Value& half = report[what + "_p50_ms"];
  if (half.is_null()) return "-";
  return text_of(half) + " ms, " + text_of(report[what + "_p99_ms"]) + " ms";
}

std::string path_of_report() {
  const std::string state = roster::state_directory();
  return state.empty() ? "" : state + "/load.json";
}

}  // namespace

Percentiles percentiles_of(std::vector<std::int64_t> durations_ms) {
  if (durations_ms.empty()) return {};
  std::sort(durations_ms.begin(), durations_ms.end());
  return {rank(durations_ms, 50), rank(durations_ms, 99)};
}

json::Object load_json(const LoadReport& r) {
  json::Array samples;
  for (const LoadSample& s : r.samples)
    samples.emplace_back(
        json::Object{{"at_ms", s.at_ms},
                     {"agents", s.agents},
                     {"delivery_p50_ms", s.delivery.p50_ms},
                     {"delivery_p99_ms", s.delivery.p99_ms},
                     {"acked_p50_ms", s.acked.p50_ms},
                     {"acked_p99_ms", s.acked.p99_ms},
                     {"commits_per_s", rounded(s.commits_per_s)},
                     {"tick_ms", s.tick_ms},
                     {"rss_bytes", s.rss_bytes}});
  return {{"shape", r.shape},
          {"seed", static_cast<std::int64_t>(r.seed)},
          {"started_at", text::iso_time(r.started_at)},
          {"duration_ms", r.duration_ms},
          {"wanted", r.wanted},
          {"agents", r.agents},
          {"start_rate", rounded(r.start_rate)},
          {"messages", r.messages},
          {"lost", r.lost},
          {"delivery_p50_ms", r.delivery.p50_ms},
          {"delivery_p99_ms", r.delivery.p99_ms},
          {"acked_p50_ms", r.acked.p50_ms},
          {"acked_p99_ms", r.acked.p99_ms},
          {"commits", r.commits},
          {"commits_per_s", rounded(r.commits_per_s)},
          {"tick_p50_ms", r.tick.p50_ms},
          {"tick_p99_ms", r.tick.p99_ms},
          {"rss_bytes", r.rss_bytes},
          {"processes", r.processes},
          {"busy_waits", r.busy_waits},
          {"stop_ms", r.stop_ms},
          {"samples", std::move(samples)},
          {"findings", findings_json(r.findings)},
          {"clean", r.is_clean()}};
}

std::vector<std::pair<std::string, std::string>> load_rows(
    const json::Value& r) {
  std::vector<std::pair<std::string, std::string>> rows = {
      {"agents at once", text_of(r["agents"]) + " of " + text_of(r["wanted"])},
      {"starts", text_of(r["start_rate"]) + " a second"},
      {"messages",
       text_of(r["messages"]) + ", " + text_of(r["lost"]) + " lost"},
      {"delivery, p50 and p99", span(r, "delivery")},
      {"acknowledgement, p50 and p99", span(r, "acked")},
      {"commits", text_of(r["commits"]) + ", " + text_of(r["commits_per_s"]) +
                      " a second"},
      {"tick, p50 and p99", span(r, "tick")},
      {"memory",
       std::to_string(r["rss_bytes"].as_integer().value_or(0) / 1000000) +
           " MB in " + text_of(r["processes"]) + " processes"},
      {"waits for the store", text_of(r["busy_waits"])},
      {"stop", text_of(r["stop_ms"]) + " ms"}};
  const json::Array none;
  const json::Array* findings = r["findings"].as_array();
  if (!findings) findings = &none;
  for (std::size_t i = 0; i < findings->size() && i < kShownFindings; ++i)
    rows.emplace_back(
        "finding",
        json::to_field((*findings)[i]["check"], json::FieldBytes::Raw) + ": " +
            json::to_field((*findings)[i]["what"], json::FieldBytes::Raw));
  if (findings->size() > kShownFindings)
    rows.emplace_back(
        "finding", std::to_string(findings->size() - kShownFindings) + " more");
  return rows;
}

void keep_report(const LoadReport& report) noexcept {
  try {
    const std::string path = path_of_report();
    if (path.empty()) return;
    LoadReport small = report;
    while (small.samples.size() > kKeptSamples)
      small.samples.erase(small.samples.begin());
    if (small.findings.size() > kShownFindings)
      small.findings.resize(kShownFindings);
    file::make_private_directories(file::parent_of(path));
    file::write_atomically(path, json::to_text(load_json(small)) + "\n");
  } catch (const std::exception&) {
    return;  // a home that cannot be written to
  }
}

json::Value find_kept_report() {
  const std::string path = path_of_report();
  if (path.empty()) return {};
  const auto bytes = file::find_contents(path);
  if (!bytes) return {};
  return json::parse(*bytes).value_or(json::Value());
}

}  // namespace orch::drill
