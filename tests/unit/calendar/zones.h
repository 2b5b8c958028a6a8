// SPDX-License-Identifier: MIT
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "calendar/zone.h"
#include "text/time.h"
#include "zone/zone.h"

namespace orch::calendar {

inline const Zone& zone_named(const std::string& name) {
  const Zone* zone = zone::system().find(name);
  if (!zone) throw std::runtime_error("no zone " + name);
  return *zone;
}

inline std::int64_t utc(const std::string& iso) {
  const auto time = text::parse_iso_time(iso);
  if (!time) throw std::runtime_error("no time " + iso);
  return *time;
}

// The zones of this machine, as seen from some place.
class ZonesAt : public Zones {
 public:
  explicit ZonesAt(std::string name) : name_(std::move(name)) {}
  const Zone* find(std::string_view name) const override {
    return zone::system().find(name);
  }
  const Zone& local() const override { return zone_named(name_); }
  const std::string& local_name() const override { return name_; }

 private:
  std::string name_;
};

}  // namespace orch::calendar
