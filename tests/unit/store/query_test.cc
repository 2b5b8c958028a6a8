// SPDX-License-Identifier: MIT
#include "store/query.h"

#include <filesystem>

#include "unit/store/rows.h"

namespace orch::store {
namespace {

using test::thrown_by;

constexpr std::int64_t kLong = 60000;

class QueryOf : public StoreTest {
 protected:
  // All rows as JSON text.
  std::string answer(const std::string& sql) {
    Query query(scratch_.root(), sql, kLong);
    json::Array rows;
    while (auto row = query.next()) rows.emplace_back(*std::move(row));
    return json::to_text(rows);
  }
  std::string refusal(const std::string& sql) {
    return thrown_by([&] { answer(sql); });
  }
};

TEST_F(QueryOf, GivesEachValueItsType) {
  EXPECT_EQ(answer("SELECT 1, 1.5, 'a', NULL, x'0aff', -9e999"),
            R"([[1,1.5,"a",null,"0aff","-Inf"]])");
  EXPECT_EQ(answer("SELECT key FROM meta WHERE 0"), "[]");
  EXPECT_EQ(Query(scratch_.root(), "SELECT 1 AS a, 2 AS a", kLong).columns(),
            (std::vector<std::string>{"a", "a"}));
}

TEST_F(QueryOf, SeesWhatOthersHaveCommittedAndNothingElse) {
  set_meta(store_, "k", "one");
  const std::string sql = "SELECT value FROM meta WHERE key = 'k'";
  EXPECT_EQ(answer(sql), R"([["one"]])");
  Transaction t(store_);
  set_meta(store_, "k", "two");
  EXPECT_EQ(answer(sql), R"([["one"]])");
}

TEST_F(QueryOf, GoesOnAfterTheLastRowWithoutHarm) {
  Query query(scratch_.root(), "SELECT 1", kLong);
  EXPECT_TRUE(query.next());
  EXPECT_FALSE(query.next());
}

TEST_F(QueryOf, WritesNothingWhateverItIsAsked) {
  for (const char* sql :
       {"INSERT INTO meta VALUES ('a', 'b')", "DROP TABLE meta", "VACUUM",
        "CREATE TEMP TABLE t (a)", "ALTER TABLE meta ADD COLUMN x",
        "CREATE VIRTUAL TABLE t USING rtree(a, b, c)"})
    EXPECT_TRUE(refusal(sql).starts_with("usage: cannot run the query: "))
        << sql;
  EXPECT_EQ(refusal("ATTACH '" + scratch_.path("x.db") + "' AS x"),
            "usage: cannot run the query: it would open another file");
  EXPECT_FALSE(std::filesystem::exists(scratch_.path("x.db")));
  EXPECT_EQ(refusal("VACUUM INTO '" + scratch_.path("x.db") + "'"),
            "usage: cannot run the query: it would write");
  EXPECT_FALSE(std::filesystem::exists(scratch_.path("x.db")));
  EXPECT_EQ(first("SELECT count(*) FROM meta"), "0");
}

TEST_F(QueryOf, CountsOnlyTheTimeThatSqliteTakes) {
  const std::string endless =
      "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) "
      "SELECT count(*) FROM c";
  EXPECT_EQ(thrown_by([&] {
              Query query(scratch_.root(), endless, 1);
              query.next();
            }),
            "timeout: the query ran too long and was ended");
}

TEST_F(QueryOf, RefusesAValueThatFitsInNoMemory) {
  EXPECT_TRUE(refusal("SELECT zeroblob(1000000000)").starts_with("usage: "));
  EXPECT_EQ(answer("SELECT length(zeroblob(100000000))"), "[[100000000]]");
}

TEST(QueryWithoutAStore, AnswersFromEmptyTables) {
  Query query(std::nullopt, "SELECT count(*) FROM v_recent_events", kLong);
  EXPECT_EQ(query.next(), json::Array{0});
  EXPECT_EQ(thrown_by([] {
              Query(std::nullopt, "INSERT INTO meta VALUES ('a', 'b')", kLong);
            }),
            "usage: cannot run the query: it would write");
}

}  // namespace
}  // namespace orch::store
