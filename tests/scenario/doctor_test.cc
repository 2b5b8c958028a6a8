// SPDX-License-Identifier: MIT
#include "support/sandbox.h"

namespace orch::test {
namespace {

class Doctor : public ::testing::Test {
 protected:
  Doctor() { box.make_repository(); }

  // "status|detail|fix" of one check, "" when there is none of that name.
  std::string check(const std::string& name) const {
    for (const std::string& line :
         box.type("git orch doctor --porcelain").lines())
      if (line.starts_with(name + "\t")) {
        std::string rest = line.substr(name.size() + 1);
        for (char& c : rest)
          if (c == '\t') c = '|';
        return rest;
      }
    return "";
  }
  // Directories with nothing but the programs that doctor is about to miss.
  std::string path_without(const std::string& tool) const {
    const std::string bin = box.path("bin-without-" + tool);
    box.ok("mkdir -p " + bin);
    for (const char* t : {"git", "tmux", "env", "sh"})
      if (t != tool) {
        const std::string found =
            box.run_in(box.root(), {"sh", "-c", "command -v " + std::string(t)})
                .out;
        box.ok("ln -sfn " + found.substr(0, found.size() - 1) + " " + bin +
               "/" + t);
      }
    return std::string(ORCH_BUILD_DIR) + "/bin:" + bin;
  }
  void stand_in(const std::string& tool, const std::string& version) const {
    box.write(box.path("old") + "/" + tool,
              "#!/bin/sh\necho '" + version + "'\n");
    box.ok("chmod 755 " + box.path("old") + "/" + tool);
  }
  void prefer_stand_ins() {
    box.set("PATH", box.path("old") + ":" + std::string(ORCH_BUILD_DIR) +
                        "/bin:/usr/local/bin:/usr/bin:/bin");
  }

  Sandbox box;
};

TEST_F(Doctor, PrintsItsUsageAndRefusesWrongUsage) {
  const Result help = box.type("git orch doctor -h");
  EXPECT_EQ(help.status, 0);
  EXPECT_TRUE(help.out.starts_with("usage: git orch doctor"));
  for (const char* line : {"git orch doctor all", "git orch doctor --fixx"}) {
    const Result r = box.type(line);
    EXPECT_EQ(r.status, 129) << line;
    EXPECT_EQ(r.out, "") << line;
    EXPECT_TRUE(holds(r.err, "usage: git orch doctor")) << line;
  }
}

TEST_F(Doctor, FindsAHealthyRepositoryHealthy) {
  box.ok("git orch init -q");
  const Result r = box.type("git orch doctor");
  EXPECT_EQ(r.status, 0) << r.out;
  EXPECT_TRUE(r.out.starts_with("CHECK "));
  EXPECT_TRUE(check("git").starts_with("ok|version "));
  EXPECT_TRUE(check("tmux").starts_with("ok|version "));
  EXPECT_TRUE(check("disk").ends_with(" MiB free|") ||
              check("disk").starts_with("warn|"));
  EXPECT_EQ(check("file-system"), "ok|local|");
  EXPECT_EQ(check("hook post-commit"),
            "ok|link, ran here and in a new worktree|");
  EXPECT_TRUE(check("store").starts_with("ok|schema version "));
  EXPECT_EQ(check("spool"), "ok|empty|");
}

TEST_F(Doctor, AnswersInTheKeysOfTheContract) {
  box.ok("git orch init -q");
  const std::string out = box.ok("git orch doctor --json");
  EXPECT_TRUE(out.starts_with(
      R"({"version":1,"ok":true,"data":{"checks":[{"name":"git",)"
      R"("status":"ok","detail":"version )"))
      << out;
  EXPECT_TRUE(holds(out, R"(","fix":""},{"name":"tmux","status":)"));
  const std::string nul = box.ok("git orch doctor -z");
  EXPECT_EQ(nul.find('\n'), std::string::npos);
  EXPECT_EQ(nul.back(), '\0');
  EXPECT_EQ(box.ok("git orch doctor -q"), "");
}

TEST_F(Doctor, OnlyWarnsBeforeInitAndCreatesNothing) {
  const std::string before = box.fingerprint();
  EXPECT_EQ(box.type("git orch doctor").status, 0);
  EXPECT_EQ(check("state"), "warn|git orch is not set up here|git orch init");
  EXPECT_EQ(box.fingerprint(), before);
  EXPECT_EQ(box.type("test -e .git/orch").status, 1);
}

TEST_F(Doctor, AnswersOutsideARepository) {
  const Result r = box.type_in(box.path("tmp"), "git orch doctor --json");
  EXPECT_EQ(r.status, 1);
  EXPECT_TRUE(r.out.starts_with(R"({"version":1,"ok":true,)"));
  EXPECT_TRUE(holds(r.out, R"({"name":"repository","status":"fail",)"
                           R"("detail":"not inside a git repository",)"
                           R"("fix":"git init"})"));
}

TEST_F(Doctor, FailsForAMissingHookAndItsFixFixesIt) {
  box.ok("git orch init -q");
  box.ok("rm .git/hooks/post-rewrite");
  EXPECT_EQ(box.type("git orch doctor").status, 1);
  EXPECT_EQ(box.type("git orch doctor -q").status, 1);
  EXPECT_EQ(check("hook post-rewrite"), "fail|not installed|git orch init");
  // For people the fix has a line of its own, which no table clips.
  EXPECT_TRUE(holds(box.type("git orch doctor").out,
                    "\nhook post-rewrite: not installed\n"
                    "    git orch init\n"));
  EXPECT_EQ(check("hook post-commit"),
            "ok|link, ran here and in a new worktree|");
  box.ok("git orch init -q");
  EXPECT_EQ(box.type("git orch doctor").status, 0);
}

TEST_F(Doctor, GivesAFixThatWorksWhenHooksLieElsewhere) {
  box.ok("git orch init -q");
  box.ok("git config core.hooksPath /elsewhere");
  EXPECT_EQ(box.type("git orch doctor").status, 1);
  EXPECT_EQ(check("hook post-commit"),
            "fail|core.hooksPath is '/elsewhere'|"
            "git orch hooks install");
}

TEST_F(Doctor, FailsForAWorktreeThatIsGoneAndItsFixFixesIt) {
  box.ok("git orch init -q");
  box.ok("git orch init-feature 001-a --roles overseer,impl-ui -q");
  const std::string tree = box.worktree("001-a", "impl-ui");
  box.ok("git worktree remove " + tree);
  EXPECT_EQ(box.type("git orch doctor").status, 1);
  const std::string fix =
      "git worktree add '" + tree + "' feature/001-a/impl-ui";
  EXPECT_EQ(check("worktree 001-a/impl-ui"),
            "fail|'" + tree + "' is gone|" + fix);
  box.ok(fix);
  EXPECT_EQ(box.type("git orch doctor").status, 0);
}

TEST_F(Doctor, FailsForAnAgentWithoutACheckIn) {
  box.ok("git orch init -q");
  box.ok("git orch init-feature 001-a --roles overseer,impl-ui -q");
  box.run_in(box.repo(),
             {"sqlite3", "-cmd", ".timeout 10000", ".git/orch/orch.db",
              "UPDATE checkins SET state = 'cancelled' "
              "WHERE agent_id = 2"});
  EXPECT_EQ(box.type("git orch doctor").status, 1);
  EXPECT_TRUE(
      check("check-in 001-a/impl-ui").starts_with("fail|none is scheduled|"));
  EXPECT_EQ(check("check-in 001-a/overseer"), "");
}

TEST_F(Doctor, WarnsOfAnAgentThatExitedAndGivesTheStart) {
  box.ok("git orch init -q");
  box.script("overseer", "await-message\nexit 3\n");
  box.ok(
      "git orch init-feature 001-a --roles overseer --start --runtime "
      "script -q");
  EXPECT_TRUE(eventually([&] {
    box.ok("git orch tick -q");
    return check("agent 001-a/overseer") ==
           "warn|it has exited|git orch agent start 001-a/overseer";
  }));
  EXPECT_EQ(box.type("git orch doctor").status, 0);
}

TEST_F(Doctor, FailsForADamagedStore) {
  box.ok("git orch init -q");
  box.ok("rm -f .git/orch/orch.db-wal .git/orch/orch.db-shm");
  box.write(box.repo() + "/.git/orch/orch.db", std::string(8192, 'x'));
  EXPECT_EQ(box.type("git orch doctor").status, 1);
  EXPECT_TRUE(check("store").starts_with("fail|"));
  EXPECT_FALSE(check("store").ends_with("|"));
}

TEST_F(Doctor, MakesAStoreThatIsGoneAnewFromTheBranches) {
  box.ok("git orch init -q");
  box.ok("git orch init-feature 001-a -q --roles overseer,impl-api");
  box.ok("rm .git/orch/orch.db");
  EXPECT_EQ(check("store"), "fail|it was removed|git orch doctor --fix");
  // Nothing replaces it by an empty one, and git goes on.
  for (const char* line : {"git orch status", "git orch init"}) {
    const Result r = box.type(line);
    EXPECT_EQ(r.status, 128) << line;
    EXPECT_TRUE(holds(r.err, "was removed"));
    EXPECT_TRUE(holds(r.err, "git orch doctor --fix"));
  }
  box.ok("git commit -q --allow-empty -m meanwhile");
  box.type("git orch doctor --fix");
  EXPECT_TRUE(check("store").starts_with("ok|"));
  EXPECT_EQ(box.type("git orch agent list --porcelain").lines().size(), 2U);
}

TEST_F(Doctor, WarnsOfDamagedRecordsThatWereSetAside) {
  box.ok("git orch init -q");
  box.write(box.repo() + "/.git/orch/spool/torn-1", "x");
  EXPECT_EQ(check("spool"),
            "warn|damaged records were set aside in 'torn-1'|"
            "look at it, then remove it");
}

TEST_F(Doctor, SaysHowMuchWaitsInTheSpool) {
  box.ok("git orch init -q");
  box.write(box.repo() + "/.git/orch/spool/0", "");
  EXPECT_EQ(check("spool").substr(0, 3), "ok|");
}

TEST_F(Doctor, FailsWithoutTmux) {
  box.set("PATH", path_without("tmux"));
  const Result r = box.run_in(box.repo(), {"git-orch-doctor", "--porcelain"});
  EXPECT_EQ(r.status, 1) << r.err;
  EXPECT_TRUE(holds(r.out, "tmux\tfail\t"));
}

TEST_F(Doctor, FailsForVersionsThatAreTooOld) {
  stand_in("git", "git version 2.30.1");
  stand_in("tmux", "tmux 2.1");
  prefer_stand_ins();
  const Result r = box.type_in(box.path("tmp"), "git-orch-doctor --porcelain");
  EXPECT_EQ(r.status, 1) << r.err;
  EXPECT_TRUE(holds(r.out,
                    "git\tfail\tversion 2.30.1 is older than 2.39\t"
                    "install git 2.39 or newer\n"));
  EXPECT_TRUE(holds(r.out, "tmux\tfail\t"));
}

TEST_F(Doctor, LooksAtWhatAStartNeeds) {
  box.ok("git orch init -q");
  const auto start = [&](const std::string& name) {
    for (const std::string& line :
         box.type("git orch doctor --for start --porcelain").lines())
      if (line.starts_with(name + "\t")) return line.substr(name.size() + 1);
    return std::string();
  };
  for (const char* name : {"git", "tmux", "disk", "memory", "base", "state",
                           "worktrees", "roles", "policy", "tmux server"})
    EXPECT_TRUE(start(name).starts_with("ok\t")) << name << start(name);
  EXPECT_TRUE(holds(start("runtime"), "no known agent CLI is on PATH"));
  box.ok("git config orch.runtime script");
  EXPECT_TRUE(holds(start("runtime"), "ok\tscript, by orch.runtime"));
  box.ok("git checkout -q --detach");
  EXPECT_TRUE(holds(start("base"), "warn\tHEAD is detached"));
  box.write(box.repo() + "/.git/orch/roles/tester.yaml",
            "name: tester\nknd: x\n");
  EXPECT_TRUE(holds(start("roles"), "fail\t"));
  EXPECT_TRUE(holds(start("roles"), "tester.yaml:2:1"));
  EXPECT_EQ(box.type("git orch doctor --for start").status, 1);
  box.ok("git config orch.worktreeRoot /proc/nowhere");
  EXPECT_TRUE(holds(start("worktrees"), "fail\t"));
  EXPECT_EQ(box.type("git orch doctor --for stop").status, 129);
}

}  // namespace
}  // namespace orch::test
