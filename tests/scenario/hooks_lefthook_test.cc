// SPDX-License-Identifier: MIT
#include "support/rest.h"
#include "support/tools.h"

namespace orch::test {
namespace {

// lefthook writes one script per hook into git's own directory, and writes them
// anew, from within a hook, when its configuration has changed.
class HooksLefthook : public BesideTool {
 protected:
  HooksLefthook() : BesideTool("lefthook") {
    config(box.repo(), "");
    box.ok("git add .");
    box.ok("git commit -qm hooks");
    none_ = hooks();
  }

  void config(const std::string& place, const std::string& more) const {
    box.write(place + "/lefthook.yml",
              "no_tty: true\n"
              "output: [failure]\n"
              "post-commit:\n"
              "  jobs:\n"
              "    - run: echo post-commit >>\"$HOME/log\"\n"
              "commit-msg:\n"
              "  jobs:\n"
              "    - run: grep -q good {1}\n"
              "pre-push:\n"
              "  jobs:\n"
              "    - run: cat >>\"$HOME/log\"\n"
              "      use_stdin: true\n" +
                  more);
  }
  // What lefthook alone would have made.
  std::string alone() const {
    // A tick heals the hooks that it misses.
    EXPECT_TRUE(comes_to_rest(box));
    box.run_in(box.repo(), {"mv", ".git/hooks", "../aside"});
    box.ok("lefthook install");
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

  std::string none_;  // the hooks before either tool
};

TEST_F(HooksLefthook, BeforeUsRunsInEveryWorktreeAndStaysAsItWas) {
  box.ok("lefthook install");
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

TEST_F(HooksLefthook, AfterUsIsTakenInByTheNextTick) {
  box.ok("git orch init -q");
  start_feature();
  box.ok("lefthook install");
  EXPECT_TRUE(holds(broken(), "ours was moved to "));
  EXPECT_TRUE(
      holds(box.ok("git orch tick --json"), R"({"what":"hooks","count":1})"));
  expect_both("one");
  EXPECT_TRUE(
      holds(box.ok("git orch tick --json"), R"({"what":"hooks","count":0})"));
  box.ok("git orch hooks uninstall -q");
  EXPECT_EQ(hooks(), alone());
}

TEST_F(HooksLefthook, ThatWritesItsHooksAnewIsTakenInAgain) {
  box.ok("lefthook install");
  box.ok("git orch init -q");
  start_feature();
  const std::string more =
      "post-merge:\n  jobs:\n    - run: echo post-merge >>\"$HOME/log\"\n";
  for (const std::string& place : {box.repo(), api()}) {
    config(place, more);
    // lefthook compares times in whole seconds first.
    box.ok_in(place, "touch -d 2020-02-02 lefthook.yml");
  }
  // lefthook sees the change from within its commit-msg, and takes the commit's
  // post-commit for itself; the tick finds the commit.
  box.ok_in(api(), "git commit -qam 'good sync'");
  EXPECT_EQ(log(), "post-commit\n");
  box.ok("git orch tick -q");
  EXPECT_EQ(broken(), "");
  EXPECT_EQ(events_of("good sync"), 1);
  expect_both("one");
  EXPECT_EQ(events_of("good sync"), 1);
  box.ok("git orch deinit -q");
  EXPECT_EQ(hooks(), alone());
}

TEST_F(HooksLefthook, ThatGoesFirstLeavesOursAtWork) {
  box.ok("lefthook install");
  box.ok("git orch init -q");
  start_feature();
  box.ok("lefthook uninstall");
  EXPECT_EQ(broken(), "");
  EXPECT_EQ(commit(api(), "alone").status, 0);
  EXPECT_EQ(events_of("alone"), 1);
  EXPECT_EQ(log(), "");
  settle();
  box.ok("git orch deinit -q");
  EXPECT_EQ(hooks(), none_);
}

TEST_F(HooksLefthook, ThatCameLaterAndGoesFirstLeavesOursAtWork) {
  box.ok("git orch init -q");
  const std::string ours = hooks();
  box.ok("lefthook install");
  box.ok("lefthook uninstall");
  EXPECT_EQ(hooks(), ours);
  box.ok("lefthook install");
  box.ok("git orch tick -q");
  box.ok("lefthook uninstall");
  EXPECT_EQ(hooks(), ours);
  box.ok("git orch deinit -q");
  EXPECT_EQ(hooks(), none_);
}

TEST_F(HooksLefthook, IsLeftAloneWhenItMovedOursAndWeGoFirst) {
  box.ok("git orch init -q");
  box.ok("lefthook install");
  box.ok("git orch deinit -q");
  EXPECT_EQ(hooks(), alone());
}

TEST_F(HooksLefthook, DecidesAndReadsAsWithoutUs) {
  box.ok("lefthook install");
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
  EXPECT_TRUE(log().starts_with("HEAD "));
}

}  // namespace
}  // namespace orch::test
