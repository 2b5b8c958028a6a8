// SPDX-License-Identifier: MIT
#include "notice/need.h"

#include <algorithm>
#include <array>

#include "text/text.h"
#include "text/time.h"
#include "text/words.h"

namespace orch::notice {
namespace {

constexpr std::array<std::string_view, 3> kNames = {"info", "warning",
                                                    "critical"};

template <std::size_t N>
bool is_one_of(std::string_view name,
               const std::array<std::string_view, N>& names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::string because(const Need& need) {
  return need.reason.empty() ? "" : ": " + need.reason;
}

}  // namespace

std::string_view severity_name(Severity severity) {
  return kNames.at(static_cast<std::size_t>(severity));
}

std::optional<Severity> parse_severity(std::string_view name) {
  for (std::size_t i = 0; i < kNames.size(); ++i)
    if (kNames.at(i) == name) return static_cast<Severity>(i);
  return std::nullopt;
}

Severity severity_of(const Need& need) {
  constexpr std::array<std::string_view, 4> kCritical = {
      "agent-blocked", "agent-lost", "batch-item", "unexplained-ref"};
  return is_one_of(need.kind, kCritical) ? Severity::Critical
                                         : Severity::Warning;
}

std::string text_of(const Need& need, std::int64_t now) {
  const std::string& kind = need.kind;
  if (kind == "ask")
    return need.agent + " asks for leave: " + need.what + because(need);
  if (kind == "needs-human")
    return need.agent + " waits for a person: a dialog is open in its pane";
  if (kind == "agent-blocked")
    return need.agent + " ended too often and is not started again" +
           because(need);
  if (kind == "agent-ended")
    return need.agent + " has ended and does not come back by itself" +
           because(need);
  if (kind == "agent-lost")
    return need.agent + " is lost: its process is gone, nobody saw how";
  if (kind == "batch-item")
    return "item " + std::to_string(need.number) + " of the batch queue, '" +
           need.what + "', has failed" + because(need);
  if (kind == "gate")
    return "a gate could not run: " + need.what + because(need);
  if (kind == "landing-rejected")
    return need.what + " was rejected " + std::to_string(need.number) +
           " times in a row" + because(need);
  if (kind == "target-dirty") return need.what + " cannot land" + because(need);
  if (kind == "message-failed")
    return "message " + std::to_string(need.number) + " to " + need.agent +
           " has failed" + because(need);
  if (kind == "limit")
    return "nobody says when the usage limit of " + need.agent +
           " ends; assumed: " + need.what;
  if (kind == "overdue")
    return text::count_of(static_cast<std::size_t>(need.number), "check-in") +
           " overdue, by " + text::short_age(now - need.since) +
           ": nobody ticks";
  if (kind == "unexplained-ref")
    return "a ref moved and nothing explains it" + because(need);
  return kind + because(need);
}

std::string command_of(const Need& need) {
  const std::string& kind = need.kind;
  const std::string number = std::to_string(need.number);
  const std::string agent = text::readable_word(need.agent);
  if (kind == "ask") return "git orch ask approve " + number;
  if (kind == "needs-human") return "git orch agent attach " + agent;
  if (kind.starts_with("agent-")) return "git orch agent start " + agent;
  if (kind == "batch-item") return "git orch queue retry " + number;
  if (kind == "gate") return "git orch integrate";
  if (kind == "landing-rejected" || kind == "target-dirty")
    return "git orch integrate --list";
  if (kind == "message-failed") return "git orch inbox --all --agent " + agent;
  if (kind == "limit") return "git orch limits set " + agent + " --in <time>";
  if (kind == "overdue") return "git orch daemon start";
  return "git orch recent";
}

std::vector<std::string> answers_to(const std::string& kind) {
  if (kind == "ask") return {"approve", "deny"};
  return {};
}

Severity severity_of_event(std::string_view type) {
  constexpr std::array<std::string_view, 6> kCritical = {
      "agent_blocked",         "agent_lost", "ref_unexplained",
      "ref_quarantine_failed", "queue_dead", "ref_quarantined"};
  if (is_one_of(type, kCritical)) return Severity::Critical;
  for (const std::string_view part :
       {"failed", "refused", "rejected", "blocked", "stalled", "detected",
        "undone", "needs_human", "exited", "limited", "expired", "escalated",
        "opened", "overdue", "suspected", "interrupted"})
    if (type.find(part) != std::string_view::npos) return Severity::Warning;
  return Severity::Info;
}

}  // namespace orch::notice
