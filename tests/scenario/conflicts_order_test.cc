// SPDX-License-Identifier: MIT
#include "support/sandbox.h"
#include "text/text.h"

namespace orch::test {
namespace {

class ConflictsOrder : public ::testing::Test {
 protected:
  ConflictsOrder() {
    box.make_repository();
    box.ok("git orch init -q");
  }
  void make_feature(int agents) {
    std::string roles = "overseer";
    for (int i = 1; i <= agents; ++i) {
      const std::string name = "w" + std::to_string(i);
      box.write(box.repo() + "/.git/orch/roles/" + name + ".yaml",
                "name: " + name + "\nreports_to: overseer\n");
      roles += "," + name;
    }
    box.ok("git orch init-feature 001-a -q --roles " + roles);
  }
  // Line `line` of `file` as that agent has it, committed.
  void edit(int agent, const std::string& file, int line) const {
    const std::string name = "w" + std::to_string(agent);
    const std::string top = box.worktree("001-a", name);
    auto lines = text::split(box.read(top + "/" + file), '\n');
    lines.at(static_cast<std::size_t>(line)) = name;
    box.write(top + "/" + file, text::join(lines, "\n"));
    box.ok_in(top, "git commit -qam " + name);
  }
  Sandbox box;
};

TEST_F(ConflictsOrder, LandsTheMostAndSaysWhoStandsInTheWay) {
  make_feature(4);
  // The first collides with the second and the third, which get along.
  edit(1, "one.txt", 3);
  edit(1, "two.txt", 3);
  edit(2, "one.txt", 3);
  edit(3, "two.txt", 3);
  const Result r = box.type("git orch conflicts order --porcelain");
  EXPECT_EQ(r.status, 1);
  EXPECT_EQ(r.out,
            "001-a/w2\t1\t\t\n001-a/w3\t1\t\t\n"
            "001-a/w1\t0\tone.txt,two.txt\t001-a/w2,001-a/w3\n");
  const json::Value data = box.type("git orch conflicts order --json").data();
  EXPECT_EQ(data["conflicts"], json::Value(1));
  EXPECT_EQ(data["best"], json::Value(true));
  EXPECT_TRUE(holds(box.type("git orch conflicts order 001-a").out,
                    "2 files with 001-a/w2, 001-a/w3: one.txt, two.txt"));
  // What it proposes is so.
  const std::string overseer = box.worktree("001-a", "overseer");
  for (const char* agent : {"w2", "w3"})
    box.ok_in(overseer,
              "git merge -q -m m feature/001-a/" + std::string(agent));
  EXPECT_EQ(box.type_in(overseer, "git merge feature/001-a/w1").status, 1);
}

TEST_F(ConflictsOrder, ThreadsTheResultsOfThoseBefore) {
  make_feature(3);
  EXPECT_TRUE(holds(box.ok("git orch conflicts order"), "nothing is ahead of"));
  edit(1, "one.txt", 3);
  edit(2, "one.txt", 5);
  edit(3, "one.txt", 8);
  EXPECT_EQ(box.ok("git orch conflicts order --porcelain"),
            "001-a/w1\t1\t\t\n001-a/w2\t1\t\t\n001-a/w3\t1\t\t\n");
  // Those that have landed are left out, and the next lands on them.
  box.ok_in(box.worktree("001-a", "overseer"),
            "git merge -q -m m feature/001-a/w2");
  EXPECT_EQ(box.ok("git orch conflicts order --porcelain"),
            "001-a/w1\t1\t\t\n001-a/w3\t1\t\t\n");
}

TEST_F(ConflictsOrder, FindsTheOnlyOrderInWhichAllLand) {
  // Each two merge. But when two halves of a directory have been moved away, a
  // file that is added to it has no place any more: it must land before.
  box.write(box.repo() + "/dir/a.txt", "a\nof\nsome\nlines\n");
  box.write(box.repo() + "/dir/b.txt", "another\nwith\nother\nwords\n");
  box.ok("git add -A");
  box.ok("git commit -qm directory");
  make_feature(3);
  const auto act = [&](int agent, const std::string& line) {
    const std::string top = box.worktree("001-a", "w" + std::to_string(agent));
    box.ok_in(top, line);
    box.ok_in(top, "git add -A");
    box.ok_in(top, "git commit -qm act");
  };
  box.ok_in(box.worktree("001-a", "w1"), "mkdir moved");
  box.ok_in(box.worktree("001-a", "w2"), "mkdir moved");
  act(1, "git mv dir/a.txt moved/a.txt");
  act(2, "git mv dir/b.txt moved/b.txt");
  box.write(box.worktree("001-a", "w3") + "/dir/new.txt", "new\n");
  act(3, "true");
  const Result r = box.type("git orch conflicts order --porcelain");
  EXPECT_EQ(r.status, 0) << r.out;
  const auto lines = r.lines();
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_FALSE(lines[2].starts_with("001-a/w3")) << r.out;
  const std::string overseer = box.worktree("001-a", "overseer");
  for (const char* agent : {"w1", "w2"})
    box.ok_in(overseer,
              "git merge -q -m m feature/001-a/" + std::string(agent));
  EXPECT_EQ(box.type_in(overseer, "git merge feature/001-a/w3").status, 1);
}

TEST_F(ConflictsOrder, OfManyBranchesGoesByWhoStandsInTheFewestWays) {
  make_feature(10);
  // One of them collides with all others.
  for (int i = 2; i <= 10; ++i) {
    edit(1, i % 2 ? "one.txt" : "two.txt", 2 * (i / 2));
    edit(i, i % 2 ? "one.txt" : "two.txt", 2 * (i / 2));
  }
  const Result r = box.type("git orch conflicts order --json");
  EXPECT_EQ(r.status, 1);
  const json::Value data = r.data();
  EXPECT_EQ(data["best"], json::Value(false));
  EXPECT_EQ(data["conflicts"], json::Value(1));
  EXPECT_EQ((*data["order"].as_array()).back()["a"], json::Value("001-a/w1"));
}

TEST_F(ConflictsOrder, TouchesNothing) {
  make_feature(2);
  edit(1, "one.txt", 3);
  edit(2, "one.txt", 3);
  box.ok("git orch tick -q");
  const std::string before = box.fingerprint() + box.ok("git count-objects -v");
  EXPECT_EQ(box.type("git orch conflicts order -q").status, 1);
  EXPECT_EQ(box.fingerprint() + box.ok("git count-objects -v"), before);
}

TEST_F(ConflictsOrder, RefusesWhatItCannotAnswer) {
  EXPECT_NE(box.type("git orch conflicts order").status, 0);
  make_feature(1);
  EXPECT_EQ(box.type("git orch conflicts order 009-none").status, 128);
  EXPECT_EQ(box.type("git orch conflicts order 001-a x").status, 129);
  EXPECT_EQ(box.type("git orch conflicts order --all").status, 129);
}

}  // namespace
}  // namespace orch::test
