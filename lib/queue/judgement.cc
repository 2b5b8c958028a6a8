// SPDX-License-Identifier: MIT
#include "queue/judgement.h"

#include <algorithm>

#include "text/text.h"
#include "text/time.h"

namespace orch::queue {
namespace {

constexpr std::size_t kMostWords = 200;

template <typename Predicate>
bool any(const std::vector<Member>& team, Predicate holds) {
  return std::any_of(team.begin(), team.end(), holds);
}

std::string names_of_ended(const std::vector<Member>& team) {
  std::vector<std::string> names;
  for (const Member& m : team)
    if (m.ended && !m.completed) names.push_back(m.address);
  return text::join(names, ", ");
}

}  // namespace

std::optional<std::string> over_time(std::int64_t ran_ms,
                                     std::optional<std::int64_t> limit_ms) {
  if (!limit_ms || ran_ms < *limit_ms) return std::nullopt;
  return "not done in " + text::duration_text(*limit_ms);
}

Judgement judge(const Seen& seen) {
  if (seen.feature_is_gone) return {Verdict::Failed, "its feature is gone"};
  if (seen.feature_is_done) return {Verdict::Done, "its feature is completed"};
  const auto& team = seen.team;
  if (!team.empty() && !any(team, [](const Member& m) { return !m.completed; }))
    return {Verdict::Done, "all its agents are done"};
  if (seen.given_up)
    return {Verdict::Failed,
            "its overseer reported failure: " +
                text::cut(text::printable(*seen.given_up), kMostWords)};
  if (auto late = over_time(seen.ran_ms, seen.limit_ms))
    return {Verdict::Failed, *std::move(late)};
  const auto runs = [](const Member& m) { return m.running; };
  const auto is_lost = [](const Member& m) { return m.ended && !m.completed; };
  if (any(team, is_lost) && !any(team, runs) &&
      !any(team, [](const Member& m) { return m.returns; }))
    return {Verdict::Failed,
            "no agent runs any more: " + names_of_ended(team) + " ended"};
  if (any(team, runs) &&
      !any(team, [](const Member& m) { return m.running && !m.limited; }))
    return {Verdict::Held, ""};
  return {};
}

}  // namespace orch::queue
