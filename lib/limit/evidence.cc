// SPDX-License-Identifier: MIT
#include "limit/evidence.h"

#include "calendar/reset.h"
#include "error/error.h"
#include "event/prompt.h"
#include "file/tail.h"
#include "installation/data.h"
#include "limit/limit.h"
#include "message/message.h"
#include "screen/screen.h"
#include "text/text.h"

namespace orch::limit {
namespace {

constexpr std::int64_t kTailBytes = 256 * 1024;

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
