// SPDX-License-Identifier: MIT
#include "drill/plan.h"

#include <algorithm>

namespace orch::drill {

std::string_view severity_name(Severity severity) {
  switch (severity) {
    case Severity::Low:
      return "low";
    case Severity::Medium:
      return "medium";
    case Severity::High:
      return "high";
  }
  return "";
}

std::optional<Severity> parse_severity(std::string_view name) {
  for (const Severity s : {Severity::Low, Severity::Medium, Severity::High})
    if (severity_name(s) == name) return s;
  return std::nullopt;
}

const std::vector<Kind>& kinds() {
  using enum Severity;
  static const std::vector<Kind> kAll = {
      {"detach", Low, {"close", "kill"}, true},
      {"disable-hook", Low, {"remove", "path"}},
      {"slow-git", Medium, {""}},
      {"cpu", Medium, {""}},
      {"kill-daemon", Medium, {""}},
      {"stop-process", Medium, {"daemon", "server", "agent"}, true},
      {"move-clock", Medium, {"forward", "back"}},
      {"memory", High, {""}},
      {"disk-full", High, {""}},
      {"kill-agent", High, {""}, true},
      {"kill-shell", High, {""}, true},
      {"kill-pane", High, {""}, true},
      {"kill-server", High, {""}},
      {"corrupt-worktree", High, {"link", "index", "gone"}, true},
      {"corrupt-store",
       High,
       {"header-fix", "half-fix", "page-fix", "header-restore",
        "half-restore"}},
      {"corrupt-spool", High, {"garbage", "torn"}},
      {"corrupt-ref", High, {"garbage", "empty"}, true},
  };
  return kAll;
}

const Kind* find_kind(std::string_view name) {
  for (const Kind& kind : kinds())
    if (kind.name == name) return &kind;
  return nullptr;
}

// SplitMix64.
std::uint64_t Draw::next() {
  state_ += 0x9e3779b97f4a7c15U;
  std::uint64_t z = state_;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
  return z ^ (z >> 31);
}

namespace {

std::vector<const Kind*> kinds_of(const Asked& asked) {
  std::vector<const Kind*> possible;
  for (const Kind& kind : kinds()) {
    const bool is_named =
        asked.only.empty() || std::find(asked.only.begin(), asked.only.end(),
                                        kind.name) != asked.only.end();
    if (is_named && (!asked.severity || *asked.severity == kind.severity))
      possible.push_back(&kind);
  }
  return possible;
}

}  // namespace

bool has_kinds(const Asked& asked) { return !kinds_of(asked).empty(); }

std::vector<Planned> plan(const Asked& asked) {
  const std::vector<const Kind*> possible = kinds_of(asked);
  std::vector<Planned> out;
  if (possible.empty()) return out;
  Draw draw(asked.seed);
  const std::int64_t least = std::max<std::int64_t>(1, asked.min_interval_ms);
  const std::int64_t span =
      std::max<std::int64_t>(0, asked.max_interval_ms - least) + 1;
  std::int64_t at = 0;
  // All kinds once, in some order, before any comes again.
  std::vector<const Kind*> left;
  for (;;) {
    at += least + static_cast<std::int64_t>(
                      draw.below(static_cast<std::uint64_t>(span)));
    if (at >= asked.duration_ms) return out;
    if (left.empty()) left = possible;
    const auto chosen =
        left.begin() + static_cast<std::ptrdiff_t>(draw.below(left.size()));
    Planned planned{.at_ms = at, .kind = *chosen};
    left.erase(chosen);
    const auto& forms = planned.kind->forms;
    planned.form = forms[draw.below(forms.size())];
    planned.target = planned.form;
    // Drawn in any case, so that a form changes nothing of what follows.
    const std::uint64_t who = draw.next();
    if (planned.kind->hits_agent && !asked.agents.empty() &&
        planned.form != "daemon" && planned.form != "server")
      planned.target = asked.agents[who % asked.agents.size()];
    out.push_back(planned);
  }
}

}  // namespace orch::drill
