// SPDX-License-Identifier: MIT
#include "queue/order.h"

#include <gtest/gtest.h>

#include <set>

namespace orch::queue {
namespace {

constexpr std::int64_t kHour = 60 * 60 * 1000;

store::QueueItem item(std::int64_t id, std::int64_t priority,
                      std::int64_t enqueued_at = 0,
                      const std::string& status = "queued") {
  return {.id = id,
          .status = status,
          .enqueued_at = enqueued_at,
          .priority = priority};
}

std::int64_t next(const std::vector<store::QueueItem>& items,
                  std::int64_t now) {
  const auto found = next_of(items, now);
  return found ? found->id : 0;
}

TEST(QueueOrder, TakesPriorityBeforeAge) {
  EXPECT_EQ(next({item(1, 0), item(2, 5), item(3, 5)}, 1), 2);
  EXPECT_EQ(next({item(2, 0), item(1, 0)}, 1), 1);
  EXPECT_EQ(next({}, 1), 0);
}

TEST(QueueOrder, LetsAnHourCountAsOnePriority) {
  const std::vector<store::QueueItem> items = {item(1, 0),
                                               item(2, 2, 2 * kHour)};
  EXPECT_EQ(next(items, 2 * kHour), 1);
  EXPECT_EQ(rank(items[0], 2 * kHour - 1), 1);
  EXPECT_EQ(rank(items[0], 2 * kHour), 2);
  EXPECT_EQ(next({item(1, 0), item(2, 3, 2 * kHour)}, 2 * kHour), 2);
  // A clock that was put back takes nothing away.
  EXPECT_EQ(rank(item(1, 4, kHour), 0), 4);
}

TEST(QueueOrder, PassesOverWhatMayNotStart) {
  auto later = item(1, 9, 0, "retrying");
  later.not_before = 100;
  const std::vector<store::QueueItem> items = {
      later, item(2, 9, 0, "paused"), item(3, 9, 0, "running"), item(4, 0)};
  EXPECT_EQ(next(items, 99), 4);
  EXPECT_EQ(next(items, 100), 1);
}

TEST(QueueOrder, CountsWhatOnlyWaitsForALimitAsRunning) {
  auto held = item(1, 0, 0, "paused");
  held.held_at = 5;
  EXPECT_EQ(running_in({held, item(2, 0, 0, "paused"), item(3, 0, 0, "running"),
                        item(4, 0)}),
            2U);
}

TEST(QueueOrder, WaitsLongerBeforeEachRetry) {
  EXPECT_EQ(retry_wait_ms(0), 60 * 1000);
  EXPECT_EQ(retry_wait_ms(1), 5 * 60 * 1000);
  EXPECT_EQ(retry_wait_ms(2), 15 * 60 * 1000);
  EXPECT_FALSE(retry_wait_ms(3));
}

TEST(QueueOrder, GivesANewAttemptANameThatIsFree) {
  std::set<std::string> taken;
  const auto name = [&](const std::string& id) {
    return fresh_id(id,
                    [&](const std::string& n) { return taken.contains(n); });
  };
  EXPECT_EQ(name("003-goals"), "003-goals");
  taken = {"003-goals"};
  EXPECT_EQ(name("003-goals"), "003-goals-retry1");
  taken = {"003-goals", "003-goals-retry1"};
  EXPECT_EQ(name("003-goals"), "003-goals-retry2");
  EXPECT_EQ(name("003-goals-retry1"), "003-goals-retry2");
  // That is a name, and no number of a retry.
  taken = {"x-retry", "x-retry-now", "-retry1"};
  EXPECT_EQ(name("x-retry"), "x-retry-retry1");
  EXPECT_EQ(name("x-retry-now"), "x-retry-now-retry1");
}

}  // namespace
}  // namespace orch::queue
