// SPDX-License-Identifier: MIT
#include "stall/stall.h"

#include "store/activity.h"
#include "store/events.h"
#include "store/messages.h"
#include "unit/calendar/zones.h"
#include "unit/store/rows.h"

namespace orch::stall {
namespace {

constexpr std::int64_t kMinute = 60000;
const std::int64_t kNow = calendar::utc("2026-11-22T10:00:00");

class Stalls : public store::StoreTest {
 protected:
  Stalls()
      : feature_(add_feature("001-a")),
        overseer_(add_agent(feature_, "001-a/overseer")),
        api_(add_agent(feature_, "001-a/impl-api")),
        ui_(add_agent(feature_, "001-a/impl-ui")) {
    repository_.common_dir = scratch_.root();
    sql("UPDATE agents SET kind = 'overseer' WHERE role = 'overseer'");
    sql("UPDATE agents SET created_at = " + std::to_string(kNow));
    runs(api_);
  }

  void sql(const std::string& text) { store_.database().execute(text.c_str()); }
  void runs(const store::Agent& agent) {
    sql("UPDATE agents SET desired = 'running', state = 'idle', state_since "
        "= " +
        std::to_string(kNow) + " WHERE id = " + std::to_string(agent.id));
  }
  int run(std::int64_t minutes) {
    const int said = stall::run(repository_, store_, kNow + minutes * kMinute);
    // Whatever was said is said.
    EXPECT_EQ(stall::run(repository_, store_, kNow + minutes * kMinute), 0);
    return said;
  }
  std::optional<std::int64_t> next(std::int64_t minutes) {
    const auto at = next_due(repository_, store_, kNow + minutes * kMinute);
    if (!at) return std::nullopt;
    return (*at - kNow) / kMinute;
  }
  void write(const store::Agent& from, const store::Agent& to,
             const std::string& text, std::int64_t minutes) {
    store::insert_message(store_, {.sender = from.address,
                                   .agent_id = to.id,
                                   .text = text,
                                   .sent_at = kNow + minutes * kMinute});
  }
  void commits(const store::Agent& agent, std::int64_t minutes) {
    store::Event e;
    e.spec_id = "001-a";
    e.role = agent.role;
    e.type = "status_update";
    e.message = "m";
    e.metadata = store::kFromCommit;
    e.at = kNow + minutes * kMinute;
    store::insert_event(store_, e);
  }
  std::string events() {
    return first(
        "SELECT group_concat(event_type, ' ') FROM task_events "
        "WHERE event_type <> 'status_update'");
  }
  std::size_t letters(const store::Agent& to) {
    return store::list_messages(store_, to.id, store::Which::Open).size();
  }

  repository::Repository repository_;
  std::int64_t feature_;
  store::Agent overseer_, api_, ui_;
};

TEST_F(Stalls, AnIdleAgentIsToldThreeTimesAndThenItsOverseerOnce) {
  EXPECT_EQ(next(0), 30);
  EXPECT_EQ(run(29), 0);
  EXPECT_EQ(run(30), 1);
  EXPECT_EQ(next(30), 60);
  EXPECT_EQ(run(59), 0);
  EXPECT_EQ(run(60), 1);
  EXPECT_EQ(run(95), 1);
  // Never two unread ones.
  EXPECT_EQ(letters(api_), 1U);
  EXPECT_EQ(letters(overseer_), 0U);
  EXPECT_EQ(run(125), 1);
  EXPECT_EQ(events(), "agent_idle agent_idle agent_idle agent_stalled");
  EXPECT_EQ(letters(api_), 1U);
  EXPECT_EQ(letters(overseer_), 1U);
  EXPECT_FALSE(next(125));
  EXPECT_EQ(run(1000), 0);
  EXPECT_NE(
      first("SELECT text FROM messages WHERE agent_id = " +
            std::to_string(overseer_.id))
          .find("001-a/impl-api is idle, nothing has come from it for 2h, "
                "and it was told 3 times"),
      std::string::npos);
}

TEST_F(Stalls, ASignOfLifeBeginsAnew) {
  run(30);
  run(60);
  commits(api_, 61);
  EXPECT_EQ(run(90), 0);
  EXPECT_EQ(next(90), 91);
  EXPECT_EQ(run(91), 1);
  write(api_, overseer_, "done", 100);
  EXPECT_EQ(run(129), 0);
  EXPECT_EQ(run(130), 1);
  // What a person or another agent writes calls it to work, what we write does
  // not.
  write(ui_, api_, "look", 140);
  EXPECT_EQ(run(165), 0);
  EXPECT_EQ(run(170), 1);
  EXPECT_EQ(first("SELECT count(*) FROM task_events "
                  "WHERE event_type = 'agent_stalled'"),
            "0");
}

TEST_F(Stalls, AnAgentThatHasJustComeToRestIsLeftAlone) {
  sql("UPDATE agents SET state_since = " + std::to_string(kNow + 40 * kMinute));
  EXPECT_EQ(next(40), 45);
  EXPECT_EQ(run(44), 0);
  EXPECT_EQ(run(45), 1);
}

TEST_F(Stalls, OfAnOverseerThereIsOnlyAnEventInTheEnd) {
  sql("UPDATE agents SET desired = 'stopped'");
  runs(overseer_);
  for (const int minutes : {30, 60, 90, 120}) EXPECT_EQ(run(minutes), 1);
  EXPECT_EQ(events(), "agent_idle agent_idle agent_idle agent_stalled");
  EXPECT_EQ(letters(overseer_), 1U);  // the last reminder
  EXPECT_EQ(first("SELECT count(*) FROM messages"), "3");
}

TEST_F(Stalls, NobodyIsToldWhoWaitsOrHasFinished) {
  for (const std::string change :
       {"desired = 'paused'", "desired = 'stopped'", "status = 'completed'",
        "state = 'needs-human'", "state = 'limited'", "state = 'busy'",
        "state = 'exited'"}) {
    runs(api_);
    sql("UPDATE agents SET status = 'active'");
    sql("UPDATE agents SET " + change);
    EXPECT_EQ(run(300), 0) << change;
  }
  sql("UPDATE agents SET status = 'active'");
  runs(api_);
  sql("INSERT INTO limits(agent_id, runtime, source, resets_at, created_at) "
      "SELECT id, 'x', 'screen', 1, 1 FROM agents WHERE role = 'impl-api'");
  EXPECT_EQ(run(300), 0);
  sql("UPDATE limits SET ended_at = 1");
  sql("UPDATE features SET status = 'completed'");
  EXPECT_EQ(run(300), 0);
  sql("UPDATE features SET status = 'in-progress'");
  EXPECT_EQ(run(300), 1);
}

TEST_F(Stalls, TheFiguresAreThePolicys) {
  scratch_.write("orch/policy.yaml",
                 "thresholds: {stall_age: 10m, stall_cool_down: 5m, "
                 "stall_reminders: 1}\n");
  EXPECT_EQ(run(9), 0);
  EXPECT_EQ(run(10), 1);
  EXPECT_EQ(run(15), 1);
  EXPECT_EQ(events(), "agent_idle agent_stalled");
  scratch_.write("orch/policy.yaml", "thresholds: {stall_age: never}\n");
  sql("DELETE FROM messages");
  commits(api_, 20);
  EXPECT_EQ(run(500), 0);
}

TEST_F(Stalls, TwoThatOnlyWriteEachOtherAreToldOf) {
  sql("UPDATE agents SET desired = 'stopped'");
  for (int i = 0; i < 9; ++i)
    write(i % 2 == 0 ? api_ : ui_, i % 2 == 0 ? ui_ : api_,
          "m" + std::to_string(i), i);
  EXPECT_EQ(run(10), 0);
  write(ui_, api_, "m9", 10);
  EXPECT_EQ(run(10), 1);
  EXPECT_EQ(first("SELECT message FROM task_events"),
            "001-a/impl-api and 001-a/impl-ui have written each other 10 "
            "messages within 15m, and neither has committed");
  EXPECT_EQ(letters(overseer_), 1U);
  // Once in two hours.
  for (int i = 0; i < 20; ++i)
    write(api_, ui_, "n" + std::to_string(i), 20 + i % 10);
  EXPECT_EQ(run(30), 0);
  for (int i = 0; i < 10; ++i) write(api_, ui_, "o" + std::to_string(i), 125);
  EXPECT_EQ(run(131), 1);
}

TEST_F(Stalls, TwoOfWhomOneCommitsAreNone) {
  sql("UPDATE agents SET desired = 'stopped'");
  for (int i = 0; i < 12; ++i) write(api_, ui_, "m" + std::to_string(i), i);
  commits(ui_, 5);
  EXPECT_EQ(run(12), 0);
  // Messages that are too old do not count.
  EXPECT_EQ(run(60), 0);
}

TEST_F(Stalls, OneThatRepeatsItselfIsToldOf) {
  sql("UPDATE agents SET desired = 'stopped'");
  for (int i = 0; i < 4; ++i) write(api_, ui_, "are you there?", i);
  // The same to many is no repetition.
  for (const auto& to : {overseer_, ui_}) write(api_, to, "to all", 4);
  EXPECT_EQ(run(5), 0);
  write(api_, ui_, "are you there?", 5);
  commits(api_, 5);
  EXPECT_EQ(run(5), 1);
  EXPECT_EQ(first("SELECT message FROM task_events "
                  "WHERE event_type = 'loop_suspected'"),
            "001-a/impl-api has written 001-a/impl-ui the same text 5 times "
            "within 15m");
  EXPECT_EQ(letters(overseer_), 2U);
}

TEST_F(Stalls, WhatAPersonWritesIsNoLoop) {
  sql("UPDATE agents SET desired = 'stopped'");
  store::Agent person;
  person.address = "person";
  for (int i = 0; i < 12; ++i) write(person, ui_, "go on", i);
  EXPECT_EQ(run(12), 0);
}

}  // namespace
}  // namespace orch::stall
