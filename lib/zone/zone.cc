// SPDX-License-Identifier: MIT
#include "zone/zone.h"

#include <date/tz.h>

#include <cstdlib>
#include <exception>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "file/file.h"
#include "text/case.h"
#include "text/text.h"

namespace orch::zone {
namespace {

using calendar::Local;

constexpr char kUtc[] = "UTC";

class SystemZone : public calendar::Zone {
 public:
  explicit SystemZone(const date::time_zone& zone) : zone_(zone) {}

  Local to_local(std::int64_t instant) const override {
    const auto second = date::floor<std::chrono::seconds>(
        date::sys_time<std::chrono::milliseconds>(
            std::chrono::milliseconds(instant)));
    const auto offset = zone_.get_info(second).offset;
    return calendar::FixedZone(offset.count() * calendar::kSecondMs)
        .to_local(instant);
  }

  std::int64_t to_utc(const Local& local) const override {
    const std::int64_t as_utc = calendar::FixedZone(0).to_utc(local);
    const date::local_info info = zone_.get_info(date::local_seconds(
        std::chrono::seconds(as_utc / calendar::kSecondMs)));
    if (info.result == date::local_info::nonexistent)
      return info.first.end.time_since_epoch().count() * calendar::kSecondMs;
    return as_utc - info.first.offset.count() * calendar::kSecondMs;
  }

 private:
  const date::time_zone& zone_;
};

// "/usr/share/zoneinfo/Europe/Berlin" is Europe/Berlin.
std::string name_in(const std::string& path) {
  constexpr std::string_view kDirectory = "zoneinfo/";
  const std::size_t at = path.rfind(kDirectory);
  return at == std::string::npos ? "" : path.substr(at + kDirectory.size());
}

class System : public calendar::Zones {
 public:
  System() {
    for (const std::string& name : candidates())
      if (const calendar::Zone* zone = find(name)) {
        local_ = zone;
        local_name_ = name;
        return;
      }
  }

  const calendar::Zone* find(std::string_view name) const override {
    const std::string small = text::lower(name);
    if (small == "utc" || small == "gmt" || small == "z" || small == "zulu")
      return &utc_;
    // right/ counts leap seconds, which no clock of ours does.
    if (name.empty() || name.starts_with("right/") ||
        name.starts_with("posix/"))
      return nullptr;
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto known = zones_.find(std::string(name));
    if (known != zones_.end()) return known->second.get();
    return zones_.emplace(std::string(name), load(name)).first->second.get();
  }

  const calendar::Zone& local() const override { return *local_; }
  const std::string& local_name() const override { return local_name_; }

 private:
  // Null without that name, and without zone files.
  static std::unique_ptr<SystemZone> load(std::string_view name) {
    try {
      const date::time_zone* zone = date::locate_zone(name);
      zone->get_info(date::sys_seconds());  // its file is read here
      return std::make_unique<SystemZone>(*zone);
    } catch (const std::exception&) {
      return nullptr;
    }
  }

  static std::vector<std::string> candidates() {
    std::vector<std::string> out;
    if (const char* set = std::getenv("TZ")) {
      std::string name = set;
      if (name.starts_with(':')) name.erase(0, 1);
      if (name.empty()) return {};  // as the C library has it
      out.push_back(name.starts_with('/') ? name_in(name) : name);
    }
    if (const auto target = file::link_target("/etc/localtime"))
      out.push_back(name_in(*target));
    if (const auto name = file::find_contents("/etc/timezone"))
      out.emplace_back(text::trim(*name));
    return out;
  }

  calendar::FixedZone utc_{0};
  const calendar::Zone* local_ = &utc_;
  std::string local_name_ = kUtc;
  mutable std::mutex mutex_;
  mutable std::map<std::string, std::unique_ptr<SystemZone>> zones_;
};

}  // namespace

const calendar::Zones& system() {
  static const System system;
  return system;
}

}  // namespace orch::zone
