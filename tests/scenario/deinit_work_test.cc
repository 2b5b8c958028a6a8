// SPDX-License-Identifier: MIT
#include "support/acting_agent.h"
#include "support/sandbox.h"

namespace orch::test {
namespace {

// What happens to the work of agents.
class DeinitWork : public ::testing::Test {
 protected:
  DeinitWork() {
    box.make_repository();
    box.ok("git orch init -q");
  }

  std::string ui() const { return box.worktree("001-a", "impl-ui"); }

  Sandbox box;
};

TEST_F(DeinitWork, StopsAgentsAndSavesTheirUncommittedWork) {
  box.ok(
      "git orch init-feature 001-a --roles overseer --start "
      "--runtime script -q");
  const json::Value agent =
      (*box.type("git orch agent list --json").data()["agents"].as_array())[0];
  const std::string pid = std::to_string(*agent["pid"].as_integer());
  const std::string tree = box.worktree("001-a", "overseer");
  box.write(tree + "/idea.txt", "not yet committed\n");
  const Result r = box.type("git orch deinit --json");
  EXPECT_EQ(r.status, 0) << r.err;
  EXPECT_EQ(r.data()["stopped"],
            json::Value(std::vector<std::string>{"001-a/overseer"}));
  EXPECT_TRUE(
      eventually([&] { return box.type("kill -0 " + pid).status != 0; }));
  const std::string ref =
      box.ok("git for-each-ref --format %(refname) refs/orch/snapshots");
  ASSERT_TRUE(ref.starts_with("refs/orch/snapshots/001-a/overseer/"));
  EXPECT_EQ(box.ok("git show " + ref.substr(0, ref.size() - 1) + ":idea.txt"),
            "not yet committed\n");
  EXPECT_EQ(box.read(tree + "/idea.txt"), "not yet committed\n");
  EXPECT_TRUE(
      holds(r.out, "git update-ref -d " + ref.substr(0, ref.size() - 1)));
}

// Only their processes tell of them.
TEST_F(DeinitWork, StopsAgentsOfAStoreThatWasLost) {
  for (const char* loss : {"rm .git/orch/orch.db*",
                           ": >.git/orch/orch.db; rm -f .git/orch/orch.db-*"}) {
    box.ok("git orch init -q");
    box.ok(
        "git orch init-feature 001-a --roles overseer,impl-ui --start "
        "--runtime script -q");
    box.run_in(box.repo(), {"sh", "-c", loss});
    const Result r = box.type("git orch deinit --json");
    ASSERT_EQ(r.status, 0) << loss << r.err << r.out;
    EXPECT_EQ(r.data()["stopped"].as_array()->size(), 2U) << loss << r.out;
    EXPECT_TRUE(eventually([&] {
      return box.run_in(box.root(), {"pgrep", "-f", box.repo() + "/.git/orch"})
                 .status == 1;
    })) << loss;
    EXPECT_EQ(
        box.run_in(box.repo(), {"sh", "-c", "ls .git/worktrees/*/orch-*"}).out,
        "");
    box.run_in(box.repo(),
               {"sh", "-ec",
                "git worktree remove --force ../repo.orch/001-a/overseer\n"
                "git worktree remove --force ../repo.orch/001-a/impl-ui\n"
                "git branch -D feature/001-a/overseer feature/001-a/impl-ui"});
  }
}

TEST_F(DeinitWork, LeavesNoMarkOfAWorktreeThatIsGone) {
  box.ok("git orch init-feature 001-a --roles overseer,impl-ui -q");
  box.ok("rm -r " + box.worktree("001-a", "overseer"));
  box.write(ui() + "/.git", "damaged\n");
  box.ok("git orch deinit -q");
  EXPECT_EQ(
      box.run_in(box.repo(), {"sh", "-c", "ls .git/worktrees/*/orch-*"}).out,
      "");
}

TEST_F(DeinitWork, PurgesWhatHoldsNoWorkAndTheStore) {
  box.ok("git orch init-feature 001-a --roles overseer,impl-ui -q");
  const Result r = box.type("git orch deinit --purge --json");
  EXPECT_EQ(r.status, 0) << r.err;
  EXPECT_EQ(r.data()["removed"],
            json::Value(std::vector<std::string>{
                box.worktree("001-a", "overseer"), "feature/001-a/overseer",
                ui(), "feature/001-a/impl-ui"}));
  EXPECT_EQ(r.data()["kept"].as_array()->size(), 0U);
  EXPECT_EQ(box.ok("git for-each-ref --format %(refname)"),
            "refs/heads/main\n");
  EXPECT_EQ(box.type("git worktree list").lines().size(), 1U);
  EXPECT_EQ(box.run_in(box.repo(), {"sh", "-c", "ls .git | grep orch"}).out,
            "");
}

TEST_F(DeinitWork, NeverPurgesACommitThatOnlyTheAgentsBranchHolds) {
  box.ok("git orch init-feature 001-a --roles overseer,impl-ui -q");
  box.ok_in(ui(), "git commit -q --allow-empty -m precious");
  const std::string tip = box.ok_in(ui(), "git rev-parse HEAD");
  const Result r = box.type("git orch deinit --purge --json");
  EXPECT_EQ(r.status, 1) << r.out;
  EXPECT_EQ(box.type("git rev-parse -q --verify feature/001-a/impl-ui").out,
            tip);
  EXPECT_EQ(box.type("test -d " + ui()).status, 0);
  EXPECT_TRUE(holds(r.out, R"("kept":[{"what":")" + ui() + "\""));
  EXPECT_TRUE(holds(r.out, "git branch -D feature/001-a/impl-ui"));
  EXPECT_TRUE(
      holds(r.out, R"("removed":[")" + box.worktree("001-a", "overseer")));
}

TEST_F(DeinitWork, PurgesABranchWhoseCommitsAreElsewhereToo) {
  box.ok("git orch init-feature 001-a --roles overseer,impl-ui -q");
  box.ok_in(ui(), "git commit -q --allow-empty -m merged");
  box.ok("git merge -q --ff-only feature/001-a/impl-ui");
  EXPECT_EQ(box.type("git orch deinit --purge").status, 0);
  EXPECT_EQ(box.ok("git for-each-ref --format %(refname)"),
            "refs/heads/main\n");
}

TEST_F(DeinitWork, NeverPurgesACommitOnADetachedHeadOfAWorktree) {
  box.ok("git orch init-feature 001-a --roles overseer,impl-ui -q");
  box.ok_in(ui(), "git checkout -q --detach");
  box.ok_in(ui(), "git commit -q --allow-empty -m precious");
  const std::string tip = box.ok_in(ui(), "git rev-parse HEAD");
  EXPECT_EQ(box.type("git orch deinit --purge").status, 1);
  ASSERT_EQ(box.type("test -d " + ui()).status, 0);
  EXPECT_EQ(box.ok_in(ui(), "git rev-parse HEAD"), tip);
}

TEST_F(DeinitWork, NeverPurgesUncommittedOrUntrackedFiles) {
  box.ok("git orch init-feature 001-a --roles overseer,impl-ui -q");
  box.write(ui() + "/new.txt", "precious\n");
  const Result r = box.type("git orch deinit --purge");
  EXPECT_EQ(r.status, 1);
  EXPECT_EQ(box.read(ui() + "/new.txt"), "precious\n");
  EXPECT_TRUE(holds(r.out, "kept    " + ui() +
                               "\n        git worktree remove "
                               "--force '" +
                               ui() + "'"));
  EXPECT_EQ(box.type("test -e .git/orch").status, 1);
}

TEST_F(DeinitWork, NeverPurgesChangesThatGitWasToldNotToSee) {
  box.write(box.repo() + "/settings", "as shipped\n");
  box.ok("git add settings");
  box.ok("git commit -qm settings");
  for (const char* hidden : {"--skip-worktree", "--assume-unchanged"}) {
    box.ok("git orch init -q");
    box.ok("git orch init-feature 001-a --roles overseer,impl-ui -q");
    box.ok_in(ui(), "git update-index " + std::string(hidden) + " settings");
    box.write(ui() + "/settings", "precious\n");
    const Result r = box.type("git orch deinit --purge");
    EXPECT_EQ(r.status, 1) << hidden << r.out;
    EXPECT_EQ(box.read(ui() + "/settings"), "precious\n") << hidden;
    EXPECT_TRUE(holds(r.out, "kept    " + ui() + "\n")) << r.out;
    box.ok("git worktree remove --force " + ui());
    box.ok("git branch -D feature/001-a/impl-ui");
  }
}

TEST_F(DeinitWork, PurgesASparseCheckoutOfWhichNothingIsChanged) {
  box.write(box.repo() + "/docs/page", "one\n");
  box.write(box.repo() + "/src/main", "two\n");
  box.ok("git add -A");
  box.ok("git commit -qm two");
  box.ok("git orch init-feature 001-a --roles overseer,impl-ui -q");
  box.ok_in(ui(), "git sparse-checkout set src");
  ASSERT_EQ(box.type("test -e " + ui() + "/docs").status, 1);
  const Result r = box.type("git orch deinit --purge");
  EXPECT_EQ(r.status, 0) << r.out << r.err;
  EXPECT_EQ(box.type("test -e " + ui()).status, 1);
}

TEST_F(DeinitWork, NeverPurgesAnIgnoredFileOfTheAgentsOwn) {
  box.write(box.repo() + "/.git/info/exclude", "*.local\n");
  box.write(box.repo() + "/keys.local", "furnished\n");
  box.ok("git orch init-feature 001-a --roles overseer,impl-ui -q");
  box.write(box.worktree("001-a", "overseer") + "/keys.local", "furnished\n");
  box.write(ui() + "/notes.local", "precious\n");
  const Result r = box.type("git orch deinit --purge");
  EXPECT_EQ(r.status, 1) << r.out;
  EXPECT_EQ(box.read(ui() + "/notes.local"), "precious\n");
  EXPECT_TRUE(
      holds(r.out, "removed " + box.worktree("001-a", "overseer") + "\n"));
}

TEST_F(DeinitWork, NeverPurgesASnapshot) {
  box.ok(
      "git orch init-feature 001-a --roles overseer --start "
      "--runtime script -q");
  const std::string tree = box.worktree("001-a", "overseer");
  box.write(tree + "/idea.txt", "x\n");
  box.ok("git orch agent stop overseer -q");
  box.ok("rm " + tree + "/idea.txt");
  const Result r = box.type("git orch deinit --purge --json");
  EXPECT_EQ(r.status, 1);
  EXPECT_TRUE(holds(r.out, "git update-ref -d refs/orch/snapshots/"));
  EXPECT_EQ(box.type("git for-each-ref refs/orch/snapshots").lines().size(),
            1U);
}

TEST_F(DeinitWork, NeverPurgesACommitThatIsOnlyInASnapshotElsewhere) {
  box.ok(
      "git orch init-feature 001-a --roles overseer --start "
      "--runtime script -q");
  const std::string tree = box.worktree("001-a", "overseer");
  box.ok_in(tree, "git commit -q --allow-empty -m precious");
  const std::string tip = box.ok_in(tree, "git rev-parse HEAD");
  box.write(tree + "/idea.txt", "x\n");
  box.ok("git orch agent stop overseer -q");
  box.ok("rm " + tree + "/idea.txt");
  EXPECT_EQ(box.type("git orch deinit --purge").status, 1);
  EXPECT_EQ(box.type("git rev-parse -q --verify feature/001-a/overseer").out,
            tip);
}

TEST_F(DeinitWork, PurgesTheWorktreeItStandsInAndGoesOn) {
  box.ok("git orch init-feature 001-a --roles overseer,impl-ui -q");
  const Result r = box.type_in(ui(), "git orch deinit --purge");
  EXPECT_EQ(r.status, 0) << r.err;
  EXPECT_EQ(box.type("test -e .git/orch").status, 1);
  EXPECT_EQ(box.ok("git for-each-ref --format %(refname)"),
            "refs/heads/main\n");
}

TEST_F(DeinitWork, PurgesFromInsideAWorktreeThatHasWork) {
  box.ok("git orch init-feature 001-a --roles overseer,impl-ui -q");
  box.ok_in(ui(), "git commit -q --allow-empty -m precious");
  EXPECT_EQ(box.type_in(ui(), "git orch deinit --purge").status, 1);
  EXPECT_EQ(box.type("git rev-parse -q --verify feature/001-a/impl-ui").status,
            0);
}

TEST_F(DeinitWork, IsRefusedToAgents) {
  box.ok("git orch init-feature 001-a --roles overseer -q");
  ActingAgent overseer(box, "overseer",
                       {"git orch deinit", "git orch deinit --purge"});
  EXPECT_EQ(overseer.act(),
            "fatal: '001-a/overseer' may not take git orch out of the "
            "repository\nhint: a person runs it: git orch deinit\nexit 2\n");
  EXPECT_TRUE(holds(overseer.act(), "exit 2\n"));
  EXPECT_EQ(box.type("git orch deinit -q").status, 0);
}

TEST_F(DeinitWork, ListsAndPurgesOnlyWhatIsThere) {
  for (const char* line : {"git orch deinit", "git orch deinit --purge"}) {
    box.ok("git orch init -q");
    box.ok("git orch init-feature 001-a --roles overseer,impl-ui -q");
    box.ok("git worktree remove --force " + ui());
    box.ok("git branch -D feature/001-a/impl-ui");
    const Result r = box.type(line);
    EXPECT_EQ(r.status, 0) << line << r.out << r.err;
    EXPECT_EQ(r.out.find("impl-ui"), std::string::npos) << r.out;
    box.type("git worktree remove " + box.worktree("001-a", "overseer"));
    box.type("git branch -D feature/001-a/overseer");
  }
}

TEST_F(DeinitWork, PurgesABranchWhoseWorktreeIsGone) {
  box.ok("git orch init-feature 001-a --roles overseer,impl-ui -q");
  box.ok("rm -r " + ui());
  const Result r = box.type("git orch deinit --purge");
  EXPECT_EQ(r.status, 0) << r.out << r.err;
  EXPECT_EQ(box.ok("git for-each-ref --format %(refname)"),
            "refs/heads/main\n");
}

// In a directory whose name a shell would take apart.
TEST_F(DeinitWork, ListsCommandsThatAShellTakesAsTheyAre) {
  box.ok("git config orch.worktreeRoot \"../it's here\"");
  box.ok("git orch init-feature 001-a --roles overseer -q");
  const std::string tree = box.path("it's here") + "/001-a/overseer";
  const json::Value answer = box.type("git orch deinit --json").data();
  const auto& kept = *answer["kept"].as_array();
  ASSERT_EQ(kept.size(), 2U);
  for (const json::Value& k : kept) {
    const Result r =
        box.run_in(box.repo(), {"sh", "-c", *k["remove"].as_string()});
    EXPECT_EQ(r.status, 0) << *k["remove"].as_string() << r.err;
  }
  EXPECT_EQ(box.run_in(box.repo(), {"test", "-e", tree}).status, 1);
}

// A proposal can be made anew; the old tip of a branch only if it still is in
// one.
TEST(DeinitPurge, RemovesProposalsAndBackupsThatABranchHolds) {
  Sandbox box;
  box.make_repository();
  box.ok("git orch init -q");
  box.ok("git update-ref refs/orch/proposals/1 HEAD");
  box.ok("git update-ref refs/orch/backup/main/1 HEAD");
  box.ok("git commit -q --allow-empty -m undone");
  box.ok("git update-ref refs/orch/backup/main/2 HEAD");
  box.ok("git reset -q --hard HEAD~1");
  const Result r = box.type("git orch deinit --purge");
  EXPECT_EQ(r.status, 1) << r.err;
  EXPECT_TRUE(holds(r.out, "git update-ref -d refs/orch/backup/main/2\n"));
  EXPECT_EQ(box.ok("git for-each-ref --format=%(refname) refs/orch"),
            "refs/orch/backup/main/2\n");
}

// No snapshot has the ignored files of what lies there.
TEST_F(DeinitWork, KeepsTheWorktreesInTheTrash) {
  for (const char* purge : {"", " --purge"}) {
    SCOPED_TRACE(purge);
    box.ok("git orch init -q");
    const std::string spec = *purge ? "002-b" : "001-a";
    box.ok("git orch init-feature " + spec + " --roles overseer,impl-ui -q");
    box.write(box.repo() + "/.git/info/exclude", "*.key\n");
    box.write(box.worktree(spec, "impl-ui") + "/my.key", "drawn by hand\n");
    box.ok("git orch finish-feature " + spec +
           " --archive --allow branches -q");
    const Result r = box.type("git orch deinit --json" + std::string(purge));
    EXPECT_EQ(r.status, *purge ? 1 : 0) << r.err;
    std::string place;
    const json::Value data = r.data();
    for (const json::Value& k : *data["kept"].as_array())
      if (k["what"].as_string()->ends_with(".trash"))
        place = *k["what"].as_string();
    ASSERT_TRUE(holds(place, box.repo() + "/.git/orch-backup-")) << r.out;
    EXPECT_EQ(box.ok("find " + place + " -name my.key -exec cat {} +"),
              "drawn by hand\n");
  }
}

}  // namespace
}  // namespace orch::test
