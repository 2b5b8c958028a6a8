// SPDX-License-Identifier: MIT
#include "queue/order.h"

#include <algorithm>
#include <array>

namespace orch::queue {
namespace {

constexpr std::int64_t kMinuteMs = 60 * 1000;
constexpr std::array<std::int64_t, kMostRetries> kWaits = {
    1 * kMinuteMs, 5 * kMinuteMs, 15 * kMinuteMs};
constexpr char kSuffix[] = "-retry";

// "x-retry2" is an attempt at "x".
std::string first_name(const std::string& spec_id) {
  const std::size_t at = spec_id.rfind(kSuffix);
  if (at == std::string::npos || at == 0) return spec_id;
  const std::string number = spec_id.substr(at + sizeof(kSuffix) - 1);
  return number.empty() ||
                 number.find_first_not_of("0123456789") != std::string::npos
             ? spec_id
             : spec_id.substr(0, at);
}

}  // namespace

std::int64_t rank(const store::QueueItem& item, std::int64_t now) {
  return item.priority +
         std::max<std::int64_t>(0, now - item.enqueued_at) / kAgeMs;
}

bool may_start(const store::QueueItem& item, std::int64_t now) {
  return (item.status == "queued" || item.status == "retrying") &&
         item.not_before.value_or(0) <= now;
}

std::optional<store::QueueItem> next_of(
    const std::vector<store::QueueItem>& items, std::int64_t now) {
  const store::QueueItem* best = nullptr;
  for (const store::QueueItem& item : items) {
    if (!may_start(item, now)) continue;
    const bool is_better =
        !best || rank(item, now) > rank(*best, now) ||
        (rank(item, now) == rank(*best, now) && item.id < best->id);
    if (is_better) best = &item;
  }
  return best ? std::optional(*best) : std::nullopt;
}

std::size_t running_in(const std::vector<store::QueueItem>& items) {
  return static_cast<std::size_t>(std::count_if(
      items.begin(), items.end(), [](const store::QueueItem& item) {
        return item.status == "running" || item.is_held();
      }));
}

std::optional<std::int64_t> retry_wait_ms(std::int64_t retries) {
  if (retries < 0 || retries >= kMostRetries) return std::nullopt;
  return kWaits.at(static_cast<std::size_t>(retries));
}

std::string fresh_id(const std::string& spec_id,
                     const std::function<bool(const std::string&)>& is_taken) {
  if (!is_taken(spec_id)) return spec_id;
  const std::string name = first_name(spec_id) + kSuffix;
  for (int n = 1;; ++n)
    if (!is_taken(name + std::to_string(n))) return name + std::to_string(n);
}

}  // namespace orch::queue
