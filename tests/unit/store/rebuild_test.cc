// SPDX-License-Identifier: MIT
#include "store/rebuild.h"

#include <algorithm>
#include <filesystem>

#include "store/events.h"
#include "unit/store/rows.h"

namespace orch::store {
namespace {

namespace fs = std::filesystem;

// Damages a copy of a store that is open: `orch.db` and its log.
class RebuildOf : public StoreTest {
 protected:
  RebuildOf() {
    add_agent(add_feature("001"), "001/overseer");
    for (int n = 0; n < 500; ++n) add_event("e" + std::to_string(n));
  }
  void write_log_back() {
    first("PRAGMA wal_checkpoint(TRUNCATE)");
    EXPECT_EQ(fs::file_size(scratch_.path("orch.db-wal")), 0U);
  }
  void damage(std::size_t at, std::size_t size) {
    fs::create_directory(place_);
    for (const char* name : {"/orch.db", "/orch.db-wal"})
      fs::copy(scratch_.root() + name, place_ + name);
    std::string bytes = scratch_.read("there/orch.db");
    bytes.replace(at, size, std::string(size, '\xA5'));
    scratch_.write("there/orch.db", bytes);
  }
  bool is_whole(const Rebuilt& done) {
    return std::all_of(
        done.tables.begin(), done.tables.end(),
        [](const SalvagedTable& t) { return t.whole && t.refused == 0; });
  }
  std::string events() {
    Store store = Store::open(place_);
    Statement s(store.database(),
                "SELECT count(*) || ' ' || coalesce(max(message), '') FROM "
                "task_events");
    s.step();
    return s.text(0);
  }

  const std::string place_ = scratch_.path("there");
};

TEST_F(RebuildOf, AStoreWithoutItsHeaderLosesNothing) {
  write_log_back();
  damage(0, 100);
  const Rebuilt done = rebuild(place_, {});
  EXPECT_TRUE(is_whole(done));
  EXPECT_EQ(done.dropped, 0);
  EXPECT_EQ(events(), "500 e99");
  EXPECT_FALSE(file::exists(place_ + "/rebuild"));
  // What was set aside is as it was.
  EXPECT_EQ(file::load_contents(done.aside).substr(0, 100),
            std::string(100, '\xA5'));
}

TEST_F(RebuildOf, AStoreWithoutItsHeaderHasItsLog) {
  write_log_back();
  add_event("f");
  damage(0, 100);
  EXPECT_TRUE(is_whole(rebuild(place_, {})));
  EXPECT_EQ(events(), "501 f");
}

TEST_F(RebuildOf, AStoreWithoutItsFirstPageIsEmpty) {
  write_log_back();
  damage(0, 4096);
  EXPECT_FALSE(is_whole(rebuild(place_, {})));
  EXPECT_EQ(events(), "0 ");
}

}  // namespace
}  // namespace orch::store
