// SPDX-License-Identifier: MIT
#include "overview/keep.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "process/namespace.h"
#include "process/process.h"

namespace orch::overview {
namespace {

// Whether its line stays as it is while no event comes and its process lives,
// which is then entered.
bool is_steady(const store::Agent& a, std::vector<process::Identity>& alive) {
  const bool has_ended =
      a.state == "exited" && !a.restart_at && a.state_source != "process";
  if (a.state == "stopped" || has_ended) return true;
  const bool is_elsewhere =
      a.pid_namespace != 0 && a.pid_namespace != process::pid_namespace();
  if (a.pid == 0 || is_elsewhere || a.state == "exited" || a.state == "lost" ||
      a.state == "starting")
    return false;
  alive.push_back(
      {static_cast<pid_t>(a.pid), static_cast<std::uint64_t>(a.pid_start)});
  return true;
}

std::optional<std::vector<process::Identity>> living(const Status& status) {
  std::vector<process::Identity> out;
  for (const FeatureStatus& fs : status.features)
    for (const AgentStatus& a : fs.agents)
      if (!is_steady(a.agent, out)) return std::nullopt;
  for (const AgentStatus& a : status.others)
    if (!is_steady(a.agent, out)) return std::nullopt;
  return out;
}

}  // namespace

void keep(const repository::Repository& repository, store::Store& store,
          const memo::Stamp& stamp, const Status& status,
          const json::Object& data) {
  auto alive = living(status);
  if (!alive || status.overdue > 0) return;
  std::int64_t until = status.now + memo::kLongestMs;
  if (const auto turn = store::next_turn(store, status.now))
    until = std::min(until, *turn);
  for (const store::Landed& l : status.landed)
    until = std::min(until, l.at + kLatelyMs);
  memo::keep(repository, stamp,
             {.now = status.now,
              .until = until,
              .alive = std::move(*alive),
              .daemon = status.daemon,
              .answer = json::to_text(data)});
}

}  // namespace orch::overview
