// SPDX-License-Identifier: MIT
#include "limit/evidence.h"

#include <algorithm>
#include <cstdlib>

#include "calendar/reset.h"
#include "error/error.h"
#include "event/prompt.h"
#include "file/tail.h"
#include "installation/data.h"
#include "limit/limit.h"
#include "message/message.h"
#include "screen/screen.h"
#include "text/text.h"
#include "text/time.h"

namespace orch::limit {
namespace {

constexpr std::int64_t kTailBytes = 256 * 1024;
constexpr std::int64_t kFarMs = 366LL * 24 * 3600 * 1000;
constexpr int kDepth = 8;

std::optional<double> number_of(const json::Value& value) {
  if (const auto whole = value.as_integer()) return static_cast<double>(*whole);
  if (value.is_null() || value.as_string() || value.as_bool() ||
      value.as_array() || value.as_object())
    return std::nullopt;
  return std::strtod(json::to_text(value).c_str(), nullptr);
}

std::optional<std::int64_t> reset_of(const json::Value& window,
                                     std::int64_t now) {
  for (const char* key : {"resets_at", "resetsAt", "reset_at"}) {
    if (const std::string* iso = window[key].as_string())
      return text::parse_iso_time(*iso);
    if (const auto at = number_of(window[key]))
      // Milliseconds are beyond the year 5000 as seconds.
      return static_cast<std::int64_t>(*at > 1e11 ? *at : *at * 1000);
  }
  for (const char* key : {"resets_in_seconds", "reset_after_seconds"})
    if (const auto in = number_of(window[key]))
      return now + static_cast<std::int64_t>(*in * 1000);
  return std::nullopt;
}

std::optional<double> used_of(const json::Value& window) {
  for (const char* key : {"used_percent", "used_percentage", "usedPercent"})
    if (const auto used = number_of(window[key])) return used;
  return std::nullopt;
}

struct Windows {
  bool found = false;
  std::optional<std::int64_t> until;
};

void collect(const json::Value& value, std::int64_t now, int depth,
             Windows& out) {
  if (depth == 0) return;
  if (const auto used = used_of(value)) {
    out.found = true;
    const auto reset = reset_of(value, now);
    if (*used >= 100 && reset && *reset > now && *reset - now < kFarMs)
      out.until = std::max(out.until.value_or(*reset), *reset);
  }
  if (const json::Object* members = value.as_object())
    for (const auto& [key, member] : *members)
      collect(member, now, depth - 1, out);
}

// The visible part of its pane; empty when it cannot be seen.
std::string pane_text(const Repository& repository, const store::Agent& agent) {
  if (agent.pane.empty()) return "";
  const auto shown =
      message::server_of(repository).look_at({message::pane_of(agent)});
  return shown.front().is_there ? shown.front().text : "";
}

std::optional<Evidence> from_screen(const Repository& repository,
                                    const store::Agent& agent,
                                    const calendar::Zones& zones,
                                    std::int64_t now) {
  const std::string text = pane_text(repository, agent);
  if (text.empty()) return std::nullopt;
  const auto runtime =
      installation::require_runtime(repository.orch_dir(), agent.runtime);
  const auto found = screen::find_limit(runtime, {text, ""});
  if (!found) return std::nullopt;
  auto reset = calendar::parse_reset(found->until, now, zones);
  if (!reset) reset = calendar::parse_reset(found->line, now, zones);
  return Evidence{"screen", text::printable(text::trim(found->line)),
                  reset ? reset->at : 0};
}

}  // namespace

std::optional<std::int64_t> exhausted_until(const json::Value& value,
                                            std::int64_t now) {
  Windows windows;
  collect(value, now, kDepth, windows);
  return windows.until;
}

std::optional<std::int64_t> exhausted_in_lines(std::string_view lines,
                                               std::int64_t now) {
  while (!lines.empty()) {
    const std::size_t end = lines.rfind('\n');
    const bool first = end == std::string_view::npos;
    const std::string_view line = first ? lines : lines.substr(end + 1);
    lines = first ? std::string_view() : lines.substr(0, end);
    if (line.find("used") == std::string_view::npos) continue;
    const auto value = json::parse(line);
    if (!value) continue;
    Windows windows;
    collect(*value, now, kDepth, windows);
    if (windows.found) return windows.until;
  }
  return std::nullopt;
}

std::optional<Evidence> find_evidence(const Repository& repository,
                                      const store::Agent& agent,
                                      const std::string& hook_text,
                                      const calendar::Zones& zones,
                                      std::int64_t now) {
  if (!agent.transcript.empty())
    if (const auto tail = file::find_tail(agent.transcript, kTailBytes))
      if (const auto until = exhausted_in_lines(*tail, now))
        return Evidence{"transcript", "", *until};
  if (const auto usage = file::find_tail(
          event::usage_file(repository.orch_dir(), std::to_string(agent.id)),
          kTailBytes))
    if (const auto until = exhausted_in_lines(*usage, now))
      return Evidence{"usage", "", *until};
  std::optional<Evidence> best;
  if (!hook_text.empty()) {
    const auto reset = calendar::parse_reset(hook_text, now, zones);
    best = Evidence{"hook", text::printable(hook_text), reset ? reset->at : 0};
    if (reset) return best;
  }
  if (auto shown = from_screen(repository, agent, zones, now);
      shown && (shown->resets_at != 0 || !best))
    best = std::move(shown);
  if (!best) return std::nullopt;
  if (best->resets_at == 0) {
    best->source = "assumed";
    best->resets_at = now + kAssumedMs;
  }
  return best;
}

}  // namespace orch::limit
