// SPDX-License-Identifier: MIT
#include "store/upkeep.h"

#include <filesystem>

#include "store/events.h"
#include "unit/store/rows.h"

namespace orch::store {
namespace {

class Upkeep : public StoreTest {
 protected:
  Upkeep() {
    std::filesystem::create_directory(scratch_.path("spool"));
    mark_folded(store_, "a", 10);
    mark_folded(store_, "bc", 20);
  }
};

TEST_F(Upkeep, OnlyLooksWhenToldSo) {
  const Swept found = sweep_folded(store_, 20, Sweep::Look);
  EXPECT_EQ(found.count, 1);
  EXPECT_EQ(found.bytes, 9);
  EXPECT_EQ(first("SELECT count(*) FROM folded"), "2");
  EXPECT_EQ(sweep_folded(store_, 20, Sweep::Remove).count, 1);
  EXPECT_EQ(first("SELECT group_concat(event_id) FROM folded"), "bc");
}

TEST_F(Upkeep, KeepsIdsWhileTheSpoolIsNotEmpty) {
  scratch_.write("spool/fold-1", "x");
  EXPECT_EQ(sweep_folded(store_, 99, Sweep::Remove).count, 0);
  std::filesystem::remove(scratch_.path("spool/fold-1"));
  EXPECT_EQ(sweep_folded(store_, 99, Sweep::Remove).count, 2);
}

TEST_F(Upkeep, TidiesWhileSomebodyReads) {
  Store reader = Store::open(scratch_.root());
  Statement open(reader.database(), "SELECT * FROM folded");
  ASSERT_TRUE(open.step());
  // Without a Transaction, whose end may write the log back by itself.
  set_meta(store_, "k", "v");
  EXPECT_GT(log_bytes(store_), 0);
  tidy(store_);  // does not wait for the reader, which never ends here
  EXPECT_EQ(find_meta(store_, "k"), "v");
}

}  // namespace
}  // namespace orch::store
