// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "calendar/schedule.h"
#include "calendar/zone.h"
#include "store/checkins.h"

// When a check-in comes again.
namespace orch::checkin {

// A schedule as its row keeps it, with the name of its zone behind it: that
// stays right wherever it is looked at.
std::string with_zone(const std::string& schedule, const std::string& zone);
// The two parts of that; the zone is the last word.
struct Kept {
  std::string schedule, zone;
};
Kept parts_of(const std::string& kept);

class Recurrence {
 public:
  // Throws Error{Usage} when the row's schedule cannot be read.
  Recurrence(const store::Checkin& checkin, const calendar::Zones& zones);

  // The first time behind `now`; with an interval it keeps the beat of
  // `due_at`. Absent for one that comes once.
  std::optional<std::int64_t> next(std::int64_t now) const;
  // How many more times it should have come between `due_at` and `now`,
  // kMostMissed at most.
  std::int64_t missed(std::int64_t now) const;
  static constexpr std::int64_t kMostMissed = 100;
  // The latest that its next time can be, seen from `now`.
  std::optional<std::int64_t> latest(std::int64_t now) const;
  // The zone is not known on this machine; UTC stands for it.
  const std::string& unknown_zone() const { return unknown_zone_; }

 private:
  std::int64_t due_at_;
  std::optional<std::int64_t> every_ms_;
  std::optional<calendar::Schedule> schedule_;
  const calendar::Zone* zone_ = nullptr;
  std::string unknown_zone_;
};

}  // namespace orch::checkin
