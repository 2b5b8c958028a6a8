// SPDX-License-Identifier: MIT
#include "numbers/numbers.h"

#include "numbers/system.h"
#include "store/agent_state.h"
#include "store/event_days.h"
#include "store/events.h"
#include "unit/store/rows.h"

namespace orch::numbers {
namespace {

class Numbers : public store::StoreTest {};

TEST_F(Numbers, OfAllDaysAreThereAlsoOfThoseWithoutAny) {
  const Report r = report(store_, 0, 2 * store::kDayMs + 5);
  ASSERT_EQ(r.days.size(), 3U);
  EXPECT_EQ(r.days[0].name, "1970-01-01");
  EXPECT_EQ(r.days[2].name, "1970-01-03");
  const json::Value all(report_json(r));
  EXPECT_EQ(json::to_text(all["days"].as_array()->at(1)),
            R"({"day":"1970-01-02","events":0,"commits":0,"messages":0,)"
            R"("conflicts":0,"tests":0,"restarts":0,"limits":0,)"
            R"("landings":0,"tokens":null,"cost_usd":null})");
}

TEST_F(Numbers, OfAgentsHoldTheStateThatLasts) {
  store::Agent a = add_agent(add_feature("001-a"), "001-a/one");
  store::set_agent_state(store_, a, "idle", "hook", 1000);
  store::set_agent_state(store_, a, "busy", "hook", 4000);
  store::Event e;
  e.spec_id = "001-a";
  e.role = "one";
  e.type = "note";
  e.at = 1;
  store::insert_event(store_, e);
  const Report r = report(store_, 0, 9000);
  ASSERT_EQ(r.agents.size(), 1U);
  EXPECT_EQ(r.agents[0].states.at("idle"), 3000);
  EXPECT_EQ(r.agents[0].states.at("busy"), 5000);
  EXPECT_EQ(r.agents[0].numbers.busy_ms, 5000);
  EXPECT_EQ(r.agents[0].numbers.events, 1);
  ASSERT_EQ(r.roles.size(), 1U);
  EXPECT_EQ(r.roles[0].name, "one");
  EXPECT_EQ(r.roles[0].numbers.busy_ms, 5000);
  ASSERT_EQ(r.features.size(), 1U);
  EXPECT_EQ(r.features[0].numbers.events, 1);
}

TEST(SystemAdvice, IsGivenAboveTheThresholds) {
  System s;
  EXPECT_TRUE(advise(s).empty());
  s.machine.cpu_percent = 80;
  s.machine.memory = {.total = 100, .available = 15};
  s.machine.disk_total = 100;
  s.machine.disk_free = 10;
  s.agents_running = 10;
  EXPECT_TRUE(advise(s).empty());
  s.machine.cpu_percent = 81;
  s.machine.memory = {
      .total = 100, .available = 14, .swap_total = 100, .swap_used = 21};
  s.machine.disk_free = 9;
  s.agents_running = 11;
  std::string all;
  for (const Advice& a : advise(s)) all += a.what + " ";
  EXPECT_EQ(all, "cpu memory swap disk agents ");
  EXPECT_EQ(advise(s)[3].text, "the disk is 91 % used: git orch gc");
}

}  // namespace
}  // namespace orch::numbers
