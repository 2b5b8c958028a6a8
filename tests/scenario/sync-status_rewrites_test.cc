// SPDX-License-Identifier: MIT
#include "file/file.h"
#include "support/sandbox.h"

namespace orch::test {
namespace {

// A commit makes one event, whatever it becomes and whoever tells of it.
class SyncStatusRewrites : public ::testing::Test {
 protected:
  SyncStatusRewrites() {
    box.make_repository();
    box.ok("git orch init -q");
    box.ok("git orch init-feature 001-a --roles overseer,impl-api,impl-ui -q");
    api = box.worktree("001-a", "impl-api");
  }
  void commit(const std::string& message) const {
    box.write(api + "/" + message + ".txt", message + "\n");
    box.ok_in(api, "git add -A");
    box.ok_in(api, "git commit -q -m " + message);
  }
  // Without hooks, and with no tick of somebody else in between; then a look.
  Result behind_our_back(const std::string& script) const {
    return box.run_in(box.repo(), {"flock", ".git/orch/lock/tick", "sh", "-ec",
                                   "g() { git -c core.hooksPath=/dev/null -C " +
                                       api + " \"$@\"; }\n" + script +
                                       "\ngit orch sync-status --json"});
  }
  // Of each event of a commit of the agent's, oldest first: the subject of what
  // it is now.
  std::string events() const {
    const json::Value data = box.type("git orch recent 1000 --json").data();
    std::string out;
    for (const json::Value& e : *data["events"].as_array())
      if (e["recorded_commit"].as_string() &&
          e["role"] == json::Value("impl-api")) {
        const std::string* now = e["commit"].as_string();
        out = (now ? box.ok_in(api, "git log -1 --format=%s " + *now)
                   : "gone\n") +
              out;
      }
    return out;
  }
  std::string log() const {
    return box.ok_in(api, "git log --reverse --format=%s main..");
  }
  Sandbox box;
  std::string api;
};

TEST_F(SyncStatusRewrites, OneThatIsUnderWayIsToldOnce) {
  box.ok("git orch hooks uninstall -q");
  const std::string hook = box.repo() + "/.git/hooks/post-commit";
  box.write(hook, "#!/bin/sh\ngit orch tick -q && : >\"$HOME/ticked\"\n");
  box.ok("chmod +x " + hook);
  box.ok("git orch hooks install -q");
  commit("one");
  for (const char* line :
       {"git commit -q --amend -m two", "git commit -q --amend -m three"})
    box.ok_in(api, line);
  EXPECT_TRUE(file::exists(box.path("home/ticked")));
  EXPECT_EQ(events(), "three\n");
  EXPECT_EQ(box.type("git orch sync-status --json").err, "");
}

TEST_F(SyncStatusRewrites, AmendsThatNoHookSawAreFollowed) {
  commit("one");
  const Result r = behind_our_back(
      "g commit -q --amend -m two\ng commit -q --amend -m three");
  EXPECT_EQ(r.err, "001-a: 1 commit rewritten\n");
  EXPECT_EQ(r.data()["events"], json::Value(0));
  EXPECT_EQ(r.data()["dropped"], json::Value(0));
  EXPECT_EQ(events(), "three\n");
  box.ok_in(api, "git commit -q --amend -m four");
  EXPECT_EQ(events(), "four\n");
  // Undone and done again: the reflog goes round.
  EXPECT_EQ(behind_our_back("g reset -q --soft HEAD@{1}").err,
            "001-a: 1 commit rewritten, 1 commit back\n");
  EXPECT_EQ(events(), "three\n");
}

TEST_F(SyncStatusRewrites, RebasesThatNoHookSawAreFollowed) {
  commit("one");
  commit("two");
  box.write(box.repo() + "/late.txt", "late\n");
  box.ok("git add -A");
  box.ok("git commit -qm late");
  EXPECT_EQ(behind_our_back("g rebase -q main").err,
            "001-a: 2 commits rewritten\n");
  EXPECT_EQ(events(), "one\ntwo\n");
  EXPECT_EQ(log(), "one\ntwo\n");
  EXPECT_EQ(behind_our_back("g reset -q --hard HEAD~1").err,
            "001-a: 1 commit gone\n");
  EXPECT_EQ(events(), "one\ngone\n");
}

TEST_F(SyncStatusRewrites, NothingIsGuessedOfCommitsThatLookTheSame) {
  box.set("GIT_AUTHOR_DATE", "2026-01-02T03:04:05Z");
  for (const char* text : {"a", "b"}) {
    box.write(api + "/same.txt", text);
    box.ok_in(api, "git add -A");
    box.ok_in(api, "git commit -q -m same");
  }
  EXPECT_EQ(behind_our_back("g reset -q --hard HEAD~2\n"
                            "for i in 1 2; do g commit -q --allow-empty "
                            "-m same; done")
                .err,
            "001-a: 2 commits that no hook saw, 2 commits gone\n");
  EXPECT_EQ(events(), "gone\ngone\nsame\nsame\n");
}

TEST_F(SyncStatusRewrites, WhatAnotherAgentCommitsIsItsOwn) {
  commit("one");
  const std::string ui = box.worktree("001-a", "impl-ui");
  box.ok_in(ui, "git commit -q --allow-empty -m before");
  EXPECT_EQ(behind_our_back("git -c core.hooksPath=/dev/null -C " + ui +
                            " cherry-pick $(g rev-parse HEAD) >\"$HOME/out\"\n"
                            "g reset -q --hard HEAD~1")
                .err,
            "001-a: 1 commit that no hook saw, 1 commit gone\n");
}

}  // namespace
}  // namespace orch::test
