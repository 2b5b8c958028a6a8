// SPDX-License-Identifier: MIT
#include "store/legacy.h"

#include "unit/store/rows.h"

namespace orch::store {
namespace {

class LegacyFiles : public ::testing::Test {
 protected:
  std::string make(const std::string& sql) const {
    Database database(scratch_.path("old.db"), Database::Mode::ReadWrite);
    database.execute(sql.c_str());
    return scratch_.path("old.db");
  }
  test::Scratch scratch_;
};

TEST_F(LegacyFiles, AreReadByColumnName) {
  LegacyFile file(
      make("CREATE TABLE Features(\"Odd \"\" name\", ID, x);"
           "INSERT INTO features VALUES ('a', 1, NULL),"
           " (CAST(x'FF22' AS TEXT), 2.5, x'00')"));
  EXPECT_TRUE(file.has_table("features"));
  EXPECT_FALSE(file.has_table("agents"));
  std::vector<LegacyRow> rows;
  file.read("features", [&](const LegacyRow& row) { rows.push_back(row); });
  file.read("agents", [&](const LegacyRow& row) { rows.push_back(row); });
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0], (LegacyRow{{"odd \" name", "a"}, {"id", "1"}}));
  EXPECT_EQ(rows[1].at("odd \" name"), "\xFF\"");
  EXPECT_EQ(rows[1].at("id"), "2.5");
  EXPECT_EQ(rows[1].at("x"), std::string(1, '\0'));
}

TEST_F(LegacyFiles, AreNotEverything) {
  EXPECT_NE(test::thrown_by([&] {
              LegacyFile(scratch_.path("none"));
            }).find("there is no file"),
            std::string::npos);
  const std::string text = scratch_.write("text", std::string(4096, 'x'));
  EXPECT_NE(
      test::thrown_by([&] { LegacyFile{text}; }).find("file is not a database"),
      std::string::npos);
}

class LegacyRows : public StoreTest {};

TEST_F(LegacyRows, AreAddedOnce) {
  const std::int64_t feature = add_feature("001-a");
  LegacyPullRequest p{.feature_id = feature, .role = "x", .title = "t"};
  p.status = "open";
  p.number = 7;
  EXPECT_TRUE(import_pull_request(store_, p));
  p.title = "renamed";
  EXPECT_FALSE(import_pull_request(store_, p));
  p.number = std::nullopt;
  EXPECT_TRUE(import_pull_request(store_, p));
  EXPECT_FALSE(import_pull_request(store_, p));
  p.created_at = 2;
  EXPECT_TRUE(import_pull_request(store_, p));

  LegacyTestResult t{.feature_id = feature, .role = "x", .type = "unit"};
  t.status = "passed";
  EXPECT_TRUE(import_test_result(store_, t));
  EXPECT_FALSE(import_test_result(store_, t));
  t.total = 3;
  EXPECT_TRUE(import_test_result(store_, t));
  EXPECT_EQ(first("SELECT count(*) FROM pull_requests"), "3");
  EXPECT_EQ(first("SELECT count(*) FROM test_results"), "2");
}

}  // namespace
}  // namespace orch::store
