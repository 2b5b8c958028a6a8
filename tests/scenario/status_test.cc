// SPDX-License-Identifier: MIT
#include "support/sandbox.h"

namespace orch::test {
namespace {

class StatusVerb : public ::testing::Test {
 protected:
  StatusVerb() { box.make_repository(); }

  void set_up_feature() const {
    box.ok("git orch init -q");
    box.ok("git orch init-feature 001-a --roles overseer,impl-ui -q");
  }

  Sandbox box;
};

TEST_F(StatusVerb, PrintsItsUsageAndRefusesWrongUsage) {
  const Result help = box.type("git orch status -h");
  EXPECT_EQ(help.status, 0);
  EXPECT_TRUE(help.out.starts_with("usage: git orch status [<spec-id>]"));
  set_up_feature();
  for (const char* line :
       {"git orch status a b", "git orch status --verbos",
        "git orch status --format", "git orch status --format html",
        "git orch status --format ''", "git orch status --format md --json",
        "git orch status --format csv --porcelain"}) {
    const Result r = box.type(line);
    EXPECT_EQ(r.status, 129) << line;
    EXPECT_TRUE(holds(r.err + r.out, "usage")) << line;
  }
  EXPECT_TRUE(holds(box.type("git orch status --format html").err,
                    "unknown format 'html'"));
}

TEST_F(StatusVerb, RefusesAnUnknownFormatAlsoWithoutAStore) {
  EXPECT_EQ(box.type("git orch status --format html").status, 129);
}

TEST_F(StatusVerb, AnswersEmptyAndCreatesNothingWithoutAStore) {
  const Result r = box.type("git orch status --json");
  EXPECT_EQ(r.status, 0);
  EXPECT_TRUE(
      r.out.starts_with(R"({"version":1,"ok":true,"data":{"features":[],)"
                        R"("tick":{"last":null,"overdue":0})"))
      << r.out;
  EXPECT_EQ(box.ok("git orch status"),
            "git orch is not set up here; git orch init does it\n");
  EXPECT_EQ(box.ok("git orch status --porcelain"), "");
  EXPECT_EQ(box.type("ls .git/orch").status, 2);
  const Result named = box.type("git orch status 001-a");
  EXPECT_EQ(named.status, 128);
  EXPECT_EQ(named.err,
            "fatal: unknown feature '001-a'\nhint: git orch init-feature "
            "001-a\n");
  EXPECT_EQ(box.type("ls .git/orch").status, 2);
  EXPECT_EQ(box.type_in(box.path("tmp"), "git orch status").status, 128);
}

TEST_F(StatusVerb, HasTheSameKeysWithAndWithoutAStore) {
  const auto keys = [&] {
    std::string names;
    const json::Value data = box.type("git orch status --json").data();
    for (const json::Member& m : *data.as_object()) names += m.first + " ";
    return names;
  };
  const std::string without = keys();
  box.ok("git orch init -q");
  EXPECT_EQ(without, keys());
}

TEST_F(StatusVerb, SaysThatThereIsNoFeature) {
  box.ok("git orch init -q");
  EXPECT_TRUE(box.ok("git orch status")
                  .starts_with("no features; git orch init-feature <spec-id> "
                               "makes one\n"));
}

TEST_F(StatusVerb, AnswersInTheKeysOfTheContract) {
  set_up_feature();
  const std::string out = box.ok("git orch status 001-a --json");
  EXPECT_TRUE(out.starts_with(
      R"({"version":1,"ok":true,"data":{"features":[{"spec_id":"001-a",)"
      R"("status":"in-progress","base":"main","agents":[{)"
      R"("id":"001-a/overseer","feature":"001-a","role":"overseer",)"
      R"("branch":"feature/001-a/overseer","worktree":")" +
      box.worktree("001-a", "overseer") +
      R"(","runtime":null,"state":"stopped","source":"command","since":")"))
      << out;
  EXPECT_TRUE(holds(out, R"("pane":null,"pid":null,"exit_status":null)"));
  EXPECT_TRUE(holds(out, R"("tasks":{"open":0,"doing":0,"blocked":0,"done":0,)"
                         R"("dropped":0},"conflicts":0,"blockers":0,"prs":0,)"
                         R"("tests":0)"));
  EXPECT_TRUE(holds(out, R"("tick":{"last":null,"overdue":0})"));
  EXPECT_EQ(box.ok("git orch status --porcelain"),
            "001-a\tin-progress\tmain\t0\t0\t0\t0\n");
  EXPECT_EQ(box.ok("git orch status -z"),
            "001-a\tin-progress\tmain\t0\t0\t0\t0" + std::string(1, '\0'));
  EXPECT_EQ(box.ok("git orch status -q"), "");
}

TEST_F(StatusVerb, ShowsEveryAgentOfTheAskedFeatureOnly) {
  set_up_feature();
  box.ok("git orch init-feature 002-b --roles overseer -q");
  const std::string all = box.ok("git orch status");
  for (const char* part : {"001-a/overseer", "001-a/impl-ui", "002-b/overseer",
                           "001-a  in-progress, from main, into "
                           "feature/001-a/overseer\n"})
    EXPECT_TRUE(holds(all, part));
  const std::string one = box.ok("git orch status 002-b");
  EXPECT_TRUE(holds(one, "002-b/overseer"));
  EXPECT_EQ(one.find("001-a"), std::string::npos) << one;
}

TEST_F(StatusVerb, SuggestsTheNearestFeature) {
  set_up_feature();
  const Result r = box.type("git orch status 001-b");
  EXPECT_EQ(r.status, 128);
  EXPECT_EQ(r.err,
            "fatal: unknown feature '001-b'\nhint: did you mean "
            "'001-a'?\n");
  const Result json = box.type("git orch status 001-b --json");
  EXPECT_EQ(json.out,
            R"({"version":1,"ok":false,"error":{"code":"unknown_name",)"
            R"("message":"unknown feature '001-b'",)"
            R"("hint":"did you mean '001-a'?"}})"
            "\n");
}

TEST_F(StatusVerb, VerboseAddsCommitsOpenChangesSourceAndProcess) {
  set_up_feature();
  const std::string tree = box.worktree("001-a", "impl-ui");
  box.ok_in(tree, "git commit -q --allow-empty -m work");
  box.ok("git commit -q --allow-empty -m later");
  box.write(tree + "/a.txt", "x\n");
  box.write(tree + "/b.txt", "x\n");
  const std::string plain = box.ok("git orch status");
  EXPECT_EQ(plain.find("COMMITS"), std::string::npos);
  for (const char* option : {"-v", "--verbose"}) {
    const std::string text = box.ok(std::string("git orch status ") + option);
    EXPECT_TRUE(holds(text, "COMMITS"));
    EXPECT_TRUE(holds(text, "+1 -1, 2 dirty files"));
    EXPECT_TRUE(holds(text, "+0 -1 "));
  }
}

TEST_F(StatusVerb, ShowsRunningAgentsAndThoseThatExited) {
  box.ok("git orch init -q");
  box.script("impl-ui", "await-message\nexit 3\n");
  box.ok(
      "git orch init-feature 001-a --roles overseer,impl-ui --start "
      "--runtime script -q");
  EXPECT_TRUE(eventually([&] {
    const std::string out = box.ok("git orch status --json");
    return out.find(R"("state":"exited")") != std::string::npos &&
           out.find(R"("exit_status":3)") != std::string::npos &&
           out.find(R"("state":"idle")") != std::string::npos;
  }));
  EXPECT_TRUE(holds(box.ok("git orch status"), "exited"));
}

TEST_F(StatusVerb, CountsUnreadMessages) {
  set_up_feature();
  box.ok("git orch send 001-a/impl-ui -m one -q");
  box.ok("git orch send 001-a/impl-ui -m two -q");
  const json::Value data = box.type("git orch status --json").data();
  const json::Value& agents = (*data["features"].as_array())[0]["agents"];
  EXPECT_EQ((*agents.as_array())[0]["unread"], json::Value(0));
  EXPECT_EQ((*agents.as_array())[1]["unread"], json::Value(2));
}

TEST_F(StatusVerb, FormatMdIsThePageOfExport) {
  set_up_feature();
  EXPECT_EQ(box.ok("git orch status --format md"),
            box.ok("git orch export 001-a"));
  EXPECT_TRUE(
      holds(box.ok("git orch status 001-a --format md"), "| Branch | Owner |"));
}

TEST_F(StatusVerb, FormatCsvHasALineForEachAgent) {
  box.set("ORCH_TEST_NOW", "1800000000000");
  const std::string heading =
      "spec_id,feature_status,base,integration_branch,open,doing,blocked,done,"
      "dropped,conflicts,blockers,prs,tests,id,role,branch,worktree,runtime,"
      "state,source,since,pid,exit_status,unread\r\n";
  EXPECT_EQ(box.ok("git orch status --format csv"), heading);
  EXPECT_EQ(box.type("ls .git/orch").status, 2);
  set_up_feature();
  box.ok("git orch init-feature 002-b --roles overseer --no-worktrees -q");
  box.ok("git orch send 001-a/impl-ui -m hi -q");
  const std::string feature =
      "001-a,in-progress,main,feature/001-a/overseer,0,0,0,0,0,0,0,0,0,";
  const std::string end = ",,stopped,command,2027-01-15T08:00:00Z,,,";
  const std::string first =
      feature + "001-a/overseer,overseer,feature/001-a/overseer," +
      box.worktree("001-a", "overseer") + end + "0\r\n" + feature +
      "001-a/impl-ui,impl-ui,feature/001-a/impl-ui," +
      box.worktree("001-a", "impl-ui") + end + "1\r\n";
  EXPECT_EQ(box.ok("git orch status --format csv"),
            heading + first +
                "002-b,in-progress,main,feature/002-b/overseer,0,0,0,0,0,0,0,"
                "0,0,002-b/overseer,overseer,feature/002-b/overseer," +
                end + "0\r\n");
  EXPECT_EQ(box.ok("git orch status 001-a --format csv"), heading + first);
}

TEST_F(StatusVerb, NamesAgentsWithoutACheckInOfTheAskedFeatureOnly) {
  set_up_feature();
  box.ok("git orch init-feature 002-b --roles overseer -q");
  box.run_in(box.repo(),
             {"sqlite3", "-cmd", ".timeout 10000", ".git/orch/orch.db",
              "UPDATE checkins SET state = 'cancelled'"});
  const std::string one = box.ok("git orch status 002-b");
  EXPECT_TRUE(holds(one, "error: 002-b/overseer has no check-in ahead\n"));
  EXPECT_EQ(one.find("001-a"), std::string::npos) << one;
}

TEST_F(StatusVerb, ShowsOverdueCheckInsAndTheLastTick) {
  box.set("ORCH_TEST_NOW", "1800000000000");
  set_up_feature();
  EXPECT_TRUE(holds(box.ok("git orch status"),
                    "last tick never, 0 check-ins overdue\n"));
  box.ok("git orch tick -q");
  box.set("ORCH_TEST_NOW", "1800003600000");  // an hour later
  EXPECT_TRUE(holds(box.ok("git orch status"),
                    "last tick 1h ago, 2 check-ins overdue\n"));
  EXPECT_TRUE(holds(box.ok("git orch status --json"),
                    R"("tick":{"last":"2027-01-15T08:00:00Z","overdue":2})"));
}

TEST_F(StatusVerb, CallsAnAgentWithoutACheckInAnError) {
  set_up_feature();
  box.run_in(box.repo(),
             {"sqlite3", "-cmd", ".timeout 10000", ".git/orch/orch.db",
              "UPDATE checkins SET state = 'cancelled' "
              "WHERE agent_id = 2"});
  EXPECT_TRUE(holds(box.ok("git orch status"),
                    "error: 001-a/impl-ui has no check-in ahead\n"));
}

TEST_F(StatusVerb, CountsConflictsThatWerePredicted) {
  set_up_feature();
  for (const char* role : {"overseer", "impl-ui"}) {
    const std::string tree = box.worktree("001-a", role);
    box.write(tree + "/one.txt", std::string(role) + "\n");
    box.ok_in(tree, "git commit -qam " + std::string(role));
  }
  box.ok("git orch tick -q");
  const json::Value data = box.type("git orch status --json").data();
  EXPECT_GE(*(*data["features"].as_array())[0]["conflicts"].as_integer(), 1);
}

TEST_F(StatusVerb, ReadsOnly) {
  set_up_feature();
  const std::string before = box.fingerprint();
  box.ok("git orch status -v");
  EXPECT_EQ(box.fingerprint(), before);
}

}  // namespace
}  // namespace orch::test
