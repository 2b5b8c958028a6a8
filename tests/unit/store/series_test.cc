// SPDX-License-Identifier: MIT
#include "store/series.h"

#include "store/agent_state.h"
#include "store/conflicts.h"
#include "store/event_days.h"
#include "store/events.h"
#include "store/landings.h"
#include "store/limits.h"
#include "store/messages.h"
#include "unit/store/rows.h"

namespace orch::store {
namespace {

class Series : public StoreTest {
 protected:
  Series() {
    feature_ = add_feature("001-a");
    one_ = add_agent(feature_, "001-a/one");
    two_ = add_agent(feature_, "001-a/two");
  }
  std::int64_t day(std::int64_t n) const { return n * kDayMs + 7; }
  void collide(std::int64_t at, std::int64_t resolved_at, const char* path) {
    Conflict c;
    c.feature_id = feature_;
    c.a = one_.address;
    c.b = two_.address;
    c.kind = "collision";
    c.paths = {path};
    c.detected_at = at;
    const std::int64_t id = insert_conflict(store_, c);
    if (resolved_at != 0) resolve_conflict(store_, id, "x", resolved_at);
  }
  void refuse(std::int64_t at, const std::vector<std::string>& paths) {
    Landing l;
    l.feature_id = feature_;
    l.agent_id = one_.id;
    l.ref = "refs/heads/one" + std::to_string(at);
    l.into = "refs/heads/x";
    l.queued_at = at;
    l.id = insert_landing(store_, l);
    l.status = "rejected";
    l.paths = paths;
    l.ended_at = at;
    update_landing(store_, l);
  }
  std::string predictions(std::int64_t since) {
    const Predictions p = judge_predictions(store_, since);
    return std::to_string(p.met) + " " + std::to_string(p.avoided) + " " +
           std::to_string(p.open) + " " + std::to_string(p.missed);
  }
  std::string numbers_of(std::int64_t first) {
    std::string out;
    for (const DayNumbers& d : list_day_numbers(store_, first)) {
      const Numbers& n = d.numbers;
      out += std::to_string(d.day) + " " + d.spec_id + "/" + d.role + ":";
      for (const std::int64_t v :
           {n.events, n.commits, n.messages, n.conflicts, n.sides, n.tests,
            n.limits, n.landings, n.busy_ms})
        out += " " + std::to_string(v);
      out += n.spent.tokens ? " " + std::to_string(*n.spent.tokens) : " -";
      out += n.spent.cost_micros ? " " + std::to_string(*n.spent.cost_micros)
                                 : " -";
      out += "\n";
    }
    return out;
  }

  std::int64_t feature_ = 0;
  Agent one_, two_;
};

TEST_F(Series, AreNumbersByDayFeatureAndRole) {
  Event e;
  e.spec_id = "001-a";
  e.role = "one";
  e.type = "note";
  e.at = day(2);
  insert_event(store_, e);
  for (const char* sender : {"001-a/one", "person", "orch", "orch"}) {
    Message m{.sender = sender, .agent_id = two_.id, .text = "x"};
    m.sent_at = day(2);
    insert_message(store_, m);
  }
  collide(day(3), 0, "f");
  insert_limit(store_, {.agent_id = two_.id,
                        .runtime = "r",
                        .source = "s",
                        .resets_at = 1,
                        .created_at = day(3)});
  Landing l;
  l.feature_id = feature_;
  l.agent_id = two_.id;
  l.ref = "refs/heads/two";
  l.into = "refs/heads/x";
  l.id = insert_landing(store_, l);
  l.status = "landed";
  l.ended_at = day(3);
  update_landing(store_, l);
  store_.database().execute(
      "INSERT INTO test_results(feature_id, role, test_type, status, "
      "created_at) VALUES (1, 'two', 'unit', 'passed', 259200001);"
      "INSERT INTO usage VALUES (1, 'c', 3, 'm', 10, 5, 100, NULL),"
      "(2, 'c', 3, 'm', 1, 1, 1, NULL), (2, 'c', 3, 'n', 1, 0, 0, 250000)");
  const std::string third =
      "3 001-a/: 0 0 0 1 0 0 0 0 0 - -\n"
      "3 001-a/one: 0 0 0 0 1 0 0 0 0 115 -\n"
      "3 001-a/two: 0 0 0 0 1 1 1 1 0 4 250000\n";
  EXPECT_EQ(numbers_of(0),
            "2 /orch: 0 0 2 0 0 0 0 0 0 - -\n"
            "2 /person: 0 0 1 0 0 0 0 0 0 - -\n"
            "2 001-a/one: 1 0 1 0 0 0 0 0 0 - -\n" +
                third);
  EXPECT_EQ(numbers_of(3), third);
  EXPECT_EQ(numbers_of(4), "");
}

TEST_F(Series, KnowHowLongAnAgentWasInEachState) {
  set_agent_state(store_, one_, "busy", "hook", 1000);
  set_agent_state(store_, one_, "busy", "hook", 1500);
  set_agent_state(store_, one_, "idle", "hook", 3000);
  set_agent_state(store_, one_, "busy", "hook", 2000);  // the clock went back
  set_agent_state(store_, one_, "idle", "hook", day(4));
  std::string out;
  for (const StateTime& t : list_state_times(store_, 0))
    out += std::to_string(t.agent_id) + " " + t.state + " " +
           std::to_string(t.ms) + "\n";
  EXPECT_EQ(out, "1 busy " + std::to_string(2000 + day(4) - 2000) +
                     "\n1 stopped 999\n");
  ASSERT_EQ(list_state_times(store_, 4).size(), 1U);
  EXPECT_EQ(numbers_of(4), "4 001-a/one: 0 0 0 0 0 0 0 0 " +
                               std::to_string(day(4) - 2000) + " - -\n");
}

TEST_F(Series, HoldHowLongThingsTook) {
  const auto add = [&](const char* type, const char* task, std::int64_t at) {
    Event e;
    e.spec_id = "001-a";
    e.type = type;
    e.task_id = task;
    e.at = at;
    insert_event(store_, e);
  };
  add("task_completed", "T003", 50);  // nobody has said when it began
  add("task_started", "T001", 100);
  add("task_started", "T001", 200);
  add("task_claimed", "T002", 300);
  add("task_completed", "T001", 1100);
  add("task_completed", "T001", 1200);
  const auto taken = list_taken(store_, 0);
  ASSERT_EQ(taken.size(), 1U);
  EXPECT_EQ(taken[0].what, "task");
  EXPECT_EQ(taken[0].ms, std::vector<std::int64_t>{1000});
  EXPECT_TRUE(list_taken(store_, 1101).empty());
}

TEST_F(Series, JudgePredictionsByWhatBecameOfThem) {
  collide(day(1), day(2), "early");
  collide(day(10), day(11), "met");
  collide(day(10), day(11), "avoided");
  collide(day(10), 0, "open");
  refuse(day(11) + 10, {"other", "met"});  // it is over for a moment
  refuse(day(14), {"avoided"});            // too long after
  refuse(day(14) + 1, {});                 // a gate
  EXPECT_EQ(predictions(day(5)), "1 1 1 1");
  EXPECT_EQ(predictions(day(1)), "1 2 1 1");
  // One from before can be what a refusal has met.
  EXPECT_EQ(predictions(day(11)), "0 0 0 1");
}

}  // namespace
}  // namespace orch::store
