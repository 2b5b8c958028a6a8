// SPDX-License-Identifier: MIT
#include "support/sandbox.h"

namespace orch::test {
namespace {

class Init : public ::testing::Test {
 protected:
  Init() { box.make_repository(); }

  Result shell(const std::string& text) const {
    return box.run_in(box.repo(), {"sh", "-c", text});
  }
  // Names, modes and bytes of everything that init made. The store's WAL and
  // shared memory are SQLite's own.
  std::string state() const {
    return shell(
               "cd .git && find orch hooks config -printf '%p %m %l\\n' | "
               "grep -v 'orch.db-' | sort; find orch hooks config -type f ! "
               "-name 'orch.db-*' -exec sha256sum {} + | sort -k2")
        .out;
  }

  Sandbox box;
};

TEST_F(Init, PrintsItsUsage) {
  const Result r = box.type("git orch init -h");
  EXPECT_EQ(r.status, 0);
  EXPECT_TRUE(r.out.starts_with(
      "usage: git orch init [--no-hooks | --chain-hooks] [--write-agents-md]\n"
      "                     [--ci github|gitlab]\n"));
  EXPECT_TRUE(holds(r.out, "--no-hooks"));
  EXPECT_EQ(r.err, "");
}

TEST_F(Init, RefusesWrongUsageAndChangesNothing) {
  const std::string before = box.fingerprint();
  for (const char* line : {"git orch init --no-hook", "git orch init here",
                           "git orch init --porcelain", "git orch init -z"}) {
    const Result r = box.type(line);
    EXPECT_EQ(r.status, 129) << line;
    EXPECT_EQ(r.out, "") << line;
    EXPECT_TRUE(holds(r.err, "usage: git orch init")) << line;
  }
  EXPECT_TRUE(holds(box.type("git orch init --no-hook").err,
                    "did you mean '--no-hooks'?"));
  EXPECT_EQ(box.type("git orch init here --json").json()["error"]["code"],
            json::Value("usage"));
  EXPECT_EQ(box.fingerprint(), before);
}

TEST_F(Init, CreatesWhatTheSuiteNeedsAndSaysSo) {
  const Result r = box.type("git orch init --json");
  EXPECT_EQ(r.status, 0) << r.err;
  const std::string dir = box.repo() + "/.git/orch";
  const std::string hooks =
      R"("hooks":[{"event":"commit-msg","method":"link"},)"
      R"({"event":"post-applypatch","method":"link"},)"
      R"({"event":"post-checkout","method":"link"},)"
      R"({"event":"post-commit","method":"link"},)"
      R"({"event":"post-merge","method":"link"},)"
      R"({"event":"post-rewrite","method":"link"},)"
      R"({"event":"pre-rebase","method":"link"},)"
      R"({"event":"prepare-commit-msg","method":"link"}]}})";
  EXPECT_EQ(r.out, R"({"version":1,"ok":true,"data":{"dir":")" + dir +
                       R"(","created":true,)" + hooks + "\n");
  for (const char* file :
       {"orch.db", "roles/overseer.yaml", "runtimes/script.yaml",
        "teams/overseer-3.yaml", "schema/role.json", "schema/team.json"})
    EXPECT_EQ(shell("test -f .git/orch/" + std::string(file)).status, 0)
        << file;
  EXPECT_EQ(box.ok("stat -c %a .git/orch .git/orch/orch.db"), "700\n600\n");
  EXPECT_EQ(box.ok("git config core.filesRefLockTimeout"), "10000\n");
  EXPECT_EQ(box.ok("git config core.packedRefsTimeout"), "10000\n");
  EXPECT_EQ(box.ok("git config reftable.lockTimeout"), "10000\n");
}

TEST_F(Init, SaysTheSameToAPersonAndNothingWhenQuiet) {
  EXPECT_EQ(box.ok("git orch init"),
            "set up in " + box.repo() + "/.git/orch, 8 hooks installed\n");
  EXPECT_EQ(box.ok("git orch init"), "already set up in " + box.repo() +
                                         "/.git/orch, 8 hooks installed\n");
  const Result quiet = box.type("git orch init -q");
  EXPECT_EQ(quiet.status, 0);
  EXPECT_EQ(quiet.out + quiet.err, "");
}

TEST_F(Init, ChangesNothingTheSecondTime) {
  box.ok("git orch init -q");
  const std::string before = state();
  const Result r = box.type("git orch init --json");
  EXPECT_EQ(r.data()["created"], json::Value(false));
  EXPECT_EQ(state(), before);
}

TEST_F(Init, CompletesWhatIsMissingAndKeepsWhatAPersonEdited) {
  box.ok("git orch init -q");
  const std::string role = box.repo() + "/.git/orch/roles/impl-ui.yaml";
  box.write(role, "name: impl-ui\npurpose: mine\n");
  box.ok("rm -r .git/orch/teams .git/hooks/post-merge");
  box.ok("git orch init -q");
  EXPECT_EQ(box.read(role), "name: impl-ui\npurpose: mine\n");
  EXPECT_EQ(box.type("test -f .git/orch/teams/overseer-3.yaml").status, 0);
  EXPECT_EQ(box.type("test -x .git/hooks/post-merge").status, 0);
}

TEST_F(Init, LeavesIndexAndWorkTreeAlone) {
  box.write(box.repo() + "/one.txt", "unstaged\n");
  box.write(box.repo() + "/new.txt", "untracked\n");
  box.write(box.repo() + "/two.txt", "staged\n");
  box.ok("git add two.txt");
  const std::string before = box.ok("git status --porcelain");
  const std::string index = box.ok("sha256sum .git/index");
  box.ok("git orch init -q");
  EXPECT_EQ(box.ok("sha256sum .git/index"), index);
  EXPECT_EQ(box.ok("git status --porcelain"), before);
  EXPECT_EQ(box.ok("git for-each-ref --format %(refname)"),
            "refs/heads/main\n");
}

TEST_F(Init, InstallsNoHooksWhenToldSo) {
  const std::string hooks = box.ok("ls -l .git/hooks");
  const Result r = box.type("git orch init --no-hooks --json");
  EXPECT_EQ(r.status, 0);
  EXPECT_EQ(r.data()["hooks"].as_array()->size(), 0U);
  EXPECT_EQ(box.ok("ls -l .git/hooks"), hooks);
  EXPECT_TRUE(holds(box.ok("git orch init --no-hooks"), "no hooks"));
  // Later, without the option, they come.
  EXPECT_EQ(box.type("git orch init --json").data()["hooks"].as_array()->size(),
            8U);
}

TEST_F(Init, SaysThatHooksAreInstalledAlsoWhenToldToInstallNone) {
  box.ok("git orch init -q");
  EXPECT_EQ(
      box.ok("git orch init --no-hooks"),
      "already set up in " + box.repo() + "/.git/orch, 8 hooks installed\n");
}

// Hooks serve it; but no guard would read the rules of an agent there.
TEST_F(Init, OfALineBreakInThePathIsDoneAndAFeatureRefused) {
  const std::string odd = box.path("two\nlines");
  box.run_in(box.root(), {"git", "clone", "-q", "repo", odd});
  EXPECT_EQ(box.run_in(odd, {"git", "orch", "init", "-q"}).status, 0);
  const Result r =
      box.run_in(odd, {"git", "orch", "init-feature", "001-a", "-q"});
  EXPECT_EQ(r.status, 128);
  EXPECT_TRUE(holds(r.err,
                    ".git': there is a line break in its path\n"
                    "hint: move the repository to a path without one"))
      << r.err;
  EXPECT_EQ(box.run_in(odd, {"git", "branch", "--list", "feature/*"}).out, "");
  box.ok("git orch init -q");
  box.run_in(box.repo(),
             {"git", "config", "orch.worktreeRoot", odd + "/trees"});
  const Result feature = box.type("git orch init-feature 001-a -q");
  EXPECT_EQ(feature.status, 128);
  EXPECT_TRUE(holds(feature.err,
                    "/trees': there is a line break in its path\n"
                    "hint: git config orch.worktreeRoot <path>"))
      << feature.err;
}

TEST_F(Init, RefusesAForeignHooksPathAndChangesNothing) {
  box.ok("git config --global core.hooksPath /own");
  const std::string before = box.fingerprint();
  const Result r = box.type("git orch init");
  EXPECT_EQ(r.status, 2);
  EXPECT_EQ(r.out, "");
  EXPECT_TRUE(holds(r.err, "core.hooksPath is '/own' in the global"));
  EXPECT_TRUE(holds(r.err,
                    "hint: git orch init --chain-hooks, or git config "
                    "--global --unset core.hooksPath"));
  EXPECT_EQ(box.type("git orch init --json").json()["error"]["code"],
            json::Value("refused_by_policy"));
  EXPECT_EQ(box.fingerprint(), before);
  EXPECT_EQ(box.type("test -e .git/orch").status, 1);
  EXPECT_EQ(box.type("git orch init --no-hooks").status, 0);
}

TEST_F(Init, RefusesWhenTheNameForAUsersHookIsTaken) {
  box.write(box.repo() + "/.git/hooks/post-commit", "#!/bin/sh\n");
  box.write(box.repo() + "/.git/hooks/post-commit.orch-chained",
            "#!/bin/sh\ntrue\n");
  const std::string before = box.fingerprint();
  const Result r = box.type("git orch init");
  EXPECT_EQ(r.status, 128);
  EXPECT_TRUE(holds(r.err, "post-commit.orch-chained' is in the way"));
  EXPECT_TRUE(holds(r.err, "hint: "));
  EXPECT_EQ(box.fingerprint(), before);
  EXPECT_EQ(box.type("test -e .git/orch").status, 1);
}

TEST_F(Init, SaysWhatABareRepositoryLacks) {
  box.ok("git clone -q --bare . ../bare");
  const std::string bare = box.path("bare");
  const std::string before = box.ok_in(bare, "find . -newermt 1970-01-01");
  const Result r = box.type_in(bare, "git orch init");
  EXPECT_GE(r.status, 128);
  EXPECT_TRUE(holds(r.err, "'" + bare + "' is a bare repository"));
  EXPECT_TRUE(holds(r.err, "hint: "));
  EXPECT_TRUE(holds(r.err, "git worktree add <path>"));
  EXPECT_EQ(box.ok_in(bare, "find . -newermt 1970-01-01"), before);
}

TEST_F(Init, SaysThatThereIsNoRepository) {
  const Result r = box.type_in(box.path("tmp"), "git orch init");
  EXPECT_EQ(r.status, 128);
  EXPECT_TRUE(holds(r.err, "fatal: '" + box.path("tmp") +
                               "' is not inside a git repository\n"));
  EXPECT_TRUE(holds(r.err, "hint: git init, or git -C "));
  EXPECT_EQ(box.type_in(box.path("tmp"), "git orch init --json")
                .json()["error"]["code"],
            json::Value("not_a_repository"));
  EXPECT_EQ(box.ok_in(box.path("tmp"), "ls -A"), "");
}

TEST_F(Init, SaysThatTheGitDirectoryIsReadOnly) {
  const std::string bind =
      "mount --bind .git .git && mount -o remount,bind,ro .git";
  if (box.run_in(box.repo(), {"unshare", "-m", "sh", "-c", bind}).status != 0)
    GTEST_SKIP() << "cannot make a read-only mount here";
  const std::string before = box.fingerprint();
  const Result r = box.run_in(
      box.repo(), {"unshare", "-m", "sh", "-c", bind + " && git orch init"});
  EXPECT_EQ(r.status, 128);
  EXPECT_TRUE(holds(r.err, "'" + box.repo() + "/.git': read-only file system"));
  EXPECT_EQ(box.fingerprint(), before);
  EXPECT_EQ(box.type("test -e .git/orch").status, 1);
}

TEST_F(Init, MeansTheWholeRepositoryFromAnywhereInIt) {
  box.ok("mkdir -p deep/er");
  box.ok("git worktree add -q ../linked");
  const json::Value dir(box.repo() + "/.git/orch");
  EXPECT_EQ(
      box.type_in(box.path("linked"), "git orch init --json").data()["dir"],
      dir);
  EXPECT_EQ(box.type_in(box.repo() + "/deep/er", "git orch init --json")
                .data()["dir"],
            dir);
  EXPECT_EQ(box.type_in("/", "git -C " + box.repo() + " orch init --json")
                .data()["dir"],
            dir);
}

TEST_F(Init, WorksBeforeTheFirstCommit) {
  box.ok_in(box.root(), "git init -q unborn");
  const std::string unborn = box.path("unborn");
  box.ok_in(unborn, "git orch init -q");
  EXPECT_EQ(box.ok_in(unborn, "git status --porcelain"), "");
  box.ok_in(unborn, "git commit -q --allow-empty -m beginning");
  const auto lines = box.type_in(unborn, "git orch recent --porcelain").lines();
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_TRUE(holds(lines[0], "\tperson\tstatus_update\tbeginning\t"));
}

TEST_F(Init, WritesASectionForAgentsOnlyWhenAsked) {
  box.ok("git orch init -q");
  EXPECT_NE(box.type("test -e AGENTS.md").status, 0);
  const std::string path = box.repo() + "/AGENTS.md";
  box.write(path, "# Ours\n\nUse tabs.");
  const Result r = box.type("git orch init --write-agents-md");
  EXPECT_EQ(r.status, 0) << r.err;
  EXPECT_TRUE(holds(r.err, "wrote " + path));
  const std::string once = box.read(path);
  EXPECT_TRUE(once.starts_with("# Ours\n\nUse tabs.\n\n<!-- git-orch: begin"));
  EXPECT_TRUE(holds(once, "git orch inbox"));
  // A second time replaces the section alone.
  box.write(path, once + "More of ours.\n");
  box.ok("git orch init --write-agents-md -q");
  EXPECT_EQ(box.read(path), once + "More of ours.\n");
  box.write(path, "<!-- git-orch: begin -->\nhalf\n");
  const Result half = box.type("git orch init --write-agents-md");
  EXPECT_EQ(half.status, 129);
  EXPECT_TRUE(holds(half.err, "one of the marks"));
  EXPECT_EQ(box.read(path), "<!-- git-orch: begin -->\nhalf\n");
}

}  // namespace
}  // namespace orch::test
