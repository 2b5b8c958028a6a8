// SPDX-License-Identifier: MIT
#include "repository/repository.h"

#include <filesystem>

#include "process/process.h"
#include "unit/scratch.h"

namespace orch::repository {
namespace {

// Stands in a directory, as a hook does, until it is destroyed.
class Standing {
 public:
  explicit Standing(const std::string& directory)
      : before_(std::filesystem::current_path()) {
    std::filesystem::current_path(directory);
  }
  ~Standing() { std::filesystem::current_path(before_); }
  Standing(const Standing&) = delete;
  Standing& operator=(const Standing&) = delete;

 private:
  std::filesystem::path before_;
};

class RepositoryOf : public ::testing::Test {
 protected:
  // Runs git in `directory`, which must succeed; what it printed.
  std::string git(const std::vector<std::string>& args,
                  const std::string& directory = "r") {
    process::Program p;
    p.argv = {"git"};
    p.argv.insert(p.argv.end(), args.begin(), args.end());
    p.directory = scratch_.path(directory);
    p.environment = {{"HOME", scratch_.root()},
                     {"GIT_CONFIG_GLOBAL", "/dev/null"},
                     {"GIT_CONFIG_NOSYSTEM", "1"},
                     {"GIT_AUTHOR_NAME", "A"},
                     {"GIT_AUTHOR_EMAIL", "a@example.org"},
                     {"GIT_AUTHOR_DATE", "1700000000 +0000"},
                     {"GIT_COMMITTER_NAME", "A"},
                     {"GIT_COMMITTER_EMAIL", "a@example.org"},
                     {"GIT_COMMITTER_DATE", "1700000000 +0000"}};
    const process::Outcome outcome = process::run(p);
    EXPECT_TRUE(outcome.ok()) << outcome.errors;
    std::string out = outcome.output;
    while (out.ends_with('\n')) out.pop_back();
    return out;
  }
  void make_repository() {
    std::filesystem::create_directory(scratch_.path("r"));
    git({"init", "-q", "-b", "main"});
  }
  std::string commit(const std::string& directory = "r") {
    git({"commit", "-q", "--allow-empty", "-m", "work"}, directory);
    return git({"rev-parse", "HEAD"}, directory);
  }
  Repository at(const std::string& directory) {
    const auto found = find(scratch_.path(directory));
    EXPECT_TRUE(found) << directory;
    return found.value_or(Repository{});
  }

  test::Scratch scratch_;
  test::Variable git_dir_{"GIT_DIR", std::nullopt};
  test::Variable common_dir_{"GIT_COMMON_DIR", std::nullopt};
  test::Variable work_tree_{"GIT_WORK_TREE", std::nullopt};
};

TEST_F(RepositoryOf, IsFoundFromItsTopAndFromBelow) {
  make_repository();
  std::filesystem::create_directories(scratch_.path("r/a/b"));
  const Repository expected{scratch_.path("r/.git"), scratch_.path("r/.git"),
                            scratch_.path("r")};
  EXPECT_EQ(at("r"), expected);
  EXPECT_EQ(at("r/a/b"), expected);
  EXPECT_EQ(at("r/a/../a/b/."), expected);
  EXPECT_FALSE(expected.is_linked_worktree());
  EXPECT_EQ(expected.orch_dir(), scratch_.path("r/.git/orch"));
}

TEST_F(RepositoryOf, IsAbsentElsewhere) {
  std::filesystem::create_directories(scratch_.path("x/.git"));
  EXPECT_FALSE(find(scratch_.path("x")));
  EXPECT_FALSE(find(scratch_.path("nowhere")));
}

TEST_F(RepositoryOf, InsideItsGitDirectoryHasNoWorktree) {
  make_repository();
  EXPECT_EQ(at("r/.git"),
            (Repository{scratch_.path("r/.git"), scratch_.path("r/.git"), ""}));
  EXPECT_EQ(at("r/.git/refs").worktree, "");
}

TEST_F(RepositoryOf, ThatIsBareHasNoWorktree) {
  std::filesystem::create_directory(scratch_.path("r"));
  git({"init", "-q", "--bare"});
  EXPECT_EQ(at("r"), (Repository{scratch_.path("r"), scratch_.path("r"), ""}));
}

TEST_F(RepositoryOf, AWorktreeSharesTheCommonDirectory) {
  make_repository();
  commit();
  git({"worktree", "add", "-q", "../w x", "-b", "side"});
  std::filesystem::create_directory(scratch_.path("w x/sub"));
  const Repository w = at("w x/sub");
  EXPECT_EQ(w.git_dir, git({"rev-parse", "--absolute-git-dir"}, "w x"));
  EXPECT_EQ(w.common_dir, scratch_.path("r/.git"));
  EXPECT_EQ(w.worktree, scratch_.path("w x"));
  EXPECT_TRUE(w.is_linked_worktree());
  EXPECT_EQ(read_head(w).branch, "refs/heads/side");
  EXPECT_EQ(read_head(at("r")).branch, "refs/heads/main");
}

TEST_F(RepositoryOf, AGitfileIsFollowedAlsoWhenItIsRelative) {
  make_repository();
  std::filesystem::create_directory(scratch_.path("other"));
  for (const std::string& target :
       {scratch_.path("r/.git"), std::string("../r/.git")}) {
    scratch_.write("other/.git", "gitdir: " + target + "\n");
    EXPECT_EQ(at("other").git_dir, scratch_.path("r/.git")) << target;
    EXPECT_EQ(at("other").worktree, scratch_.path("other"));
  }
  scratch_.write("other/.git", "gitdir: /nowhere\n");
  EXPECT_FALSE(find(scratch_.path("other")));
  scratch_.write("other/.git", "nonsense");
  EXPECT_FALSE(find(scratch_.path("other")));
}

TEST_F(RepositoryOf, ASymbolicLinkLeadsToTheRealPath) {
  make_repository();
  std::filesystem::create_symlink(scratch_.path("r"), scratch_.path("link"));
  EXPECT_EQ(at("link"), at("r"));
}

TEST_F(RepositoryOf, GitDirNamesItFromAnywhere) {
  make_repository();
  const test::Variable named("GIT_DIR", scratch_.path("r/.git"));
  {
    const Standing here(scratch_.root());
    EXPECT_EQ(find(scratch_.root())->git_dir, scratch_.path("r/.git"));
    EXPECT_EQ(find(scratch_.root())->worktree, "");
  }
  const Standing here(scratch_.path("r"));
  EXPECT_EQ(at("r").worktree, scratch_.path("r"));
}

TEST_F(RepositoryOf, GitDirIsRelativeToWhereWeStand) {
  make_repository();
  std::filesystem::create_directory(scratch_.path("r/sub"));
  const test::Variable named("GIT_DIR", "../.git");
  const Standing here(scratch_.path("r/sub"));
  EXPECT_EQ(at("r/sub").git_dir, scratch_.path("r/.git"));
  EXPECT_EQ(at("r/sub").worktree, scratch_.path("r"));
}

TEST_F(RepositoryOf, GitDirSaysNothingOfAnotherDirectory) {
  make_repository();
  commit();
  git({"worktree", "add", "-q", "../w"});
  const test::Variable named("GIT_DIR", scratch_.path("r/.git"));
  const test::Variable shared("GIT_COMMON_DIR", scratch_.root());
  const Standing here(scratch_.path("r/.git"));
  EXPECT_EQ(at("w"), (Repository{scratch_.path("r/.git/worktrees/w"),
                                 scratch_.path("r/.git"), scratch_.path("w")}));
}

TEST_F(RepositoryOf, GitDirWinsOverTheRepositoryAround) {
  make_repository();
  std::filesystem::create_directory(scratch_.path("r/inner"));
  git({"init", "-q", "-b", "main"}, "r/inner");
  const test::Variable named("GIT_DIR", scratch_.path("r/.git"));
  const Standing here(scratch_.path("r/inner"));
  EXPECT_EQ(at("r/inner").git_dir, scratch_.path("r/.git"));
  EXPECT_NE(at("r/inner").worktree, scratch_.path("r/inner"));
}

TEST_F(RepositoryOf, GitWorkTreeNamesItsTop) {
  make_repository();
  const test::Variable named("GIT_DIR", scratch_.path("r/.git"));
  const test::Variable top("GIT_WORK_TREE", scratch_.root());
  const Standing here(scratch_.path("r"));
  EXPECT_EQ(at("r").worktree, scratch_.root());
}

TEST_F(RepositoryOf, GitDirThatNamesNoneIsNone) {
  make_repository();
  const test::Variable named("GIT_DIR", scratch_.path("nowhere"));
  const Standing here(scratch_.path("r"));
  EXPECT_FALSE(find(scratch_.path("r")));
}

TEST_F(RepositoryOf, GitDirMayNameAGitfileAsForGit) {
  make_repository();
  commit();
  git({"worktree", "add", "-q", "../w"});
  const test::Variable named("GIT_DIR", scratch_.path("w/.git"));
  const Standing here(scratch_.path("w"));
  const auto found = find(scratch_.path("w"));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->git_dir, scratch_.path("r/.git/worktrees/w"));
}

TEST_F(RepositoryOf, GitCommonDirIsTakenAsGiven) {
  make_repository();
  const test::Variable named("GIT_DIR", scratch_.path("r/.git"));
  const test::Variable shared("GIT_COMMON_DIR", scratch_.root());
  const Standing here(scratch_.path("r"));
  EXPECT_EQ(find(scratch_.path("r"))->common_dir, scratch_.root());
}

TEST_F(RepositoryOf, AgentWorktreesAreFoundWhereTheyAreNow) {
  make_repository();
  commit();
  const auto found = [&] {
    std::vector<std::string> out;
    for (const AgentWorktree& w : agent_worktrees(at("r")))
      out.push_back(w.agent + " " + w.worktree);
    return out;
  };
  using Lines = std::vector<std::string>;
  git({"worktree", "add", "-q", "../w"});
  git({"worktree", "add", "-q", "../persons"});
  EXPECT_EQ(found(), Lines{});
  mark_agent(at("w").git_dir, "001-a/impl-api");
  EXPECT_EQ(found(), Lines{"001-a/impl-api " + scratch_.path("w")});
  git({"worktree", "move", "../w", "../new\nplace"});
  EXPECT_EQ(found(), Lines{"001-a/impl-api " + scratch_.path("new\nplace")});
  std::filesystem::rename(scratch_.path("new\nplace"), scratch_.path("x"));
  EXPECT_EQ(found(), Lines{});
  git({"worktree", "repair", "../x"});
  EXPECT_EQ(found(), Lines{"001-a/impl-api " + scratch_.path("x")});
}

class HeadOf : public RepositoryOf {
 protected:
  HeadOf() { make_repository(); }
};

TEST_F(HeadOf, IsABranchWithoutACommitWhenUnborn) {
  EXPECT_EQ(read_head(at("r")).branch, "refs/heads/main");
  EXPECT_EQ(read_head(at("r")).commit, "");
}

TEST_F(HeadOf, IsABranchAndItsCommit) {
  const std::string id = commit();
  EXPECT_EQ(read_head(at("r")).branch, "refs/heads/main");
  EXPECT_EQ(read_head(at("r")).commit, id);
}

TEST_F(HeadOf, IsOnlyACommitWhenDetached) {
  const std::string id = commit();
  git({"checkout", "-q", "--detach"});
  EXPECT_EQ(read_head(at("r")).branch, "");
  EXPECT_EQ(read_head(at("r")).commit, id);
}

TEST_F(HeadOf, IsFoundInPackedRefs) {
  const std::string id = commit();
  git({"tag", "-a", "-m", "t", "v1"});
  git({"pack-refs", "--all", "--prune"});
  ASSERT_FALSE(
      std::filesystem::exists(scratch_.path("r/.git/refs/heads/main")));
  EXPECT_EQ(read_head(at("r")).commit, id);
}

TEST_F(HeadOf, MayBeUnbornUnderANameThatIsADirectory) {
  commit();
  git({"branch", "topic/x"});
  git({"symbolic-ref", "HEAD", "refs/heads/topic"});
  EXPECT_EQ(test::thrown_by([&] { read_head(at("r")); }), "nothing");
}

class RefOf : public RepositoryOf {
 protected:
  RefOf() {
    make_repository();
    id_ = commit();
  }
  std::string id_;
};

TEST_F(RefOf, IsItsOwnLooseFile) {
  git({"branch", "feature/a/b"});
  EXPECT_EQ(find_ref(at("r"), "refs/heads/feature/a/b"), id_);
  EXPECT_FALSE(find_ref(at("r"), "refs/heads/feature/a/c"));
  EXPECT_FALSE(find_ref(at("r"), "heads/main"));
}

TEST_F(RefOf, IsLooseBeforePacked) {
  git({"pack-refs", "--all"});
  const std::string newer = commit();
  ASSERT_NE(newer, id_);
  EXPECT_EQ(find_ref(at("r"), "refs/heads/main"), newer);
}

TEST_F(RefOf, IsNotAnotherWhoseNameEndsTheSame) {
  git({"branch", "x/main"});
  git({"pack-refs", "--all", "--prune"});
  EXPECT_FALSE(find_ref(at("r"), "main"));
  EXPECT_FALSE(find_ref(at("r"), "heads/main"));
  EXPECT_FALSE(find_ref(at("r"), "refs/heads/mai"));
  EXPECT_EQ(find_ref(at("r"), "refs/heads/x/main"), id_);
}

TEST_F(RefOf, IsFollowedWhenSymbolicAndNotForEver) {
  git({"symbolic-ref", "refs/heads/alias", "refs/heads/main"});
  EXPECT_EQ(find_ref(at("r"), "refs/heads/alias"), id_);
  scratch_.write("r/.git/refs/heads/loop", "ref: refs/heads/loop\n");
  EXPECT_FALSE(find_ref(at("r"), "refs/heads/loop"));
}

TEST_F(RefOf, IsAbsentWhenItsFileHoldsNoId) {
  for (const char* bad : {"", "\n", "xyz\n", "ABCDEF\n", "0123\n"}) {
    scratch_.write("r/.git/refs/heads/bad", bad);
    EXPECT_FALSE(find_ref(at("r"), "refs/heads/bad")) << bad;
  }
}

TEST_F(RefOf, OfAWorktreeIsInTheCommonDirectory) {
  git({"worktree", "add", "-q", "../w", "-b", "side"});
  EXPECT_EQ(find_ref(at("w"), "refs/heads/side"), id_);
  EXPECT_EQ(find_ref(at("w"), "refs/heads/main"), id_);
}

class AgentMark : public RepositoryOf {
 protected:
  AgentMark() {
    make_repository();
    commit();
    git({"worktree", "add", "-q", "../w"});
  }
};

TEST_F(AgentMark, IsReadOnlyFromThatWorktree) {
  EXPECT_FALSE(agent_of(at("w")));
  mark_agent(at("w").git_dir, "001-a/impl-ui");
  EXPECT_EQ(agent_of(at("w")), "001-a/impl-ui");
  EXPECT_FALSE(agent_of(at("r")));
}

TEST_F(AgentMark, CountsNotInTheMainWorktreeNorInTrackedFiles) {
  mark_agent(at("r").git_dir, "001-a/overseer");
  EXPECT_FALSE(agent_of(at("r")));
  scratch_.write("w/orch-agent", "001-a/impl-ui\n");
  EXPECT_FALSE(agent_of(at("w")));
}

class LastMove : public RepositoryOf {
 protected:
  LastMove() {
    make_repository();
    commit();
  }
};

TEST_F(LastMove, IsAnAmendOnlyRightAfterOne) {
  EXPECT_FALSE(last_move_was_amend(at("r")));
  git({"commit", "-q", "--amend", "--allow-empty", "-m", "again"});
  EXPECT_TRUE(last_move_was_amend(at("r")));
  git({"commit", "-q", "--allow-empty", "-m", "commit (amend): not really"});
  EXPECT_FALSE(last_move_was_amend(at("r")));
}

TEST_F(LastMove, IsAnAmendAlsoWithAVeryLongSubject) {
  git({"commit", "-q", "--amend", "--allow-empty", "-m",
       std::string(6000, 's')});
  EXPECT_TRUE(last_move_was_amend(at("r")));
}

TEST_F(LastMove, IsNoAmendWithoutAReflog) {
  std::filesystem::remove_all(scratch_.path("r/.git/logs"));
  EXPECT_FALSE(last_move_was_amend(at("r")));
  scratch_.write("r/.git/logs/HEAD", "");
  EXPECT_FALSE(last_move_was_amend(at("r")));
}

TEST_F(LastMove, TellsARebaseByItsDirectory) {
  EXPECT_FALSE(is_rebasing(at("r")));
  std::filesystem::create_directory(scratch_.path("r/.git/rebase-merge"));
  EXPECT_TRUE(is_rebasing(at("r")));
  std::filesystem::remove(scratch_.path("r/.git/rebase-merge"));
  std::filesystem::create_directory(scratch_.path("r/.git/rebase-apply"));
  EXPECT_TRUE(is_rebasing(at("r")));
}

TEST_F(RepositoryOf, IsInitialisedWhenOurDirectoryIsThere) {
  make_repository();
  EXPECT_FALSE(is_initialised(at("r")));
  std::filesystem::create_directory(scratch_.path("r/.git/orch"));
  EXPECT_TRUE(is_initialised(at("r")));
}

}  // namespace
}  // namespace orch::repository
