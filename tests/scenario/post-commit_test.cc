// SPDX-License-Identifier: MIT
#include <unistd.h>

#include <algorithm>

#include "support/rest.h"
#include "support/sandbox.h"

namespace orch::test {
namespace {

// One event per logical commit, whatever brought it.
class GitHooks : public ::testing::Test {
 protected:
  GitHooks() {
    box.make_repository();
    box.ok("git orch init -q");
  }
  // Oldest first: "message commit", the commit by its present subject.
  std::vector<std::string> events() const {
    std::vector<std::string> out;
    const json::Value data = box.type("git orch recent 1000 --json").data();
    for (const json::Value& e : *data["events"].as_array()) {
      if (e["recorded_commit"] == json::Value()) continue;
      std::string line = *e["message"].as_string() + " -> ";
      if (const std::string* commit = e["commit"].as_string()) {
        std::string subject = box.type("git log -1 --format=%s " + *commit).out;
        if (!subject.empty()) subject.pop_back();
        line += subject;
        if (box.type("git merge-base --is-ancestor " + *commit + " HEAD")
                .status != 0)
          line += " (gone)";
      } else {
        line += "null";
      }
      out.push_back(line);
    }
    std::reverse(out.begin(), out.end());
    return out;
  }
  using Lines = std::vector<std::string>;

  void commit(const std::string& name) const {
    box.write(box.repo() + "/" + name, name + "\n");
    box.ok("git add .");
    const Result r = box.type("git commit -qm " + name);
    EXPECT_EQ(r.status, 0);
    EXPECT_EQ(r.err, "");
  }
  void edit_todo(const std::string& sed) {
    box.set("GIT_SEQUENCE_EDITOR", "sed -i '" + sed + "'");
    box.set("GIT_EDITOR", "true");
  }
  Sandbox box;
};

TEST_F(GitHooks, RecordACommit) {
  commit("one");
  EXPECT_EQ(events(), Lines{"one -> one"});
}

TEST_F(GitHooks, FollowAnAmend) {
  commit("one");
  box.ok("git commit -q --amend -m once-more");
  box.ok("git commit -q --amend -m thrice");
  EXPECT_EQ(events(), Lines{"one -> thrice"});
}

TEST_F(GitHooks, RecordACommitOfBeforeTheSetUpWhenItIsAmended) {
  box.ok("git commit -q --amend -m first-again");
  EXPECT_EQ(events(), Lines{"first-again -> first-again"});
}

TEST_F(GitHooks, FollowARebase) {
  box.ok("git checkout -q -b side");
  commit("a");
  commit("b");
  box.ok("git checkout -q main");
  commit("c");
  box.ok("git checkout -q side");
  box.ok("git rebase -q main");
  EXPECT_EQ(events(), (Lines{"a -> a", "b -> b", "c -> c"}));
}

TEST_F(GitHooks, FollowARebaseThatStopsAtAConflict) {
  box.ok("git checkout -q -b side");
  box.write(box.repo() + "/one.txt", "side\n");
  box.ok("git commit -qam side");
  commit("b");
  box.ok("git checkout -q main");
  box.write(box.repo() + "/one.txt", "main\n");
  box.ok("git commit -qam main");
  box.ok("git checkout -q side");
  EXPECT_NE(box.type("git rebase -q main").status, 0);
  box.write(box.repo() + "/one.txt", "both\n");
  box.ok("git add one.txt");
  box.set("GIT_EDITOR", "true");
  box.ok("git rebase --continue");
  EXPECT_EQ(events(), (Lines{"side -> side", "b -> b", "main -> main"}));
}

TEST_F(GitHooks, FollowASquashAndAReword) {
  for (const char* name : {"a", "b", "c"}) commit(name);
  edit_todo("2s/pick/fixup/");
  box.ok("git rebase -q -i HEAD~3");
  EXPECT_EQ(events(), (Lines{"a -> a", "b -> a", "c -> c"}));
  edit_todo("1s/pick/reword/");
  box.set("GIT_EDITOR", "sed -i 1s/.*/better/");
  box.ok("git rebase -q -i HEAD~2");
  EXPECT_EQ(events(), (Lines{"a -> better", "b -> better", "c -> c"}));
}

TEST_F(GitHooks, FollowNewOrderAndADroppedCommit) {
  for (const char* name : {"a", "b", "c", "d"}) commit(name);
  edit_todo("1d;2{h;d};3G");
  box.ok("git rebase -q -i HEAD~4");
  EXPECT_EQ(box.ok("git log --format=%s -3"), "d\nb\nc\n");
  EXPECT_EQ(events(), (Lines{"a -> null", "b -> b", "c -> c", "d -> d"}));
}

TEST_F(GitHooks, RecordACommitThatARebaseAdds) {
  commit("a");
  commit("b");
  edit_todo("1a exec git commit -q --allow-empty -m between");
  box.ok("git rebase -q -i HEAD~2");
  EXPECT_EQ(events(), (Lines{"a -> a", "b -> b", "between -> between"}));
}

TEST_F(GitHooks, RecordACherryPickAndARevert) {
  box.ok("git checkout -q -b side");
  commit("a");
  commit("b");
  box.ok("git checkout -q main");
  commit("c");
  box.ok("git cherry-pick side~1 side");
  box.ok("git revert --no-edit HEAD");
  EXPECT_EQ(events(),
            (Lines{"a -> a (gone)", "b -> b (gone)", "c -> c", "a -> a",
                   "b -> b", "Revert \"b\" -> Revert \"b\""}));
}

TEST_F(GitHooks, RecordAMergeButNoFastForward) {
  box.ok("git checkout -q -b side");
  commit("a");
  box.ok("git checkout -q main");
  box.ok("git merge -q side");
  EXPECT_EQ(events(), Lines{"a -> a"});
  box.ok("git checkout -q side");
  commit("b");
  box.ok("git checkout -q main");
  box.ok("git merge -q --no-ff -m merged side");
  EXPECT_EQ(events(), (Lines{"a -> a", "b -> b", "merged -> merged"}));
  box.ok("git checkout -q side");
  commit("c");
  box.ok("git checkout -q main");
  box.ok("git merge -q --squash side");
  box.ok("git commit -qm squashed");
  EXPECT_EQ(events().back(), "squashed -> squashed");
  EXPECT_EQ(events().size(), 5U);
}

TEST_F(GitHooks, RecordAMergeWithAConflictOnce) {
  box.ok("git checkout -q -b side");
  box.write(box.repo() + "/one.txt", "side\n");
  box.ok("git commit -qam side");
  box.ok("git checkout -q main");
  box.write(box.repo() + "/one.txt", "main\n");
  box.ok("git commit -qam main");
  EXPECT_EQ(box.type("git merge side").status, 1);
  box.write(box.repo() + "/one.txt", "both\n");
  box.ok("git commit -qam settled");
  EXPECT_EQ(events(),
            (Lines{"side -> side", "main -> main", "settled -> settled"}));
}

TEST_F(GitHooks, KnowTheTaskThatACommitNames) {
  box.ok("git commit -q --allow-empty -m 'T003: begin'");
  box.ok("git commit -q --allow-empty -m 'the end' -m 'Orch-Task-Done: T004'");
  const auto lines = box.type("git orch recent --porcelain").lines();
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_TRUE(holds(lines[1], "\tstatus_update\tT003: begin\tT003\t"));
  EXPECT_TRUE(holds(lines[0], "\ttask_completed\tthe end\tT004\t"));
}

TEST_F(GitHooks, TakeAMessageOfAnyBytes) {
  box.write(box.path("text"), "';\"$(touch canary)`x` \xff \x1b[31m\n");
  box.ok("git commit -q --allow-empty -F ../text");
  EXPECT_TRUE(holds(box.ok("git orch recent --json"),
                    R"("message":"';\"$(touch canary)`x` )"));
  EXPECT_EQ(box.ok("git orch recent").find('\x1b'), std::string::npos);
  EXPECT_EQ(box.run_in(box.root(), {"find", ".", "-name", "canary"}).out, "");
}

TEST_F(GitHooks, AreSilentAndIdleWithoutOurDirectory) {
  box.ok("mv .git/orch .git/elsewhere");
  const std::string tree = box.ok("find .git -maxdepth 1");
  for (const char* line :
       {"git commit -q --allow-empty -m one",
        "git commit -q --amend --allow-empty -m two", "git checkout -q -b side",
        "git commit -q --allow-empty -m three",
        "git rebase -q --force-rebase main~1", "git checkout -q main",
        "git merge -q side"}) {
    const Result r = box.type(line);
    EXPECT_EQ(r.status, 0) << line << r.err;
    EXPECT_EQ(r.out + r.err, "") << line;
  }
  EXPECT_EQ(box.type("ls .git/orch").status, 2);
}

// As root, too, with the one right given away that makes modes meaningless.
std::vector<std::string> bound_by_modes(std::vector<std::string> argv) {
  if (::geteuid() == 0)
    argv.insert(argv.begin(),
                {"setpriv", "--bounding-set=-dac_override,-dac_read_search",
                 "--inh-caps=-dac_override,-dac_read_search"});
  return argv;
}

TEST_F(GitHooks, NeverFailACommitWhenNothingCanBeWritten) {
  commit("one");
  struct Case {
    const char* breaks;
    const char* mends;
  };
  for (const Case& c :
       {Case{"chmod -R a-w .git/orch", "chmod -R u+w .git/orch"},
        Case{"chmod 0 .git/orch/spool", "chmod 700 .git/orch/spool"},
        Case{"chmod 0 .git/orch", "chmod 700 .git/orch"},
        Case{"mv .git/orch/spool .git/s", "mv .git/s .git/orch/spool"}}) {
    // Nobody may be at work there still.
    EXPECT_TRUE(comes_to_rest(box));
    box.ok("git orch tick -q");
    EXPECT_TRUE(comes_to_rest(box));
    box.ok(c.breaks);
    if (std::string(c.breaks).starts_with("mv"))
      box.ok("touch .git/orch/spool");
    const Result r = box.run_in(
        box.repo(),
        bound_by_modes({"git", "commit", "-q", "--allow-empty", "-m", "work"}));
    EXPECT_EQ(r.status, 0) << c.breaks;
    EXPECT_EQ(r.out, "") << c.breaks;
    const auto lines = Result{0, r.err, ""}.lines();
    ASSERT_EQ(lines.size(), 1U) << c.breaks << "\n" << r.err;
    EXPECT_TRUE(lines[0].starts_with("warning: orch: post-commit: ")) << r.err;
    if (std::string(c.breaks).starts_with("mv")) box.ok("rm .git/orch/spool");
    box.ok(c.mends);
  }
  EXPECT_EQ(box.ok("git rev-list --count HEAD"), "6\n");
  commit("two");
  EXPECT_EQ(events().back(), "two -> two");
}

TEST_F(GitHooks, LoseNothingWhenManyCommitAtOnce) {
  std::string script;
  for (int w = 1; w <= 6; ++w) {
    const std::string n = std::to_string(w), top = box.path("w" + n);
    box.ok("git worktree add -q -b w" + n + " " + top);
    script += "(cd " + top +
              "; for i in 1 2 3 4 5; do git commit -q "
              "--allow-empty -m " +
              n + "-$i || echo failed; done) & ";
  }
  const Result r = box.run_in(box.repo(), {"sh", "-c", script + "wait"});
  EXPECT_EQ(r.out + r.err, "");
  const Lines found = events();
  EXPECT_EQ(found.size(), 30U);
  for (int w = 1; w <= 6; ++w)
    for (int i = 1; i <= 5; ++i) {
      const std::string name = std::to_string(w) + "-" + std::to_string(i);
      EXPECT_EQ(std::count(found.begin(), found.end(),
                           name + " -> " + name + " (gone)"),
                1)
          << name;
    }
}

}  // namespace
}  // namespace orch::test
