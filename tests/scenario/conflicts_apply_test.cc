// SPDX-License-Identifier: MIT
#include "support/two_sides.h"

namespace orch::test {
namespace {

// A proposal becomes a merge by an explicit command, behind a backup.
class ApplyProposal : public TwoSides {
 protected:
  ApplyProposal() {
    program("cat ours/one.txt theirs/one.txt > resolved/one.txt");
    box.ok("git orch conflicts suggest 1 -q");
    tip = id_of("feature/001-a/impl-api");
  }
  // Nothing was moved, and the proposal can still be applied.
  void refused(int status, const std::string& why) const {
    const std::string before = box.fingerprint();
    const Result r = box.type("git orch conflicts suggest 1 --apply");
    EXPECT_EQ(r.status, status) << r.out << r.err;
    EXPECT_TRUE(holds(r.err, why));
    EXPECT_EQ(box.fingerprint(), before);
    EXPECT_EQ(sql("SELECT status FROM proposals"), "proposed\n");
  }
  std::string tip;
};

constexpr char kApply[] = "git orch conflicts suggest 1 --apply";
constexpr char kMerged[] = "by api\nby ui\n";

TEST_F(ApplyProposal, MergesInTheWorktreeOfOurs) {
  const Result r = box.type(kApply);
  EXPECT_EQ(r.status, 0) << r.err;
  EXPECT_TRUE(holds(r.out, "proposal 1 for conflict 1: applied\n"));
  EXPECT_TRUE(holds(r.out, "'feature/001-a/impl-api' has the merge now\n"));
  EXPECT_EQ(box.read(api + "/one.txt"), kMerged);
  EXPECT_EQ(box.ok_in(api, "git status --porcelain"), "");
  EXPECT_EQ(box.ok_in(api, "git log -1 --format=%an:%P%n%B"),
            "Ada Test:" + tip + " " + id_of("feature/001-a/impl-ui") +
                "\nMerge feature/001-a/impl-ui into feature/001-a/impl-api\n\n"
                "Conflicts in\n  one.txt\nare resolved as 'agent' proposed "
                "(conflict 1, proposal 1).\n\n");
  // The old tip is kept, and what undoes it is said.
  const std::string backup =
      box.ok("git for-each-ref --format=%(refname) refs/orch/backup");
  EXPECT_TRUE(backup.starts_with("refs/orch/backup/feature/001-a/impl-api/"));
  const std::string undo = "git -C '" + api + "' reset --keep " +
                           backup.substr(0, backup.size() - 1);
  EXPECT_TRUE(holds(r.out, "undo with: " + undo + "\n"));
  EXPECT_EQ(box.ok("git for-each-ref refs/orch/proposals"), "");
  EXPECT_EQ(box.type(kApply).status, 2);
  box.ok("git orch tick -q");
  EXPECT_TRUE(eventually(
      [&] { return sql("SELECT resolved FROM conflicts") == "1\n"; }));
  EXPECT_TRUE(holds(box.ok("git orch recent --porcelain"),
                    "\tproposal_applied\tproposal 1 for conflict 1 of "));
  EXPECT_TRUE(holds(box.ok("git orch inbox --all --agent impl-api"),
                    "your branch has a merge of 001-a/impl-ui now"));
  no_tick_runs();
  box.ok(undo);
  EXPECT_EQ(id_of("feature/001-a/impl-api"), tip);
  EXPECT_EQ(box.read(api + "/one.txt"), "by api\n");
}

TEST_F(ApplyProposal, MergesIntoTheBranchThatIsCheckedOutHere) {
  const std::string theirs = id_of("feature/001-a/impl-ui");
  EXPECT_TRUE(holds(box.ok_in(ui, kApply),
                    "'feature/001-a/impl-ui' has the merge now\n"));
  EXPECT_EQ(box.read(ui + "/one.txt"), kMerged);
  EXPECT_EQ(box.ok_in(ui, "git log -1 --format=%P"), theirs + " " + tip + "\n");
  EXPECT_EQ(id_of("feature/001-a/impl-api"), tip);
  EXPECT_EQ(box.read(api + "/one.txt"), "by api\n");
}

TEST_F(ApplyProposal, LeavesOtherWorkInTheWorktreeAlone) {
  box.write(api + "/two.txt", "not committed\n");
  box.write(api + "/new.txt", "untracked\n");
  EXPECT_EQ(box.type(kApply).status, 0);
  EXPECT_EQ(box.read(api + "/two.txt"), "not committed\n");
  EXPECT_EQ(box.ok_in(api, "git status --porcelain"),
            " M two.txt\n?? new.txt\n");
}

TEST_F(ApplyProposal, RefusesOverWorkInTheFilesOfTheMerge) {
  box.write(api + "/one.txt", "not committed\n");
  refused(128, "'one.txt' has changes in '" + api + "' that are not committed");
  EXPECT_EQ(box.read(api + "/one.txt"), "not committed\n");
}

TEST_F(ApplyProposal, RefusesInTheMiddleOfAMergeOrARebase) {
  box.type_in(api, "git merge -q feature/001-a/impl-ui");
  refused(128, "something is not finished in '" + api + "': MERGE_HEAD");
  box.ok_in(api, "git merge --abort");
  box.type_in(api, "git rebase --no-verify -q feature/001-a/impl-ui");
  refused(128, "a rebase is not finished in '" + api + "'");
  box.ok_in(api, "git rebase --abort");
  box.ok_in(api, "git bisect start -q HEAD main");
  refused(128, "BISECT_LOG");
  box.ok_in(api, "git bisect reset");
  box.type_in(api, "git cherry-pick feature/001-a/impl-ui");
  refused(128, "CHERRY_PICK_HEAD");
}

TEST_F(ApplyProposal, RefusesWhenEitherSideHasMoved) {
  commit(ui, "three.txt", "more\n");
  no_tick_runs();
  refused(4, "'001-a/impl-ui' has moved since proposal 1 was made");
  box.ok_in(ui, "git reset -q --hard HEAD~1");
  commit(api, "three.txt", "more\n");
  no_tick_runs();
  refused(4, "'001-a/impl-api' has moved since proposal 1 was made");
}

TEST_F(ApplyProposal, TakesAllBackWhenGitRefuses) {
  // An ignored file in the place of one that the merge brings.
  commit(ui, "made", "by ui\n");
  no_tick_runs();
  box.ok("git orch conflicts suggest 1 -q");
  box.write(box.repo() + "/.git/info/exclude", "made\n");
  box.write(api + "/made", "ignored\n");
  const Result r = box.type(kApply);
  EXPECT_EQ(r.status, 128);
  EXPECT_TRUE(holds(r.err, "cannot move 'feature/001-a/impl-api' in '" + api));
  EXPECT_EQ(id_of("feature/001-a/impl-api"), tip);
  EXPECT_EQ(box.read(api + "/made"), "ignored\n");
  EXPECT_EQ(box.ok("git for-each-ref refs/orch/backup"), "");
  EXPECT_EQ(sql("SELECT status FROM proposals WHERE id = 2"), "proposed\n");
  box.ok("rm " + api + "/made");
  EXPECT_EQ(box.type(kApply).status, 0);
}

TEST_F(ApplyProposal, MovesABranchThatIsCheckedOutNowhere) {
  box.ok("git worktree remove " + api);
  const Result r = box.type(kApply);
  EXPECT_EQ(r.status, 0) << r.err;
  EXPECT_EQ(box.ok("git show feature/001-a/impl-api:one.txt"), kMerged);
  EXPECT_TRUE(holds(r.out,
                    "undo with: git update-ref refs/heads/feature/001-a/"
                    "impl-api refs/orch/backup/feature/001-a/impl-api/"));
}

TEST_F(ApplyProposal, SaysWhereAndHowToUndoForPrograms) {
  const json::Value answer = box.type(std::string(kApply) + " --json").data();
  const json::Value& p = answer["proposals"].as_array()->front();
  EXPECT_EQ(p["status"], json::Value("applied"));
  EXPECT_EQ(p["worktree"], json::Value(api));
  EXPECT_EQ(p["branch"], json::Value("refs/heads/feature/001-a/impl-api"));
  EXPECT_EQ(p["merge_commit"], json::Value(id_of("feature/001-a/impl-api")));
  EXPECT_TRUE(holds(*p["undo"].as_string(), *p["backup_ref"].as_string()));
}

}  // namespace
}  // namespace orch::test
