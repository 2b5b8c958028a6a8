// SPDX-License-Identifier: MIT
#include "error/error.h"
#include "git/git.h"
#include "overview/overview.h"
#include "store/conflicts.h"
#include "text/text.h"
#include "text/time.h"

namespace orch::overview {
namespace {

// A cell of a Markdown table: no pipe and no line end may close it.
std::string cell(const std::string& bytes) {
  std::string out;
  for (const char c : text::printable(bytes)) {
    if (c == '\\' || c == '|' || c == '<' || c == '`' || c == '*' || c == '_' ||
        c == '[')
      out += '\\';
    out += c;
  }
  return out;
}

std::string csv_cell(const std::string& bytes) {
  if (bytes.find_first_of(",\"\r\n") == std::string::npos) return bytes;
  std::string out = "\"";
  for (const char c : bytes) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + "\"";
}

std::vector<store::Event> all_events(store::Store& store,
                                     const std::string& spec_id) {
  return store::list_events(store, {.spec_id = spec_id,
                                    .limit = std::size_t{1} << 40,
                                    .oldest_first = true});
}

std::string markdown(store::Store& store, const FeatureStatus& fs) {
  const store::Feature& f = fs.feature;
  std::string out = "# " + cell(f.name) + "\n\n";
  out += "Feature `" + f.spec_id + "`, " + f.status + ", from `" +
         git::short_branch(f.base) + "`, integration branch `" +
         f.integration_branch + "`.\n\n## Agents\n\n";
  out += "| Branch | Owner | Status | Last update | Unread |\n";
  out += "|---|---|---|---|---|\n";
  for (std::size_t i = 0; i < fs.agents.size(); ++i) {
    const store::Agent& a = fs.agents[i];
    out += "| " + cell(a.branch) + " | " + cell(a.role) + " | " + a.state +
           " | " + text::iso_time(a.state_since) + " | " +
           std::to_string(fs.unread[i]) + " |\n";
  }
  out += "\n## Conflicts\n\n";
  const auto conflicts = store::list_open_conflicts(store, f.id);
  if (conflicts.empty()) out += "None.\n";
  for (const store::Conflict& c : conflicts)
    out += "- " + cell(c.a) + " and " + cell(c.b) + " (" + c.kind +
           "): " + cell(text::join(c.paths, ", ")) + "\n";
  out += "\n## Events\n\n| Time | Role | Type | Commit | Message |\n";
  out += "|---|---|---|---|---|\n";
  for (const store::Event& e : all_events(store, f.spec_id))
    out += "| " + text::iso_time(e.at) + " | " + cell(e.role.value_or("")) +
           " | " + cell(e.type) + " | " + e.commit.value_or("").substr(0, 12) +
           " | " + cell(e.message) + " |\n";
  return out;
}

}  // namespace

std::string csv_heading() { return text::join(event_fields(), ",") + "\r\n"; }

std::string event_line(const store::Event& event, ExportFormat format) {
  const json::Value row(event_json(event));
  if (format == ExportFormat::JsonLines) return json::to_text(row) + "\n";
  std::vector<std::string> cells;
  for (const std::string& field : event_fields())
    cells.push_back(
        csv_cell(json::to_field(row[field], json::FieldBytes::Raw)));
  return text::join(cells, ",") + "\r\n";
}

std::string export_feature(store::Store& store, const std::string& spec_id,
                           ExportFormat format) {
  const Status s = status(store, spec_id);
  if (s.features.empty())
    throw Error(ErrorCode::UnknownName, "unknown feature '" + spec_id + "'",
                "git orch status");
  if (format == ExportFormat::Markdown) return markdown(store, s.features[0]);
  if (format == ExportFormat::Json) {
    json::Object page = status_json(store, s);
    json::Array events;
    for (const store::Event& e : all_events(store, spec_id))
      events.emplace_back(event_json(e));
    page.emplace_back("events", std::move(events));
    return json::to_text(page) + "\n";
  }
  std::string out = format == ExportFormat::Csv ? csv_heading() : "";
  for (const store::Event& e : all_events(store, spec_id))
    out += event_line(e, format);
  return out;
}

}  // namespace orch::overview
