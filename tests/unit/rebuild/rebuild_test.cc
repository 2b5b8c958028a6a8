// SPDX-License-Identifier: MIT
#include "rebuild/rebuild.h"

#include <gtest/gtest.h>

namespace orch::rebuild {
namespace {

using Lines = std::vector<std::string>;

TEST(WordsOfARebuild, CountWhatWasReadWhole) {
  store::Rebuilt r;
  r.tables = {{.name = "features", .rows = 2}, {.name = "agents", .rows = 5}};
  EXPECT_EQ(words_of(r), Lines{"2 tables read whole, with 7 rows"});
}

TEST(WordsOfARebuild, NameEachTableThatWasNot) {
  store::Rebuilt r;
  r.tables = {{.name = "features", .rows = 1},
              {.name = "task_events", .rows = 90, .whole = false, .lost = 10},
              {.name = "blockers", .rows = 1, .whole = false},
              {.name = "tasks", .rows = 3, .refused = 2}};
  EXPECT_EQ(words_of(r),
            (Lines{"1 table read whole, with 1 row",
                   "table task_events: 90 rows read, at most 10 lost",
                   "table blockers: 1 row read, what else it held is lost",
                   "table tasks: 3 rows kept, 2 that were no rows of ours"}));
}

TEST(WordsOfARebuild, SayOnceThatNothingCouldBeRead) {
  store::Rebuilt r;
  r.tables = {{.name = "features", .whole = false},
              {.name = "agents", .whole = false}};
  EXPECT_EQ(words_of(r), Lines{"nothing of it could be read"});
}

TEST(WordsOfARebuild, SayWhatIsAGuess) {
  store::Rebuilt r;
  r.tables = {{.name = "meta", .rows = 1}};
  r.dropped = 3;
  r.features = {"001-a"};
  r.agents = {"001-a/overseer"};
  r.commits = 1;
  r.snapshots = 2;
  r.scheduled = {"001-a/overseer"};
  EXPECT_EQ(
      words_of(r),
      (Lines{"1 table read whole, with 1 row",
             "3 rows dropped, since what they refer to is lost",
             "feature '001-a' made anew; its base and its name are guesses",
             "agent '001-a/overseer' made anew from its branch; its kind is a "
             "guess, its runtime and process are not known",
             "1 event made anew from commits", "2 snapshots found by ref",
             "agent '001-a/overseer' got a check-in every 30 minutes"}));
}

}  // namespace
}  // namespace orch::rebuild
