// SPDX-License-Identifier: MIT
#include "file/file.h"
#include "support/sandbox.h"
#include "text/text.h"

namespace orch::test {
namespace {

class Deinit : public ::testing::Test {
 protected:
  Deinit() { box.make_repository(); }

  Result shell(const std::string& text) const {
    return box.run_in(box.repo(), {"sh", "-c", text});
  }
  // Names, modes, links and bytes of everything in .git but the backups.
  std::string git_directory() const {
    return shell(
               "cd .git && find . ! -name 'orch-backup-*' "
               "-printf '%p %m %l\\n' | sort; find . -type f ! -name "
               "'orch-backup-*' -exec sha256sum {} + | sort -k2")
        .out;
  }
  std::string local_config() const {
    return box.ok("git config --local --list");
  }

  Sandbox box;
};

TEST_F(Deinit, PrintsItsUsageAndRefusesWrongUsage) {
  const Result help = box.type("git orch deinit -h");
  EXPECT_EQ(help.status, 0);
  EXPECT_TRUE(help.out.starts_with("usage: git orch deinit [--purge]\n"));
  box.ok("git orch init -q");
  for (const char* line : {"git orch deinit all", "git orch deinit --purg",
                           "git orch deinit --porcelain"}) {
    const Result r = box.type(line);
    EXPECT_EQ(r.status, 129) << line;
    EXPECT_EQ(r.out, "") << line;
    EXPECT_TRUE(holds(r.err, "usage: git orch deinit")) << line;
  }
  EXPECT_EQ(box.type("test -d .git/orch").status, 0);
}

TEST_F(Deinit, SaysThatNothingIsSetUp) {
  const Result r = box.type("git orch deinit");
  EXPECT_EQ(r.status, 128);
  EXPECT_TRUE(holds(r.err, "fatal: git orch is not set up in '"));
  EXPECT_EQ(box.type("git orch deinit --json").json()["error"]["code"],
            json::Value("not_initialised"));
}

TEST_F(Deinit, RestoresHooksAndConfigurationByteForByteAndModeForMode) {
  box.write(box.repo() + "/.git/hooks/post-commit", "#!/bin/sh\necho mine\n");
  box.ok("chmod 751 .git/hooks/post-commit");
  box.write(box.repo() + "/.git/hooks/pre-rebase", "#!/bin/sh\nexit 0\n");
  box.ok("chmod 640 .git/hooks/pre-rebase");
  box.write(box.repo() + "/shared-hook", "#!/bin/sh\n");
  box.ok("ln -s ../../shared-hook .git/hooks/post-merge");
  box.write(box.repo() + "/.git/config",
            box.read(box.repo() + "/.git/config") +
                "# a remark\n[Core]\n\tfilesRefLockTimeout=  500 ; half\n");
  box.ok("chmod 664 .git/config");
  const std::string before = git_directory();
  box.ok("git orch init -q");
  EXPECT_NE(git_directory(), before);
  box.ok("git orch deinit -q");
  EXPECT_EQ(git_directory(), before);
}

TEST_F(Deinit, RestoresAConfigurationThatIsALink) {
  box.ok("mv .git/config ../shared-config");
  box.ok("ln -s ../../shared-config .git/config");
  const std::string before = git_directory();
  const std::string config = box.read(box.path("shared-config"));
  box.ok("git orch init -q");
  EXPECT_NE(box.read(box.path("shared-config")), config);
  box.ok("git orch deinit -q");
  EXPECT_EQ(git_directory(), before);
  EXPECT_EQ(box.read(box.path("shared-config")), config);
}

TEST_F(Deinit, PutsBackADirectoryThatStoodInThePlaceOfAHook) {
  box.ok("mkdir .git/hooks/post-commit");
  box.write(box.repo() + "/.git/hooks/post-commit/notes", "mine\n");
  const std::string before = git_directory();
  box.ok("git orch init -q");
  box.ok("git orch deinit -q");
  EXPECT_EQ(git_directory(), before);
}

// As after a kill in its last step.
TEST_F(Deinit, TakesAwayWhatAnEarlierOneHasLeft) {
  box.ok("git orch init -q");
  box.ok("git orch deinit -q");
  box.write(box.repo() + "/.git/orch-removed/scripts/one", "");
  EXPECT_EQ(box.ok("git orch deinit"), "");
  EXPECT_EQ(box.type("test -e .git/orch-removed").status, 1);
  EXPECT_EQ(box.type("git orch deinit").status, 128);
}

TEST_F(Deinit, TakesAwayWhatAKilledWriterHasLeft) {
  box.write(box.repo() + "/.git/hooks/post-commit.new-12a", "a person's");
  const std::string before = git_directory();
  box.ok("git orch init -q");
  for (const char* name :
       {"hooks/post-commit", "orch-worktrees.config", "orch-guard.config"})
    box.write(box.repo() + "/.git/" + name + ".new-77", "half");
  box.ok("git orch deinit -q");
  EXPECT_EQ(git_directory(), before);
}

TEST_F(Deinit, LeavesNoHooksDirectoryWhereThereWasNone) {
  box.ok("rm -r .git/hooks");
  const std::string before = git_directory();
  box.ok("git orch init -q");
  box.ok("git orch deinit -q");
  EXPECT_EQ(git_directory(), before);
}

TEST_F(Deinit, TakesOnlyItsOwnKeysFromAConfigurationThatChangedSince) {
  box.ok("git config core.packedRefsTimeout 500");
  box.ok("git orch init -q");
  EXPECT_EQ(box.ok("git config core.packedRefsTimeout"), "10000\n");
  box.ok("git remote add origin /nowhere");
  box.ok("git config core.filesRefLockTimeout 777");
  box.ok("git orch deinit -q");
  const std::string config = local_config();
  EXPECT_TRUE(holds(config, "remote.origin.url=/nowhere\n"));
  EXPECT_TRUE(holds(config, "core.packedrefstimeout=500\n"));
  EXPECT_TRUE(holds(config, "core.filesreflocktimeout=777\n"));
  EXPECT_EQ(config.find("reftable"), std::string::npos) << config;
}

TEST_F(Deinit, KeepsWhatWasConfiguredBetweenTwoInits) {
  box.ok("git orch init -q");
  box.ok("git remote add origin /nowhere");
  box.ok("git orch init -q");
  box.ok("git orch deinit -q");
  EXPECT_TRUE(holds(local_config(), "remote.origin.url=/nowhere\n"));
  EXPECT_EQ(local_config().find("timeout"), std::string::npos);
}

TEST_F(Deinit, KeepsAHookThatAPersonPutInThePlaceOfOurs) {
  box.ok("git orch init -q");
  const std::string hook = box.repo() + "/.git/hooks/post-commit";
  box.ok("rm " + hook);
  box.write(hook, "#!/bin/sh\n# new\n");
  box.ok("git orch deinit -q");
  EXPECT_EQ(box.read(hook), "#!/bin/sh\n# new\n");
  EXPECT_EQ(box.type("test -e .git/hooks/pre-rebase").status, 1);
}

TEST_F(Deinit, KeepsWorktreesAndBranchesAndListsThemWithTheRemovingCommand) {
  box.ok("git orch init -q");
  box.ok("git orch init-feature 001-a --roles overseer,impl-ui -q");
  const std::string refs = box.ok("git for-each-ref");
  const std::string worktrees = box.ok("git worktree list");
  const Result r = box.type("git orch deinit --json");
  EXPECT_EQ(r.status, 0) << r.err;
  const std::string tree = box.worktree("001-a", "overseer");
  EXPECT_TRUE(r.out.starts_with(
      R"({"version":1,"ok":true,"data":{"stopped":[],"kept":[{"what":")" +
      tree + R"(","remove":"git worktree remove ')" + tree + R"('"})"))
      << r.out;
  EXPECT_TRUE(holds(r.out, R"(],"removed":[])"));
  EXPECT_EQ(box.ok("git for-each-ref"), refs);
  EXPECT_EQ(box.ok("git worktree list"), worktrees);
  // The commands do what they say.
  const json::Value kept = r.data()["kept"];
  ASSERT_EQ(kept.as_array()->size(), 4U);
  for (const json::Value& k : *kept.as_array())
    box.ok(*k["remove"].as_string());
  EXPECT_EQ(box.ok("git for-each-ref --format %(refname)"),
            "refs/heads/main\n");
}

TEST_F(Deinit, ListsTheSameForAPerson) {
  box.ok("git orch init-feature 001-a --roles overseer -q");
  const std::string text = box.ok("git orch deinit");
  EXPECT_TRUE(holds(text,
                    "kept    feature/001-a/overseer\n        git branch "
                    "-d feature/001-a/overseer\n"));
  EXPECT_TRUE(
      holds(text, "the events are in " + box.repo() + "/.git/orch-backup-"));
}

TEST_F(Deinit, LeavesAStoreThatSqliteReads) {
  box.ok("git orch init -q");
  box.ok("git orch init-feature 001-a --roles overseer -q");
  box.ok("git orch log-event 001-a overseer note 'kept for later'");
  const json::Value data = box.type("git orch deinit --json").data();
  const std::string backup =
      data["backup"].as_string() ? *data["backup"].as_string() : "";
  ASSERT_EQ(box.type("test -f " + backup).status, 0);
  if (box.type("sqlite3 --version").status != 0)
    GTEST_SKIP() << "no sqlite3 shell";
  EXPECT_EQ(box.run_in(box.repo(), {"sqlite3", "-readonly", backup,
                                    "SELECT message FROM task_events; "
                                    "PRAGMA integrity_check;"})
                .out,
            "kept for later\nok\n");
  EXPECT_EQ(box.type("ls -d .git/orch").status, 2);
}

TEST_F(Deinit, CanBeUndoneByInitAndDoneAgain) {
  box.ok("git orch init -q");
  box.ok("git orch deinit -q");
  EXPECT_EQ(box.type("git orch init --json").data()["created"],
            json::Value(true));
  box.ok("git commit -q --allow-empty -m again");
  EXPECT_EQ(box.type("git orch recent --porcelain").lines().size(), 1U);
  box.ok("git orch deinit -q");
  EXPECT_EQ(
      box.type("git orch status --json").data()["features"].as_array()->size(),
      0U);
}

// The daemon's, say, when the agents that it saw running are stopped by us.
TEST_F(Deinit, IsNotUndoneByATickThatWaitsForItsTurn) {
  box.ok("git orch init");
  {
    const auto turn = file::Lock::take(box.repo() + "/.git/orch/lock/tick",
                                       file::Lock::Mode::Exclusive, 0, "us");
    shell("(git-orch-tick --report >../report 2>&1; echo $? >../ended) &");
    ASSERT_TRUE(eventually([&] {
      return shell("grep -q -- \"->.*:$(stat -c %i .git/orch/lock/tick) \" "
                   "/proc/locks")
                 .status == 0;
    }));
    // What `deinit` does while it holds the turn.
    box.ok("mv .git/orch .git/orch-removed");
  }
  ASSERT_TRUE(
      eventually([&] { return box.read(box.path("ended")) == "0\n"; }));
  EXPECT_EQ(box.read(box.path("report")), "lives 0\nend\n");
  EXPECT_FALSE(file::exists(box.repo() + "/.git/orch"));
}

// Our programs' clock stands still.
TEST_F(Deinit, ReplacesNoBackupOfTheSameSecond) {
  const std::string still = "env ORCH_TEST_NOW=1800000000000 git orch ";
  box.ok(still + "init -q");
  box.ok(still + "init-feature 001-a --roles overseer -q");
  box.ok(still + "log-event 001-a overseer note precious -q");
  box.ok(still + "deinit -q");
  box.ok(still + "init -q");
  const Result r = box.type(still + "deinit");
  EXPECT_EQ(r.status, 0) << r.err;
  const std::string start = "orch-backup-20270115T080000Z";
  EXPECT_TRUE(holds(r.out, "/.git/" + start + "-2.db\n")) << r.out;
  EXPECT_EQ(shell("ls .git | grep backup").out,
            start + "-2.db\n" + start + ".db\n");
  EXPECT_TRUE(holds(box.ok("sqlite3 -readonly .git/" + start +
                           ".db 'SELECT message FROM task_events'"),
                    "precious"));
}

TEST_F(Deinit, OfSeveralAtOnceOneDoesItAndTheOthersFindNothing) {
  box.ok("git orch init -q");
  const std::string said =
      shell(
          "for i in 1 2 3 4; do (git orch deinit >../said-$i 2>&1; "
          "echo \"exit $?\" >>../said-$i) & done; wait; cat ../said-*")
          .out;
  int done = 0;
  for (const std::string& line : text::split(said, '\n')) {
    if (line == "exit 0") ++done;
    if (line.empty() || line == "exit 0" || line == "exit 128" ||
        line.starts_with("the events are in "))
      continue;
    EXPECT_EQ(line,
              "fatal: git orch is not set up in '" + box.repo() + "/.git'");
  }
  EXPECT_GE(done, 1) << said;
  EXPECT_EQ(shell("ls .git | grep -c orch").out, "1\n");
}

TEST_F(Deinit, WorksInALinkedWorktree) {
  box.ok("git worktree add -q ../linked");
  const std::string before = git_directory();
  box.ok("git orch init -q");
  box.ok_in(box.path("linked"), "git orch deinit -q");
  EXPECT_EQ(git_directory(), before);
}

}  // namespace
}  // namespace orch::test
