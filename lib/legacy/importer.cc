// SPDX-License-Identifier: MIT
#include "legacy/importer.h"

#include <algorithm>

#include "text/text.h"

namespace orch::legacy {
namespace {

bool is_number(const std::string& value) {
  return !value.empty() &&
         value.find_first_not_of("0123456789") == std::string::npos;
}

}  // namespace

std::string quote(const std::string& value) {
  constexpr std::size_t kMost = 60;
  return "'" + text::printable(text::clip(text::to_utf8(value), kMost)) + "'";
}

void Importer::plan() {
  each("features", [&](const LegacyRow& row) { return plan_feature(row); });
}

void Importer::write() {
  for (store::Feature& f : planned_) write_feature(f);
  each("agents", [&](const LegacyRow& row) { return agent(row); });
  each("task_events", [&](const LegacyRow& row) { return event(row); });
  each("pull_requests",
       [&](const LegacyRow& row) { return pull_request(row); });
  each("conflicts", [&](const LegacyRow& row) { return conflict(row); });
  each("test_results", [&](const LegacyRow& row) { return test(row); });
  each("blockers", [&](const LegacyRow& row) { return blocker(row); });
}

Report Importer::take_report() {
  std::sort(report_.branches.begin(), report_.branches.end());
  report_.branches.erase(
      std::unique(report_.branches.begin(), report_.branches.end()),
      report_.branches.end());
  return std::move(report_);
}

void Importer::each(const char* table,
                    const std::function<Reason(const LegacyRow&)>& take) {
  std::size_t ordinal = 0;
  file_.read(table, [&](const LegacyRow& row) {
    ++ordinal;
    if (const Reason reason = take(row))
      report_.skipped.push_back(
          {table, value_of(row, {"id"}).value_or("#" + std::to_string(ordinal)),
           *reason});
  });
}

Reason Importer::read_time(const LegacyRow& row, const Names& names,
                           std::optional<std::int64_t> otherwise,
                           std::optional<std::int64_t>& at) {
  at = otherwise;
  const auto text = value_of(row, names);
  if (!text) return std::nullopt;
  at = parse_time(*text);
  if (!at) return quote(*text) + " is no time";
  return std::nullopt;
}

std::optional<store::Feature> Importer::known_feature(
    const std::string& spec_id) {
  if (const auto it = features_.find(spec_id); it != features_.end())
    return it->second;
  auto present = store::find_feature(store_, spec_id);
  if (present) features_[spec_id] = *present;
  return present;
}

Reason Importer::read_feature(const LegacyRow& row,
                              std::optional<store::Feature>& feature) {
  const auto reference = value_of(row, {"feature_id", "spec_id", "feature"});
  if (!reference) return std::nullopt;
  std::string spec_id = *reference;
  if (const auto it = spec_ids_.find(spec_id); it != spec_ids_.end())
    spec_id = it->second;
  feature = known_feature(spec_id);
  if (feature) return std::nullopt;
  if (lost_.contains(*reference))
    return "its feature " + quote(*reference) + " was skipped";
  return "there is no feature " + quote(*reference);
}

Reason Importer::read_agent(const std::string& reference,
                            const Names& role_columns, const LegacyRow& row,
                            std::optional<OldAgent>& out) {
  if (const auto it = agents_.find(reference); it != agents_.end()) {
    out = it->second;
    return std::nullopt;
  }
  if (const auto role = value_of(row, role_columns)) {
    out = OldAgent{"", *role};
    return std::nullopt;
  }
  if (reference.empty()) return std::nullopt;
  if (is_number(reference)) return "there is no agent " + quote(reference);
  const std::size_t slash = reference.find('/');
  if (slash == std::string::npos)
    out = OldAgent{"", reference};
  else
    out = OldAgent{reference.substr(0, slash), reference.substr(slash + 1)};
  return std::nullopt;
}

Reason Importer::read_subject(const LegacyRow& row, Subject& out) {
  if (Reason r = read_feature(row, out.feature)) return r;
  std::optional<OldAgent> agent;
  const std::string reference =
      value_of(row, {"agent_id", "agent"}).value_or("");
  if (Reason r = read_agent(reference, {"role", "agent_role"}, row, agent))
    return r;
  if (!agent) return std::nullopt;
  out.role = agent->role;
  if (!out.feature && !agent->spec_id.empty())
    out.feature = known_feature(agent->spec_id);
  return std::nullopt;
}

Reason Importer::require_subject(const LegacyRow& row, Subject& out) {
  if (Reason r = read_subject(row, out)) return r;
  if (!out.feature) return "it names no feature";
  if (!out.role) return "it names no agent";
  return std::nullopt;
}

}  // namespace orch::legacy
