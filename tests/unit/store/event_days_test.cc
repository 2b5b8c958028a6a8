// SPDX-License-Identifier: MIT
#include "store/event_days.h"

#include "store/events.h"
#include "store/stats.h"
#include "unit/store/rows.h"

namespace orch::store {
namespace {

class EventDays : public StoreTest {
 protected:
  EventDays() { add_feature("001-a"); }
  void add(const std::string& type, std::int64_t day,
           const std::string& commit = "") {
    Event e;
    e.spec_id = "001-a";
    e.role = "impl";
    e.type = type;
    e.at = day * kDayMs + 5;
    if (!commit.empty()) {
      e.recorded_commit = commit;
      e.metadata = kFromCommit;
    }
    insert_event(store_, e);
  }
  std::string days(std::int64_t first = 0) {
    std::string out;
    for (const EventDay& d : list_event_days(store_, first))
      out += std::to_string(d.day) + " " + d.spec_id + "/" + d.role + " " +
             std::to_string(d.events) + " " + std::to_string(d.commits) + " " +
             std::to_string(d.restarts) + "\n";
    return out;
  }
  std::string kept() {
    return first("SELECT coalesce(sum(count), 0) FROM event_days");
  }
};

TEST_F(EventDays, AreTheSameCountedOrNot) {
  add("note", 3);
  add("status_update", 3, "aa");
  add("agent_restarted", 4);
  const std::string all = "3 001-a/impl 2 1 0\n4 001-a/impl 1 0 1\n";
  EXPECT_EQ(days(), all);
  EXPECT_EQ(count_events(store_, 2), 2);
  EXPECT_EQ(kept(), "2");
  EXPECT_EQ(days(), all);
  EXPECT_EQ(count_events(store_, 100), 1);
  EXPECT_EQ(count_events(store_, 100), 0);
  EXPECT_EQ(kept(), "3");
  EXPECT_EQ(days(), all);
  EXPECT_EQ(days(4), "4 001-a/impl 1 0 1\n");
  add("note", 3);
  EXPECT_EQ(days(), "3 001-a/impl 3 1 0\n4 001-a/impl 1 0 1\n");
  count_events(store_, 100);
  EXPECT_EQ(days(), "3 001-a/impl 3 1 0\n4 001-a/impl 1 0 1\n");
}

TEST_F(EventDays, HoldWhatImportsAddForEarlierDays) {
  add("note", 9);
  count_events(store_, 100);
  add("note", 2);
  EXPECT_EQ(days(), "2 001-a/impl 1 0 0\n9 001-a/impl 1 0 0\n");
  count_events(store_, 100);
  EXPECT_EQ(days(), "2 001-a/impl 1 0 0\n9 001-a/impl 1 0 0\n");
}

TEST_F(EventDays, LeaveOutDroppedCommitsAndCountRewrittenOnesOnce) {
  add("status_update", 3, "aa");
  add("status_update", 3, "bb");
  count_events(store_, 100);
  map_commit(store_, "aa", "cc", 1);
  EXPECT_EQ(days(), "3 001-a/impl 2 2 0\n");
  map_commit(store_, "bb", std::nullopt, 1);
  EXPECT_EQ(days(), "3 001-a/impl 2 1 0\n");
  ASSERT_EQ(list_commit_owners(store_).size(), 1U);
  EXPECT_EQ(list_commit_owners(store_)[0].name, "001-a/impl");
  EXPECT_EQ(list_commit_owners(store_)[0].count, 1);
}

TEST_F(EventDays, BeginAnewUnderOtherEvents) {
  add("note", 3);
  count_events(store_, 100);
  store_.database().execute(
      "UPDATE meta SET value = '99' WHERE key = 'counted_events'");
  EXPECT_EQ(count_events(store_, 100), 1);
  EXPECT_EQ(days(), "3 001-a/impl 1 0 0\n");
  EXPECT_EQ(kept(), "1");
}

TEST_F(EventDays, AreCaughtUpInStepsAndTellWhatIsLeft) {
  store_.database().execute(
      "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c "
      "WHERE x < 250000) INSERT INTO task_events(event_id, event_type, "
      "message, created_at) SELECT randomblob(16), 'note', 'm', 0 FROM c");
  EXPECT_EQ(uncounted_events(store_), 50000);
  EXPECT_EQ(list_event_types(store_).at(0).count, kMostUncounted);
  catch_up_events(store_, 40000);
  EXPECT_EQ(kept(), "40000");
  EXPECT_EQ(uncounted_events(store_), 10000);
  catch_up_events(store_, 1000000);
  EXPECT_EQ(uncounted_events(store_), 0);
  EXPECT_EQ(list_event_types(store_).at(0).count, 250000);
  EXPECT_EQ(tally_events(store_).at(0).count, 250000);
}

}  // namespace
}  // namespace orch::store
