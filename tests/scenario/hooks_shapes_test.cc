// SPDX-License-Identifier: MIT
#include <unistd.h>

#include <algorithm>

#include "support/sandbox.h"
#include "text/text.h"

namespace orch::test {
namespace {

using Lines = std::vector<std::string>;

// Whatever form a repository has: a commit there is one event, all hooks run,
// the tree stays clean, and deinit leaves everything as it was.
class HooksIn : public ::testing::Test {
 protected:
  HooksIn() { box.make_repository(); }

  // Silent and successful, or the test fails.
  void commit(const std::string& top, const std::string& message) const {
    const Result r = box.run_in(
        top, {"git", "commit", "-q", "--allow-empty", "-m", message});
    EXPECT_EQ(r.status, 0) << message;
    EXPECT_EQ(r.out + r.err, "") << message;
  }
  // The messages of all events, newest first.
  Lines events(const std::string& top) const {
    Lines out;
    for (const std::string& line :
         box.type_in(top, "git orch recent 1000 --porcelain").lines())
      out.push_back(text::split(line, '\t').at(4));
    return out;
  }
  void expect_recorded(const std::string& top, const std::string& message) {
    commit(top, message);
    const Lines all = events(top);
    EXPECT_EQ(std::count(all.begin(), all.end(), message), 1) << message;
    const json::Value data =
        box.type_in(top, "git orch hooks status --json").data();
    ASSERT_TRUE(data["hooks"].as_array()) << message;
    for (const json::Value& hook : *data["hooks"].as_array())
      EXPECT_EQ(hook["runs"], json::Value(true))
          << hook["event"].as_string()->c_str();
    EXPECT_EQ(box.ok_in(top, "git status --porcelain"), "") << message;
  }
  // Names, modes and links below a git directory, and its configuration;
  // without what any commit changes and what deinit leaves on purpose.
  std::string state(const std::string& git_dir) const {
    return box
        .run_in(git_dir,
                {"sh", "-c",
                 "find . \\( -name objects -o -name refs -o -name logs "
                 "-o -name 'orch-backup-*' -o -name COMMIT_EDITMSG \\) -prune "
                 "-o -printf '%P %m %l\\n' | LC_ALL=C sort; cat config"})
        .out;
  }
  // init, a commit in each worktree, deinit.
  void expect_served(const Lines& tops, const std::string& git_dir) {
    const std::string before = state(git_dir);
    box.ok_in(tops.front(), "git orch init -q");
    for (std::size_t i = 0; i < tops.size(); ++i)
      expect_recorded(tops[i], "in worktree " + std::to_string(i));
    EXPECT_EQ(events(tops.front()).size(), tops.size());
    box.ok_in(tops.front(), "git orch deinit -q");
    EXPECT_EQ(state(git_dir), before);
  }
  // A hook of the user's that logs its name.
  void hook(const std::string& path, const std::string& more = "") const {
    box.write(path, "#!/bin/sh\necho \"${0##*/}\" >>\"$HOME/log\"\n" + more);
    box.ok("chmod 755 '" + path + "'");
  }
  std::string worktree_of(const std::string& agent) const {
    for (const std::string& line :
         box.type_in(box.root() + "/moved", "git orch agent list --porcelain")
             .lines())
      if (line.starts_with(agent + "\t")) return text::split(line, '\t').at(4);
    return "";
  }

  Sandbox box;
};

TEST_F(HooksIn, LinkedWorktreesRunEverywhere) {
  box.ok("git worktree add -q ../linked");
  expect_served({box.path("linked"), box.repo()}, box.repo() + "/.git");
}

TEST_F(HooksIn, ASeparateGitDirectoryRunEverywhere) {
  box.ok_in(box.root(), "git init -q --separate-git-dir else.git apart");
  const std::string apart = box.path("apart");
  commit(apart, "first");
  box.ok_in(apart, "git worktree add -q ../linked");
  expect_served({apart, box.path("linked")}, box.path("else.git"));
}

TEST_F(HooksIn, ABareRepositoryRunInItsWorktrees) {
  box.ok_in(box.root(), "git clone -q --bare repo bare.git");
  const std::string bare = box.path("bare.git");
  box.ok_in(bare, "git worktree add -q ../a");
  box.ok_in(bare, "git worktree add -q ../b");
  expect_served({box.path("a"), box.path("b")}, bare);
}

TEST_F(HooksIn, ASubmoduleAreItsOwn) {
  box.ok_in(box.root(), "git clone -q repo super");
  const std::string super = box.path("super"), sub = super + "/sub";
  box.ok_in(super,
            "git -c protocol.file.allow=always submodule --quiet add "
            "../repo sub");
  commit(super, "a submodule");
  const std::string inside = super + "/.git/modules/sub";
  const std::string before = state(super + "/.git");
  expect_served({sub}, inside);
  EXPECT_EQ(state(super + "/.git"), before);
}

// The switch to a configuration per worktree has to move core.bare and
// core.worktree out of the way (git-worktree(1)).
TEST_F(HooksIn, ABareRepositoryUnderAHooksPathAreLeftAsTheyWere) {
  box.ok_in(box.root(), "git clone -q --bare repo bare.git");
  const std::string bare = box.path("bare.git");
  box.ok_in(bare, "git worktree add -q ../a");
  hook(box.path("theirs") + "/post-commit");
  box.ok_in(bare, "git config core.hooksPath " + box.path("theirs"));
  expect_served({box.path("a")}, bare);
  EXPECT_EQ(box.read(box.path("home") + "/log"), "post-commit\n");
  EXPECT_EQ(box.ok_in(bare, "git rev-parse --is-bare-repository"), "true\n");
}

TEST_F(HooksIn, ASubmoduleUnderAHooksPathAreLeftAsTheyWere) {
  box.ok_in(box.root(), "git clone -q repo super");
  const std::string super = box.path("super"), sub = super + "/sub";
  box.ok_in(super,
            "git -c protocol.file.allow=always submodule --quiet add "
            "../repo sub");
  commit(super, "a submodule");
  hook(box.path("theirs") + "/post-commit");
  box.ok_in(sub, "git config core.hooksPath " + box.path("theirs"));
  expect_served({sub}, super + "/.git/modules/sub");
  EXPECT_EQ(box.read(box.path("home") + "/log"), "post-commit\n");
  EXPECT_EQ(box.ok_in(sub, "git rev-parse --show-toplevel"), sub + "\n");
}

TEST_F(HooksIn, ASuperprojectDoNotSpeakOfItsSubmodules) {
  box.ok_in(box.root(), "git clone -q repo super");
  const std::string super = box.path("super"), sub = super + "/sub";
  box.ok_in(super,
            "git -c protocol.file.allow=always submodule --quiet add "
            "../repo sub");
  commit(super, "a submodule");
  const std::string before = state(super + "/.git/modules/sub");
  box.ok_in(super, "git orch init -q");
  commit(sub, "inside");
  EXPECT_EQ(events(super), Lines{});
  EXPECT_EQ(state(super + "/.git/modules/sub"), before);
  box.ok_in(super, "git add sub");
  expect_recorded(super, "outside");
  box.ok_in(super, "git orch deinit -q");
  EXPECT_EQ(state(super + "/.git/modules/sub"), before);
}

TEST_F(HooksIn, ARepositoryOfSomebodyElseDoNoMoreThanGit) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give files away";
  box.ok("git orch init -q");
  commit(box.repo(), "mine");
  box.ok("git orch tick -q");
  box.ok("chown -R nobody .");
  const std::string before = state(box.repo() + "/.git");
  const Result r = box.type("git commit -q --allow-empty -m theirs");
  EXPECT_EQ(r.status, 128);
  EXPECT_TRUE(holds(r.err, "dubious ownership"));
  for (const char* line : {"git orch recent", "git orch tick", "git orch init"})
    EXPECT_TRUE(holds(box.type(line).err, "is owned by someone else")) << line;
  EXPECT_EQ(state(box.repo() + "/.git"), before);
  EXPECT_EQ(box.read(box.repo() + "/.git/orch/spool/events"), "");
  box.ok("git config --global --add safe.directory " + box.repo());
  expect_recorded(box.repo(), "allowed");
  EXPECT_EQ(events(box.repo()), (Lines{"allowed", "mine"}));
}

TEST_F(HooksIn, ARepositoryWithConditionalConfigurationFollowIt) {
  hook(box.path("home") + "/hooks/post-commit");
  box.write(box.path("home") + "/work.inc", "[core]\n\thooksPath = ~/hooks\n");
  box.ok("git config --global includeIf.gitdir:" + box.path("elsewhere") +
         "/.path work.inc");
  expect_served({box.repo()}, box.repo() + "/.git");
  EXPECT_EQ(box.read(box.path("home") + "/log"), "");
  box.ok("git config --global includeIf.gitdir:" + box.repo() +
         "/.path work.inc");
  const std::string before = state(box.repo() + "/.git");
  EXPECT_EQ(box.type("git orch init -q").status, 2);
  EXPECT_EQ(state(box.repo() + "/.git"), before);
  box.ok("git orch init -q --chain-hooks");
  expect_recorded(box.repo(), "both");
  EXPECT_EQ(box.read(box.path("home") + "/log"), "post-commit\n");
  box.ok("git orch deinit -q");
  EXPECT_EQ(state(box.repo() + "/.git"), before);
}

TEST_F(HooksIn, ARepositoryNamedByVariablesFindIt) {
  box.ok("git orch init -q");
  const std::string git = box.repo() + "/.git", sub = box.repo() + "/sub";
  box.ok("mkdir sub");
  struct Case {
    std::string from, git_dir, top;
  };
  for (const Case& c : {Case{sub, "../.git", ".."}, Case{git, ".", ".."},
                        Case{box.root(), "repo/.git", "repo"},
                        Case{box.root(), git, box.repo()},
                        Case{box.root(), "repo/.git", "."}}) {
    const Result r =
        box.run_in(c.from, {"git", "--git-dir=" + c.git_dir,
                            "--work-tree=" + c.top, "commit", "-q",
                            "--allow-empty", "-m", c.git_dir + " " + c.top});
    EXPECT_EQ(r.status, 0) << r.err;
    EXPECT_EQ(r.out + r.err, "");
    EXPECT_EQ(events(box.repo()).front(), c.git_dir + " " + c.top);
  }
  EXPECT_EQ(events(box.repo()).size(), 5U);
}

TEST_F(HooksIn, ARepositoryNamedByAVariableSpeakOfThatWorktreeAlone) {
  box.ok("git --git-dir=.git orch init -q");
  box.ok(
      "git --git-dir=.git orch init-feature 001-a -q --roles impl-api,"
      "overseer");
  EXPECT_EQ(box.type("test -e .git/orch-agent").status, 1);
  const std::string api = box.worktree("001-a", "impl-api");
  EXPECT_EQ(box.read(box.repo() + "/.git/worktrees/impl-api/orch-agent"),
            "001-a/impl-api\n");
  expect_recorded(api, "by the agent");
  EXPECT_TRUE(holds(box.ok("git orch recent 1 --porcelain"), "\timpl-api\t"));
}

TEST_F(HooksIn, ACommitFromATemporaryIndexSeeTheRealRepository) {
  box.ok("git orch init -q");
  for (const char* name : {"one.txt", "two.txt", "three.txt"})
    box.write(box.repo() + "/" + name, "changed\n");
  box.ok("git add two.txt");
  // Both use another index, which GIT_INDEX_FILE names to the hooks.
  box.ok("git commit -q -o one.txt -m only");
  EXPECT_EQ(box.ok("git status --porcelain"), " M three.txt\nM  two.txt\n");
  box.ok("git commit -q -a -m all");
  EXPECT_EQ(box.ok("git status --porcelain"), "");
  EXPECT_EQ(events(box.repo()), (Lines{"all", "only"}));
  EXPECT_EQ(box.ok("find .git -name '*.lock' -not -path '*/orch/*'"), "");
}

TEST_F(HooksIn, ARepositoryThatIsPushedToStayOutOfTheQuarantine) {
  box.ok("git orch init -q");
  box.ok("git config receive.denyCurrentBranch updateInstead");
  // What runs while the new objects are in quarantine, and what runs after.
  hook(box.repo() + "/.git/hooks/pre-receive",
       "test -n \"$GIT_QUARANTINE_PATH\" && git orch tick -q\n");
  hook(box.repo() + "/.git/hooks/post-receive",
       "cd .. && env -u GIT_DIR git commit -q --allow-empty -m after\n");
  box.ok("git clone -q . ../clone");
  const std::string clone = box.path("clone");
  commit(clone, "pushed");
  const Result r = box.type_in(clone, "git push -q origin HEAD:main HEAD:side");
  EXPECT_EQ(r.status, 0);
  EXPECT_EQ(r.out + r.err, "");
  EXPECT_EQ(box.read(box.path("home") + "/log"), "pre-receive\npost-receive\n");
  const Lines all = events(box.repo());
  EXPECT_EQ(std::count(all.begin(), all.end(), "after"), 1);
  EXPECT_EQ(box.ok("git status --porcelain"), "");
  EXPECT_EQ(box.ok("find .git/objects -name 'tmp_objdir*'"), "");
  box.ok("git fsck --no-dangling");
}

TEST_F(HooksIn, ARepositoryThatMovedGoOn) {
  box.ok("git orch init -q");
  box.ok("git orch init-feature 001-a -q --roles overseer,impl-api");
  const std::string api = box.worktree("001-a", "impl-api");
  expect_recorded(api, "before");
  box.ok("git orch tick -q");
  const std::string moved = box.path("moved");
  box.ok_in(box.root(), "mv repo moved");
  expect_recorded(moved, "after");
  // git's own remedy is enough for the worktrees.
  EXPECT_EQ(box.type_in(api, "git status").status, 128);
  EXPECT_TRUE(
      holds(box.type_in(moved, "git orch doctor --porcelain").out,
            "' does not lead to this repository\tgit worktree repair "));
  box.ok_in(moved, "git worktree repair");
  expect_recorded(api, "repaired");
  box.ok_in(box.root(), "mv repo.orch moved.orch");
  const std::string there = box.path("moved.orch") + "/001-a/impl-api";
  box.run_in(moved, {"git", "worktree", "repair", there});
  expect_recorded(there, "both");
  box.ok_in(moved, "git orch tick -q");
  EXPECT_EQ(worktree_of("001-a/impl-api"), there);
  EXPECT_EQ(events(moved), (Lines{"both", "repaired", "after", "before"}));
}

TEST_F(HooksIn, ARepositoryThatMovedUnderAHooksPathAreInstalledAgain) {
  hook(box.path("theirs") + "/post-commit");
  box.ok("git config core.hooksPath " + box.path("theirs"));
  box.ok("git worktree add -q ../linked");
  const std::string before = state(box.repo() + "/.git");
  box.ok("git orch init -q");
  const std::string moved = box.path("moved");
  box.ok_in(box.root(), "mv repo moved");
  box.ok_in(moved, "git worktree repair");
  EXPECT_TRUE(holds(box.type_in(moved, "git orch doctor --porcelain").out,
                    "\tgit orch hooks install\n"));
  box.ok_in(moved, "git orch hooks install -q");
  expect_recorded(moved, "after");
  expect_recorded(box.path("linked"), "after, linked");
  // Moved back: whoever ticks first does the same.
  box.ok_in(box.root(), "mv moved repo");
  box.ok("git worktree repair");
  box.ok("git orch tick -q");
  expect_recorded(box.repo(), "back");
  expect_recorded(box.path("linked"), "back, linked");
  EXPECT_EQ(box.read(box.path("home") + "/log"),
            "post-commit\npost-commit\npost-commit\npost-commit\n");
  box.ok("git orch deinit -q");
  EXPECT_EQ(state(box.repo() + "/.git"), before);
}

TEST_F(HooksIn, AWorktreeThatMovedGoOnAndTheAgentFollows) {
  box.ok("git orch init -q");
  box.ok("git orch init-feature 001-a -q --roles overseer,impl-api");
  box.ok_in(box.root(), "ln -s repo moved");
  const std::string there = box.path("another place");
  box.ok("git worktree move " + box.worktree("001-a", "impl-api") + " '" +
         there + "'");
  expect_recorded(there, "there");
  box.ok("git orch tick -q");
  EXPECT_EQ(worktree_of("001-a/impl-api"), there);
  EXPECT_EQ(worktree_of("001-a/overseer"), box.worktree("001-a", "overseer"));
}

TEST_F(HooksIn, AWorktreeThatWasMadeAnewKnowItsAgentAgain) {
  box.ok("git orch init -q");
  box.ok("git orch init-feature 001-a -q --roles overseer,impl-api");
  const std::string api = box.worktree("001-a", "impl-api");
  box.ok("rm -rf " + api);
  box.ok("git worktree prune");
  box.ok("git worktree add -q " + api + " feature/001-a/impl-api");
  box.ok("git orch tick -q");
  expect_recorded(api, "anew");
  EXPECT_TRUE(holds(box.ok_in(api, "git log -1 --format=%B"),
                    "Orch-Agent: 001-a/impl-api\n"));
}

TEST_F(HooksIn, DirectoriesOfAnyNameRun) {
  for (const std::string& name :
       {std::string("a space"), std::string("quote's\"2"),
        std::string("new\nline"), std::string("by\xff\xfete"),
        std::string("-dash"), std::string("$(touch canary);`x`"),
        std::string("tab\tand\\back")}) {
    const std::string top = box.path("any/" + name);
    box.ok_in(box.root(), "mkdir -p any");
    ASSERT_EQ(
        box.run_in(box.root(), {"git", "clone", "-q", "repo", top}).status, 0);
    ASSERT_EQ(box.run_in(top, {"git", "worktree", "add", "-q", "-b", "side",
                               top + ".linked"})
                  .status,
              0);
    expect_served({top, top + ".linked"}, top + "/.git");
  }
  EXPECT_EQ(box.run_in(box.root(), {"find", ".", "-name", "canary"}).out, "");
}

}  // namespace
}  // namespace orch::test
