// SPDX-License-Identifier: MIT
#include "support/tools.h"

namespace orch::test {
namespace {

// husky leads core.hooksPath to files of its own, which are not tracked; the
// project's hooks are tracked scripts beside them.
class HooksHusky : public BesideTool {
 protected:
  HooksHusky() : BesideTool("husky") {
    for (const char* name : {"pre-commit", "post-commit"})
      hook(name, "echo \"" + std::string(name) + " $#\" >>\"$HOME/log\"\n");
    hook("pre-push", "cat >>\"$HOME/log\"\n");
    box.ok("git add .");
    box.ok("git commit -qm hooks");
    config_ = config();
  }

  void hook(const std::string& name, const std::string& text) const {
    box.write(box.repo() + "/.husky/" + name, text);
  }
  std::string config() const { return box.read(box.repo() + "/.git/config"); }
  // All that husky has written.
  std::string own() const {
    return box
        .run_in(box.repo(), {"sh", "-c",
                             "for f in .husky/_/* .husky/_/.gitignore; do "
                             "stat -c '%n %a' $f; cat $f; done"})
        .out;
  }
  // Both tools' hooks run in the main worktree and in an agent's.
  void expect_both(const std::string& name) const {
    log();
    for (const std::string& place : {box.repo(), api()}) {
      const std::string message = name + " in " + place;
      EXPECT_EQ(commit(place, message).status, 0);
      EXPECT_EQ(log(), "pre-commit 0\npost-commit 0\n") << place;
      EXPECT_EQ(events_of(message), 1) << place;
    }
    EXPECT_EQ(broken(), "");
  }
  void expect_nothing_of_ours() const {
    EXPECT_EQ(names(), "");
    EXPECT_EQ(box.run_in(box.repo(), {"find", ".git", "-name",
                                      "config.worktree", "-o", "-name", "orch"})
                  .out,
              "");
  }
  // husky has no command for it; this is what its pages say.
  void uninstall_husky() const {
    box.ok("git config --unset core.hooksPath");
    box.ok("rm -r .husky/_");
  }

  std::string config_;  // before either tool
};

TEST_F(HooksHusky, BeforeUsRunsInEveryWorktreeAndStaysAsItWas) {
  box.ok("husky");
  const std::string with_husky = config();
  const std::string files = own();
  box.ok("git orch init -q");
  start_feature();
  expect_both("one");
  box.ok("husky");  // as each `npm install` does
  expect_both("two");
  EXPECT_EQ(own(), files);
  EXPECT_EQ(box.ok("git status --porcelain"), "");
  box.ok("git orch deinit -q");
  EXPECT_EQ(own(), files);
  EXPECT_EQ(config(), with_husky);
  expect_nothing_of_ours();
  log();
  EXPECT_EQ(commit(box.repo(), "after").status, 0);
  EXPECT_EQ(log(), "pre-commit 0\npost-commit 0\n");
}

TEST_F(HooksHusky, AfterUsIsTakenOverByTheNextTick) {
  box.ok("git orch init -q");
  start_feature();
  box.ok("husky");
  const std::string files = own();
  box.ok("git orch tick -q");
  expect_both("one");
  EXPECT_EQ(own(), files);
  box.ok("git orch hooks uninstall -q");
  log();
  EXPECT_EQ(commit(box.repo(), "after").status, 0);
  EXPECT_EQ(log(), "pre-commit 0\npost-commit 0\n");
  EXPECT_EQ(events_of("after"), 0);
  EXPECT_EQ(own(), files);
}

TEST_F(HooksHusky, ThatGoesFirstLeavesOursAtWork) {
  box.ok("husky");
  box.ok("git orch init -q");
  start_feature();
  uninstall_husky();
  for (const std::string& place : {box.repo(), api()}) {
    EXPECT_EQ(commit(place, "alone in " + place).status, 0);
    EXPECT_EQ(events_of("alone in " + place), 1);
  }
  EXPECT_EQ(log(), "");
  settle();
  box.ok("git orch deinit -q");
  EXPECT_EQ(config(), config_);
  expect_nothing_of_ours();
}

TEST_F(HooksHusky, DecidesAndReadsAsWithoutUs) {
  hook("commit-msg", "grep -q good \"$1\"\n");
  box.ok("husky");
  box.ok("git orch init -q");
  start_feature();
  for (const std::string& place : {box.repo(), api()}) {
    const Result no = commit(place, "bad");
    EXPECT_EQ(no.status, 1);
    EXPECT_TRUE(holds(no.err, "husky - commit-msg script failed (code 1)"));
    EXPECT_EQ(events_of("bad"), 0);
    EXPECT_EQ(commit(place, "good in " + place).status, 0);
    EXPECT_EQ(events_of("good in " + place), 1);
  }
  box.ok("git orch policy override -q guards.pushes -m hooks");
  box.ok("git init -q --bare ../there.git");
  log();
  box.ok_in(api(), "git push -q ../../../there.git HEAD:refs/heads/api");
  EXPECT_TRUE(log().starts_with("HEAD "));
}

}  // namespace
}  // namespace orch::test
