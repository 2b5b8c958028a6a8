// SPDX-License-Identifier: MIT
#include "support/sandbox.h"

namespace orch::test {
namespace {

class Recent : public ::testing::Test {
 protected:
  Recent() { box.make_repository(); }
  Sandbox box;
};

TEST_F(Recent, AnswersEmptyAndCreatesNothingWithoutAStore) {
  const Result r = box.type("git orch recent --json");
  EXPECT_EQ(r.status, 0);
  EXPECT_EQ(r.out, R"({"version":1,"ok":true,"data":{"events":[]}})"
                   "\n");
  EXPECT_EQ(box.type("ls .git/orch").status, 2);
}

TEST_F(Recent, ShowsTheNewestFirstAndAsManyAsAsked) {
  box.ok("git orch init -q");
  box.ok("git orch init-feature 001-a -q");
  for (const char* text : {"first", "second", "third"})
    box.ok(std::string("git orch log-event 001-a overseer note ") + text);
  const json::Value events =
      box.type("git orch recent 2 --json").data()["events"];
  ASSERT_EQ(events.as_array()->size(), 2U);
  EXPECT_EQ((*events.as_array())[0]["message"], json::Value("third"));
  EXPECT_EQ((*events.as_array())[1]["message"], json::Value("second"));
}

TEST_F(Recent, PrintsOneRecordALineForPrograms) {
  box.ok("git orch init -q");
  box.ok("git orch init-feature 001-a -q");
  box.ok("git orch log-event 001-a overseer note 'a\tb' T001");
  const auto lines = box.type("git orch recent --porcelain").lines();
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_TRUE(holds(lines[0], "\t001-a\toverseer\tnote\ta\\tb\tT001\t\t"));
  const std::string nul = box.type("git orch recent -z").out;
  EXPECT_TRUE(holds(nul, "\ta\tb\tT001\t"));
  EXPECT_EQ(nul.back(), '\0');
}

TEST_F(Recent, RecordsACommitOnceAlsoWhenItIsAmendedAndRebased) {
  box.ok("git orch init -q");
  box.ok("git commit -q --allow-empty -m work");
  box.ok("git commit -q --amend --allow-empty -m reworked");
  const std::string head = box.ok("git rev-parse HEAD");
  const json::Value events =
      box.type("git orch recent --json").data()["events"];
  ASSERT_EQ(events.as_array()->size(), 1U);
  const json::Value& e = (*events.as_array())[0];
  EXPECT_EQ(*e["commit"].as_string() + "\n", head);
  EXPECT_NE(*e["recorded_commit"].as_string() + "\n", head);
}

TEST_F(Recent, FollowsNewEventsAsJsonLines) {
  box.ok("git orch init -q");
  box.ok("git orch init-feature 001-a -q");
  box.ok("git orch log-event 001-a overseer note one");
  const Result r = box.run_in(
      box.repo(), {"timeout", "20", "bash", "-c",
                   "git orch recent 1 --follow > ../lines & p=$!; "
                   "until grep -q one ../lines; do :; done; "
                   "git orch log-event -q 001-a overseer note two; "
                   "until grep -q two ../lines; do :; done; kill $p; "
                   "cat ../lines"});
  ASSERT_EQ(r.lines().size(), 2U) << r.err;
  EXPECT_EQ((*json::parse(r.lines()[0]))["message"], json::Value("one"));
  EXPECT_EQ((*json::parse(r.lines()[1]))["message"], json::Value("two"));
}

TEST_F(Recent, FollowsInTheFormThatIsAskedFor) {
  box.ok("git orch init -q");
  box.ok("git orch init-feature 001-a -q");
  box.ok("git orch log-event 001-a overseer note 'a\tb' T001");
  const auto first_of = [&](const std::string& options, const char* end) {
    // The reader goes away after one record; so does the program, although no
    // other event comes.
    const Result r = box.run_in(
        box.repo(), {"timeout", "20", "bash", "-c",
                     "set -o pipefail; git orch recent 1 --follow " + options +
                         " | (IFS= read -r -d " + end + " x; echo \"$x\")"});
    EXPECT_EQ(r.status, 141) << options << r.err;
    EXPECT_EQ(r.err, "");
    return r.out;
  };
  EXPECT_TRUE(
      first_of("--json", "$'\\n'").starts_with(R"({"id":1,"spec_id":)"));
  EXPECT_EQ(first_of("-f", "$'\\n'"), first_of("--json", "$'\\n'"));
  EXPECT_TRUE(first_of("--porcelain", "$'\\n'")
                  .starts_with("1\t001-a\toverseer\tnote\ta\\tb\tT001\t\t"));
  EXPECT_TRUE(first_of("-z", "''")
                  .starts_with("1\t001-a\toverseer\tnote\ta\tb\tT001\t\t"));
}

TEST_F(Recent, FollowsAStoreThatWasPutBack) {
  box.ok("git orch init -q");
  box.ok("git orch init-feature 001-a -q");
  box.ok("git orch backup ../copy.db -q");
  // More than will be logged below: their ids do not come again meanwhile.
  const Result many = box.run_in(
      box.repo(),
      {"sqlite3", "-cmd", ".timeout 10000", ".git/orch/orch.db",
       "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c "
       "WHERE x < 100000) INSERT INTO task_events(event_id, event_type, "
       "message, created_at) SELECT randomblob(16), 'note', 'old', x FROM c"});
  ASSERT_EQ(many.status, 0) << many.err;
  const Result r = box.run_in(
      box.repo(),
      {"timeout", "60", "bash", "-c",
       "git orch recent 3 --follow > ../lines & p=$!; "
       "until grep -q old ../lines; do :; done; "
       "git orch restore -q ../copy.db; "
       "until grep -q back ../lines; do "
       "git orch log-event -q 001-a overseer note back; done; kill $p"});
  EXPECT_EQ(r.status, 0) << r.err;
}

TEST_F(Recent, NeedsAStoreToFollow) {
  const Result r = box.type("git orch recent --follow");
  EXPECT_EQ(r.status, 128);
  EXPECT_EQ(r.err,
            "fatal: there is no event store here\nhint: git orch init\n");
}

TEST_F(Recent, RefusesWhatIsNoNumber) {
  for (const char* n : {"0", "-1", "two", "1.5", "9999999999"}) {
    const Result r = box.run_in(box.repo(), {"git", "orch", "recent", "--", n});
    EXPECT_EQ(r.status, 129) << n;
    EXPECT_TRUE(
        holds(r.err, "'" + std::string(n) + "' is no number of events"));
  }
}

}  // namespace
}  // namespace orch::test
