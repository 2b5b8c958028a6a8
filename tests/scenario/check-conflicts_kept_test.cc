// SPDX-License-Identifier: MIT
#include "support/sandbox.h"

namespace orch::test {
namespace {

// What check-conflicts keeps from one run to the next: the open work of
// worktrees, and what git said of pairs that only git decides.
class CheckConflictsKept : public ::testing::Test {
 protected:
  CheckConflictsKept() {
    box.make_repository();
    box.ok("git orch init -q");
  }
  void make_feature() {
    box.ok(
        "git orch init-feature 001-a -q --roles overseer,impl-api,impl-data");
    w1 = box.worktree("001-a", "impl-api");
    w2 = box.worktree("001-a", "impl-data");
  }
  // A file that was written long ago.
  void write_old(const std::string& path, const std::string& bytes) const {
    box.write(path, bytes);
    box.ok("touch -d 2020-01-01T00:00:00 '" + path + "'");
  }
  // Conflicts of all pairs, and how many commits git made of open work for it.
  struct Look {
    std::string found;
    int made = 0;
  };
  Look look(int status = 1) const {
    const std::string trace = box.path("trace");
    const Result r =
        box.run_in(box.repo(), {"env", "GIT_TRACE=" + trace, "git", "orch",
                                "check-conflicts", "--all", "--porcelain"});
    EXPECT_EQ(r.status, status) << r.out << r.err;
    Look out{r.out};
    const std::string text = box.read(trace);
    const std::string made = "built-in: git commit-tree";
    for (std::size_t at = text.find(made); at != std::string::npos;
         at = text.find(made, at + 1))
      ++out.made;
    box.ok("rm " + trace);
    return out;
  }
  int verdicts() const {
    return std::stoi(
        box.type("git orch query --porcelain 'SELECT count(*) FROM verdicts'")
            .out);
  }
  Sandbox box;
  std::string w1, w2;
};

TEST_F(CheckConflictsKept, OpenWorkIsReadOnceWhileItStays) {
  make_feature();
  write_old(w1 + "/one.txt", "open in w1\n");
  write_old(w2 + "/one.txt", "open in w2\n");
  write_old(w2 + "/ new name ", "untracked\n");
  const Look first = look();
  EXPECT_TRUE(holds(first.found,
                    "001-a/impl-api\t001-a/impl-data\tcollision\tone.txt"));
  EXPECT_EQ(first.made, 2);
  const Look second = look();
  EXPECT_EQ(second.found, first.found);
  EXPECT_EQ(second.made, 0);
  // As long as before and with the old time: the file is another one still.
  write_old(w1 + "/one.txt", "open in wx\n");
  EXPECT_EQ(look().made, 1);
  EXPECT_EQ(look().made, 0);
  box.ok_in(w1, "git checkout -q one.txt");
  const Look gone = look(0);
  EXPECT_EQ(gone.found, "");
  EXPECT_EQ(gone.made, 0);
}

TEST_F(CheckConflictsKept, OpenWorkThatMayStillBeWrittenIsReadAgain) {
  make_feature();
  box.write(w1 + "/one.txt", "open in w1\n");
  box.ok("touch -d 2100-01-01T00:00:00 " + w1 + "/one.txt");
  EXPECT_EQ(look(0).made, 1);
  EXPECT_EQ(look(0).made, 1);
}

TEST_F(CheckConflictsKept, OpenWorkIsReadAgainWithOtherSettingsOrABrokenCopy) {
  make_feature();
  write_old(w1 + "/one.txt", "open in w1\r\n");
  write_old(w2 + "/one.txt", "open in w1\n");
  EXPECT_EQ(look().made, 2);
  box.ok("git config core.autocrlf input");
  // Now both are the same.
  const Look same = look(0);
  EXPECT_EQ(same.made, 2);
  const std::string kept =
      box.repo() + "/.git/orch/cache/open/worktree-impl-api";
  const std::string bytes = box.read(kept);
  ASSERT_GT(bytes.size(), 100U);
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{30}, bytes.size() / 2, bytes.size() - 1}) {
    box.write(kept, bytes.substr(0, size));
    EXPECT_EQ(look(0).made, 1) << size;
  }
  std::string flipped = bytes;
  flipped[flipped.size() / 2] ^= 1;
  box.write(kept, flipped);
  EXPECT_EQ(look(0).made, 1);
}

TEST_F(CheckConflictsKept, AWorktreeThatCannotBeReadIsUnknownNotClean) {
  make_feature();
  box.write(w2 + "/one.txt", "open in w2\n");
  box.write(box.repo() + "/.git/worktrees/impl-api/index", "no index");
  const Result r = box.type("git orch check-conflicts --all");
  EXPECT_EQ(r.status, 4) << r.out << r.err;
  EXPECT_TRUE(holds(r.out,
                    "unknown: 001-a/impl-api and 001-a/impl-data: the worktree "
                    "of 001-a/impl-api "
                    "cannot be read: "));
}

TEST_F(CheckConflictsKept, AnEmptyRepositoryWithinAWorktreeIsNamed) {
  make_feature();
  box.ok_in(w1, "git init -q within");
  const Result r = box.type("git orch check-conflicts --all");
  EXPECT_EQ(r.status, 4) << r.out << r.err;
  EXPECT_TRUE(holds(r.out, "within/"));
}

TEST_F(CheckConflictsKept, OpenWorkGoesWithItsWorktree) {
  make_feature();
  write_old(w1 + "/one.txt", "open in w1\n");
  look(0);
  const std::string kept = "ls .git/orch/cache/open";
  EXPECT_EQ(box.type(kept).out, "worktree-impl-api\n");
  box.ok("git worktree remove --force " + w1);
  write_old(w2 + "/one.txt", "open in w2\n");
  look(0);
  EXPECT_EQ(box.type(kept).out, "worktree-impl-data\n");
}

TEST_F(CheckConflictsKept, WhatIsLeftOutIsUnknownAgainstARevisionToo) {
  make_feature();
  box.write(w1 + "/large.bin", std::string(2 << 20, 'x'));
  const Result r = box.type_in(w1, "git orch check-conflicts --with main");
  EXPECT_EQ(r.status, 4) << r.out;
  EXPECT_TRUE(holds(r.out, "large.bin"));
}

// Many pairs are asked about in parts, and told as if it were one.
TEST_F(CheckConflictsKept, ManyBranchesAreOneAnswer) {
  const std::string main(box.ok("git rev-parse HEAD"));
  std::string refs;
  for (int i = 0; i < 1400; ++i)
    refs += "create refs/heads/a" + std::to_string(i) + " " + main;
  ASSERT_EQ(box.type("git update-ref --stdin", refs).status, 0);
  for (const char* name : {"zz", "a1300", "a13", "a0"}) {
    box.ok("git checkout -q -B " + std::string(name) + " main");
    box.write(box.repo() + "/one.txt", std::string(name) + "\n");
    box.ok("git commit -qam " + std::string(name));
  }
  box.ok("git checkout -q main");
  const Result r =
      box.type("git orch check-conflicts --all --committed-only --porcelain");
  std::string pairs;
  for (const std::string& line : r.lines())
    pairs += line.substr(0, line.find("\tcollision")) + "\n";
  EXPECT_EQ(pairs,
            "a0\ta13\na0\ta1300\na0\tzz\na13\ta1300\na13\tzz\n"
            "a1300\tzz\n");
}

class KeptVerdicts : public CheckConflictsKept {
 protected:
  KeptVerdicts() {
    // All of them edit the same line.
    for (int i = 1; i <= 7; ++i) {
      box.ok("git checkout -q -b b" + std::to_string(i) + " main");
      box.write(box.repo() + "/one.txt", std::to_string(i) + "\n");
      box.ok("git commit -qam b" + std::to_string(i));
    }
    box.ok("git checkout -q main");
    // Such merges are git's to decide.
    box.ok("git config merge.conflictStyle diff3");
  }
  std::string remembered(int status = 1) const {
    const Result r =
        box.type("git orch check-conflicts --all --committed-only -v");
    EXPECT_EQ(r.status, status) << r.out << r.err;
    return r.err;
  }
};

TEST_F(KeptVerdicts, AreAskedOfGitOnce) {
  EXPECT_TRUE(holds(remembered(), "28 (100.0 %) by git\n"));
  EXPECT_EQ(verdicts(), 28);
  EXPECT_TRUE(holds(remembered(), "28 (100.0 %) by git, 28 of them before"));
  const std::string all =
      box.type("git orch check-conflicts --all --committed-only --json").out;
  EXPECT_TRUE(holds(all, R"("handed_to_git":28)"));
  // One more tip: its row only.
  box.ok("git commit -q --allow-empty -m on");
  EXPECT_TRUE(holds(remembered(), "28 (100.0 %) by git, 21 of them before"));
  EXPECT_EQ(box.type("git orch check-conflicts --all --committed-only --verify")
                .status,
            1);
}

TEST_F(KeptVerdicts, HoldForOneConfigurationAndItsAttributesOnly) {
  remembered();
  box.ok("git config merge.renames false");
  EXPECT_TRUE(holds(remembered(), "by git\n"));
  EXPECT_TRUE(holds(remembered(), "28 of them before"));
  // Read by a merge from the working tree, tracked or not.
  box.write(box.repo() + "/sub/.gitattributes", "*.txt merge=union\n");
  EXPECT_TRUE(holds(remembered(), "by git\n"));
  box.write(box.repo() + "/.gitattributes", "*.txt merge=union\n");
  EXPECT_TRUE(holds(remembered(0), "by git\n"));
  // A driver is a program that may change its mind.
  box.ok("git config merge.mine.driver true");
  EXPECT_TRUE(holds(remembered(0), "by git\n"));
  EXPECT_TRUE(holds(remembered(0), "by git\n"));
}

TEST_F(KeptVerdicts, AreNoneInARepositoryThatIsNotSetUp) {
  box.ok("git orch deinit -q");
  EXPECT_TRUE(holds(remembered(), "by git\n"));
  EXPECT_TRUE(holds(remembered(), "by git\n"));
  EXPECT_EQ(box.type("ls .git/orch").status, 2);
}

}  // namespace
}  // namespace orch::test
