// SPDX-License-Identifier: MIT
#include "dashboard/crew.h"

#include <gtest/gtest.h>

#include <future>
#include <memory>

#include "clock/clock.h"

namespace orch::dashboard {
namespace {

constexpr std::int64_t kLongMs = 60'000;

TEST(DashboardCrew, EndsWithoutWhoHangs) {
  std::promise<void> begun, release;
  bool is_second_done = false;
  Crew crew(1, 2);
  ASSERT_TRUE(crew.post([&] {
    begun.set_value();
    release.get_future().wait();
  }));
  begun.get_future().wait();
  EXPECT_FALSE(crew.is_idle());
  EXPECT_TRUE(crew.post([&] { is_second_done = true; }));
  EXPECT_TRUE(crew.post([] {}));
  EXPECT_FALSE(crew.post([] {})) << "two wait already";
  crew.end();
  EXPECT_FALSE(crew.post([] {}));
  EXPECT_FALSE(crew.has_ended(clock::steady()));
  release.set_value();
  EXPECT_TRUE(crew.has_ended(clock::steady() + kLongMs));
  EXPECT_TRUE(crew.is_idle());
  EXPECT_FALSE(is_second_done);
}

TEST(DashboardCrew, MayGoWithTheLastOfItsJobs) {
  struct House {
    Crew crew{1, 1};
    std::promise<void> gone;
    ~House() { gone.set_value(); }
  };
  std::promise<void> let_go;
  auto house = std::make_shared<House>();
  const std::future<void> gone = house->gone.get_future();
  Crew& crew = house->crew;
  ASSERT_TRUE(crew.post([house, &let_go] { let_go.get_future().wait(); }));
  house.reset();
  let_go.set_value();
  gone.wait();
}

}  // namespace
}  // namespace orch::dashboard
