// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// What people are told, and in which words. Pure.
namespace orch::notice {

enum class Severity { Info, Warning, Critical };
std::string_view severity_name(Severity severity);  // "critical"
// Absent for what is none.
std::optional<Severity> parse_severity(std::string_view name);

// Something that does not go on without a person, as rows show it.
struct Need {
  // ask, needs-human, agent-blocked, agent-ended, agent-lost, batch-item, gate,
  // landing-rejected, target-dirty, message-failed, limit, overdue,
  // unexplained-ref
  std::string kind;
  std::string key;          // the same as long as it is the same thing
  std::string spec_id;      // empty outside any feature
  std::string agent;        // an address; empty: of nobody
  std::int64_t since = 0;   // ms since 1970
  std::string what;         // by kind: an action, a branch, a command …
  std::string reason;       // may be empty
  std::int64_t number = 0;  // by kind: an id, or how many
  std::string evidence;     // the end of a log; may be empty
};

Severity severity_of(const Need& need);
// One line that says what waits. `now` is for what says how long.
std::string text_of(const Need& need, std::int64_t now);
// What a person types next.
std::string command_of(const Need& need);
// The words with which it can be answered; none: it is only marked as seen.
std::vector<std::string> answers_to(const std::string& kind);

// How much an event matters to who asked to be told of it.
Severity severity_of_event(std::string_view type);

}  // namespace orch::notice
