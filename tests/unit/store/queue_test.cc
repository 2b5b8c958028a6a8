// SPDX-License-Identifier: MIT
#include "store/queue.h"

#include <gtest/gtest.h>

#include "unit/store/rows.h"

namespace orch::store {
namespace {

class Queue : public StoreTest {
 protected:
  std::int64_t add(const std::string& digest) {
    return insert_queue_item(store_, {.batch_id = 1,
                                      .spec_path = "/s/" + digest,
                                      .digest = digest,
                                      .spec_id = "001-" + digest,
                                      .enqueued_at = 3});
  }
};

TEST_F(Queue, KeepsItsOrder) {
  Transaction transaction(store_);
  EXPECT_EQ(insert_batch(store_, 1), 1);
  add("b");
  add("a");
  transaction.commit();
  const auto items = list_queue(store_);
  ASSERT_EQ(items.size(), 2U);
  EXPECT_EQ(items[0].digest, "b");
  EXPECT_EQ(items[1].spec_path, "/s/a");
  EXPECT_EQ(items[1].spec_id, "001-a");
  EXPECT_EQ(items[1].status, "queued");
}

TEST_F(Queue, HoldsEachContentOnce) {
  Transaction transaction(store_);
  insert_batch(store_, 1);
  const std::int64_t id = add("a");
  EXPECT_EQ(find_queued(store_, "a")->id, id);
  EXPECT_FALSE(find_queued(store_, "b"));
  EXPECT_NE(test::thrown_by([&] { add("a"); }), "nothing");
}

TEST_F(Queue, KnowsWhatAnItemHasBecome) {
  Transaction transaction(store_);
  insert_batch(store_, 1);
  begin_queue_item(store_, add("a"), "007-x", 9);
  const auto item = find_queued(store_, "a");
  EXPECT_EQ(item->status, "running");
  EXPECT_EQ(item->spec_id, "007-x");
}

}  // namespace
}  // namespace orch::store
