// SPDX-License-Identifier: MIT
#include "zone/zone.h"

#include <cstdlib>
#include <ctime>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "file/file.h"
#include "text/case.h"
#include "text/text.h"

namespace orch::zone {
namespace {

using calendar::Local;

constexpr char kUtc[] = "UTC";

constexpr char kDirectory[] = "/usr/share/zoneinfo/";

// The C library knows one zone at a time, that of TZ. Back to what it was at
// the end, since programs that we start read it, too.
class Within {
 public:
  explicit Within(const std::string& name) : lock_(mutex()) {
    if (const char* before = std::getenv("TZ")) before_ = before;
    ::setenv("TZ", (":" + name).c_str(), 1);
    ::tzset();
  }
  ~Within() {
    if (before_)
      ::setenv("TZ", before_->c_str(), 1);
    else
      ::unsetenv("TZ");
    ::tzset();
  }
  Within(const Within&) = delete;
  Within& operator=(const Within&) = delete;

  // Seconds east of UTC.
  std::int64_t offset(std::int64_t second) const {
    const std::time_t at = second;
    std::tm fields{};
    return ::localtime_r(&at, &fields) ? fields.tm_gmtoff : 0;
  }

 private:
  static std::mutex& mutex() {
    static std::mutex mutex;
    return mutex;
  }
  const std::lock_guard<std::mutex> lock_;
  std::optional<std::string> before_;
};

std::int64_t seconds_of(std::int64_t ms) {
  return ms / calendar::kSecondMs - (ms % calendar::kSecondMs < 0 ? 1 : 0);
}

class SystemZone : public calendar::Zone {
 public:
  explicit SystemZone(std::string name) : name_(std::move(name)) {}

  Local to_local(std::int64_t instant) const override {
    const Within zone(name_);
    return calendar::FixedZone(zone.offset(seconds_of(instant)) *
                               calendar::kSecondMs)
        .to_local(instant);
  }

  std::int64_t to_utc(const Local& local) const override {
    constexpr std::int64_t kDay = 86400;
    const std::int64_t as_utc =
        seconds_of(calendar::FixedZone(0).to_utc(local));
    const Within zone(name_);
    // No clock is further from UTC than a day, and none is set twice in two.
    std::int64_t before = as_utc - kDay, behind = as_utc + kDay;
    const std::int64_t first = as_utc - zone.offset(before);
    if (zone.offset(first) == zone.offset(before))
      return first * calendar::kSecondMs;
    const std::int64_t second = as_utc - zone.offset(behind);
    if (zone.offset(second) == zone.offset(behind))
      return second * calendar::kSecondMs;
    // Neither: the clocks skip it. The instant at which they do.
    while (behind - before > 1) {
      const std::int64_t middle = before + (behind - before) / 2;
      (zone.offset(middle) == zone.offset(behind) ? behind : before) = middle;
    }
    return behind * calendar::kSecondMs;
  }

 private:
  const std::string name_;
};

// "/usr/share/zoneinfo/Europe/Berlin" is Europe/Berlin.
std::string name_in(const std::string& path) {
  constexpr std::string_view kAbove = "zoneinfo/";
  const std::size_t at = path.rfind(kAbove);
  return at == std::string::npos ? "" : path.substr(at + kAbove.size());
}

class System : public calendar::Zones {
 public:
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

  const calendar::Zone& local() const override {
    look_for_local();
    return *local_;
  }
  const std::string& local_name() const override {
    look_for_local();
    return local_name_;
  }

 private:
  // When it is asked for: who needs no zone reads no files.
  void look_for_local() const {
    std::call_once(looked_, [this] {
      for (const std::string& name : candidates())
        if (const calendar::Zone* zone = find(name)) {
          local_ = zone;
          local_name_ = name;
          return;
        }
    });
  }

  // Null without that name, and without zone files.
  static std::unique_ptr<SystemZone> load(std::string_view name) {
    if (name.starts_with('/') || name.find("..") != std::string_view::npos ||
        name.find('\0') != std::string_view::npos)
      return nullptr;
    const std::string path = kDirectory + std::string(name);
    if (!file::regular_size(path) ||
        !file::find_contents(path).value_or("").starts_with("TZif"))
      return nullptr;
    return std::make_unique<SystemZone>(std::string(name));
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
  mutable std::once_flag looked_;
  mutable const calendar::Zone* local_ = &utc_;
  mutable std::string local_name_ = kUtc;
  mutable std::mutex mutex_;
  mutable std::map<std::string, std::unique_ptr<SystemZone>> zones_;
};

}  // namespace

const calendar::Zones& system() {
  static const System system;
  return system;
}

}  // namespace orch::zone
