// SPDX-License-Identifier: MIT
#include "store/test_results.h"

#include "unit/store/rows.h"

namespace orch::store {
namespace {

class TestResults : public StoreTest {
 protected:
  std::int64_t add(const TestRun& run,
                   const std::vector<TestCase>& cases = {}) {
    Transaction transaction(store_);
    TestRun row = run;
    if (row.role.empty()) row.role = "ui";
    if (row.type.empty()) row.type = "unit";
    if (row.status.empty()) row.status = "passed";
    if (row.source.empty()) row.source = "junit";
    const std::int64_t id = insert_test_run(store_, row, cases);
    transaction.commit();
    return id;
  }
  std::string cases() { return first("SELECT count(*) FROM test_cases"); }

  std::int64_t feature_ = add_feature("001-a");
};

TEST_F(TestResults, KeepAllThatIsKnownOfARun) {
  const std::int64_t id = add({.feature_id = feature_,
                               .role = "api",
                               .type = "e2e",
                               .commit = "c",
                               .tree = "t",
                               .status = "failed",
                               .total = 3,
                               .passed = 1,
                               .failed = 1,
                               .skipped = 1,
                               .duration_ms = 7,
                               .source = "tap",
                               .command = "make",
                               .log = "/l",
                               .reason = "why",
                               .dirty = true,
                               .at = 9},
                              {{"s", "a", "passed", 1, ""},
                               {"s", "b", "failed", std::nullopt, "bad"},
                               {"", "c", "skipped", 2, ""}});
  const auto all = list_test_runs(store_, {});
  ASSERT_EQ(all.size(), 1U);
  const TestRun& t = all[0];
  EXPECT_EQ(t.id, id);
  EXPECT_EQ(t.feature_id, feature_);
  EXPECT_EQ(t.spec_id + t.role + t.type + t.status, "001-aapie2efailed");
  EXPECT_EQ(*t.commit + *t.tree + t.source + *t.command + *t.log + *t.reason,
            "cttapmake/lwhy");
  EXPECT_EQ(*t.total * 1000 + *t.passed * 100 + *t.failed * 10 + *t.skipped,
            3111);
  EXPECT_EQ(t.duration_ms, 7);
  EXPECT_TRUE(t.dirty);
  EXPECT_EQ(t.at, 9);
  const auto failed = list_failed_cases(store_, id, 10);
  ASSERT_EQ(failed.size(), 1U);
  EXPECT_EQ(failed[0].name + failed[0].message, "bbad");
}

TEST_F(TestResults, MayBeOfNoFeature) {
  add({.role = "person", .at = 1});
  add({.feature_id = feature_, .at = 2});
  const auto all = list_test_runs(store_, {});
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[1].spec_id, "");
  EXPECT_FALSE(all[1].feature_id);
  EXPECT_EQ(list_test_runs(store_, {.feature_id = feature_}).size(), 1U);
  EXPECT_EQ(list_test_runs(store_, {.role = "person"}).size(), 1U);
  EXPECT_EQ(list_test_runs(store_, {.type = "e2e"}).size(), 0U);
  EXPECT_EQ(list_test_runs(store_, {.limit = 1}).size(), 1U);
  EXPECT_EQ(first("SELECT group_concat(coalesce(spec_id, '-') || runs) "
                  "FROM v_test_summary"),
            "-1,001-a1");
}

TEST_F(TestResults, KnowWhatIsSlow) {
  add({.feature_id = feature_}, {{"s", "a", "passed", 10, ""},
                                 {"s", "b", "passed", 500, ""},
                                 {"s", "c", "passed", std::nullopt, ""}});
  add({.feature_id = feature_},
      {{"s", "a", "passed", 30, ""}, {"s", "b", "failed", 100, ""}});
  add({}, {{"s", "a", "passed", 1, ""}});
  std::string all;
  for (const SlowCase& c : list_slow_cases(store_, {}))
    all += c.spec_id + " " + c.name + " " + std::to_string(c.runs) + " " +
           std::to_string(c.average_ms) + " " + std::to_string(c.longest_ms) +
           " " + std::to_string(c.last_ms) + "\n";
  EXPECT_EQ(all, "001-a b 2 300 500 100\n001-a a 2 20 30 30\n a 1 1 1 1\n");
}

TEST_F(TestResults, KnowWhatIsFlaky) {
  const auto run = [&](const char* tree, const char* status, const char* a,
                       const char* b) {
    TestRun t{.feature_id = feature_, .status = status, .at = 5};
    if (*tree) t.tree = tree;
    add(t, {{"s", "a", a, std::nullopt, ""}, {"s", "b", b, std::nullopt, ""}});
  };
  run("t1", "passed", "passed", "passed");
  run("t1", "failed", "failed", "passed");
  run("t1", "failed", "failed", "skipped");
  // On another tree that is a change, and without one it cannot be told.
  run("t2", "failed", "failed", "failed");
  run("", "passed", "passed", "passed");
  run("", "failed", "passed", "failed");
  std::string all;
  for (const Flaky& f : list_flaky(store_, {}))
    all += std::string(f.is_run ? "run" : "case") + " " + f.suite + f.name +
           " " + std::to_string(f.passed) + " " + std::to_string(f.failed) +
           " " + f.tree + "\n";
  EXPECT_EQ(all, "run  1 2 t1\ncase sa 1 2 t1\n");
  // Two roles have two commands.
  add({.feature_id = feature_, .role = "api", .tree = "t2"});
  EXPECT_EQ(list_flaky(store_, {.role = "api"}).size(), 0U);
}

TEST_F(TestResults, KeepCasesAndLogsOfTheNewestOnly) {
  for (int i = 0; i < 4; ++i)
    add({.feature_id = feature_, .log = "/log" + std::to_string(i)},
        {{"", "a", "passed", 1, ""}, {"", "b", "passed", 1, ""}});
  add({.feature_id = feature_, .type = "e2e"}, {{"", "a", "passed", 1, ""}});
  add({}, {{"", "a", "passed", 1, ""}});
  const auto trim = [&](const TestKeep& keep) {
    Transaction transaction(store_);
    const auto logs = trim_test_cases(store_, feature_, "unit", keep);
    transaction.commit();
    return logs;
  };
  EXPECT_TRUE(trim({}).empty());
  EXPECT_EQ(cases(), "10");
  EXPECT_EQ(trim({.runs = 3}), (std::vector<std::string>{"/log0"}));
  EXPECT_EQ(cases(), "8");
  EXPECT_EQ(trim({.cases = 3}), (std::vector<std::string>{"/log2", "/log1"}));
  EXPECT_EQ(cases(), "4");
  // The newest ones stay, however many they are.
  EXPECT_TRUE(trim({.runs = 0, .cases = 0}).empty());
  EXPECT_EQ(cases(), "4");
  EXPECT_EQ(list_test_runs(store_, {}).size(), 6U);
}

}  // namespace
}  // namespace orch::store
