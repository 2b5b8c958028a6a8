// SPDX-License-Identifier: MIT
#include "store/syncs.h"

#include "unit/store/rows.h"

namespace orch::store {
namespace {

using Syncs = StoreTest;

TEST_F(Syncs, AreOneRowForEachAgent) {
  const Agent agent = add_agent(add_feature("1"), "1/a");
  Sync row = find_sync(store_, agent.id);
  EXPECT_EQ(row.agent_id, agent.id);
  EXPECT_FALSE(row.upstream || row.method || row.synced_at || row.told);
  row.told = "t";
  row.message_id = 7;
  put_sync(store_, row);
  row.upstream = "u";
  row.method = "merge";
  row.synced_at = 5;
  put_sync(store_, row);
  const Sync again = find_sync(store_, agent.id);
  EXPECT_EQ(again.upstream, "u");
  EXPECT_EQ(again.method, "merge");
  EXPECT_EQ(again.synced_at, 5);
  EXPECT_EQ(again.told, "t");
  EXPECT_EQ(again.message_id, 7);
  EXPECT_EQ(first("SELECT count(*) FROM syncs"), "1");
}

}  // namespace
}  // namespace orch::store
