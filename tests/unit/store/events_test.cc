// SPDX-License-Identifier: MIT
#include "store/events.h"

#include "store/stats.h"
#include "unit/store/rows.h"

namespace orch::store {
namespace {

class Events : public StoreTest {
 protected:
  Events() { add_feature("001-a"); }

  Event event(const std::string& message) {
    Event e;
    e.spec_id = "001-a";
    e.role = "impl-ui";
    e.type = "note";
    e.message = message;
    e.at = 5;
    return e;
  }
  std::vector<std::string> messages(const EventQuery& query) {
    std::vector<std::string> out;
    for (const Event& e : list_events(store_, query)) out.push_back(e.message);
    return out;
  }
};

using Texts = std::vector<std::string>;

TEST_F(Events, KeepEveryColumnAndEveryByte) {
  Event e = event(test::every_byte());
  e.event_id = std::string(
      "\0\x01\xFF"
      "0123456789abc",
      16);
  e.task_id = "T001";
  e.recorded_commit = std::string(40, 'c');
  e.metadata = R"({"k":1})";
  ASSERT_TRUE(insert_event(store_, e));
  const auto events = list_events(store_, {});
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].event_id, e.event_id);
  EXPECT_EQ(events[0].spec_id, "001-a");
  EXPECT_EQ(events[0].role, "impl-ui");
  EXPECT_EQ(events[0].type, "note");
  EXPECT_EQ(events[0].message, test::every_byte());
  EXPECT_EQ(events[0].task_id, "T001");
  EXPECT_EQ(events[0].recorded_commit, std::string(40, 'c'));
  EXPECT_EQ(events[0].commit, std::string(40, 'c'));
  EXPECT_EQ(events[0].metadata, R"({"k":1})");
  EXPECT_EQ(events[0].at, 5);
}

TEST_F(Events, InsertedTwiceAreThereOnce) {
  Event e = event("first");
  e.event_id = std::string(16, 'i');
  EXPECT_TRUE(insert_event(store_, e));
  e.message = "second";
  EXPECT_FALSE(insert_event(store_, e));
  EXPECT_EQ(messages({}), Texts{"first"});
}

TEST_F(Events, WithoutAnIdGetOneEach) {
  EXPECT_TRUE(insert_event(store_, event("same")));
  EXPECT_TRUE(insert_event(store_, event("same")));
  EXPECT_EQ(list_events(store_, {}).size(), 2U);
}

TEST_F(Events, CannotBeChangedOrDeleted) {
  insert_event(store_, event("fact"));
  for (const char* sql :
       {"UPDATE task_events SET message = 'fiction'",
        "UPDATE task_events SET id = 9", "DELETE FROM task_events",
        "DELETE FROM task_events WHERE id = 1"}) {
    const std::string refusal = refusal_of(sql);
    EXPECT_NE(refusal.find("events are append-only"), std::string::npos)
        << sql << ": " << refusal;
  }
  EXPECT_EQ(messages({}), Texts{"fact"});
}

TEST_F(Events, CannotBeReplacedUnderTheSameId) {
  Event e = event("fact");
  e.event_id = std::string(16, 'i');
  insert_event(store_, e);
  refusal_of(
      "INSERT OR REPLACE INTO task_events(event_id, event_type, message, "
      "created_at) VALUES (CAST('iiiiiiiiiiiiiiii' AS BLOB), 'x', 'fiction', "
      "1)");
  EXPECT_EQ(messages({}), Texts{"fact"});
}

TEST_F(Events, OfAnUnknownFeatureAreRefused) {
  Event e = event("x");
  e.spec_id = "999-none";
  EXPECT_NE(test::thrown_by([&] { insert_event(store_, e); }), "nothing");
  e.spec_id.reset();
  EXPECT_TRUE(insert_event(store_, e));
}

TEST_F(Events, AreListedNewestFirstWithinALimit) {
  for (const char* text : {"1", "2", "3"}) insert_event(store_, event(text));
  EXPECT_EQ(messages({}), (Texts{"3", "2", "1"}));
  EXPECT_EQ(messages({.limit = 2}), (Texts{"3", "2"}));
  EXPECT_EQ(messages({.oldest_first = true}), (Texts{"1", "2", "3"}));
  EXPECT_EQ(messages({.after_id = 1, .oldest_first = true}), (Texts{"2", "3"}));
  EXPECT_EQ(messages({.after_id = 3}), Texts());
}

TEST_F(Events, AreListedByFeature) {
  add_feature("002-b");
  insert_event(store_, event("a"));
  Event b = event("b");
  b.spec_id = "002-b";
  insert_event(store_, b);
  EXPECT_EQ(messages({.spec_id = "002-b"}), Texts{"b"});
  EXPECT_EQ(messages({.spec_id = "001-a"}), Texts{"a"});
  EXPECT_EQ(messages({.spec_id = "003-none"}), Texts());
}

TEST_F(Events, AreCountedByTypeMostFrequentFirst) {
  Event rare = event("x");
  rare.type = "rare";
  insert_event(store_, rare);
  insert_event(store_, event("y"));
  insert_event(store_, event("z"));
  const auto tallies = tally_events(store_);
  ASSERT_EQ(tallies.size(), 2u);
  EXPECT_EQ(tallies[0].name, "note");
  EXPECT_EQ(tallies[0].count, 2);
  EXPECT_EQ(tallies[1].name, "rare");
}

TEST_F(Events, AFoldedRecordIsNewOnce) {
  EXPECT_TRUE(mark_folded(store_, std::string(16, 'a'), 1));
  EXPECT_FALSE(mark_folded(store_, std::string(16, 'a'), 2));
  EXPECT_TRUE(mark_folded(store_, std::string(16, 'b'), 1));
}

class CommitMap : public Events {
 protected:
  // "A:C B:C", sorted; "-" for a dropped commit.
  std::string map() {
    Statement s(store_.database(),
                "SELECT old_commit, coalesce(new_commit, '-') FROM commit_map "
                "ORDER BY 1");
    std::string out;
    while (s.step())
      out += (out.empty() ? "" : " ") + s.text(0) + ":" + s.text(1);
    return out;
  }
  void rewrite(const char* before, const char* after) {
    map_commit(store_, before,
               after ? std::optional<std::string>(after) : std::nullopt, 1);
  }
  void commit(const char* id) {
    Event e = event(id);
    e.recorded_commit = id;
    e.metadata = kFromCommit;
    insert_event(store_, e);
  }
};

TEST_F(CommitMap, ClosesChains) {
  rewrite("A", "B");
  EXPECT_EQ(map(), "A:B");
  rewrite("B", "C");
  EXPECT_EQ(map(), "A:C B:C");
  rewrite("C", "D");
  EXPECT_EQ(map(), "A:D B:D C:D");
}

TEST_F(CommitMap, ComesBackToAnEarlierId) {
  rewrite("A", "B");
  rewrite("B", "C");
  rewrite("C", "A");
  EXPECT_EQ(map(), "B:A C:A");
  rewrite("A", "B");
  EXPECT_EQ(map(), "A:B C:B");
}

TEST_F(CommitMap, JoinsTwoCommitsThatWereSquashed) {
  rewrite("A", "C");
  rewrite("B", "C");
  rewrite("C", "D");
  EXPECT_EQ(map(), "A:D B:D C:D");
}

TEST_F(CommitMap, DropsWholeChains) {
  rewrite("A", "B");
  rewrite("B", nullptr);
  EXPECT_EQ(map(), "A:- B:-");
}

TEST_F(CommitMap, IsNotChangedByARewriteToItself) {
  rewrite("A", "A");
  EXPECT_EQ(map(), "");
}

TEST_F(CommitMap, IsTheSameWhenARewriteIsFoldedTwice) {
  for (int i = 0; i < 2; ++i) {
    rewrite("A", "B");
    rewrite("B", "C");
    EXPECT_EQ(map(), "A:C B:C");
  }
}

TEST_F(CommitMap, TellsWhereTheCommitOfAnEventIsNow) {
  commit("A");
  rewrite("A", "B");
  rewrite("B", "C");
  Event e = list_events(store_, {}).at(0);
  EXPECT_EQ(e.recorded_commit, "A");
  EXPECT_EQ(e.commit, "C");
  EXPECT_EQ(first("SELECT commit_hash FROM v_recent_events"), "C");
  EXPECT_EQ(first("SELECT commit_hash FROM task_events"), "A");
  rewrite("C", nullptr);
  e = list_events(store_, {}).at(0);
  EXPECT_EQ(e.recorded_commit, "A");
  EXPECT_FALSE(e.commit);
}

TEST_F(CommitMap, KnowsACommitUnderEveryIdItHad) {
  commit("A");
  EXPECT_TRUE(has_commit_event(store_, "A"));
  EXPECT_FALSE(has_commit_event(store_, "C"));
  rewrite("A", "B");
  rewrite("B", "C");
  EXPECT_TRUE(has_commit_event(store_, "C"));
  EXPECT_FALSE(has_commit_event(store_, "X"));
}

TEST_F(CommitMap, AnEventThatOnlyNamesACommitIsNotTheCommitsOwn) {
  Event e = event("by hand");
  e.recorded_commit = "A";
  insert_event(store_, e);
  EXPECT_FALSE(has_commit_event(store_, "A"));
}

}  // namespace
}  // namespace orch::store
