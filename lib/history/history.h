// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "history/records.h"

// Whether a history can have happened where the promises of the store hold.
// Pure: the same records give the same findings, in the same order.
namespace orch::history {

struct Violation {
  // lease, fencing, event-lost, event-changed, event-twice, message-lost,
  // message-twice, misdirected, order, level-fell, level-unproven,
  // checkin-twice, state-unexplained, process-shared
  std::string rule;
  std::string what;  // for people

  bool operator==(const Violation&) const = default;
};
using Violations = std::vector<Violation>;

// One moment after another, of one store: events only come, messages only rise
// and stay, numbers of leases only rise and each is one owner's.
Violations check_growth(const Records& before, const Records& now);

// One moment by itself: ids and keys are unique, each level has its proof and
// no higher one, of a recurring check-in at most one message waits to be read,
// a state says why and has the process, or the end, that goes with it.
Violations check_moment(const Records& now);

// What was acknowledged to somebody is there.
Violations check_acknowledged(const Records& now, const Witness& witness);

// Claims of one name never overlap, and a later one has a higher number.
Violations check_claims(const std::vector<Claim>& claims);

// What arrived was sent there, came with its text once, and of one sender and
// priority in the order in which it was sent; what counts as read had arrived.
Violations check_arrivals(const Records& now,
                          const std::vector<Arrival>& arrivals,
                          const Witness& witness);

// All of them; `before` may be null.
Violations check(const Records* before, const Records& now,
                 const std::vector<Arrival>& arrivals, const Witness& witness);

}  // namespace orch::history
