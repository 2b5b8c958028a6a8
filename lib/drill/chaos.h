// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <string>

#include "drill/chaos_report.h"
#include "drill/interrupt.h"
#include "drill/plan.h"

namespace orch::drill {

struct ChaosOptions {
  Asked asked;     // `agents` is filled in
  int agents = 4;  // that run and may be hit; at least two
  bool keep = false;
};

// What is asked for, with the agents that there will be.
Asked asked_of(const ChaosOptions& options);
// What a drill would do, without doing it.
std::vector<Planned> plan_of(const ChaosOptions& options);

// Does it, in an arena of its own, and cleans up. `tell` hears of each step.
// Throws Interrupted, when everything is cleaned up, and Error{Io} when there
// is no room to begin.
ChaosReport run_chaos(const ChaosOptions& options, const Interrupts& interrupts,
                      const std::function<void(const std::string&)>& tell);

}  // namespace orch::drill
