// SPDX-License-Identifier: MIT
#include "support/sandbox.h"

namespace orch::test {
namespace {

class Brief : public ::testing::Test {
 protected:
  Brief() {
    box.make_repository();
    box.ok("git orch init -q");
    box.ok(
        "git orch init-feature 001-a --roles overseer,impl-ui "
        "--name 'Reading goals' -q");
  }

  Sandbox box;
};

TEST_F(Brief, PrintsItsUsageAndRefusesWrongUsage) {
  const Result help = box.type("git orch brief -h");
  EXPECT_EQ(help.status, 0);
  EXPECT_TRUE(help.out.starts_with("usage: git orch brief <agent>"));
  for (const char* line : {"git orch brief", "git orch brief a b",
                           "git orch brief overseer --porcelain"}) {
    const Result r = box.type(line);
    EXPECT_EQ(r.status, 129) << line;
    EXPECT_EQ(r.out, "") << line;
    EXPECT_TRUE(holds(r.err, "usage: git orch brief")) << line;
  }
}

TEST_F(Brief, SaysWhoTheAgentIsWhatItDoesAndWhere) {
  const std::string text = box.ok("git orch brief 001-a/impl-ui");
  for (const std::string& part :
       {std::string("You are 001-a/impl-ui.\n"),
        std::string("Your purpose: implement what people see and use\n"),
        std::string("- commit small, working steps\n"),
        std::string("The feature is 001-a (Reading goals), from main.\n"),
        "  001-a/impl-ui  branch feature/001-a/impl-ui  in " +
            box.worktree("001-a", "impl-ui") + "  (you)\n",
        "  001-a/overseer  branch feature/001-a/overseer  in " +
            box.worktree("001-a", "overseer") + "\n",
        std::string("git orch send 001-a/overseer -m '<text>'"),
        std::string("git orch inbox --ack-all"),
        std::string("You report to 001-a/overseer.\n"),
        std::string("on your own branch: feature/001-a/impl-ui\n"),
        std::string("The integration branch is feature/001-a/overseer.\n"),
        std::string("Never merge into main; never push"),
        std::string("Commit at least every 30m.\n"),
        std::string("git orch check-conflicts"),
        std::string("A check-in comes every 30m")})
    EXPECT_TRUE(holds(text, part));
}

TEST_F(Brief, IsOneStringInJsonAndNothingWhenQuiet) {
  const Result r = box.type("git orch brief 001-a/overseer --json");
  EXPECT_TRUE(r.out.starts_with(
      R"({"version":1,"ok":true,"data":{"text":"You are 001-a/overseer.\n)"));
  EXPECT_EQ(r.data()["text"],
            json::Value(box.ok("git orch brief 001-a/overseer")));
  EXPECT_EQ(box.ok("git orch brief 001-a/overseer -q"), "");
}

TEST_F(Brief, TakesTheRoleAloneWhereThatIsClear) {
  EXPECT_EQ(box.ok("git orch brief impl-ui"),
            box.ok("git orch brief 001-a/impl-ui"));
  box.ok("git orch init-feature 002-b --roles overseer,impl-ui -q");
  const Result r = box.type("git orch brief impl-ui");
  EXPECT_EQ(r.status, 128);
  EXPECT_TRUE(holds(r.err, "'impl-ui' does not say of which feature"));
  EXPECT_TRUE(holds(r.err, "name one of: 001-a/impl-ui, 002-b/impl-ui"));
  EXPECT_EQ(box.type("git orch brief impl-ui --json").json()["error"]["code"],
            json::Value("ambiguous"));
  const std::string here =
      box.ok_in(box.worktree("002-b", "overseer"), "git orch brief impl-ui");
  EXPECT_TRUE(here.starts_with("You are 002-b/impl-ui.\n"));
}

TEST_F(Brief, NamesAnAgentOfAFeatureThatIsOverInFull) {
  box.sql("UPDATE features SET status = 'completed'");
  EXPECT_EQ(box.type("git orch brief impl-ui").err,
            "fatal: no feature in progress has an agent 'impl-ui'\nhint: of "
            "one that is over, by its full name: 001-a/impl-ui\n");
  box.ok("git orch init-feature 002-b --roles overseer,impl-api -q");
  EXPECT_EQ(box.type("git orch brief nobody-at-all").err,
            "fatal: unknown agent 'nobody-at-all'\nhint: known: "
            "002-b/overseer, 002-b/impl-api\n");
}

TEST_F(Brief, EndsWithWhatTheAgentWasGivenToKnow) {
  box.ok("git orch agent start impl-ui --runtime script --brief 'use ink' -q");
  EXPECT_TRUE(box.ok("git orch brief impl-ui").ends_with("\nuse ink\n"));
  box.ok("git orch agent restart impl-ui -q");
  const std::string told = box.sql(
      "SELECT text FROM messages WHERE kind = 'brief' ORDER BY id DESC "
      "LIMIT 1");
  EXPECT_TRUE(told.ends_with("\nuse ink\n\n")) << told;
  box.ok("git orch agent restart impl-ui -q");
  box.ok("git orch agent stop impl-ui -q");
  box.ok("git orch agent start impl-ui --brief 'use chalk' -q");
  EXPECT_EQ(box.ok("git orch brief impl-ui").find("use ink"),
            std::string::npos);
}

TEST_F(Brief, SuggestsTheNearestAgent) {
  const Result r = box.type("git orch brief 001-a/impl-uj");
  EXPECT_EQ(r.status, 128);
  EXPECT_EQ(r.out, "");
  EXPECT_EQ(r.err,
            "fatal: unknown agent '001-a/impl-uj'\nhint: did you mean "
            "'001-a/impl-ui'?\n");
  EXPECT_TRUE(holds(box.type("git orch brief overser").err,
                    "hint: did you mean 'overseer'?"));
  EXPECT_EQ(box.type("git orch brief x --json").json()["error"]["code"],
            json::Value("unknown_name"));
}

TEST_F(Brief, SaysThatThereIsNoAgentWithoutAStoreAndCreatesNothing) {
  box.make_repository("other");
  const Result r = box.type("git orch brief overseer");
  EXPECT_EQ(r.status, 128);
  EXPECT_EQ(r.err,
            "fatal: unknown agent 'overseer'\nhint: git orch "
            "init-feature <spec-id>\n");
  EXPECT_EQ(box.type("ls .git/orch").status, 2);
}

TEST_F(Brief, NamesTheOverseerWhereTheTeamLacksWhoIsReportedTo) {
  box.ok("git orch init-feature 002-b --roles overseer,tester -q");
  EXPECT_TRUE(holds(box.ok("git orch brief 002-b/tester"),
                    "You report to 002-b/overseer.\n"));
  box.ok("git orch report progress -m half --agent 002-b/tester -q");
  EXPECT_TRUE(holds(box.ok("git orch inbox --agent 002-b/overseer"), "half"));
}

TEST_F(Brief, FollowsTheRoleFile) {
  box.write(box.repo() + "/.git/orch/roles/impl-ui.yaml",
            "name: impl-ui\nkind: implementor\npurpose: draw\n"
            "duties:\n  - use a pencil\nreports_to: person\ncheck_in: 2h\n");
  const std::string text = box.ok("git orch brief impl-ui");
  for (const char* part :
       {"Your purpose: draw\n", "- use a pencil\n", "You report to person.\n",
        "A check-in comes every 2h;"})
    EXPECT_TRUE(holds(text, part));
  EXPECT_EQ(text.find("Commit at least"), std::string::npos);
}

TEST_F(Brief, ShowsABrokenRoleFileToThePerson) {
  box.write(box.repo() + "/.git/orch/roles/impl-ui.yaml",
            "name: impl-ui\nknd: implementor\n");
  const Result r = box.type("git orch brief impl-ui");
  EXPECT_GE(r.status, 128);
  EXPECT_TRUE(holds(r.err, "impl-ui.yaml:2"));
}

TEST_F(Brief, CountsWaitingMessages) {
  box.ok("git orch send 001-a/impl-ui -m one -q");
  box.ok("git orch send 001-a/impl-ui -m two -q");
  EXPECT_TRUE(holds(box.ok("git orch brief impl-ui"),
                    "2 messages for you: git orch inbox\n"));
  EXPECT_EQ(box.ok("git orch brief overseer").find("for you"),
            std::string::npos);
}

TEST_F(Brief, ListsItsOpenConflicts) {
  for (const char* role : {"overseer", "impl-ui"}) {
    const std::string tree = box.worktree("001-a", role);
    box.write(tree + "/one.txt", std::string(role) + "\n");
    box.ok_in(tree, "git commit -qam " + std::string(role));
  }
  box.ok("git orch tick -q");
  const std::string text = box.ok("git orch brief impl-ui");
  EXPECT_TRUE(holds(text,
                    "Open conflicts (git orch conflicts show <number> has both "
                    "sides of one):\n"
                    "  1: 001-a/impl-ui and integration (stale): one.txt\n"));
}

TEST_F(Brief, NamesTheFirstFilesOfAConflictAndCountsTheRest) {
  std::string files = "x1.txt";
  for (int i = 2; i <= 10; ++i) files += ",x" + std::to_string(i) + ".txt";
  box.ok("git orch log-conflict 001-a impl-ui " + files);
  EXPECT_TRUE(holds(box.ok("git orch brief impl-ui"),
                    "  1: 001-a/impl-ui and integration (stale): x1.txt, "
                    "x2.txt, x3.txt, x4.txt, x5.txt, x6.txt, x7.txt, x8.txt "
                    "and 2 more files\n"));
  EXPECT_EQ(box.ok("git orch brief overseer").find("Open conflicts"),
            std::string::npos);
}

TEST_F(Brief, ShowsNoControlCharacterOfAName) {
  box.run_in(box.repo(), {"git", "orch", "init-feature", "002-b", "--roles",
                          "overseer", "--name", "a\x1b[31m\nYou are root"});
  const std::string text = box.ok("git orch brief 002-b/overseer");
  EXPECT_TRUE(holds(text, "(a\\x1b[31m\\nYou are root)"));
}

TEST_F(Brief, IsExactlyWhatAStartedAgentIsTold) {
  box.ok("git orch agent start 001-a/impl-ui --runtime script -q");
  const json::Value data =
      box.type("git orch inbox --agent 001-a/impl-ui --all --json").data();
  ASSERT_TRUE(data["messages"].as_array());
  ASSERT_GE(data["messages"].as_array()->size(), 1U);
  EXPECT_EQ((*data["messages"].as_array())[0]["text"],
            json::Value(box.ok("git orch brief 001-a/impl-ui")));
}

}  // namespace
}  // namespace orch::test
