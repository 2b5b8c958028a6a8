// SPDX-License-Identifier: MIT
#include "file/file.h"
#include "support/sandbox.h"

namespace orch::test {
namespace {

// git 2.54 and later look for hooks in their configuration. The newer git is
// the one that tests/tools/newer-git unpacks; the machine's own is the older.
class HooksInConfig : public ::testing::Test {
 protected:
  HooksInConfig() {
    older_ = path_of_programs();
    newer_ =
        std::string(ORCH_SOURCE_DIR) + "/build/tools/newer-git/bin:" + older_;
    use(newer_);
    EXPECT_TRUE(file::exists(std::string(ORCH_SOURCE_DIR) +
                             "/build/tools/newer-git/bin/git"))
        << "tests/tools/newer-git build/tools/newer-git makes it";
    box.make_repository();
  }

  std::string path_of_programs() const {
    const Result r = box.run_in(box.root(), {"sh", "-c", "echo $PATH"});
    return r.lines().at(0);
  }
  void use(const std::string& path) { box.set("PATH", path); }

  void hook(const std::string& path) const {
    box.write(path, "#!/bin/sh\necho \"${0##*/} $#\" >>\"$HOME/log\"\n");
    box.ok("chmod 755 " + path);
  }
  std::string log() const {
    return box.run_in(box.root(), {"sh", "-c", "cat home/log; rm -f home/log"})
        .out;
  }
  std::string row(const std::string& event) const {
    for (const std::string& line :
         box.type("git orch hooks --porcelain").lines())
      if (line.starts_with(event + "\t")) return line;
    return "";
  }
  // How often each event is there.
  int count(const std::string& message) const {
    const Result r = box.type("git orch recent 1000 --porcelain");
    int n = 0;
    for (const std::string& line : r.lines())
      n += line.find("\t" + message + "\t") != std::string::npos ? 1 : 0;
    return n;
  }
  std::string hooks_directory() const {
    return box.ok("ls -l --time-style=+ .git/hooks");
  }

  Sandbox box;
  std::string older_, newer_;
};

TEST_F(HooksInConfig, LeaveTheHookDirectoryAndRunBesideTheUsers) {
  hook(box.repo() + "/.git/hooks/post-commit");
  const std::string hooks = hooks_directory();
  const std::string config = box.read(box.repo() + "/.git/config");
  box.ok("git orch init -q");
  EXPECT_EQ(hooks_directory(), hooks);
  EXPECT_TRUE(holds(row("post-commit"), "\tconfig\t1\t"));
  EXPECT_EQ(box.type("git orch hooks verify").status, 0);
  box.ok("git orch init-feature 001-a --roles overseer,impl-api -q");
  const std::string api = box.worktree("001-a", "impl-api");
  log();
  box.ok_in(api, "git commit -q --allow-empty -m one");
  EXPECT_EQ(log(), "post-commit 0\n");
  EXPECT_EQ(count("one"), 1);
  EXPECT_TRUE(holds(box.ok_in(api, "git log -1 --format=%B"),
                    "Orch-Agent: 001-a/impl-api"));
  // No tick meets the new commit before its post-rewrite has told of it.
  box.ok_in(api, "flock " + box.repo() +
                     "/.git/orch/lock/tick git commit -q --amend "
                     "--allow-empty -m two");
  EXPECT_EQ(count("two"), 0);  // the same event
  EXPECT_TRUE(holds(box.ok("git orch query 'SELECT count(*) FROM commit_map' "
                           "--porcelain"),
                    "1"));
  box.ok("git orch deinit -q");
  EXPECT_EQ(box.read(box.repo() + "/.git/config"), config);
  EXPECT_EQ(hooks_directory(), hooks);
}

TEST_F(HooksInConfig, DoNotMindAHooksPathOfTheUser) {
  hook(box.path("home") + "/hooks/post-commit");
  box.ok("git config --global core.hooksPath ~/hooks");
  box.ok("git orch init -q");
  EXPECT_TRUE(holds(row("post-commit"), "\tconfig\t1\t"));
  box.ok("git commit -q --allow-empty -m one");
  EXPECT_EQ(log(), "post-commit 0\n");
  EXPECT_EQ(count("one"), 1);
}

TEST_F(HooksInConfig, AreFollowedByLinksForAnOlderGitAndRecordOnce) {
  box.ok("git orch init -q");
  box.ok("git orch init-feature 001-a --roles overseer,impl-api -q");
  const std::string api = box.worktree("001-a", "impl-api");
  use(older_);
  EXPECT_TRUE(holds(row("post-commit"), "\tnone\t0\t"));
  box.ok_in(api, "git commit -q --allow-empty -m unseen");
  box.ok("git orch tick -q");
  EXPECT_TRUE(holds(row("post-commit"), "\tlink\t1\t"));
  EXPECT_EQ(count("unseen"), 1);
  box.ok_in(api, "git commit -q --allow-empty -m 'by the older'");
  EXPECT_EQ(count("by the older"), 1);
  use(newer_);
  EXPECT_TRUE(holds(row("post-commit"), "\tconfig\t1\t"));
  box.ok_in(api, "git commit -q --allow-empty -m 'by the newer'");
  EXPECT_EQ(count("by the newer"), 1);
  box.ok_in(api, "git checkout -q -b side");
  EXPECT_EQ(count("checked out side"), 1);
  box.ok_in(api, "git checkout -q -");
  box.ok_in(api, "git merge -q --no-ff -m merged side~0 main");
  // A rebase replays and is no new event, whoever tells of it how often.
  box.ok_in(api, "git rebase -q --force-rebase HEAD~1");
  box.ok("git orch tick -q");
  EXPECT_EQ(count("by the newer"), 1);
  EXPECT_EQ(box.ok("git orch query --porcelain \"SELECT count(*) FROM "
                   "task_events GROUP BY event_id HAVING count(*) > 1\""),
            "");
  box.ok("git orch hooks uninstall -q");
  EXPECT_EQ(box.type("git config --get-regexp ^hook").status, 1);
  EXPECT_FALSE(file::exists(box.repo() + "/.git/hooks/post-commit"));
}

TEST_F(HooksInConfig, AreNotNeededWhereAnOlderGitHasInstalledLinks) {
  use(older_);
  box.ok("git orch init -q");
  use(newer_);
  EXPECT_TRUE(holds(row("post-commit"), "\tlink\t1\t"));
  box.ok("git commit -q --allow-empty -m one");
  EXPECT_EQ(count("one"), 1);
  EXPECT_EQ(box.type("git orch hooks verify").status, 0);
}

TEST_F(HooksInConfig, ThatAreDisabledSaySo) {
  box.ok("git orch init -q");
  box.ok("git config hook.orch-post-commit.enabled false");
  EXPECT_TRUE(row("post-commit")
                  .ends_with("\tconfig\t0\thook.post-commit is "
                             "disabled"));
  const Result r = box.type("git orch hooks verify --porcelain");
  EXPECT_EQ(r.status, 1);
  EXPECT_TRUE(holds(r.out, "did not run here and in a new worktree"));
}

}  // namespace
}  // namespace orch::test
