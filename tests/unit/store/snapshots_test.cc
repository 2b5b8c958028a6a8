// SPDX-License-Identifier: MIT
#include "store/snapshots.h"

#include "unit/store/rows.h"

namespace orch::store {
namespace {

class SnapshotRows : public StoreTest {
 protected:
  std::int64_t add(const std::string& ref) {
    return insert_snapshot(store_, {.agent = "001-a/x",
                                    .ref = ref,
                                    .commit = "c",
                                    .reason = "stop",
                                    .taken_at = 5,
                                    .names = {"a", "b\xFF\n"}});
  }
};

TEST_F(SnapshotRows, KeepEveryColumnAndEveryByteOfAPath) {
  const auto s = find_snapshot(store_, add("r"));
  ASSERT_TRUE(s);
  EXPECT_EQ(s->agent, "001-a/x");
  EXPECT_EQ(s->ref, "r");
  EXPECT_EQ(s->commit, "c");
  EXPECT_EQ(s->reason, "stop");
  EXPECT_EQ(s->taken_at, 5);
  EXPECT_EQ(s->names, (std::vector<std::string>{"a", "b\xFF\n"}));
  EXPECT_EQ(s->paths, 2U);
}

TEST_F(SnapshotRows, AreOncePerRef) {
  const std::int64_t id = add("r");
  EXPECT_EQ(add("r"), id);
  EXPECT_EQ(list_snapshots(store_).size(), 1U);
}

TEST_F(SnapshotRows, AreDroppedOnceAndKeepTheirRef) {
  const std::int64_t id = add("r");
  mark_snapshot_dropped(store_, id, 7);
  mark_snapshot_dropped(store_, id, 8);
  EXPECT_FALSE(find_snapshot(store_, id));
  EXPECT_TRUE(list_snapshots(store_).empty());
  EXPECT_TRUE(has_snapshot_ref(store_, "r"));
  EXPECT_FALSE(has_snapshot_ref(store_, "s"));
  EXPECT_EQ(first("SELECT dropped_at FROM snapshots"), "7");
}

TEST_F(SnapshotRows, HoldOnlyACountInOlderRows) {
  insert_snapshot(store_, {.agent = "a", .ref = "r", .paths = 7});
  EXPECT_EQ(list_snapshots(store_).at(0).paths, 7U);
  EXPECT_TRUE(list_snapshots(store_).at(0).names.empty());
}

}  // namespace
}  // namespace orch::store
