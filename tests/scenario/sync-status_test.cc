// SPDX-License-Identifier: MIT
#include "support/sandbox.h"

namespace orch::test {
namespace {

// What git did, and what the tasks then are.
class SyncStatus : public ::testing::Test {
 protected:
  SyncStatus() {
    box.make_repository();
    box.ok("git orch init -q");
    box.ok("git orch init-feature 001-a --roles overseer,impl-api,impl-ui -q");
    api = box.worktree("001-a", "impl-api");
    ui = box.worktree("001-a", "impl-ui");
    box.ok("git orch task add 'the model' -q");
    box.ok("git orch task add 'the form' -q");
  }
  void commit(const std::string& message, const std::string& body = "") const {
    const std::string path = api + "/src/api.txt";
    box.write(path, message + "\n" + body + "\n");
    box.ok_in(api, "git add -A");
    box.ok_in(api, "git commit -q -m '" + message + "'" +
                       (body.empty() ? "" : " -m '" + body + "'"));
  }
  std::string head(const std::string& worktree) const {
    const std::string id = box.ok_in(worktree, "git rev-parse HEAD");
    return id.substr(0, id.size() - 1);
  }
  // "<id> <status>" per task, by what hooks alone have told.
  std::string told() const {
    return statuses(box.ok("git orch task --porcelain"), 2);
  }
  // The same after a look at git.
  std::string synced() const {
    return statuses(box.ok("git orch sync-status -q --porcelain"), 1);
  }
  Sandbox box;
  std::string api, ui;

 private:
  static std::string statuses(const std::string& listing, int column) {
    std::string out;
    Result r{.out = listing};
    for (const std::string& line : r.lines()) {
      std::size_t at = 0;
      for (int i = 0; i < column; ++i) at = line.find('\t', at) + 1;
      out += line.substr(0, line.find('\t')) + " " +
             line.substr(at, line.find('\t', at) - at) + "\n";
    }
    return out;
  }
};

TEST_F(SyncStatus, PrintsItsUsageAndRefusesWrongUsage) {
  EXPECT_TRUE(holds(box.ok("git orch sync-status -h"),
                    "usage: git orch sync-status [<spec-id>] [--write]"));
  EXPECT_EQ(box.type("git orch sync-status a b").status, 129);
  const Result r = box.type("git orch sync-status 001-b --json");
  EXPECT_EQ(r.status, 128);
  EXPECT_EQ(r.json()["error"]["hint"], json::Value("did you mean '001-a'?"));
}

TEST_F(SyncStatus, ACommitThatNamesATaskBeginsItAndOneThatSaysSoEndsIt) {
  commit("T001 first step");
  EXPECT_EQ(told(), "T001 doing\nT002 open\n");
  commit("the rest", "Orch-Task-Done: T001");
  commit("both done T002");
  EXPECT_EQ(told(), "T001 done\nT002 done\n");
}

TEST_F(SyncStatus, ReadsTheTrailersOfAMessageOfAnyLength) {
  const std::string text =
      "long\n\n" + std::string(3 << 20, 'x') + "\n\nOrch-Task-Done: T001\n";
  ASSERT_EQ(box.type_in(api, "git commit -q --allow-empty -F -", text).status,
            0);
  EXPECT_EQ(told(), "T001 done\nT002 open\n");
}

TEST_F(SyncStatus, NamesTheCommitThatDecides) {
  commit("closes T001");
  EXPECT_EQ(box.ok("git orch sync-status --json"),
            R"({"version":1,"ok":true,"data":{"tasks":[)"
            R"({"id":"T001","status":"done","commit":")" +
                head(api) +
                R"(","spec_id":"001-a","title":"the model","owner":null},)"
                R"({"id":"T002","status":"open","commit":null,)"
                R"("spec_id":"001-a","title":"the form","owner":null}],)"
                R"("events":0,"dropped":0}})"
                "\n");
}

TEST_F(SyncStatus, ARevertReopensAndTheRevertOfTheRevertCompletes) {
  commit("done T001");
  box.ok_in(api, "git revert --no-edit HEAD");
  EXPECT_EQ(told(), "T001 open\nT002 open\n");
  box.ok_in(api, "git revert --no-edit HEAD");
  EXPECT_EQ(told(), "T001 done\nT002 open\n");
  EXPECT_EQ(synced(), "T001 done\nT002 open\n");
}

TEST_F(SyncStatus, AnAmendThatTakesTheWordsBackReopens) {
  commit("done T001");
  box.ok_in(api, "git commit -q --amend -m 'T002 after all'");
  EXPECT_EQ(told(), "T001 open\nT002 doing\n");
  EXPECT_EQ(synced(), "T001 open\nT002 doing\n");
}

TEST_F(SyncStatus, ARebaseKeepsWhatWasDoneUnderItsNewId) {
  commit("done T001");
  box.write(box.repo() + "/late.txt", "late\n");
  box.ok("git add -A");
  box.ok("git commit -qm late");
  const std::string before = head(api);
  box.ok_in(api, "git rebase -q main");
  ASSERT_NE(head(api), before);
  EXPECT_EQ(told(), "T001 done\nT002 open\n");
  EXPECT_EQ(synced(), "T001 done\nT002 open\n");
  EXPECT_TRUE(holds(box.ok("git orch sync-status --porcelain"),
                    "T001\tdone\t" + head(api) + "\n"));
}

TEST_F(SyncStatus, ACommitThatIsGoneCountsNoMoreAndOneThatReturnsCountsAgain) {
  commit("done T001");
  const std::string done = head(api);
  box.ok_in(api, "git reset -q --hard HEAD~1");
  EXPECT_EQ(synced(), "T001 open\nT002 open\n");
  EXPECT_TRUE(holds(box.ok("git orch recent --json"),
                    R"("type":"task_completed","message":"done T001",)"
                    R"("task_id":"T001","commit":null)"));
  box.ok_in(api, "git reset -q --hard " + done);
  EXPECT_EQ(synced(), "T001 done\nT002 open\n");
}

TEST_F(SyncStatus, ABranchThatWasDeletedAfterLandingTakesNothingBack) {
  commit("done T001");
  box.ok("git merge -q --squash feature/001-a/impl-api");
  box.ok("git commit -qm 'all of it'");
  box.ok("git worktree remove --force " + api);
  box.ok("git branch -D feature/001-a/impl-api");
  EXPECT_EQ(synced(), "T001 done\nT002 open\n");
}

TEST_F(SyncStatus, FindsWhatNoHookHasSeen) {
  const std::string off = "git -c core.hooksPath=/dev/null -C ";
  // No tick of somebody else runs in between.
  const Result r = box.run_in(
      box.repo(),
      {"flock", ".git/orch/lock/tick", "sh", "-ec",
       off + api + " commit -q --allow-empty -m 'done T001'; " + off + ui +
           " commit -q --allow-empty -m 'T002 begun'; "
           "git orch task --status open --porcelain >&2; "
           "git orch sync-status --json"});
  EXPECT_EQ(r.data()["events"], json::Value(2));
  EXPECT_EQ(r.err,
            "T001\tthe model\topen\t\t\nT002\tthe form\topen\t\t\n"
            "001-a: 2 commits that no hook saw, "
            "T001 open -> done, T002 open -> doing\n");
  EXPECT_EQ(told(), "T001 done\nT002 doing\n");
  // Whose they are, and each once.
  EXPECT_EQ(box.ok("git orch query \"SELECT role, message FROM task_events "
                   "WHERE commit_hash IS NOT NULL ORDER BY role\" --csv"),
            "role,message\r\nimpl-api,done T001\r\nimpl-ui,T002 begun\r\n");
  EXPECT_EQ(box.type("git orch sync-status --json").data()["events"],
            json::Value(0));
}

TEST_F(SyncStatus, APatchFromAMailCountsAtTheNextTick) {
  box.ok_in(ui, "git commit -q --allow-empty -m 'an own one'");
  commit("done T002");
  const std::string patch = box.ok_in(api, "git format-patch -1 --stdout");
  ASSERT_EQ(box.type_in(ui, "git am -q", patch).status, 0);
  box.ok("git orch tick");
  EXPECT_EQ(box.ok("git orch query \"SELECT count(*) FROM task_events WHERE "
                   "message = 'done T002' AND role = 'impl-ui'\" --csv"),
            "count(*)\r\n1\r\n");
}

TEST_F(SyncStatus, OtherFeaturesHaveTasksOfTheSameName) {
  box.ok("git orch init-feature 002-b --roles overseer,impl-api -q");
  box.ok("git orch task add other --feature 002-b -q");
  commit("done T001");
  EXPECT_EQ(box.ok("git orch task --feature 002-b --porcelain"),
            "T001\tother\topen\t\t\n");
  const auto tasks = box.type("git orch sync-status --json").data()["tasks"];
  ASSERT_EQ(tasks.as_array()->size(), 3u);
  EXPECT_EQ(tasks.as_array()->at(2)["status"], json::Value("open"));
}

TEST_F(SyncStatus, ChangesNothingOfGit) {
  commit("done T001");
  const std::string before = box.fingerprint();
  box.ok("git orch sync-status -q");
  EXPECT_EQ(box.fingerprint(), before);
}

}  // namespace
}  // namespace orch::test
