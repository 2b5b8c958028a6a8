// SPDX-License-Identifier: MIT
#include "support/sandbox.h"

namespace orch::test {
namespace {

class StatsVerb : public ::testing::Test {
 protected:
  StatsVerb() { box.make_repository(); }

  void set_up() const {
    box.ok("git orch init -q");
    box.ok("git orch init-feature 001-a --roles overseer,impl-ui -q");
    for (const char* type : {"note", "decision", "note"})
      box.ok(std::string("git orch log-event 001-a overseer ") + type +
             " x -q");
  }

  Sandbox box;
};

TEST_F(StatsVerb, PrintsItsUsageAndRefusesWrongUsage) {
  EXPECT_TRUE(
      box.ok("git orch stats -h").starts_with("usage: git orch stats "));
  for (const char* line : {"git orch stats a", "git orch stats --event"})
    EXPECT_EQ(box.type(line).status, 129) << line;
}

TEST_F(StatsVerb, AnswersEmptyAndCreatesNothingWithoutAStore) {
  EXPECT_EQ(box.ok("git orch stats --json"),
            R"({"version":1,"ok":true,"data":{"stats":[]}})"
            "\n");
  EXPECT_EQ(box.ok("git orch stats"), "nothing to count\n");
  EXPECT_EQ(box.type("ls .git/orch").status, 2);
}

TEST_F(StatsVerb, CountsEventsByTypeTheMostFrequentFirst) {
  set_up();
  EXPECT_EQ(box.ok("git orch stats --events --porcelain"),
            "events\tnote\t2\nevents\tdecision\t1\n");
  EXPECT_EQ(box.ok("git orch stats --events"),
            "WHAT    NAME      COUNT\n"
            "events  note      2\n"
            "events  decision  1\n");
  EXPECT_EQ(box.ok("git orch stats --events --json"),
            R"({"version":1,"ok":true,"data":{"stats":[)"
            R"({"what":"events","name":"note","count":2},)"
            R"({"what":"events","name":"decision","count":1}]}})"
            "\n");
  EXPECT_EQ(box.ok("git orch stats --events -q"), "");
}

TEST_F(StatsVerb, CountsEverythingElseToo) {
  set_up();
  const std::string tree = box.worktree("001-a", "impl-ui");
  box.ok_in(tree, "git commit -q --allow-empty -m one");
  box.ok_in(tree, "git commit -q --allow-empty -m two");
  // A person's event about a commit is no commit.
  box.ok("git orch log-event 001-a overseer status_update x '' HEAD -q");
  box.ok("git orch send 001-a/impl-ui -m hi -q");
  box.ok("git orch send 001-a/impl-ui -m ho -q");
  box.ok("git orch log-conflict 001-a impl-ui a.txt -q");
  EXPECT_EQ(box.ok("git orch stats --porcelain"),
            "events\tstatus_update\t3\nevents\tnote\t2\n"
            "events\tconflict_detected\t1\nevents\tdecision\t1\n"
            "commits\t001-a/impl-ui\t2\n"
            "messages\tqueued\t2\n"
            "conflicts\topen\t1\n");
}

TEST_F(StatsVerb, CountsACommitOnceHoweverOftenItIsRewritten) {
  set_up();
  const std::string tree = box.worktree("001-a", "impl-ui");
  box.ok_in(tree, "git commit -q --allow-empty -m one");
  box.ok_in(tree, "git commit -q --amend --allow-empty -m two");
  EXPECT_TRUE(holds(box.ok("git orch stats --porcelain"),
                    "commits\t001-a/impl-ui\t1\n"));
}

// --- by day, agent, role and feature ----------------------------------------

constexpr char kNoon[] = "1790000000000";     // 2026-09-21T14:13:20Z
constexpr char kNextDay[] = "1790086400000";  // 2026-09-22T14:13:20Z

class StatsBy : public ::testing::Test {
 protected:
  StatsBy() {
    box.make_repository();
    box.set("ORCH_TEST_NOW", kNoon);
    box.set("LC_ALL", "C");
    box.ok("git orch init -q");
    box.ok("git orch init-feature 001-a --roles overseer,impl-ui -q");
    log("note");
    log("note");
    box.set("ORCH_TEST_NOW", kNextDay);
    log("decision");
    box.ok("git orch send 001-a/impl-ui -m hi -q");
    box.sql(
        "INSERT INTO usage VALUES (2, 'c', 20718, 'm', 1000, 200, 0, 1250000)");
  }
  void log(const std::string& type) const {
    box.ok("git orch log-event 001-a overseer " + type + " x -q");
  }

  Sandbox box;
};

TEST_F(StatsBy, CountsByDayTheOldestFirst) {
  EXPECT_EQ(box.ok("git orch stats --by day --days 3 --porcelain"),
            "2026-09-20\t0\t0\t0\t0\t0\t0\t0\t0\t\t\n"
            "2026-09-21\t2\t0\t0\t0\t0\t0\t0\t0\t\t\n"
            "2026-09-22\t1\t0\t1\t0\t0\t0\t0\t0\t1200\t1.25\n");
  EXPECT_EQ(box.ok("git orch stats --days 3"),
            "DAY         EVENTS                MESSAGES  TOKENS  COST\n"
            "2026-09-20  0                     0         -       -\n"
            "2026-09-21  2       ############  0         -       -\n"
            "2026-09-22  1       ######        1         1200    $1.25\n");
  const json::Value data =
      box.type("git orch stats --by day --days 14 --json").data();
  EXPECT_EQ(data["days"].as_array()->size(), 14U);
  EXPECT_EQ(data["stats"].as_array()->size(), 3U);
  EXPECT_EQ(data["uncounted"], json::Value(0));
}

TEST_F(StatsBy, DrawsBlocksWhereTheTerminalHasThem) {
  box.set("LC_ALL", "C.UTF-8");
  EXPECT_TRUE(holds(box.ok("git orch stats --days 2"), "████████████"));
  EXPECT_TRUE(holds(box.ok("git orch stats --days 2"), "██████ "));
}

TEST_F(StatsBy, CountsSinceATime) {
  const auto days = [&](const std::string& since) {
    return box.type("git orch stats --since " + since + " --json")
        .data()["days"]
        .as_array()
        ->size();
  };
  EXPECT_EQ(days("2026-09-21"), 2U);
  EXPECT_EQ(days("2026-09-22T10:00:00Z"), 1U);
  EXPECT_EQ(days("1d"), 2U);
  EXPECT_EQ(days("5m"), 1U);
}

TEST_F(StatsBy, CountsByAgentRoleAndFeature) {
  box.sql(
      "UPDATE agents SET state = 'busy', state_since = 1790086340000 "
      "WHERE role = 'impl-ui'");
  EXPECT_EQ(box.ok("git orch stats --by agent --porcelain"),
            "001-a/overseer\t0\t0\t0\t0\t0\t0\t0\t0\t\t\n"
            "001-a/impl-ui\t0\t0\t0\t0\t0\t0\t0\t60000\t1200\t1.25\n");
  EXPECT_EQ(box.ok("git orch stats --by role --porcelain"),
            "impl-ui\t0\t0\t0\t0\t0\t0\t0\t0\t60000\t1200\t1.25\n"
            "overseer\t3\t0\t0\t0\t0\t0\t0\t0\t0\t\t\n"
            "person\t0\t0\t1\t0\t0\t0\t0\t0\t0\t\t\n");
  EXPECT_EQ(box.ok("git orch stats --by feature --porcelain"),
            "001-a\t3\t0\t0\t0\t0\t0\t0\t0\t60000\t1200\t1.25\n");
  const json::Value data = box.type("git orch stats --by agent --json").data();
  const json::Value& agent = data["agents"].as_array()->at(1);
  EXPECT_EQ(agent["agent"], json::Value("001-a/impl-ui"));
  EXPECT_EQ(agent["states"]["busy"], json::Value(60000));
  EXPECT_EQ(agent["states"]["stopped"], json::Value(86340000));
}

TEST_F(StatsBy, TellsHowLongThingsTookAndWhatPredictionsWereWorth) {
  box.sql("UPDATE messages SET typed_at = sent_at + 40");
  box.sql(
      "INSERT INTO conflicts(feature_id, a, b, kind, files, detected_at, "
      "resolved, resolved_at) VALUES (1, '001-a/impl-ui', '001-a/overseer', "
      "'collision', '[]', 1790000000000, 1, 1790000000001)");
  const std::string text = box.ok("git orch stats --by agent");
  EXPECT_FALSE(holds(text, "now")) << text;
  EXPECT_TRUE(holds(text,
                    "TIME UNTIL  COUNT  HALF WITHIN  99 % WITHIN\n"
                    "typed       1      40 ms        40 ms\n"));
  EXPECT_TRUE(holds(text,
                    "collisions predicted: 0 met at a landing, 1 avoided, "
                    "0 open; not predicted: 0\n"));
  const json::Value data = box.type("git orch stats --by day --json").data();
  EXPECT_EQ(json::to_text(data["predictions"]),
            R"({"met":0,"avoided":1,"open":0,"missed":0})");
  EXPECT_EQ(json::to_text(data["durations"]),
            R"([{"what":"typed","count":1,"p50_ms":40,"p99_ms":40}])");
}

TEST_F(StatsBy, PrintsCommaSeparatedValues) {
  EXPECT_EQ(box.ok("git orch stats --by day --days 2 --csv"),
            "day,events,commits,messages,conflicts,tests,restarts,limits,"
            "landings,tokens,cost_usd\r\n"
            "2026-09-21,2,0,0,0,0,0,0,0,,\r\n"
            "2026-09-22,1,0,1,0,0,0,0,0,1200,1.25\r\n");
  EXPECT_EQ(box.ok("git orch stats --events --csv"),
            "what,name,count\r\nevents,note,2\r\nevents,decision,1\r\n");
  // A name from outside stays in its cell.
  box.run_in(box.repo(), {"git", "orch", "log-event", "001-a", "overseer",
                          "a,\"b\"", "x", "-q"});
  EXPECT_TRUE(holds(box.ok("git orch stats --events --csv"),
                    "events,\"a,\"\"b\"\"\",1\r\n"));
}

TEST_F(StatsBy, CountsWithoutReadingOldEventsAgain) {
  box.ok("git orch tick -q");
  const std::string before = box.ok("git orch stats --days 2 --porcelain");
  EXPECT_EQ(box.sql("SELECT sum(count) FROM event_days"), "3\n");
  EXPECT_EQ(box.sql("SELECT count(*) FROM durations WHERE what = 'tick'"),
            "1\n");
  // What is kept is what is told.
  box.sql("UPDATE event_days SET count = count + 40 WHERE event_type = 'note'");
  EXPECT_TRUE(holds(box.ok("git orch stats --events"), "note      42"));
  EXPECT_NE(box.ok("git orch stats --days 2 --porcelain"), before);
}

TEST_F(StatsBy, CountsTokensAsTheAgentsCliWroteThemDown) {
  box.sql("DELETE FROM usage");
  const std::string path = box.path("conversation.jsonl");
  box.sql("UPDATE agents SET transcript = '" + path +
          "', conversation = 'c' WHERE role = 'impl-ui'");
  const auto answer = [](const char* id, const char* more) {
    return std::string(R"({"type":"assistant","timestamp":"2026-09-22T1)") +
           (*id - 'a' == 0 ? "0" : "1") + R"(:00:00.000Z","message":{"id":")" +
           id +
           R"(","model":"m","usage":{"input_tokens":10,"output_tokens":5,)"
           R"("cache_read_input_tokens":100}})" +
           more + "}\n";
  };
  box.write(path, answer("a", "") + answer("a", ""));
  box.ok("git orch tick -q");
  EXPECT_TRUE(holds(box.ok("git orch stats --by agent --porcelain"),
                    "001-a/impl-ui\t0\t0\t0\t0\t0\t0\t0\t0\t115\t\n"));
  box.write(path, answer("a", "") + answer("a", "") +
                      answer("b", ",\"costUSD\":0.5"));
  box.ok("git orch tick -q");
  box.ok("git orch tick -q");
  EXPECT_TRUE(
      holds(box.ok("git orch stats --days 1 --porcelain"), "\t230\t0.5\n"));
  // Of the other one nothing is known, which is not 0.
  EXPECT_TRUE(box.type("git orch stats --by agent --json")
                  .data()["agents"]
                  .as_array()
                  ->at(0)["tokens"]
                  .is_null());
}

TEST_F(StatsBy, ShowsTheMachine) {
  const json::Value data = box.type("git orch stats --system --json").data();
  const json::Value& s = data["system"];
  for (const char* name :
       {"cpus", "memory_total", "memory_available", "disk_total", "disk_free",
        "processes", "uptime_s", "store_bytes"})
    EXPECT_GT(s[name].as_integer().value_or(0), 0) << name;
  EXPECT_EQ(s["events"], json::Value(3));
  EXPECT_EQ(s["agents_running"], json::Value(0));
  EXPECT_EQ(s["panes"], json::Value(0));
  EXPECT_TRUE(s["tmux_ms"].is_null());  // nothing of ours runs there
  EXPECT_GE(s["git_ms"].as_integer().value_or(-1), 0);
  EXPECT_TRUE(data["advice"].as_array());
  EXPECT_TRUE(holds(box.ok("git orch stats --system"), "memory_available  "));
  EXPECT_TRUE(holds(box.ok("git orch stats --system --porcelain"),
                    "\nagents_running\t0\npanes\t0\ntmux_ms\t\n"));
  EXPECT_TRUE(
      holds(box.ok("git orch stats --system --csv"), "name,value\r\nload1,"));
}

TEST_F(StatsBy, AnswersWithoutAStore) {
  Sandbox other;
  other.make_repository();
  EXPECT_EQ(other.ok("git orch stats --by agent"), "nothing to count\n");
  EXPECT_TRUE(holds(other.ok("git orch stats --by day --json"),
                    R"("stats":[],"days":[],"agents":[])"));
  EXPECT_TRUE(holds(other.ok("git orch stats --system --json"),
                    R"("store_bytes":0,"spool_records":0,"events":0)"));
  EXPECT_EQ(other.type("ls .git/orch").status, 2);
}

TEST_F(StatsBy, RefusesWhatCannotBeMeant) {
  for (const char* line :
       {"--by week", "--days 0", "--days x", "--days 99999", "--days -3",
        "--since yesterday-ish", "--since 2999-01-01",
        "--days 3 --since 2026-09-21", "--events --by day", "--system --days 2",
        "--system --events", "--csv --json", "--csv --porcelain"})
    EXPECT_EQ(box.type(std::string("git orch stats ") + line).status, 129)
        << line;
  EXPECT_TRUE(holds(box.type("git orch stats --by week").err,
                    "hint: known: day, agent, role, feature"));
}

}  // namespace
}  // namespace orch::test
