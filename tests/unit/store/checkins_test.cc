// SPDX-License-Identifier: MIT
#include "store/checkins.h"

#include "store/messages.h"
#include "unit/store/rows.h"

namespace orch::store {
namespace {

class CheckinRows : public StoreTest {
 protected:
  CheckinRows() : agent_(add_agent(add_feature("001-a"), "001-a/impl-ui")) {}

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
  std::int64_t send(std::int64_t at) {
    return insert_message(
        store_, {.sender = "orch", .agent_id = agent_.id, .sent_at = at});
  }
  void advance(std::int64_t now, std::optional<std::int64_t> next) {
    for (const Checkin& c : list_due_checkins(store_, now))
      advance_checkin(store_, c, send(now), next, now);
  }

  Agent agent_;
};

TEST_F(CheckinRows, AreDueFromTheirTimeOnTheLongestOverdueFirst) {
  add("late", 200);
  add("early", 100);
  EXPECT_EQ(due(99), "");
  EXPECT_EQ(due(100), "early@100");
  EXPECT_EQ(due(200), "early@100 late@200");
  EXPECT_EQ(count_overdue_checkins(store_, 99), 0);
  EXPECT_EQ(count_overdue_checkins(store_, 200), 2);
}

TEST_F(CheckinRows, KeepTheirColumns) {
  const std::int64_t id = add("a", 5, 60);
  const Checkin c = list_due_checkins(store_, 5).at(0);
  EXPECT_EQ(c.id, id);
  EXPECT_EQ(c.agent_id, agent_.id);
  EXPECT_EQ(c.note, "how is a");
  EXPECT_EQ(c.every_ms, 60);
  EXPECT_EQ(c.state, "waiting");
}

TEST_F(CheckinRows, OnceAreDoneAfterwards) {
  add("once", 100);
  advance(100, std::nullopt);
  EXPECT_EQ(due(1000000), "");
  EXPECT_EQ(first("SELECT state || ' ' || last_at || ' ' || message_id "
                  "FROM checkins"),
            "done 100 1");
}

TEST_F(CheckinRows, RecurringComeAgain) {
  add("often", 100, 30);
  advance(100, 130);
  EXPECT_EQ(due(129), "");
  EXPECT_EQ(due(130), "often@130");
}

TEST_F(CheckinRows, KnowTheirLastMessageAndCountThoseThatEndedUnread) {
  const std::int64_t id = add("often", 100, 30);
  EXPECT_FALSE(find_checkin(store_, id)->last_at);
  advance(100, 130);
  Checkin c = find_checkin(store_, id).value();
  EXPECT_EQ(c.last_at, 100);
  EXPECT_EQ(c.message_id, 1);
  EXPECT_EQ(c.message_level, "queued");
  EXPECT_EQ(failures_of(c), 0);
  end_message(store_, 1, "failed", "gone");
  EXPECT_EQ(failures_of(find_checkin(store_, id).value()), 1);
  EXPECT_EQ(list_failing_checkins(store_, 1).size(), 1U);
  EXPECT_EQ(list_failing_checkins(store_, 2).size(), 0U);
  advance(130, 160);
  end_message(store_, 2, "expired", "late");
  EXPECT_EQ(failures_of(find_checkin(store_, id).value()), 2);
  EXPECT_EQ(list_failing_checkins(store_, 2).size(), 1U);
  advance(160, 190);
  EXPECT_EQ(failures_of(find_checkin(store_, id).value()), 2);
  raise_level(store_, 3, "read", 170);
  c = find_checkin(store_, id).value();
  EXPECT_TRUE(c.message_read);
  EXPECT_EQ(failures_of(c), 0);
}

TEST_F(CheckinRows, AreFarWhenTheirIntervalDoesNotReachThem) {
  add("near", 130, 30);
  add("far", 191, 30);
  add("once", 10000);
  const auto far = list_far_checkins(store_, 100, 60);
  ASSERT_EQ(far.size(), 1U);
  EXPECT_EQ(far[0].slug, "far");
}

TEST_F(CheckinRows, KeepTheirSchedule) {
  insert_checkin(store_,
                 {.agent_id = agent_.id,
                  .slug = "s",
                  .note = "n",
                  .schedule = "0 9 * * 1-5 Europe/Berlin",
                  .due_at = 200},
                 1);
  const Checkin c = list_checkins(store_, Checkins::All).at(0);
  EXPECT_EQ(c.schedule, "0 9 * * 1-5 Europe/Berlin");
  EXPECT_TRUE(c.recurs());
  EXPECT_EQ(list_far_checkins(store_, 100, 60).size(), 1U);
  EXPECT_EQ(list_far_checkins(store_, 200, 60).size(), 0U);
}

TEST_F(CheckinRows, KnowWhenALimitEnds) {
  EXPECT_FALSE(find_limit_end(store_, agent_.id));
  store_.database().execute(
      "INSERT INTO limits(agent_id, runtime, source, resets_at, wakes_at, "
      "created_at, ended_at) VALUES (1, 'x', 'screen', 5, 6, 1, 7), "
      "(1, 'x', 'screen', 500, NULL, 1, NULL)");
  EXPECT_EQ(find_limit_end(store_, agent_.id), 500);
  store_.database().execute("UPDATE limits SET wakes_at = 560");
  EXPECT_EQ(find_limit_end(store_, agent_.id), 560);
}

TEST_F(CheckinRows, HaveOneWaitingRowPerNameAndAgent) {
  add("same", 1, 60);
  EXPECT_NE(test::thrown_by([&] { add("same", 2, 60); }), "nothing");
  add("other", 2, 60);
}

TEST_F(CheckinRows, CannotRecurWithoutTimeBetween) {
  EXPECT_NE(test::thrown_by([&] { add("a", 1, 0); }), "nothing");
  EXPECT_NE(test::thrown_by([&] { add("b", 1, -5); }), "nothing");
}

TEST_F(CheckinRows, AgentsWithoutOneAreNamed) {
  const Agent bare = add_agent(*agent_.feature_id, "001-a/impl-api");
  using Names = std::vector<std::string>;
  EXPECT_EQ(agents_without_checkin(store_),
            (Names{"001-a/impl-ui", "001-a/impl-api"}));
  const std::int64_t id = add("a", 100);
  EXPECT_EQ(agents_without_checkin(store_), Names{"001-a/impl-api"});
  fail_checkin(store_, id, "unread");
  EXPECT_EQ(agents_without_checkin(store_),
            (Names{"001-a/impl-ui", "001-a/impl-api"}));
  store_.database().execute("UPDATE features SET status = 'archived'");
  EXPECT_EQ(agents_without_checkin(store_), Names());
}

}  // namespace
}  // namespace orch::store
