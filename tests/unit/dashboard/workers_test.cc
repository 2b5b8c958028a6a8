// SPDX-License-Identifier: MIT
#include "dashboard/workers.h"

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
  Workers workers(1, 2);
  ASSERT_TRUE(workers.post([&] {
    begun.set_value();
    release.get_future().wait();
  }));
  begun.get_future().wait();
  EXPECT_FALSE(workers.is_idle());
  EXPECT_TRUE(workers.post([&] { is_second_done = true; }));
  EXPECT_TRUE(workers.post([] {}));
  EXPECT_FALSE(workers.post([] {})) << "two wait already";
  workers.end();
  EXPECT_FALSE(workers.post([] {}));
  EXPECT_FALSE(workers.has_ended(clock::steady()));
  release.set_value();
  EXPECT_TRUE(workers.has_ended(clock::steady() + kLongMs));
  EXPECT_TRUE(workers.is_idle());
  EXPECT_FALSE(is_second_done);
}

TEST(DashboardCrew, MayGoWithTheLastOfItsJobs) {
  struct OpenRepository {
    Workers workers{1, 1};
    std::promise<void> gone;
    ~OpenRepository() { gone.set_value(); }
  };
  std::promise<void> let_go;
  auto repo = std::make_shared<OpenRepository>();
  const std::future<void> gone = repo->gone.get_future();
  Workers& workers = repo->workers;
  ASSERT_TRUE(workers.post([repo, &let_go] { let_go.get_future().wait(); }));
  repo.reset();
  let_go.set_value();
  gone.wait();
}

}  // namespace
}  // namespace orch::dashboard
