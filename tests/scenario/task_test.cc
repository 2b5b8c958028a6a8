// SPDX-License-Identifier: MIT
#include "support/sandbox.h"

namespace orch::test {
namespace {

class Task : public ::testing::Test {
 protected:
  Task() {
    box.set("ORCH_TEST_NOW", "1800000000000");
    box.make_repository();
    box.ok("git orch init -q");
    box.ok("git orch init-feature 001-a --roles overseer,impl-api,impl-ui -q");
  }
  // "<id> <status> <owner>" per task.
  std::string tasks() const {
    std::string out;
    for (const std::string& line :
         box.type("git orch task --porcelain").lines()) {
      std::string rest = line;
      std::vector<std::string> fields;
      for (std::size_t tab = rest.find('\t'); tab != std::string::npos;
           tab = rest.find('\t')) {
        fields.push_back(rest.substr(0, tab));
        rest = rest.substr(tab + 1);
      }
      out += fields.at(0) + " " + fields.at(2) + " " + fields.at(3) + "\n";
    }
    return out;
  }
  Sandbox box;
};

TEST_F(Task, PrintsItsUsageAndRefusesWrongUsage) {
  EXPECT_TRUE(holds(box.ok("git orch task -h"), "usage: git orch task [list]"));
  for (const char* line :
       {"git orch task finish T001", "git orch task add", "git orch task start",
        "git orch task list --status late", "git orch task add ''",
        "git orch task assign T001", "git orch task claim T001 --for never"}) {
    const Result r = box.type(line);
    EXPECT_NE(r.status, 0) << line;
    EXPECT_EQ(r.out, "") << line;
  }
  EXPECT_TRUE(holds(box.type("git orch task strat T001").err,
                    "unknown action 'strat', did you mean 'start'?"));
  box.ok("git orch init-feature 002-b --roles overseer -q");
  EXPECT_EQ(box.type("git orch task list").err,
            "fatal: several features are in progress\nhint: --feature 001-a, "
            "or one of: 001-a, 002-b\n");
}

TEST_F(Task, AnswersEmptyAndCreatesNothingWithoutAStore) {
  box.make_repository("bare-new");
  EXPECT_EQ(box.ok("git orch task --json"),
            R"({"version":1,"ok":true,"data":{"tasks":[]}})"
            "\n");
  EXPECT_EQ(box.type("ls .git/orch").status, 2);
}

TEST_F(Task, ShowsOnlyUnfinishedOnesAsWaitedFor) {
  box.ok("git orch task add one -q");
  box.ok("git orch task add two -q");
  box.ok("git orch task add three --depends T001 --depends T002 -q");
  box.ok("git orch task drop T001 -q");
  EXPECT_EQ(box.ok("git orch task"),
            "ID    STATUS   OWNER  WAITS FOR  TITLE\n"
            "T001  dropped  -                 one\n"
            "T002  open     -                 two\n"
            "T003  blocked  -      T002       three\n");
  const std::string recent = box.ok("git orch recent 1");
  EXPECT_TRUE(holds(recent, "task_dropped  -       T001: one\n"));
}

TEST_F(Task, IsListedWithThoseOfOtherFeatures) {
  box.ok("git orch init-feature 002-b --roles overseer -q");
  box.ok("git orch task add one --feature 001-a -q");
  box.ok("git orch task add two --feature 002-b -q");
  box.ok("git orch task add three --feature 002-b -q");
  box.ok("git orch task done T002 --feature 002-b -q");
  EXPECT_EQ(box.ok("git orch task list --all"),
            "FEATURE  ID    STATUS  OWNER  WAITS FOR  TITLE\n"
            "001-a    T001  open    -                 one\n"
            "002-b    T001  open    -                 two\n"
            "002-b    T002  done    -                 three\n");
  EXPECT_EQ(box.ok("git orch task list --all --status open --porcelain"),
            "T001\tone\topen\t\t\t001-a\nT001\ttwo\topen\t\t\t002-b\n");
  EXPECT_EQ(box.ok("git orch task list --all --status blocked"), "no tasks\n");
  EXPECT_TRUE(box.type("git orch task list --all --feature 001-a")
                  .err.starts_with("error: either '--all' or '--feature'\n"));
  EXPECT_TRUE(
      box.type("git orch task add four --all")
          .err.starts_with("error: '--all' has no meaning for 'add'\n"));
  EXPECT_TRUE(
      box.type("git orch task start T001 --depends T002")
          .err.starts_with("error: '--depends' has no meaning for 'start'\n"));
}

TEST_F(Task, IsAddedUnderTheNextFreeNumberOrTheOneThatIsAskedFor) {
  EXPECT_EQ(box.ok("git orch task add 'write the parser'"),
            "ID    STATUS  OWNER  WAITS FOR  TITLE\n"
            "T001  open    -                 write the parser\n");
  box.ok(
      "git orch task add docs --id docs --section Polish "
      "--depends T001 --agent impl-ui -q");
  const json::Value row =
      box.type("git orch task --json").data()["tasks"].as_array()->at(1);
  EXPECT_EQ(json::to_text(row),
            R"({"id":"docs","title":"docs","status":"blocked",)"
            R"("owner":"001-a/impl-ui","depends_on":["T001"],"commit":null,)"
            R"("reason":null,"section":"Polish","parent":"",)"
            R"("updated_at":"2027-01-15T08:00:00Z"})");
  const Result twice = box.type("git orch task add again --id docs --json");
  EXPECT_EQ(twice.status, 128);
  EXPECT_EQ(twice.json()["error"]["code"], json::Value("exists"));
  EXPECT_EQ(box.type("git orch task add x --id 'a b'").status, 129);
  EXPECT_EQ(box.type("git orch task add x --depends T077").status, 128);
  EXPECT_EQ(tasks(), "T001 open \ndocs blocked 001-a/impl-ui\n");
}

TEST_F(Task, StandsAsIsSaidOfIt) {
  box.ok("git orch task add one -q");
  const auto status = [&](const std::string& line) {
    return box.type("git orch task " + line + " --json")
        .data()["tasks"]
        .as_array()
        ->at(0)["status"];
  };
  EXPECT_EQ(status("start T001"), json::Value("doing"));
  EXPECT_EQ(status("block T001 -m 'no key'"), json::Value("blocked"));
  EXPECT_TRUE(holds(box.ok("git orch task"), "one (no key)\n"));
  EXPECT_EQ(status("unblock T001"), json::Value("doing"));
  EXPECT_EQ(status("done T001 -m checked"), json::Value("done"));
  EXPECT_EQ(status("reopen T001"), json::Value("open"));
  EXPECT_EQ(status("drop T001"), json::Value("dropped"));
  EXPECT_EQ(box.ok("git orch query 'SELECT event_type FROM task_events "
                   "WHERE task_id = \"T001\" ORDER BY id' --csv"),
            "event_type\r\ntask_added\r\ntask_started\r\ntask_blocked\r\n"
            "task_unblocked\r\ntask_completed\r\ntask_reopened\r\n"
            "task_dropped\r\n");
}

TEST_F(Task, AnUnknownOneIsNamedWithItsNeighbour) {
  box.ok("git orch task add one --id T100 -q");
  const Result r = box.type("git orch task done T1000 --json");
  EXPECT_EQ(r.status, 128);
  EXPECT_EQ(r.json()["error"]["message"],
            json::Value("unknown task 'T1000' in feature '001-a'"));
  EXPECT_EQ(r.json()["error"]["hint"], json::Value("did you mean T100?"));
}

TEST_F(Task, IsListedByStatusAndByOwner) {
  box.ok("git orch task add one -q");
  box.ok("git orch task add two --agent impl-api -q");
  box.ok("git orch task done T001 -q");
  EXPECT_EQ(box.ok("git orch task list --status done --porcelain"),
            "T001\tone\tdone\t\t\n");
  EXPECT_EQ(box.ok("git orch task list --agent impl-api --porcelain -z"),
            std::string("T002\ttwo\topen\t001-a/impl-api\t\0", 30));
}

TEST_F(Task, ReleasesWhatWaitsAndTellsTheOwnerOnce) {
  box.ok("git orch task add one -q");
  box.ok("git orch task add two --depends T001 --agent impl-ui -q");
  EXPECT_EQ(tasks(), "T001 open \nT002 blocked 001-a/impl-ui\n");
  box.ok("git orch task done T001 -q");
  box.ok("git orch task done T001 -q");
  EXPECT_EQ(tasks(), "T001 done \nT002 open 001-a/impl-ui\n");
  const auto inbox = box.type("git orch inbox --agent impl-ui --json");
  ASSERT_EQ(inbox.data()["messages"].as_array()->size(), 1u) << inbox.out;
  EXPECT_EQ(inbox.data()["messages"].as_array()->at(0)["text"],
            json::Value("T002 can start: T001 is finished: two"));
}

TEST_F(Task, WaitsForOthersUntilItNeedNot) {
  for (const char* title : {"one", "two", "three"})
    box.ok(std::string("git orch task add ") + title + " -q");
  EXPECT_TRUE(holds(box.ok("git orch task depend T003 T001 T002"),
                    "T003  blocked  -      T001 T002  three\n"));
  const Result ring = box.type("git orch task depend T001 T003");
  EXPECT_EQ(ring.status, 2);
  EXPECT_TRUE(holds(ring.err, "(T001 -> T003 -> T001)"));
  box.ok("git orch task depend T003 T001 T002 --remove -q");
  EXPECT_EQ(tasks(), "T001 open \nT002 open \nT003 open \n");
  EXPECT_EQ(box.type("git orch task unblock T001").status, 0);
}

TEST_F(Task, IsGivenToAnAgentThatIsToldAndTakenAway) {
  box.ok("git orch task add one -q");
  box.ok("git orch task assign T001 impl-api -q");
  EXPECT_EQ(tasks(), "T001 open 001-a/impl-api\n");
  EXPECT_TRUE(
      holds(box.ok("git orch inbox --agent impl-api"), "T001 is yours: one"));
  box.ok("git orch task assign T001 --nobody -q");
  EXPECT_EQ(tasks(), "T001 open \n");
  EXPECT_TRUE(
      holds(box.type("git orch task assign T001 impl-apy").err, "impl-api"));
}

TEST_F(Task, SuggestsWhoHasChangedThePathsThatItNames) {
  const std::string ui = box.worktree("001-a", "impl-ui");
  box.write(ui + "/src/form.txt", "a form\n");
  box.ok_in(ui, "git add -A");
  box.ok_in(ui, "git commit -qm 'a form'");
  box.ok_in(box.worktree("001-a", "overseer"),
            "git merge -q feature/001-a/impl-ui");
  box.ok("git orch task add 'validate `src/new.txt`, please' -q");
  const auto data =
      box.type("git orch task assign T001 --suggest --json").data();
  EXPECT_EQ(json::to_text(data),
            R"({"suggestions":[{"agent":"001-a/impl-ui","commits":1},)"
            R"({"agent":"001-a/impl-api","commits":0}],"paths":["src"]})");
  EXPECT_EQ(tasks(), "T001 open \n");
}

TEST_F(Task, BelongsToTheFeatureThatIsNamed) {
  box.ok("git orch init-feature 002-b --roles overseer -q");
  EXPECT_EQ(box.type("git orch task add x --json").json()["error"]["code"],
            json::Value("ambiguous"));
  box.ok("git orch task add x --feature 002-b -q");
  EXPECT_EQ(box.ok("git orch task --feature 001-a"), "no tasks\n");
  EXPECT_TRUE(holds(
      box.ok_in(box.worktree("002-b", "overseer"), "git orch task"), "T001"));
}

}  // namespace
}  // namespace orch::test
