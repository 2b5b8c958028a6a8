// SPDX-License-Identifier: MIT
#include "store/durations.h"

#include "store/messages.h"
#include "unit/store/rows.h"

namespace orch::store {
namespace {

class DurationRows : public StoreTest {
 protected:
  // "up to: count" of the buckets in which the number grows.
  static std::string text_of(const Histogram& h) {
    std::string out = h.what + ":";
    std::int64_t before = 0;
    for (const auto& [end, count] : h.up_to) {
      if (count != before)
        out += " " + std::to_string(end) + "=" + std::to_string(count);
      before = count;
    }
    return out + " of " + std::to_string(h.count) + " in " +
           std::to_string(h.sum_us);
  }
};

TEST_F(DurationRows, AreSortedIntoBucketsThatHoldTheLowerOnes) {
  Durations durations;
  EXPECT_TRUE(durations.empty());
  for (const std::int64_t us : {-7, 100, 101, 900}) durations.add("hook", us);
  durations.add("tick", 90000000000);  // more than a day
  ASSERT_EQ(durations.histograms().size(), 2U);
  EXPECT_EQ(text_of(durations.histograms()[0]),
            "hook: 100=2 250=3 1000=4 of 4 in 1101");
  EXPECT_EQ(text_of(durations.histograms()[1]),
            "tick: -1=1 of 1 in 90000000000");
  EXPECT_EQ(durations.histograms()[0].up_to.back().second, 4);
}

TEST_F(DurationRows, AreAddedToThoseThatAreKept) {
  Durations some;
  some.add("hook", 50);
  some.write(store_);
  some.write(store_);
  store_.database().execute(
      "INSERT INTO durations VALUES ('hook', 777, 1, 700)");
  ASSERT_EQ(list_durations(store_).size(), 1U);
  EXPECT_EQ(text_of(list_durations(store_)[0]),
            "hook: 100=2 1000=3 of 3 in 800");
}

TEST_F(DurationRows, OfDeliveriesComeFromTheMessages) {
  const Agent agent = add_agent(add_feature("001-a"), "001-a/impl");
  Message m{.sender = "person", .agent_id = agent.id, .text = "x"};
  m.sent_at = 1000;
  const std::int64_t id = insert_message(store_, m);
  insert_message(store_, m);
  raise_level(store_, id, "typed", 1200);
  raise_level(store_, id, "acked", 3000);
  const auto all = measure_durations(store_);
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(text_of(all[0]), "acked: 2500000=1 of 1 in 2000000");
  EXPECT_EQ(text_of(all[1]), "typed: 250000=1 of 1 in 200000");
}

}  // namespace
}  // namespace orch::store
