// SPDX-License-Identifier: MIT
#include "support/sandbox.h"

namespace orch::test {
namespace {

// Trailers on what an agent commits, whatever way the message comes.
class PrepareCommitMsg : public ::testing::Test {
 protected:
  PrepareCommitMsg() {
    box.make_repository();
    box.ok("git orch init -q");
    box.ok("git orch init-feature 001-a -q --roles overseer,impl-api");
    top = box.worktree("001-a", "impl-api");
    git_dir = box.ok_in(top, "git rev-parse --absolute-git-dir");
    git_dir.pop_back();
    // Nothing that a test did not ask for may open an editor.
    edit_by("false");
  }
  void edit_by(const std::string& command) { box.set("GIT_EDITOR", command); }
  // The editor writes `text` on top of what it is given.
  void edit_on_top(const std::string& text) {
    const std::string path = box.path("top");
    box.write(path, text);
    script("edit", "{ cat " + path +
                       "; cat \"$1\"; } >\"$1.x\"; "
                       "mv \"$1.x\" \"$1\"\n");
  }
  void script(const std::string& name, const std::string& body) {
    const std::string path = box.path(name);
    box.write(path, "#!/bin/sh\n" + body);
    box.ok("chmod 755 " + path);
    edit_by(path);
  }
  void stage() {
    box.write(top + "/f" + std::to_string(++files), "text\n");
    box.ok_in(top, "git add .");
  }
  // `git <line>` in the agent's worktree, with something to commit.
  Result git(const std::string& line) {
    stage();
    return plain("git " + line);
  }
  Result plain(const std::string& line) const {
    const Result r = box.type_in(top, line);
    EXPECT_EQ(r.err.find("orch"), std::string::npos) << r.err;
    return r;
  }
  std::string message(const std::string& commit = "HEAD") const {
    return box.ok_in(top, "git log -1 --format=%B " + commit);
  }
  // What git itself takes for trailers.
  std::string trailers(const std::string& commit = "HEAD") const {
    return box
        .run_in(top, {"git", "interpret-trailers", "--parse", "--no-divider"},
                message(commit))
        .out;
  }
  std::string head() const { return box.ok_in(top, "git rev-parse HEAD"); }

  Sandbox box;
  std::string top, git_dir;
  int files = 0;
};

constexpr char kOurs[] = "Orch-Feature: 001-a\nOrch-Agent: 001-a/impl-api\n";

TEST_F(PrepareCommitMsg, SignsWhatAnAgentCommits) {
  EXPECT_EQ(git("commit -qm x").status, 0);
  EXPECT_EQ(message(), "x\n\n" + std::string(kOurs) + "\n");
  for (const char* line :
       {"commit -qm x -m y", "commit -q --no-verify -m x",
        "commit -q -m x -m '# head'", "commit -q -m 'x\ny'",
        "commit -qm x --cleanup=verbatim", "commit -qm x --cleanup=scissors",
        "commit -qm x -v", "-c core.commentChar=; commit -qm x -m '# y'",
        "-c core.commentChar=auto commit -qm x -m '# y'", "commit -qm 'a: b'",
        "commit -qm \xff\xfe", "commit -qm 'x\r\n\r\ny'"}) {
    EXPECT_EQ(git(line).status, 0) << line;
    EXPECT_EQ(trailers(), kOurs) << line << message();
  }
  EXPECT_EQ(git("commit -qm x -s --trailer See:1").status, 0);
  EXPECT_TRUE(holds(trailers(), std::string("\nSee: 1\n") + kOurs));
  EXPECT_TRUE(holds(trailers(), "Signed-off-by: "));
}

TEST_F(PrepareCommitMsg, WorksWithARelativeGitDirectoryAndFromBelow) {
  box.ok("mkdir " + top + "/below");
  stage();
  EXPECT_EQ(box.type_in(top + "/below", "git commit -qm x").status, 0);
  EXPECT_EQ(trailers(), kOurs);
  stage();
  const std::string from =
      box.ok_in(top, "realpath --relative-to=" + top + " " + git_dir);
  const std::string directory = from.substr(0, from.size() - 1);
  EXPECT_EQ(box.run_in(top, {"git", "--git-dir=" + directory, "--work-tree=.",
                             "commit", "-qm", "y"})
                .status,
            0);
  EXPECT_EQ(trailers(), kOurs);
}

TEST_F(PrepareCommitMsg, NamesTheTaskInHand) {
  box.write(git_dir + "/orch-task", "T007\n");
  git("commit -qm x");
  EXPECT_EQ(trailers(), std::string(kOurs) + "Orch-Task: T007\n");
  for (const char* line :
       {"commit -qm 'T001: x'", "commit -qm x -m 'done T1234'",
        "commit -qm 'x (T001)'"}) {
    git(line);
    EXPECT_EQ(trailers(), kOurs) << line;
  }
  git("commit -qm x --trailer Orch-Task:T002");
  EXPECT_EQ(trailers(), std::string("Orch-Task: T002\n") + kOurs);
  for (const char* bad : {"", "\n", "a b\n", "a\nOrch-Agent: x\n", "../x\n"}) {
    box.write(git_dir + "/orch-task", bad);
    git("commit -qm x");
    EXPECT_EQ(trailers(), kOurs) << bad;
  }
}

TEST_F(PrepareCommitMsg, DoesNothingElsewhere) {
  box.ok("git commit -q --allow-empty -m mine");
  EXPECT_EQ(box.ok("git log -1 --format=%B"), "mine\n\n");
  box.ok("git worktree add -q -b mine " + box.path("mine"));
  box.ok_in(box.path("mine"), "git commit -q --allow-empty -m mine");
  EXPECT_EQ(box.ok("git log -1 --format=%B mine"), "mine\n\n");
  for (const char* other : {"dir/place", "impl-api", "a/b/c", "A B/c", ""}) {
    box.write(git_dir + "/orch-agent", other);
    git("commit -qm x");
    EXPECT_EQ(message(), "x\n\n") << other;
  }
}

TEST_F(PrepareCommitMsg, SignsWhatAnEditorWrote) {
  edit_on_top("x\n\nSee: 1\n");
  for (const char* options :
       {"", "-c commit.verbose=true", "-c commit.cleanup=scissors",
        "-c commit.cleanup=scissors -c commit.verbose=true",
        "-c core.commentChar=;", "-c core.commentChar=auto",
        "-c commit.cleanup=strip -c commit.status=false"}) {
    EXPECT_EQ(git(std::string(options) + " commit -q").status, 0) << options;
    EXPECT_EQ(trailers(), std::string("See: 1\n") + kOurs) << options;
    EXPECT_EQ(message(), "x\n\nSee: 1\n" + std::string(kOurs) + "\n");
  }
  EXPECT_EQ(git("commit -q -s").status, 0);
  EXPECT_TRUE(holds(trailers(), kOurs));
}

TEST_F(PrepareCommitMsg, LeavesAnEmptyMessageEmpty) {
  const std::string before = head();
  edit_by("true");
  for (const char* options :
       {"commit -q", "commit -q -s", "-c commit.verbose=true commit -q",
        "-c commit.cleanup=scissors commit -qv",
        "-c core.commentChar=; commit -q",
        "-c core.commentChar=; commit -q -v -s"}) {
    EXPECT_NE(git(options).status, 0) << options;
    EXPECT_EQ(head(), before) << options;
  }
  edit_by(":");
  EXPECT_NE(git("-c core.commentChar=; commit -q").status, 0);
  EXPECT_EQ(head(), before);
  edit_by("true");
  EXPECT_EQ(git("commit -q --allow-empty-message").status, 0);
  EXPECT_EQ(message(), "\n");
}

TEST_F(PrepareCommitMsg, KnowsATemplateThatNobodyEdited) {
  const std::string before = head();
  box.write(box.path("template"), "Why:\n\nWhat:\n");
  box.ok("git config commit.template " + box.path("template"));
  edit_by("true");
  for (const char* options : {"commit -q", "commit -q -s", "commit -q -v"}) {
    EXPECT_NE(git(options).status, 0) << options;
    EXPECT_EQ(head(), before) << options;
  }
  edit_on_top("x\n\n");
  EXPECT_EQ(git("commit -q").status, 0);
  EXPECT_EQ(trailers(), std::string("What: \n") + kOurs);
  EXPECT_EQ(git("commit -qm x").status, 0);
  EXPECT_EQ(trailers(), kOurs);
}

TEST_F(PrepareCommitMsg, KeepsTheFirstAuthor) {
  git("commit -qm one");
  const std::string ours = trailers();
  edit_by("true");
  box.ok_in(top, "git commit -q --amend");
  EXPECT_EQ(message(), "one\n\n" + ours + "\n");
  git("commit -q -m two -m 'Orch-Agent: 002-b/web'");
  EXPECT_EQ(trailers(), "Orch-Agent: 002-b/web\n");
  box.ok_in(top, "git commit -q --amend --no-edit");
  EXPECT_EQ(trailers(), "Orch-Agent: 002-b/web\n");
  box.ok_in(top, "git cherry-pick --allow-empty --keep-redundant-commits HEAD");
  EXPECT_EQ(trailers(), "Orch-Agent: 002-b/web\n");
  git("commit -q -C HEAD");
  EXPECT_EQ(trailers(), "Orch-Agent: 002-b/web\n");
}

TEST_F(PrepareCommitMsg, JoinsTheLineOfACherryPick) {
  box.write(box.repo() + "/picked", "text\n");
  box.ok("git add .");
  box.ok("git commit -qm theirs");
  box.ok_in(top, "git cherry-pick -x main");
  EXPECT_TRUE(holds(message(), "theirs\n\n(cherry picked from commit "));
  EXPECT_TRUE(holds(message(), ")\n" + std::string(kOurs)));
  EXPECT_EQ(trailers(), kOurs);
}

TEST_F(PrepareCommitMsg, LeavesWhatARebaseReplays) {
  git("commit -qm ours");
  box.ok("git commit -q --allow-empty -m base");
  box.ok("git checkout -q -b theirs main");
  box.write(box.repo() + "/theirs", "text\n");
  box.ok("git add .");
  box.ok("git commit -qm theirs");
  box.ok("git checkout -q main");
  box.ok_in(top, "git -c core.hooksPath=/dev/null cherry-pick theirs");
  box.ok_in(top, "git rebase -q main");
  EXPECT_EQ(message(), "theirs\n\n");
  EXPECT_EQ(trailers("HEAD~1"), kOurs);
}

TEST_F(PrepareCommitMsg, SignsMergesAndReverts) {
  box.ok("git commit -q --allow-empty -m base");
  git("commit -qm x");
  box.ok_in(top, "git merge -q --no-edit main");
  EXPECT_EQ(trailers(), kOurs);
  box.ok_in(top, "git revert --no-edit HEAD~1");
  EXPECT_EQ(trailers(), kOurs);
  EXPECT_TRUE(holds(message(), "This reverts commit"));
  box.ok("git checkout -q -b side");
  box.write(box.repo() + "/side", "text\n");
  box.ok("git add .");
  box.ok("git commit -qm side");
  edit_by("true");
  box.ok_in(top, "git merge -q --edit --no-ff side");
  EXPECT_EQ(trailers(), kOurs);
  box.ok_in(top, "git reset -q --hard HEAD~1");
  box.ok_in(top, "git merge -q --ff --squash side");
  box.ok_in(top, "git commit -q");
  EXPECT_EQ(trailers(), kOurs);
  EXPECT_TRUE(holds(message(), "Squashed commit of the following:"));
}

TEST_F(PrepareCommitMsg, LeavesAutosquashItsSubjects) {
  git("commit -qm one");
  git("commit -qm two");
  git("commit -q --fixup HEAD~1");
  EXPECT_EQ(message(), "fixup! one\n\n" + std::string(kOurs) + "\n");
  git("commit -q --squash HEAD~1 -m more");
  EXPECT_EQ(trailers(), kOurs);
  edit_by("true");
  box.set("GIT_SEQUENCE_EDITOR", "true");
  box.ok_in(top, "git rebase -q -i --autosquash HEAD~4");
  EXPECT_EQ(message("HEAD~1"), "one\n\n" + std::string(kOurs) + "\n");
  EXPECT_TRUE(holds(message(), "two\n\n"));
  EXPECT_TRUE(holds(message(), "\nmore\n\n"));
  EXPECT_EQ(trailers(), kOurs);
  script("reword", "sed -i 's/^one/eins/; s/^two/zwei/' \"$1\"\n");
  box.set("GIT_SEQUENCE_EDITOR", "sed -i s/pick/reword/");
  box.ok_in(top, "git rebase -q -i HEAD~2");
  EXPECT_EQ(message("HEAD~1"), "eins\n\n" + std::string(kOurs) + "\n");
  EXPECT_TRUE(message().starts_with("zwei\n"));
  EXPECT_EQ(trailers(), kOurs);
}

TEST_F(PrepareCommitMsg, AnAmendLineWithoutABodyStillAborts) {
  git("commit -qm one");
  const std::string before = head();
  script("drop", "printf 'amend! one\\n' >\"$1\"\n");
  EXPECT_NE(git("commit -q --fixup=amend:HEAD").status, 0);
  EXPECT_EQ(head(), before);
}

TEST_F(PrepareCommitMsg, KeepsModeAndBytesOfALargeMessage) {
  const std::string body = std::string(30 << 20, 'x') + "\n";
  box.write(box.path("large"), "large\n\n\xff" + body);
  EXPECT_EQ(git("commit -q -F " + box.path("large")).status, 0);
  EXPECT_EQ(box.ok_in(top, "git log -1 --format=%s"), "large\n");
  const std::string all = message();
  // git takes bytes that are not UTF-8 for Latin-1; and no diff of 30 MB.
  EXPECT_TRUE(all == "large\n\n\xC3\xBF" + body + "\n" + kOurs + "\n");
  EXPECT_EQ(box.ok("find " + git_dir + " -name *.orch-new"), "");
  box.ok("chmod 640 " + git_dir + "/COMMIT_EDITMSG");
  git("commit -qm x");
  EXPECT_EQ(box.ok("stat -c %a " + git_dir + "/COMMIT_EDITMSG"), "640\n");
}

TEST_F(PrepareCommitMsg, WarnsAndLeavesTheMessageWhenItCannotWrite) {
  box.ok("mkdir " + git_dir + "/COMMIT_EDITMSG.orch-new");
  stage();
  const Result r = box.type_in(top, "git commit -qm x");
  EXPECT_EQ(r.status, 0);
  EXPECT_TRUE(holds(r.err, "warning: orch: prepare-commit-msg: cannot write '" +
                               git_dir + "/COMMIT_EDITMSG.orch-new'"));
  EXPECT_EQ(message(), "x\n\n");
}

TEST_F(PrepareCommitMsg, RunsYourOwnHooksAfterItself) {
  for (const char* name : {"prepare-commit-msg", "commit-msg"}) {
    const std::string path =
        box.repo() + "/.git/hooks/" + name + ".orch-chained";
    box.write(path, "#!/bin/sh\necho " + std::string(name) +
                        " $# $2 >>$HOME/log; grep -c Orch- \"$1\" "
                        ">>$HOME/log\n");
    box.ok("chmod 755 " + path);
  }
  git("commit -qm x");
  EXPECT_EQ(box.read(box.path("home") + "/log"),
            "prepare-commit-msg 2 message\n2\ncommit-msg 1\n2\n");
  box.write(box.repo() + "/.git/hooks/commit-msg.orch-chained",
            "#!/bin/sh\nexit 1\n");
  box.ok("chmod 755 .git/hooks/commit-msg.orch-chained");
  EXPECT_EQ(git("commit -qm no").status, 1);
}

}  // namespace
}  // namespace orch::test
