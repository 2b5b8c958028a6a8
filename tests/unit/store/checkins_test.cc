// SPDX-License-Identifier: MIT
#include "store/checkins.h"

#include "unit/store/rows.h"

namespace orch::store {
namespace {

class Checkins : public StoreTest {
 protected:
  Checkins() : agent_(add_agent(add_feature("001-a"), "001-a/impl-ui")) {}

  std::int64_t add(const std::string& slug, std::int64_t due,
                   std::optional<std::int64_t> every = std::nullopt) {
    return insert_checkin(store_,
                          {.agent_id = agent_.id,
                           .slug = slug,
                           .note = "how is " + slug,
                           .every_ms = every,
                           .due_at = due},
                          1);
  }
  std::string due(std::int64_t now) {
    std::string out;
    for (const Checkin& c : list_due_checkins(store_, now))
      out += (out.empty() ? "" : " ") + c.slug + "@" + std::to_string(c.due_at);
    return out;
  }
  void advance(std::int64_t now) {
    for (const Checkin& c : list_due_checkins(store_, now))
      advance_checkin(store_, c, now);
  }

  Agent agent_;
};

TEST_F(Checkins, AreDueFromTheirTimeOnTheLongestOverdueFirst) {
  add("late", 200);
  add("early", 100);
  EXPECT_EQ(due(99), "");
  EXPECT_EQ(due(100), "early@100");
  EXPECT_EQ(due(200), "early@100 late@200");
  EXPECT_EQ(count_overdue_checkins(store_, 99), 0);
  EXPECT_EQ(count_overdue_checkins(store_, 200), 2);
}

TEST_F(Checkins, KeepTheirColumns) {
  const std::int64_t id = add("a", 5, 60);
  const Checkin c = list_due_checkins(store_, 5).at(0);
  EXPECT_EQ(c.id, id);
  EXPECT_EQ(c.agent_id, agent_.id);
  EXPECT_EQ(c.note, "how is a");
  EXPECT_EQ(c.every_ms, 60);
  EXPECT_EQ(c.state, "waiting");
}

TEST_F(Checkins, OnceAreDoneAfterwards) {
  add("once", 100);
  advance(100);
  EXPECT_EQ(due(1000000), "");
  EXPECT_EQ(first("SELECT state || ' ' || last_at FROM checkins"), "done 100");
}

TEST_F(Checkins, RecurringComeAgainAfterTheirInterval) {
  add("often", 100, 30);
  advance(100);
  EXPECT_EQ(due(129), "");
  EXPECT_EQ(due(130), "often@130");
}

TEST_F(Checkins, MissedOnesBecomeOneAndKeepTheBeat) {
  add("often", 100, 30);
  advance(219);  // 100, 130, 160 and 190 are past
  EXPECT_EQ(due(219), "");
  EXPECT_EQ(due(220), "often@220");
  advance(220);  // exactly on the beat
  EXPECT_EQ(due(1000), "often@250");
}

TEST_F(Checkins, AreAlwaysInTheFutureAfterwards) {
  const Transaction one_sync(store_);
  for (std::int64_t late = 0; late < 50; ++late) {
    add("c" + std::to_string(late), 1000, 7);
    advance(1000 + late);
    EXPECT_EQ(due(1000 + late), "") << late;
    store_.database().execute("DELETE FROM checkins");
  }
}

TEST_F(Checkins, HaveOneWaitingRowPerNameAndAgent) {
  add("same", 1, 60);
  EXPECT_NE(test::thrown_by([&] { add("same", 2, 60); }), "nothing");
  add("other", 2, 60);
}

TEST_F(Checkins, CannotRecurWithoutTimeBetween) {
  EXPECT_NE(test::thrown_by([&] { add("a", 1, 0); }), "nothing");
  EXPECT_NE(test::thrown_by([&] { add("b", 1, -5); }), "nothing");
}

TEST_F(Checkins, AgentsWithoutOneAreNamed) {
  const Agent bare = add_agent(*agent_.feature_id, "001-a/impl-api");
  using Names = std::vector<std::string>;
  EXPECT_EQ(agents_without_checkin(store_),
            (Names{"001-a/impl-ui", "001-a/impl-api"}));
  add("a", 100);
  EXPECT_EQ(agents_without_checkin(store_), Names{"001-a/impl-api"});
  advance(100);
  EXPECT_EQ(agents_without_checkin(store_),
            (Names{"001-a/impl-ui", "001-a/impl-api"}));
  store_.database().execute("UPDATE features SET status = 'archived'");
  EXPECT_EQ(agents_without_checkin(store_), Names());
}

}  // namespace
}  // namespace orch::store
