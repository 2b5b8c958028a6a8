// SPDX-License-Identifier: MIT
#include "support/sandbox.h"

namespace orch::test {
namespace {

class Hooks : public ::testing::Test {
 protected:
  Hooks() { box.make_repository(); }

  std::string directory() const { return box.repo() + "/.git/hooks/"; }
  std::string listing() const { return box.ok("ls -li .git/hooks"); }
  // The line of one event in the porcelain form.
  std::string line_of(const std::string& event) const {
    for (const std::string& line :
         box.type("git orch hooks --porcelain").lines())
      if (line.starts_with(event + "\t")) return line;
    return "";
  }

  Sandbox box;
};

TEST_F(Hooks, PrintsItsUsageAndRefusesWrongUsage) {
  const Result help = box.type("git orch hooks -h");
  EXPECT_EQ(help.status, 0);
  EXPECT_TRUE(help.out.starts_with("usage: git orch hooks [status]\n"));
  EXPECT_TRUE(holds(help.out, "git orch hooks install [--chain]\n"));
  EXPECT_TRUE(holds(help.out, "git orch hooks uninstall\n"));
  for (const char* line : {"git orch hooks instal", "git orch hooks a b",
                           "git orch hooks --jsn"}) {
    const Result r = box.type(line);
    EXPECT_EQ(r.status, 129) << line;
    EXPECT_EQ(r.out, "") << line;
    EXPECT_TRUE(holds(r.err, "usage: git orch hooks")) << line;
  }
  EXPECT_TRUE(holds(box.type("git orch hooks instal").err,
                    "hint: known: status, verify, install, uninstall"));
  EXPECT_EQ(box.type_in(box.path("tmp"), "git orch hooks").status, 128);
}

TEST_F(Hooks, StatusIsTheSameWithAndWithoutItsNameAndChangesNothing) {
  const std::string before = box.fingerprint();
  EXPECT_EQ(box.ok("git orch hooks status"), box.ok("git orch hooks"));
  EXPECT_EQ(box.fingerprint(), before);
  EXPECT_EQ(box.type("test -e .git/orch").status, 1);
}

TEST_F(Hooks, StatusAnswersInTheKeysOfTheContract) {
  box.ok("git orch init -q");
  const std::string out = box.ok("git orch hooks status --json");
  EXPECT_TRUE(out.starts_with(
      R"({"version":1,"ok":true,"data":{"hooks":[{"event":"commit-msg",)"
      R"("owner":"orch","path":")" +
      directory() + R"(commit-msg","method":"link","runs":true,"detail":""},)"))
      << out;
  const auto lines = box.type("git orch hooks --porcelain").lines();
  ASSERT_EQ(lines.size(), 8U);
  EXPECT_EQ(lines[6],
            "pre-rebase\torch\t" + directory() + "pre-rebase\tlink\t1\t");
  const std::string nul = box.ok("git orch hooks -z");
  EXPECT_EQ(nul.find('\n'), std::string::npos);
  EXPECT_EQ(nul.back(), '\0');
  EXPECT_EQ(box.ok("git orch hooks -q"), "");
}

TEST_F(Hooks, StatusTellsOwnersApart) {
  box.write(directory() + "post-merge", "#!/bin/sh\n");
  EXPECT_EQ(line_of("post-merge"),
            "post-merge\tuser\t" + directory() + "post-merge\tnone\t0\t");
  EXPECT_EQ(line_of("post-commit"),
            "post-commit\tnone\t" + directory() + "post-commit\tnone\t0\t");
  box.ok("git orch init -q");
  EXPECT_EQ(line_of("post-merge"),
            "post-merge\torch\t" + directory() +
                "post-merge\tlink+chained\t1\tthen runs " + directory() +
                "post-merge.orch-chained");
  EXPECT_TRUE(holds(box.ok("git orch hooks"), "link+chained"));
}

TEST_F(Hooks, StatusSaysWhyOursDoNotRun) {
  box.ok("git orch init -q");
  box.ok("git config core.hooksPath /elsewhere");
  EXPECT_EQ(line_of("post-commit"),
            "post-commit\tnone\t/elsewhere/post-commit\tnone\t0\t"
            "core.hooksPath is '/elsewhere'");
  box.ok("git config --unset core.hooksPath");
  box.ok(
      "ln -sfn /gone/libexec/git-orch/hooks/post-commit "
      ".git/hooks/post-commit");
  EXPECT_EQ(line_of("post-commit"),
            "post-commit\torch\t" + directory() +
                "post-commit\tlink\t0\tthe program is not installed");
}

TEST_F(Hooks, AProgramThatWasRemovedDoesNotStopGit) {
  box.ok("git orch init -q");
  for (const char* event : {"post-commit", "pre-rebase"})
    box.ok("ln -sfn /gone/libexec/git-orch/hooks/" + std::string(event) +
           " .git/hooks/" + event);
  box.ok("git commit -q --allow-empty -m work");
  box.ok("git rebase -q --force-rebase HEAD");
}

TEST_F(Hooks, InstallBringsBackWhatIsMissing) {
  box.ok("git orch init --no-hooks -q");
  const Result r = box.type("git orch hooks install --json");
  EXPECT_EQ(r.status, 0) << r.err;
  const json::Value data = r.data();
  for (const json::Value& h : *data["hooks"].as_array())
    EXPECT_EQ(h["runs"], json::Value(true));
  box.ok("rm .git/hooks/post-merge");
  EXPECT_TRUE(holds(line_of("post-merge"), "\tnone\t0\t"));
  box.ok("git orch hooks install -q");
  EXPECT_TRUE(holds(line_of("post-merge"), "\tlink\t1\t"));
  const std::string before = listing();
  box.ok("git orch hooks install -q");
  EXPECT_EQ(listing(), before);
}

TEST_F(Hooks, InstallNeedsASetUpRepository) {
  const std::string before = box.fingerprint();
  const Result r = box.type("git orch hooks install");
  EXPECT_EQ(r.status, 128);
  EXPECT_EQ(r.err, "fatal: git orch is not set up here\nhint: git orch init\n");
  EXPECT_EQ(box.type("git orch hooks install --json").json()["error"]["code"],
            json::Value("not_initialised"));
  EXPECT_EQ(box.fingerprint(), before);
}

TEST_F(Hooks, InstallWorksWhereNoHooksDirectoryAndNoInitWas) {
  box.ok("rm -r .git/hooks");
  box.ok("git orch init-feature 001-a --roles overseer --no-worktrees -q");
  const Result r = box.type("git orch hooks install");
  EXPECT_EQ(r.status, 0) << r.err;
  box.ok("git commit -q --allow-empty -m work");
  EXPECT_EQ(box.type("git orch recent --porcelain").lines().size(), 1U);
  box.ok("git orch deinit -q");
  EXPECT_EQ(box.type("test -e .git/hooks").status, 1);
}

TEST_F(Hooks, InstallRefusesAForeignHooksPath) {
  box.ok("git orch init --no-hooks -q");
  box.ok("git config --global core.hooksPath /own");
  const std::string before = box.fingerprint();
  EXPECT_EQ(box.type("git orch hooks install").status, 2);
  EXPECT_EQ(box.fingerprint(), before);
}

TEST_F(Hooks, UninstallPutsEverythingBackAndKeepsTheStore) {
  box.write(directory() + "post-commit", "#!/bin/sh\nexit 0\n");
  box.ok("chmod 711 .git/hooks/post-commit");
  const std::string before = listing();
  box.ok("git orch init -q");
  const Result r = box.type("git orch hooks uninstall --json");
  EXPECT_EQ(r.status, 0) << r.err;
  EXPECT_TRUE(holds(r.out, R"("event":"post-commit","owner":"user")"));
  EXPECT_EQ(listing(), before);
  EXPECT_EQ(box.type("test -f .git/orch/orch.db").status, 0);
  box.ok("git orch hooks uninstall -q");
  EXPECT_EQ(listing(), before);
}

TEST_F(Hooks, WorkInALinkedWorktree) {
  box.ok("git worktree add -q ../linked");
  box.ok("git orch init -q");
  EXPECT_EQ(box.ok_in(box.path("linked"), "git orch hooks --porcelain"),
            box.ok("git orch hooks --porcelain"));
}

}  // namespace
}  // namespace orch::test
