// SPDX-License-Identifier: MIT
#include "checkin/recurrence.h"

#include <algorithm>

namespace orch::checkin {

std::string with_zone(const std::string& schedule, const std::string& zone) {
  return schedule + " " + zone;
}

Kept parts_of(const std::string& kept) {
  const std::size_t blank = kept.rfind(' ');
  if (blank == std::string::npos) return {kept, ""};
  return {kept.substr(0, blank), kept.substr(blank + 1)};
}

Recurrence::Recurrence(const store::Checkin& c, const calendar::Zones& zones)
    : due_at_(c.due_at), every_ms_(c.every_ms) {
  if (!c.schedule) return;
  const Kept kept = parts_of(*c.schedule);
  schedule_ = calendar::parse_schedule(kept.schedule);
  zone_ = zones.find(kept.zone);
  if (zone_) return;
  unknown_zone_ = kept.zone;
  static const calendar::FixedZone utc(0);
  zone_ = &utc;
}

std::optional<std::int64_t> Recurrence::next(std::int64_t now) const {
  if (schedule_) return calendar::next_after(*schedule_, now, *zone_);
  if (!every_ms_) return std::nullopt;
  if (now < due_at_) return due_at_;
  return due_at_ + ((now - due_at_) / *every_ms_ + 1) * *every_ms_;
}

std::int64_t Recurrence::missed(std::int64_t now) const {
  if (now < due_at_) return 0;
  if (every_ms_) return std::min((now - due_at_) / *every_ms_, kMostMissed);
  std::int64_t count = 0;
  if (!schedule_) return count;
  for (std::int64_t time = due_at_; count < kMostMissed; ++count) {
    time = calendar::next_after(*schedule_, time, *zone_);
    if (time > now) break;
  }
  return count;
}

std::optional<std::int64_t> Recurrence::latest(std::int64_t now) const {
  if (every_ms_) return now + *every_ms_;
  return next(now);
}

}  // namespace orch::checkin
