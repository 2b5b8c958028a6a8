// SPDX-License-Identifier: MIT
#include "store/plans.h"

#include <gtest/gtest.h>

#include "store/checkins.h"
#include "store/events.h"
#include "store/messages.h"
#include "store/tasks.h"
#include "unit/store/rows.h"

namespace orch::store {
namespace {

class Plans : public StoreTest {
 protected:
  Plans() {
    Transaction transaction(store_);
    feature_ = add_feature("001-a");
    agent_ = add_agent(feature_, "001-a/impl-ui").id;
    put_plan(store_, {.feature_id = feature_,
                      .document = "plan: 1\n",
                      .digest = "abc",
                      .created_at = 5});
    transaction.commit();
  }
  void retire() {
    Transaction transaction(store_);
    retire_feature(store_, *find_feature(store_, feature_), 9);
    transaction.commit();
  }
  std::int64_t feature_ = 0, agent_ = 0;
};

TEST_F(Plans, AreReadAsTheyWereWritten) {
  const auto plan = find_plan(store_, feature_);
  ASSERT_TRUE(plan);
  EXPECT_EQ(plan->document, "plan: 1\n");
  EXPECT_EQ(plan->digest, "abc");
  EXPECT_EQ(plan->status, "launching");
  EXPECT_EQ(plan->created_at, 5);
  EXPECT_FALSE(find_plan(store_, feature_ + 1));
}

TEST_F(Plans, AreReplaced) {
  Transaction transaction(store_);
  auto plan = *find_plan(store_, feature_);
  plan.status = "launched";
  put_plan(store_, plan);
  transaction.commit();
  EXPECT_EQ(find_plan(store_, feature_)->status, "launched");
}

TEST_F(Plans, GoWithTheFeatureWhoseSetUpIsUndone) {
  {
    Transaction transaction(store_);
    insert_checkin(store_,
                   {.agent_id = agent_,
                    .slug = "role",
                    .note = "n",
                    .every_ms = 1000,
                    .due_at = 1},
                   1);
    insert_task(store_,
                {.feature_id = feature_, .task_id = "T001", .title = "t"});
    Event event;
    event.spec_id = "001-a";
    event.type = "agent_started";
    event.at = 7;
    insert_event(store_, event);
    transaction.commit();
  }
  retire();
  EXPECT_FALSE(find_feature(store_, "001-a"));
  EXPECT_TRUE(list_features(store_, "").empty());
  EXPECT_TRUE(list_agents(store_, feature_).empty());
  EXPECT_FALSE(find_agent(store_, "001-a/impl-ui"));
  EXPECT_FALSE(find_agent_on(store_, "feature/001-a/impl-ui"));
  EXPECT_TRUE(list_due_checkins(store_, 100).empty());
  EXPECT_TRUE(list_tasks(store_, feature_).empty());
  EXPECT_FALSE(find_plan(store_, feature_));
  // What happened has happened.
  EXPECT_EQ(list_events(store_, {}).size(), 1U);
}

TEST_F(Plans, LeaveTheNameFreeForAnotherSetUp) {
  retire();
  Transaction transaction(store_);
  const std::int64_t again = add_feature("001-a");
  add_agent(again, "001-a/impl-ui");
  transaction.commit();
  EXPECT_EQ(again, feature_);  // the row that its events name
  EXPECT_EQ(find_feature(store_, "001-a")->status, "in-progress");
  EXPECT_EQ(list_agents(store_, again).size(), 1U);
}

}  // namespace
}  // namespace orch::store
