// SPDX-License-Identifier: MIT
#include "store/conflicts.h"

#include "unit/store/rows.h"

namespace orch::store {
namespace {

class Conflicts : public StoreTest {
 protected:
  Conflicts() : feature_(add_feature("001-a")) {}

  Conflict conflict(const std::string& a, const std::string& b) {
    Conflict c;
    c.feature_id = feature_;
    c.a = a;
    c.b = b;
    c.kind = "collision";
    c.paths = {"f"};
    c.types = {"contents"};
    c.a_commit = "1";
    c.b_commit = "2";
    c.detected_at = 5;
    return c;
  }
  std::vector<Conflict> open() { return list_open_conflicts(store_, 0); }

  std::int64_t feature_;
};

TEST_F(Conflicts, KeepEveryColumn) {
  const std::int64_t id = insert_conflict(store_, conflict("x", "y"));
  const auto all = open();
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].id, id);
  EXPECT_EQ(all[0].feature_id, feature_);
  EXPECT_EQ(all[0].a, "x");
  EXPECT_EQ(all[0].b, "y");
  EXPECT_EQ(all[0].kind, "collision");
  EXPECT_EQ(all[0].paths, std::vector<std::string>{"f"});
  EXPECT_EQ(all[0].types, std::vector<std::string>{"contents"});
  EXPECT_EQ(all[0].severity, "warning");
  EXPECT_EQ(all[0].source, "predicted");
  EXPECT_EQ(all[0].a_commit, "1");
  EXPECT_EQ(all[0].b_commit, "2");
  EXPECT_FALSE(all[0].resolved);
  EXPECT_EQ(all[0].detected_at, 5);
  EXPECT_FALSE(all[0].resolved_at);
}

TEST_F(Conflicts, KeepEveryByteOfAPath) {
  Conflict c = conflict("x", "y");
  c.paths = {test::every_byte(), "\xFF",   "a\"b\\c\n", "\xEF\xBF\xBD",
             "\xC3\xA9",         "hex/ff", "",          "with,comma"};
  insert_conflict(store_, c);
  EXPECT_EQ(open().at(0).paths, c.paths);
}

TEST_F(Conflicts, AreUpdatedInPlace) {
  Conflict c = conflict("x", "y");
  c.id = insert_conflict(store_, c);
  c.paths = {"f", "g"};
  c.types = {"contents", "modify/delete"};
  c.a_commit = "3";
  update_conflict(store_, c);
  EXPECT_EQ(open().at(0).paths, c.paths);
  EXPECT_EQ(open().at(0).types, c.types);
  EXPECT_EQ(open().at(0).a_commit, "3");
  EXPECT_EQ(open().at(0).b_commit, "2");
}

TEST_F(Conflicts, AreOpenOncePerPairAndKind) {
  insert_conflict(store_, conflict("x", "y"));
  EXPECT_NE(
      test::thrown_by([&] { insert_conflict(store_, conflict("x", "y")); }),
      "nothing");
  Conflict stale = conflict("x", "y");
  stale.kind = "stale";
  insert_conflict(store_, stale);
  EXPECT_EQ(open().size(), 2U);
}

TEST_F(Conflicts, AreNotReopenedOnceResolved) {
  const std::int64_t id = insert_conflict(store_, conflict("x", "y"));
  resolve_conflict(store_, id, "merged", 9);
  EXPECT_TRUE(open().empty());
  for (const char* sql :
       {"UPDATE conflicts SET resolved = 0",
        "UPDATE conflicts SET resolved = 0, resolved_at = NULL"})
    EXPECT_NE(refusal_of(sql).find("a resolved conflict is not reopened"),
              std::string::npos)
        << refusal_of(sql);
  resolve_conflict(store_, id, "again", 99);
  EXPECT_EQ(first("SELECT notes || ' ' || resolved_at FROM conflicts"),
            "merged 9");
}

TEST_F(Conflicts, OfTheSamePairCanBeFoundAnewAfterwards) {
  const std::int64_t old = insert_conflict(store_, conflict("x", "y"));
  resolve_conflict(store_, old, "", 9);
  const std::int64_t fresh = insert_conflict(store_, conflict("x", "y"));
  ASSERT_EQ(open().size(), 1U);
  EXPECT_EQ(open()[0].id, fresh);
  EXPECT_NE(fresh, old);
}

TEST_F(Conflicts, AreListedByFeatureInOrder) {
  const std::int64_t other = add_feature("002-b");
  Conflict c = conflict("x", "y");
  insert_conflict(store_, c);
  c.feature_id = other;
  c.a = "z";
  insert_conflict(store_, c);
  ASSERT_EQ(list_open_conflicts(store_, other).size(), 1U);
  EXPECT_EQ(list_open_conflicts(store_, other)[0].a, "z");
  ASSERT_EQ(open().size(), 2U);
  EXPECT_EQ(open()[0].a, "x");
}

TEST_F(Conflicts, HaveOnlyTheKindsOfTheVocabulary) {
  Conflict c = conflict("x", "y");
  c.kind = "quarrel";
  EXPECT_NE(test::thrown_by([&] { insert_conflict(store_, c); }), "nothing");
}

}  // namespace
}  // namespace orch::store
