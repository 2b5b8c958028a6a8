// SPDX-License-Identifier: MIT
#include "support/rest.h"
#include "support/tools.h"

namespace orch::test {
namespace {

// pre-commit renames a hook that it finds to <hook>.legacy, and runs it first.
class HooksPreCommit : public BesideTool {
 protected:
  HooksPreCommit() : BesideTool("pre-commit") {
    box.write(
        box.repo() + "/.pre-commit-config.yaml",
        "default_install_hook_types: [pre-commit, commit-msg, "
        "post-commit, post-rewrite, pre-push]\n"
        "repos:\n"
        "  - repo: local\n"
        "    hooks:\n" +
            hook("log", "echo post-commit >>\"$HOME/log\"", "post-commit") +
            hook("rewritten", "echo rewritten >>\"$HOME/log\"",
                 "post-rewrite") +
            hook("good", "grep -q good \"$1\"", "commit-msg") +
            hook("range", "echo $PRE_COMMIT_REMOTE_BRANCH >>\"$HOME/log\"",
                 "push"));
    box.ok("git add .");
    box.ok("git commit -qm hooks");
    none_ = hooks();
  }

  static std::string hook(const std::string& id, const std::string& command,
                          const std::string& stage) {
    return "      - id: " + id + "\n        name: " + id +
           "\n        language: system\n        always_run: true\n"
           "        entry: sh -c '" +
           command + "' --\n        stages: [" + stage + "]\n";
  }
  // What pre-commit alone would have made.
  std::string alone() const {
    // A tick heals the hooks that it misses.
    EXPECT_TRUE(comes_to_rest(box));
    box.run_in(box.repo(), {"mv", ".git/hooks", "../aside"});
    box.ok("pre-commit install");
    const std::string theirs = hooks();
    box.run_in(box.repo(),
               {"sh", "-c", "rm -r .git/hooks && mv ../aside .git/hooks"});
    return theirs;
  }
  void expect_both(const std::string& name) const {
    settle();
    log();
    for (const std::string& place : {box.repo(), api()}) {
      const std::string message = "good " + name + " in " + place;
      EXPECT_EQ(commit(place, message).status, 0);
      EXPECT_EQ(log(), "post-commit\n") << place;
      EXPECT_EQ(events_of(message), 1) << place;
    }
    settle();
    EXPECT_EQ(broken(), "");
  }
  // The commit that the newest event points to.
  std::string newest_commit() const {
    return box
        .type(
            "git orch query \"SELECT coalesce(m.new_commit, e.commit_hash) "
            "FROM task_events e LEFT JOIN commit_map m ON m.old_commit = "
            "e.commit_hash ORDER BY e.id DESC LIMIT 1\" --porcelain")
        .out;
  }

  std::string none_;  // the hooks before either tool
};

TEST_F(HooksPreCommit, BeforeUsRunsInEveryWorktreeAndStaysAsItWas) {
  box.ok("pre-commit install");
  const std::string files = hooks();
  box.ok("git orch init -q");
  start_feature();
  expect_both("one");
  box.ok("git orch deinit -q");
  EXPECT_EQ(hooks(), files);
  log();
  EXPECT_EQ(commit(box.repo(), "good after").status, 0);
  EXPECT_EQ(log(), "post-commit\n");
}

TEST_F(HooksPreCommit, AfterUsRunsOursAtOnce) {
  box.ok("git orch init -q");
  start_feature();
  box.ok("pre-commit install");
  expect_both("one");
  box.ok("pre-commit install");
  box.ok("git orch hooks install -q");
  expect_both("two");
  const std::string theirs = alone();
  box.ok("git orch deinit -q");
  EXPECT_EQ(hooks(), theirs);
}

TEST_F(HooksPreCommit, ThatDropsOursIsTakenInAgain) {
  box.ok("git orch init -q");
  start_feature();
  box.ok("pre-commit install --overwrite");
  EXPECT_NE(broken(), "");
  EXPECT_TRUE(
      holds(box.ok("git orch tick --json"), R"({"what":"hooks","count":1})"));
  expect_both("one");
}

TEST_F(HooksPreCommit, ThatGoesFirstLeavesOursAtWork) {
  for (const bool before : {true, false}) {
    if (before) box.ok("pre-commit install");
    box.ok("git orch init -q");
    if (!before) box.ok("pre-commit install");
    box.ok("pre-commit uninstall");
    EXPECT_EQ(broken(), "");
    const std::string message = before ? "before" : "after";
    EXPECT_EQ(commit(box.repo(), message).status, 0);
    EXPECT_EQ(events_of(message), 1);
    EXPECT_EQ(log(), "");
    settle();
    box.ok("git orch deinit -q");
    EXPECT_EQ(hooks(), none_);
  }
}

TEST_F(HooksPreCommit, KeepsAUsersHookThatWasThereFirst) {
  const std::string path = box.repo() + "/.git/hooks/post-commit";
  box.write(path, "#!/bin/sh\necho own >>\"$HOME/log\"\n");
  box.ok("chmod 750 " + path);
  const std::string own = hooks();
  box.ok("git orch init -q");
  box.ok("pre-commit install");
  EXPECT_EQ(commit(box.repo(), "good").status, 0);
  EXPECT_EQ(log(), "own\npost-commit\n");
  settle();
  box.ok("git orch deinit -q");
  EXPECT_EQ(commit(box.repo(), "good").status, 0);
  EXPECT_EQ(log(), "own\npost-commit\n");
  box.ok("pre-commit uninstall");
  EXPECT_EQ(hooks(), own);
}

TEST_F(HooksPreCommit, HidesNoRewriteFromUs) {
  for (const bool before : {true, false}) {
    if (before) box.ok("pre-commit install");
    box.ok("git orch init -q");
    if (!before) box.ok("pre-commit install");
    EXPECT_EQ(commit(box.repo(), "good one").status, 0);
    box.ok("git commit -q --amend --allow-empty -m 'good amended'");
    settle();
    EXPECT_EQ(newest_commit(), box.ok("git rev-parse HEAD")) << before;
    box.ok("git commit -q --allow-empty -m 'good two'");
    box.ok("git rebase -q --force-rebase HEAD~2");
    settle();
    EXPECT_EQ(newest_commit(), box.ok("git rev-parse HEAD")) << before;
    EXPECT_EQ(log(),
              "post-commit\npost-commit\nrewritten\npost-commit\n"
              "post-commit\npost-commit\nrewritten\n");
    box.ok("git orch deinit -q");
    box.ok("pre-commit uninstall");
  }
}

TEST_F(HooksPreCommit, DecidesAndReadsAsWithoutUs) {
  box.ok("pre-commit install");
  box.ok("git orch init -q");
  start_feature();
  for (const std::string& place : {box.repo(), api()}) {
    EXPECT_EQ(commit(place, "bad").status, 1);
    EXPECT_EQ(events_of("bad"), 0);
  }
  EXPECT_EQ(log(), "");
  box.ok("git orch policy override -q guards.pushes -m hooks");
  box.ok("git init -q --bare ../there.git");
  box.ok_in(api(), "git push -q ../../../there.git HEAD:refs/heads/api");
  EXPECT_EQ(log(), "refs/heads/api\n");
}

}  // namespace
}  // namespace orch::test
