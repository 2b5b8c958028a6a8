// SPDX-License-Identifier: MIT
#include "checkin/checkin.h"
#include "checkin/recurrence.h"
#include "error/error.h"
#include "store/messages.h"
#include "unit/calendar/zones.h"
#include "unit/store/rows.h"

namespace orch::checkin {
namespace {

using calendar::kDayMs;
using calendar::kHourMs;
using calendar::kMinuteMs;

const std::int64_t kNow = calendar::utc("2026-11-22T10:00:00");  // a Sunday

class DueCheckins : public store::StoreTest {
 protected:
  DueCheckins()
      : feature_(add_feature("001-a")),
        overseer_(add_agent(feature_, "001-a/overseer")),
        agent_(add_agent(feature_, "001-a/impl-api")) {
    sql("UPDATE agents SET desired = 'running', state = 'idle'");
    sql("UPDATE agents SET kind = 'overseer' WHERE role = 'overseer'");
  }

  void sql(const std::string& text) { store_.database().execute(text.c_str()); }
  store::Checkin add(const std::string& note, const When& when) {
    return checkin::add(store_, agent_, note, when, false, kNow);
  }
  When every(std::int64_t ms) { return {.every_ms = ms, .due_at = kNow + ms}; }
  When by(const std::string& schedule, const std::string& zone) {
    return {.schedule = with_zone(schedule, zone),
            .due_at = calendar::next_after(calendar::parse_schedule(schedule),
                                           kNow, calendar::zone_named(zone))};
  }
  int run(std::int64_t now) {
    return run_due(store_, calendar::ZonesAt("UTC"), now);
  }
  store::Checkin row(std::int64_t id) {
    return store::find_checkin(store_, id).value();
  }
  std::string due(std::int64_t id) { return text::iso_time(row(id).due_at); }
  std::string reason(std::int64_t id) { return row(id).reason.value_or(""); }
  // Of the check-ins that are not at an end, "level text" each.
  std::vector<std::string> open() {
    std::vector<std::string> out;
    for (const store::Message& m :
         store::list_messages(store_, 0, store::Which::Open))
      out.push_back(m.kind + ": " + m.text);
    return out;
  }
  std::string event() {
    return first(
        "SELECT event_type || ': ' || message FROM task_events "
        "WHERE event_type = 'checkin_failed'");
  }

  std::int64_t feature_;
  store::Agent overseer_, agent_;
};

using Texts = std::vector<std::string>;

TEST_F(DueCheckins, AreSentOnceAndPlannedAnew) {
  const auto once = add("once", {.due_at = kNow + kHourMs});
  const auto often = add("often", every(kHourMs));
  EXPECT_EQ(run(kNow + kHourMs - 1), 0);
  EXPECT_EQ(run(kNow + kHourMs), 2);
  EXPECT_EQ(run(kNow + kHourMs), 0);
  EXPECT_EQ(row(once.id).state, "done");
  EXPECT_EQ(due(often.id), "2026-11-22T12:00:00Z");
  EXPECT_EQ(row(often.id).last_at, kNow + kHourMs);
  EXPECT_EQ(row(often.id).message_level, "queued");
  EXPECT_EQ(open(), (Texts{"checkin: scheduled check-in: once",
                           "checkin: scheduled check-in: often"}));
}

TEST_F(DueCheckins, ComeByTheClockOfTheirZone) {
  const auto c = add("stand-up", by("weekdays 9:00", "Europe/Berlin"));
  EXPECT_EQ(due(c.id), "2026-11-23T08:00:00Z");
  EXPECT_EQ(run(calendar::utc("2026-11-23T08:00:00")), 1);
  EXPECT_EQ(due(c.id), "2026-11-24T08:00:00Z");
  // Over the change of the clocks it stays nine o'clock.
  EXPECT_EQ(run(calendar::utc("2027-03-26T09:00:00")), 1);
  EXPECT_EQ(due(c.id), "2027-03-29T07:00:00Z");
}

TEST_F(DueCheckins, KeepTheirBeatAndCoverWhatWasMissed) {
  const auto c = add("often", every(kHourMs));
  run(kNow + 3 * kHourMs + 5 * kMinuteMs);
  EXPECT_EQ(due(c.id), "2026-11-22T14:00:00Z");
  EXPECT_EQ(open(),
            Texts{"checkin: scheduled check-in: often (2 earlier ones were "
                  "missed and are covered by this one)"});
  const auto d = add("daily", by("daily 9:00", "UTC"));
  run(calendar::utc("2026-11-24T12:00:00"));
  EXPECT_EQ(open().back(),
            "checkin: scheduled check-in: daily (1 earlier one was missed and "
            "is covered by this one)");
  EXPECT_EQ(due(d.id), "2026-11-25T09:00:00Z");
}

TEST_F(DueCheckins, AreNeverUnreadTwice) {
  add("often", every(kHourMs));
  run(kNow + kHourMs);
  run(kNow + 2 * kHourMs);
  run(kNow + 3 * kHourMs);
  EXPECT_EQ(open(),
            Texts{"checkin: scheduled check-in: often (2 earlier ones were "
                  "missed and are covered by this one)"});
  EXPECT_EQ(first("SELECT group_concat(level || ' ' || coalesce(reason, ''), "
                  "'; ') FROM messages"),
            "expired replaced by message 2; expired replaced by message 3; "
            "queued ");
  // Replaced by us: no failures.
  EXPECT_EQ(store::failures_of(row(1)), 0);
  store::raise_level(store_, 3, "read", kNow);
  run(kNow + 4 * kHourMs);
  EXPECT_EQ(open().back(), "checkin: scheduled check-in: often");
}

TEST_F(DueCheckins, WaitForOneThatABusyAgentHasBeforeIt) {
  const auto c = add("often", every(kHourMs));
  run(kNow + kHourMs);
  store::raise_level(store_, 1, "submitted", kNow);
  sql("UPDATE agents SET state = 'busy'");
  EXPECT_EQ(run(kNow + 2 * kHourMs), 0);
  EXPECT_EQ(open().size(), 1U);
  EXPECT_EQ(reason(c.id), "the one before is not read yet");
  EXPECT_EQ(due(c.id), "2026-11-22T13:00:00Z");
  // It has become idle without a proof: that one is over.
  sql("UPDATE agents SET state = 'idle'");
  run(kNow + 3 * kHourMs);
  EXPECT_EQ(open().size(), 1U);
  EXPECT_EQ(row(c.id).message_id, 2);
  EXPECT_EQ(reason(c.id), "");
}

TEST_F(DueCheckins, FailAfterFiveThatEndedUnread) {
  const auto c = add("often", every(kHourMs));
  for (int i = 1; i <= 5; ++i) {
    EXPECT_EQ(run(kNow + i * kHourMs), 1);
    store::end_message(store_, i, i % 2 == 0 ? "failed" : "expired", "gone");
    EXPECT_EQ(store::failures_of(row(c.id)), i);
  }
  EXPECT_EQ(run(kNow + 5 * kHourMs + 1), 0);
  EXPECT_EQ(row(c.id).state, "failed");
  EXPECT_EQ(reason(c.id),
            "5 messages in a row ended unread, the last one: expired");
  EXPECT_EQ(event(),
            "checkin_failed: check-in 1 of 001-a/impl-api ('often') has "
            "failed: 5 messages in a row ended unread, the last one: expired");
  ASSERT_EQ(open().size(), 1U);
  EXPECT_TRUE(open()[0].starts_with("report: check-in 1 of 001-a/impl-api"));
  EXPECT_EQ(
      store::list_messages(store_, overseer_.id, store::Which::Open).size(),
      1U);
  EXPECT_EQ(run(kNow + 9 * kHourMs), 0);
  EXPECT_EQ(open().size(), 1U);
}

TEST_F(DueCheckins, OneThatIsReadMakesGoodForThoseBefore) {
  const auto c = add("often", every(kHourMs));
  for (int i = 1; i <= 9; ++i) {
    run(kNow + i * kHourMs);
    if (i == 4)
      store::raise_level(store_, i, "acked", kNow);
    else
      store::end_message(store_, i, "failed", "gone");
  }
  EXPECT_EQ(store::failures_of(row(c.id)), 5);
}

TEST_F(DueCheckins, OfTheOverseerFailWithoutAWordToIt) {
  agent_ = overseer_;
  sql("UPDATE agents SET kind = 'overseer'");
  add("often", every(kHourMs));
  sql("UPDATE checkins SET failures = 4");
  run(kNow + kHourMs);
  store::end_message(store_, 1, "failed", "gone");
  run(kNow + kHourMs);
  EXPECT_TRUE(event().starts_with("checkin_failed"));
  EXPECT_EQ(open(), Texts());
}

TEST_F(DueCheckins, OfAnAgentThatDoesNotRunAreNotSent) {
  const auto often = add("often", every(kHourMs));
  const auto once = add("once", {.due_at = kNow + kHourMs});
  for (const std::string desired : {"paused", "stopped"}) {
    sql("UPDATE agents SET desired = '" + desired + "'");
    EXPECT_EQ(run(kNow + 2 * kHourMs + kMinuteMs), 0);
    EXPECT_EQ(reason(once.id), "the agent is " + desired);
    EXPECT_EQ(due(once.id), "2026-11-22T11:00:00Z");
  }
  EXPECT_EQ(reason(often.id), "the agent is paused");
  EXPECT_EQ(due(often.id), "2026-11-22T13:00:00Z");
  EXPECT_EQ(open(), Texts());
  sql("UPDATE agents SET desired = 'running'");
  EXPECT_EQ(run(kNow + 3 * kHourMs), 2);
  EXPECT_EQ(reason(often.id), "");
  EXPECT_EQ(reason(once.id), "");
  EXPECT_EQ(open().size(), 2U);
}

TEST_F(DueCheckins, EndWithTheirAgentAndFeature) {
  const auto c = add("a", every(kHourMs));
  sql("UPDATE agents SET status = 'completed'");
  run(kNow + kHourMs);
  EXPECT_EQ(row(c.id).state + " " + reason(c.id),
            "cancelled the agent has finished");
  sql("UPDATE agents SET status = 'active'");
  const auto d = add("b", every(kHourMs));
  sql("UPDATE features SET status = 'archived'");
  run(kNow + kHourMs);
  EXPECT_EQ(row(d.id).state + " " + reason(d.id),
            "cancelled the feature is archived");
  EXPECT_EQ(open(), Texts());
}

TEST_F(DueCheckins, WaitForTheEndOfALimit) {
  const auto c = add("often", every(kHourMs));
  const auto once = add("once", {.due_at = kNow + kHourMs});
  const std::string end = std::to_string(kNow + 50 * kHourMs);
  sql("INSERT INTO limits(agent_id, runtime, source, resets_at, wakes_at, "
      "created_at) VALUES (2, 'claude', 'screen', " +
      end + ", " + end + ", 1)");
  sql("UPDATE agents SET state = 'limited'");
  EXPECT_EQ(run(kNow + kHourMs), 0);
  for (const std::int64_t id : {c.id, once.id}) {
    EXPECT_EQ(due(id), "2026-11-24T12:00:00Z");
    EXPECT_EQ(reason(id), "limited until 2026-11-24T12:00:00Z");
    EXPECT_EQ(store::failures_of(row(id)), 0);
  }
  // Though that is further away than its interval.
  EXPECT_EQ(run(kNow + 2 * kHourMs), 0);
  EXPECT_EQ(due(c.id), "2026-11-24T12:00:00Z");
  sql("UPDATE limits SET ended_at = 5");
  sql("UPDATE agents SET state = 'idle'");
  EXPECT_EQ(run(kNow + 50 * kHourMs), 2);
  EXPECT_EQ(reason(c.id), "");
}

TEST_F(DueCheckins, ComeNearAgainWhenTheClockIsSetBack) {
  const auto often = add("often", every(kHourMs));
  const auto daily = add("daily", by("daily 9:00", "UTC"));
  const auto once = add("once", {.due_at = kNow + kHourMs});
  const std::int64_t ago = kNow - 365 * kDayMs;
  EXPECT_EQ(run(ago), 0);
  EXPECT_EQ(row(often.id).due_at, ago + kHourMs);
  EXPECT_EQ(due(daily.id), "2025-11-23T09:00:00Z");
  EXPECT_EQ(row(once.id).due_at, kNow + kHourMs);
  // By less than a day: nothing.
  EXPECT_EQ(run(ago - kDayMs), 0);
  EXPECT_EQ(row(often.id).due_at, ago + kHourMs);
  EXPECT_EQ(run(ago + kHourMs), 1);
}

TEST_F(DueCheckins, AreOneMessageEachAfterAClockThatWasAheadByYears) {
  add("often", every(kMinuteMs));
  add("daily", by("*/5 * * * *", "Europe/Berlin"));
  EXPECT_EQ(run(kNow + 3000 * kDayMs), 2);
  EXPECT_EQ(open(),
            (Texts{"checkin: scheduled check-in: often (more than 99 earlier "
                   "ones were missed and are covered by this one)",
                   "checkin: scheduled check-in: daily (more than 99 earlier "
                   "ones were missed and are covered by this one)"}));
  run(kNow + 3000 * kDayMs + kHourMs);
  EXPECT_EQ(open().size(), 2U);
  EXPECT_EQ(run(kNow), 0);
  EXPECT_LE(row(1).due_at, kNow + kMinuteMs);
  EXPECT_LE(row(2).due_at, kNow + 5 * kMinuteMs);
}

TEST_F(DueCheckins, AThousandAtOnceAreOnePass) {
  {
    store::Transaction transaction(store_);
    for (int i = 0; i < 1000; ++i)
      store::insert_checkin(store_,
                            {.agent_id = agent_.id,
                             .slug = "c" + std::to_string(i),
                             .note = "n",
                             .every_ms = kHourMs,
                             .due_at = kNow},
                            kNow);
    transaction.commit();
  }
  EXPECT_EQ(store::count_overdue_checkins(store_, kNow), 1000);
  EXPECT_EQ(run(kNow), 1000);
  EXPECT_EQ(run(kNow), 0);
  EXPECT_EQ(first("SELECT count(DISTINCT message_id) FROM checkins"), "1000");
}

TEST_F(DueCheckins, WithARowThatCannotBeReadFailAlone) {
  const auto bad = add("bad", by("daily 9:00", "UTC"));
  add("good", every(kHourMs));
  sql("UPDATE checkins SET schedule = '61 9 * * * UTC' WHERE slug = 'bad'");
  EXPECT_EQ(run(kNow + kDayMs), 1);
  EXPECT_EQ(row(bad.id).state, "failed");
  EXPECT_NE(reason(bad.id).find("minute: 61"), std::string::npos);
}

TEST_F(DueCheckins, OfAZoneThatIsNotKnownHereGoOnByUtc) {
  const auto c = add("far", by("daily 9:00", "UTC"));
  sql("UPDATE checkins SET schedule = 'daily 9:00 Mars/Olympus'");
  EXPECT_EQ(run(calendar::utc("2026-11-23T09:00:00")), 1);
  EXPECT_EQ(due(c.id), "2026-11-24T09:00:00Z");
  EXPECT_EQ(reason(c.id),
            "time zone 'Mars/Olympus' is not known here, UTC is taken");
}

TEST_F(DueCheckins, OfOneNoteAreOneUntilReplaced) {
  const auto c = add("Review: the API", by("daily 9:00", "UTC"));
  EXPECT_EQ(add("review the api", by("daily 9:00", "UTC")).id, c.id);
  EXPECT_THROW(add("review the api", by("daily 9:00", "Asia/Kolkata")), Error);
  EXPECT_THROW(add("review the api", every(kDayMs)), Error);
  EXPECT_NE(
      checkin::add(store_, agent_, "review the api", every(kDayMs), true, kNow)
          .id,
      c.id);
}

}  // namespace
}  // namespace orch::checkin
