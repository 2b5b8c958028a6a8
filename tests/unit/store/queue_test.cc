// SPDX-License-Identifier: MIT
#include "store/queue.h"

#include <gtest/gtest.h>

#include "store/events.h"
#include "store/queue_attempts.h"
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

TEST_F(Queue, KeepsAllOfAnItemAndItsText) {
  Transaction transaction(store_);
  insert_batch(store_, 1);
  const std::int64_t id = insert_queue_item(store_,
                                            {.batch_id = 1,
                                             .spec_path = "/s",
                                             .digest = "a",
                                             .spec_id = "x",
                                             .enqueued_at = 3,
                                             .priority = -2,
                                             .time_limit_ms = 5,
                                             .options = "{}"},
                                            "the text");
  EXPECT_EQ(find_queue_content(store_, id), "the text");
  QueueItem item = *find_queue_item(store_, id);
  EXPECT_EQ(item.priority, -2);
  EXPECT_EQ(item.time_limit_ms, 5);
  item.status = "running";
  item.pid = 7;
  item.held_ms = 9;
  item.fresh = true;
  update_queue_item(store_, item);
  item = *find_queue_item(store_, id);
  EXPECT_EQ(item.pid, 7);
  EXPECT_EQ(item.held_ms, 9);
  EXPECT_TRUE(item.fresh);
  EXPECT_EQ(list_active_queue(store_).size(), 1U);
  delete_queue_item(store_, id);
  EXPECT_FALSE(find_queue_item(store_, id));
}

TEST_F(Queue, NumbersItsAttempts) {
  Transaction transaction(store_);
  insert_batch(store_, 1);
  QueueItem item = *find_queue_item(store_, add("a"));
  QueueAttempt first = begin_attempt(store_, item, 4);
  EXPECT_EQ(first.number, 1);
  EXPECT_EQ(first.spec_id, "001-a");
  first.outcome = "failed";
  first.ended_at = 5;
  first.evidence = "seen";
  update_attempt(store_, first);
  item.fresh = true;
  begin_attempt(store_, item, 6);
  const auto attempts = list_attempts(store_, item.id);
  ASSERT_EQ(attempts.size(), 2U);
  EXPECT_EQ(attempts[0].evidence, "seen");
  EXPECT_EQ(attempts[1].number, 2);
  EXPECT_EQ(attempts[1].spec_id, "");
  EXPECT_TRUE(attempts[1].fresh);
  EXPECT_EQ(find_attempt(store_, item.id)->id, attempts[1].id);
}

TEST_F(Queue, HearsOnlyOfLaterEvents) {
  Transaction transaction(store_);
  add_feature("x");
  const auto say = [&](const std::string& text) {
    insert_event(store_, {.spec_id = "x",
                          .role = "overseer",
                          .type = "report_failed",
                          .message = text,
                          .at = 1});
    return list_events(store_, {.limit = 1}).at(0).id;
  };
  const std::int64_t before = say("first");
  const auto heard = [&] {
    return find_event_after(store_, "x", "overseer", "report_failed", before);
  };
  EXPECT_FALSE(heard());
  say("second");
  EXPECT_EQ(heard(), "second");
}

}  // namespace
}  // namespace orch::store
