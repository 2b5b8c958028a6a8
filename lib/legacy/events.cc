// SPDX-License-Identifier: MIT

#include "text/sha256.h"
#include "legacy/importer.h"

namespace orch::legacy {
namespace {

constexpr std::size_t kEventIdBytes = 16;

// The same content has the same id, whatever the row's number was; the second
// of two equal rows has another, which is the same in every import.
std::string event_id(const store::Event& e,
                     std::unordered_map<std::string, std::uint64_t>& seen) {
  std::string content;
  for (const std::string& part :
       {e.spec_id.value_or(""), e.role.value_or(""), e.type,
        e.task_id.value_or(""), e.recorded_commit.value_or(""), e.message,
        e.metadata, std::to_string(e.at)})
    content += std::to_string(part.size()) + ":" + part;
  const std::string digest = text::sha256(content);
  const std::uint64_t nth = seen[digest]++;
  return text::sha256(digest + std::to_string(nth)).substr(0, kEventIdBytes);
}

}  // namespace

Reason Importer::event(const LegacyRow& row) {
  Subject subject;
  if (Reason r = read_subject(row, subject)) return r;
  store::Event e;
  e.type = value_of(row, {"event_type", "type", "event"}).value_or("");
  if (e.type.empty()) return "it has no type";
  if (subject.feature) e.spec_id = subject.feature->spec_id;
  e.role = subject.role;
  e.task_id = value_of(row, {"task_id", "task"});
  e.recorded_commit = value_of(row, kCommit);
  e.message = value_of(row, kMessage).value_or("");
  e.metadata = json_of(value_of(row, {"metadata", "meta", "data"}));
  std::optional<std::int64_t> at;
  if (Reason r = read_time(
          row, kCreated, subject.feature ? subject.feature->created_at : 0, at))
    return r;
  e.at = *at;
  e.event_id = event_id(e, seen_);
  if (appender_.append(e))
    ++report_.imported.events;
  else
    ++report_.present.events;
  return std::nullopt;
}

}  // namespace orch::legacy
