// SPDX-License-Identifier: MIT
#include "store/blockers.h"

#include "unit/store/rows.h"

namespace orch::store {
namespace {

class Blockers : public StoreTest {
 protected:
  Blockers() : feature_(add_feature("001-a")) {
    add_agent(feature_, "001-a/x");
    add_agent(feature_, "001-a/y");
  }
  Blocker blocker(const std::string& role) const {
    Blocker b;
    b.feature_id = feature_;
    b.role = role;
    b.type = "technical";
    b.description = "no power";
    b.created_at = 5;
    return b;
  }
  std::string status_of(const std::string& address) {
    return find_agent(store_, address)->status;
  }
  std::int64_t feature_;
};

TEST_F(Blockers, KeepEveryColumnAndEveryByte) {
  Blocker b = blocker("x");
  b.type = "external";
  b.description = test::every_byte();
  b.blocking_agent = "001-a/y";
  b.status = "resolved";
  b.notes = "n";
  b.resolved_at = 9;
  const auto found = find_blocker(store_, insert_blocker(store_, b));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->spec_id, "001-a");
  EXPECT_EQ(found->role, "x");
  EXPECT_EQ(found->type, "external");
  EXPECT_EQ(found->description, test::every_byte());
  EXPECT_EQ(found->blocking_agent, "001-a/y");
  EXPECT_EQ(found->status, "resolved");
  EXPECT_EQ(found->notes, "n");
  EXPECT_EQ(found->created_at, 5);
  EXPECT_EQ(found->resolved_at, 9);
}

TEST_F(Blockers, BlockTheirAgentUntilTheLastOfTheRole) {
  const std::int64_t one = raise_blocker(store_, blocker("x"));
  const std::int64_t two = raise_blocker(store_, blocker("x"));
  raise_blocker(store_, blocker("y"));
  EXPECT_EQ(status_of("001-a/x"), "blocked");
  EXPECT_TRUE(resolve_blocker(store_, one, "ok", 7));
  EXPECT_EQ(status_of("001-a/x"), "blocked");
  EXPECT_TRUE(resolve_blocker(store_, two, std::nullopt, 8));
  EXPECT_EQ(status_of("001-a/x"), "active");
  EXPECT_EQ(status_of("001-a/y"), "blocked");
  EXPECT_EQ(first("SELECT group_concat(event_type) FROM (SELECT event_type "
                  "FROM task_events ORDER BY id)"),
            "task_blocked,task_blocked,task_blocked,blocker_resolved,"
            "blocker_resolved");
}

TEST_F(Blockers, AreResolvedOnce) {
  const std::int64_t id = raise_blocker(store_, blocker("x"));
  EXPECT_TRUE(resolve_blocker(store_, id, "first", 7));
  EXPECT_FALSE(resolve_blocker(store_, id, "second", 8));
  EXPECT_FALSE(resolve_blocker(store_, id + 1, "none", 8));
  EXPECT_EQ(find_blocker(store_, id)->notes, "first");
  EXPECT_EQ(find_blocker(store_, id)->resolved_at, 7);
}

TEST_F(Blockers, AreListedByFeatureRoleAndType) {
  const std::int64_t other = add_feature("002-b");
  Blocker b = blocker("x");
  b.feature_id = other;
  raise_blocker(store_, b);
  b.feature_id = feature_;
  b.type = "external";
  const std::int64_t id = raise_blocker(store_, b);
  const auto count = [&](const BlockerQuery& query) {
    return list_blockers(store_, query).size();
  };
  ASSERT_EQ(count({}), 2U);
  EXPECT_EQ(list_blockers(store_, {})[0].spec_id, "001-a");
  EXPECT_EQ(count({.feature_id = other}), 1U);
  EXPECT_EQ(count({.role = "y"}), 0U);
  EXPECT_EQ(count({.type = "external"}), 1U);
  resolve_blocker(store_, id, std::nullopt, 1);
  EXPECT_EQ(count({}), 1U);
  EXPECT_EQ(count({.all = true}), 2U);
}

}  // namespace
}  // namespace orch::store
