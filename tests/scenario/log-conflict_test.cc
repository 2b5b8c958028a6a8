// SPDX-License-Identifier: MIT
#include "support/sandbox.h"

namespace orch::test {
namespace {

class LogConflict : public ::testing::Test {
 protected:
  LogConflict() {
    box.make_repository();
    box.ok("git orch init -q");
    box.ok("git orch init-feature 001-a -q");
  }
  Sandbox box;
};

TEST_F(LogConflict, RecordsARowAndAnEvent) {
  EXPECT_EQ(box.ok("git orch log-conflict 001-a impl-ui 'a.txt, b.txt'"),
            "logged conflict 1\n");
  EXPECT_EQ(
      box.sql("SELECT a, b, kind, files, severity, source FROM conflicts"),
      "001-a/impl-ui|integration|stale|[\"a.txt\",\"b.txt\"]|warning|"
      "manual\n");
  EXPECT_EQ(
      box.sql("SELECT spec_id, role, event_type, message FROM task_events"),
      "001-a|impl-ui|conflict_detected|"
      "001-a/impl-ui and integration (stale): a.txt, b.txt\n");
  const json::Value status = box.type("git orch status --json").data();
  EXPECT_EQ((*status["features"].as_array())[0]["conflicts"], json::Value(1));
}

TEST_F(LogConflict, TakesSeverityAndTheOtherSide) {
  const Result r = box.type(
      "git orch log-conflict 001-a impl-ui a.txt critical --with impl-api "
      "--json");
  EXPECT_EQ(r.data()["id"], json::Value(1));
  EXPECT_EQ(box.sql("SELECT a, b, kind, severity FROM conflicts"),
            "001-a/impl-ui|001-a/impl-api|collision|critical\n");
  box.ok("git orch log-conflict 001-a overseer a.txt");
  EXPECT_EQ(box.sql("SELECT b FROM conflicts WHERE id = 2"), "base\n");
}

TEST_F(LogConflict, TakesNamesWithCommasAsAJsonArray) {
  box.run_in(box.repo(), {"git", "orch", "log-conflict", "001-a", "impl-ui",
                          R"(["a,b.txt","c\n\"d\".txt"])"});
  const json::Value answer = box.type("git orch conflicts --json").data();
  const json::Value& paths = (*answer["conflicts"].as_array())[0]["paths"];
  EXPECT_EQ(paths, json::Value(json::Array{"a,b.txt", "c\n\"d\".txt"}));
}

TEST_F(LogConflict, KeepsEveryByteOfAName) {
  const Result r = box.run_in(box.repo(), {"git", "orch", "log-conflict",
                                           "001-a", "impl-ui", "caf\xE9.txt"});
  EXPECT_EQ(r.status, 0) << r.err;
  EXPECT_TRUE(holds(box.type("git orch conflicts -z").out, "caf\xE9.txt"));
}

TEST_F(LogConflict, SaysWhatIsWrong) {
  const auto fails = [&](const std::vector<std::string>& words, int status,
                         const std::string& why) {
    std::vector<std::string> argv = {"git", "orch", "log-conflict"};
    argv.insert(argv.end(), words.begin(), words.end());
    const Result r = box.run_in(box.repo(), argv);
    EXPECT_EQ(r.status, status);
    EXPECT_TRUE(holds(r.err, why));
  };
  fails({"001-b", "impl-ui", "a"}, 128, "did you mean '001-a'?");
  fails({"001-a", "impl-iu", "a"}, 128, "did you mean '001-a/impl-ui'?");
  fails({"001-a", "impl-ui", "a", "huge"}, 129, "known: warning, critical");
  fails({"001-a", "impl-ui", "[\"a\""}, 129, "is no JSON array of files");
  fails({"001-a", "impl-ui", "[1]"}, 129, "a file must be a text");
  fails({"001-a", "impl-ui", "[\"\"]"}, 129, "no file is named");
  fails({"001-a", "impl-ui", " , "}, 129, "no file is named");
  fails({"001-a", "impl-ui"}, 129, "too few arguments");
  fails({"001-a", "impl-ui", "a", "--with", "impl-ui"}, 129,
        "cannot be in conflict with itself");
  EXPECT_EQ(box.sql("SELECT count(*) FROM conflicts"), "0\n");
}

}  // namespace
}  // namespace orch::test
