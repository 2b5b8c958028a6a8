// SPDX-License-Identifier: MIT
#include "support/sandbox.h"

namespace orch::test {
namespace {

// What only looks, in a repository in which nothing was set up.
class Reading : public ::testing::Test {
 protected:
  Reading() { box.make_repository(); }
  Sandbox box;
};

TEST_F(Reading, AnswersEmptyWithoutAStoreAndCreatesNone) {
  for (const auto& [typed, answer] :
       std::vector<std::pair<std::string, std::string>>{
           {"git orch resume --dry-run",
            "nothing to do: what should run runs\n"},
           {"git orch conflicts order", "no feature is in progress\n"},
           {"git orch integrate --list", "nothing waits to land\n"},
           {"git orch integrate --dry-run",
            "nothing to do: no feature is in progress\n"},
           {"git orch daemon status",
            "no daemon runs, and none starts by itself\n"
            "there was no tick yet\nnothing is due by the clock\n"}}) {
    const Result r = box.type(typed);
    EXPECT_EQ(r.status, 0) << typed << "\n" << r.err;
    EXPECT_EQ(r.out, answer) << typed;
  }
  const Result daemon = box.type("git orch daemon status --json");
  EXPECT_EQ(daemon.data()["running"], json::Value(false));
  EXPECT_TRUE(daemon.data()["pid"].is_null());
  EXPECT_EQ(daemon.data()["next"], json::Value(json::Array{}));
  EXPECT_EQ(box.type("ls .git/orch").status, 2);
}

TEST_F(Reading, SaysThatANameIsUnknownWithoutAStoreAndCreatesNone) {
  for (const auto& [typed, error] :
       std::vector<std::pair<std::string, std::string>>{
           {"git orch agent log x", "unknown agent 'x'"},
           {"git orch queue show 1", "there is no item 1 in the queue"},
           {"git orch resume 001-a --dry-run", "unknown feature '001-a'"},
           {"git orch conflicts order 001-a", "unknown feature '001-a'"},
           {"git orch finish-feature 001-a --dry-run",
            "unknown feature '001-a'"},
           {"git orch finish-feature --dry-run",
            "there is no feature in progress"},
           {"git orch open-pr --dry-run", "there is no feature in progress"},
           {"git orch integrate --list --feature 001-a",
            "unknown feature '001-a'"}}) {
    const Result r = box.type(typed);
    EXPECT_EQ(r.status, 128) << typed;
    EXPECT_TRUE(r.err.starts_with("fatal: " + error + "\nhint: git orch "))
        << typed << "\n"
        << r.err;
  }
  EXPECT_EQ(box.type("ls .git/orch").status, 2);
}

}  // namespace
}  // namespace orch::test
