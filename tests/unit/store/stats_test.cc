// SPDX-License-Identifier: MIT
#include "store/stats.h"

#include "store/events.h"
#include "unit/store/rows.h"

namespace orch::store {
namespace {

class Tallies : public StoreTest {
 protected:
  void add_event(const std::string& type, const std::string& metadata = "{}",
                 const std::optional<std::string>& commit = std::nullopt) {
    Event e;
    e.type = type;
    e.metadata = metadata;
    e.recorded_commit = commit;
    insert_event(store_, e);
  }
  std::string text_of(const std::vector<Tally>& tallies) {
    std::string out;
    for (const Tally& t : tallies)
      out += t.what + " " + t.name + " " + std::to_string(t.count) + "\n";
    return out;
  }
};

TEST_F(Tallies, OfAnEmptyStoreAreNone) {
  EXPECT_EQ(text_of(tally_events(store_)), "");
  EXPECT_EQ(text_of(tally_all(store_)), "");
}

TEST_F(Tallies, OfEventsAreByFrequencyThenByName) {
  for (const char* type : {"b", "a", "c", "c"}) add_event(type);
  EXPECT_EQ(text_of(tally_events(store_)),
            "events c 2\nevents a 1\nevents b 1\n");
}

TEST_F(Tallies, OfCommitsLeaveOutWhatOthersSayOfThem) {
  add_event("status_update", kFromCommit, "aa");
  add_event("status_update", kFromPerson, "aa");
  add_event("conflict_detected", "{}", "aa");
  const std::string all = text_of(tally_all(store_));
  EXPECT_NE(all.find("commits  1\n"), std::string::npos) << all;
}

}  // namespace
}  // namespace orch::store
