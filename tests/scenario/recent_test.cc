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

TEST_F(Recent, ShowsLinesToPeopleWhoFollowAtATerminal) {
  box.set("TERM", "xterm");
  box.set("TZ", "UTC");
  box.set("ORCH_TEST_NOW", "1790000000000");
  box.ok("git orch init -q");
  box.ok("git orch init-feature 001-a -q");
  box.ok("git orch log-event 001-a overseer note yesterday");
  box.set("ORCH_TEST_NOW", "1790086400000");
  box.run_in(box.repo(), {"git", "orch", "log-event", "001-a", "overseer",
                          "tests_failed2_failed", "bad \x1b[2J\xe2\x80\xae"});
  const auto shown = [&](const std::string& options) {
    const Result r = box.run_in(
        box.repo(),
        {"timeout", "60", "bash", "-c",
         "rm -f ../out; script -qfec 'git orch recent 5 --follow " + options +
             "' ../out </dev/null >/dev/null 2>&1 & p=$!; "
             "until grep -q bad ../out 2>/dev/null; do :; done; kill $p; "
             "wait $p; cat ../out"});
    return r.out;
  };
  const std::string lines = shown("");
  EXPECT_TRUE(
      holds(lines, "2026-09-21 14:13:20  001-a/overseer  note  yesterday\r\n"));
  EXPECT_TRUE(
      holds(lines,
            "2026-09-22 14:13:20  001-a/overseer  tests_failed2_failed  "
            "bad \\x1b[2J\\u{202e}\r\n"));
  EXPECT_TRUE(holds(shown("--jsonl"), R"({"id":1,"spec_id":"001-a",)"));
  EXPECT_TRUE(holds(shown("--json"), R"({"id":1,"spec_id":"001-a",)"));
  EXPECT_TRUE(holds(shown("--porcelain"), "1\t001-a\toverseer\tnote\t"));
}

class RecentOf : public ::testing::Test {
 protected:
  RecentOf() {
    box.make_repository();
    box.set("ORCH_TEST_NOW", "1790000000000");
    box.ok("git orch init -q");
    box.ok("git orch init-feature 001-a --roles overseer,impl-ui -q");
    box.ok("git orch init-feature 002-b --roles overseer -q");
    log("001-a overseer note one");
    log("001-a impl-ui note two");
    log("001-a impl-ui decision three");
    box.set("ORCH_TEST_NOW", "1790086400000");
    log("002-b overseer idea four");
  }
  void log(const std::string& what) const {
    box.ok("git orch log-event -q " + what);
  }
  // The messages, in order.
  std::string of(const std::string& options) const {
    std::string out;
    for (const std::string& line :
         box.type("git orch recent --jsonl " + options).lines())
      out += *(*json::parse(line))["message"].as_string() + " ";
    return out;
  }

  Sandbox box;
};

TEST_F(RecentOf, IsOnlyOfWhatIsAskedFor) {
  EXPECT_EQ(of(""), "four three two one ");
  EXPECT_EQ(of("--type note"), "two one ");
  EXPECT_EQ(of("--type note --type idea"), "four two one ");
  EXPECT_EQ(of("--agent 001-a/impl-ui"), "three two ");
  EXPECT_EQ(of("--agent 001-a/impl-ui --type note"), "two ");
  EXPECT_EQ(of("--agent person"), "");
  EXPECT_EQ(of("--feature 002-b"), "four ");
  EXPECT_EQ(of("--since 2026-09-22"), "four ");
  EXPECT_EQ(of("--since 1h"), "four ");
  EXPECT_EQ(of("--since 2d --feature 001-a 2"), "three two ");
  EXPECT_EQ(box.ok("git orch recent --type nothing"), "no events\n");
  EXPECT_TRUE(holds(box.ok("git orch recent --type idea --json"),
                    R"({"version":1,"ok":true,"data":{"events":[{"id":4,)"));
}

TEST_F(RecentOf, SinceATimeIsNotOnlyTheLatest) {
  for (int i = 0; i < 25; ++i) log("001-a overseer note more");
  EXPECT_EQ(box.type("git orch recent --jsonl").lines().size(), 20U);
  EXPECT_EQ(box.type("git orch recent --jsonl --since 2d").lines().size(), 29U);
}

TEST_F(RecentOf, FollowsOnlyThat) {
  const Result r = box.run_in(
      box.repo(),
      {"timeout", "60", "bash", "-c",
       "git orch recent --follow --agent 001-a/overseer --type note "
       "> ../lines & p=$!; until grep -q one ../lines; do :; done; "
       "git orch log-event -q 001-a overseer decision no; "
       "git orch log-event -q 001-a impl-ui note no; "
       "git orch log-event -q 001-a overseer note yes; "
       "until grep -q yes ../lines; do :; done; kill $p; cat ../lines"});
  ASSERT_EQ(r.lines().size(), 2U) << r.out << r.err;
  EXPECT_TRUE(holds(r.lines()[0], R"("message":"one")"));
  EXPECT_TRUE(holds(r.lines()[1], R"("message":"yes")"));
}

TEST_F(RecentOf, RefusesWhatIsNotThere) {
  EXPECT_EQ(box.type("git orch recent --agent 001-a/nobody").status, 128);
  EXPECT_EQ(box.type("git orch recent --feature 009-x").status, 128);
  for (const char* line :
       {"--since when", "--jsonl --json", "--jsonl --porcelain",
        "--feature 002-b --agent 001-a/impl-ui"})
    EXPECT_EQ(box.type(std::string("git orch recent ") + line).status, 129)
        << line;
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
