// SPDX-License-Identifier: MIT
#include "store/leases.h"

#include "clock/clock.h"
#include "store/copy.h"
#include "store/rebuild.h"
#include "unit/store/rows.h"

namespace orch::store {
namespace {

class LeaseNumbers : public StoreTest {
 protected:
  std::int64_t take(Store& store, const std::string& owner) {
    Transaction t(store);
    const auto lease = take_lease(store, "task/001/T1", owner, 1, {});
    t.commit();
    return lease ? lease->fencing : 0;
  }
  void release() {
    Transaction t(store_);
    release_lease(store_, "task/001/T1");
    t.commit();
  }
  void raise(std::int64_t floor) {
    Transaction t(store_);
    raise_lease_floor(store_, floor);
    t.commit();
  }
};

TEST_F(LeaseNumbers, RiseWithEachOwner) {
  EXPECT_EQ(take(store_, "a"), 1);
  EXPECT_EQ(take(store_, "a"), 1);
  EXPECT_EQ(take(store_, "b"), 0);
  release();
  EXPECT_EQ(take(store_, "b"), 2);
}

TEST_F(LeaseNumbers, AreAboveTheFloorWhichNeverFalls) {
  raise(10);
  raise(5);
  EXPECT_EQ(take(store_, "a"), 11);
  release();
  EXPECT_EQ(take(store_, "b"), 12);
}

TEST_F(LeaseNumbers, GoOnBehindTheRestoreOfAnOlderStore) {
  EXPECT_EQ(take(store_, "a"), 1);
  copy_to(store_, scratch_.path("copy"));
  release();
  EXPECT_EQ(take(store_, "b"), 2);
  restore_from(scratch_.root(), scratch_.path("copy"));
  release();
  EXPECT_EQ(take(store_, "c"), 3);
}

TEST_F(LeaseNumbers, AreNewBehindARebuildThatDidNotFindThem) {
  EXPECT_EQ(take(store_, "a"), 1);
  store_.database().execute("DROP TABLE leases");
  const std::int64_t seconds = clock::now() / 1000;
  rebuild(scratch_.root(), {});
  Store again = Store::open(scratch_.root());
  EXPECT_GT(take(again, "b"), seconds);
}

TEST_F(LeaseNumbers, GoOnBehindARebuildThatFoundThem) {
  EXPECT_EQ(take(store_, "a"), 1);
  store_.database().execute("DROP TABLE messages");
  rebuild(scratch_.root(), {});
  Store again = Store::open(scratch_.root());
  EXPECT_EQ(take(again, "b"), 0);
  EXPECT_EQ(find_lease(again, "task/001/T1")->fencing, 1);
}

}  // namespace
}  // namespace orch::store
