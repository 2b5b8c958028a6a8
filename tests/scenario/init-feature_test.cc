// SPDX-License-Identifier: MIT
#include "support/sandbox.h"

namespace orch::test {
namespace {

class InitFeature : public ::testing::Test {
 protected:
  InitFeature() {
    box.make_repository();
    box.ok("git orch init -q");
  }

  std::string branches() const {
    return box.ok("git for-each-ref --format %(refname:short) refs/heads");
  }

  Sandbox box;
};

TEST_F(InitFeature, PrintsItsUsage) {
  const Result r = box.type("git orch init-feature -h");
  EXPECT_EQ(r.status, 0);
  EXPECT_EQ(r.err, "");
  EXPECT_TRUE(r.out.starts_with("usage: git orch init-feature <spec-id> "));
  for (const char* option : {"--name", "--spec", "--base", "--team", "--roles",
                             "--no-worktrees", "--start", "--runtime",
                             "--dry-run", "--json", "--porcelain", "-z", "-q"})
    EXPECT_TRUE(holds(r.out, option));
}

TEST_F(InitFeature, RefusesWrongUsageAndChangesNothing) {
  const std::string before = box.fingerprint();
  for (const char* line :
       {"git orch init-feature", "git orch init-feature 001-a 002-b",
        "git orch init-feature 001-a --bas main",
        "git orch init-feature 001-a --base",
        "git orch init-feature 001-a --base main --base main",
        "git orch init-feature 001-a --dry-run=yes"}) {
    const Result r = box.type(line);
    EXPECT_EQ(r.status, 129) << line;
    EXPECT_EQ(r.out, "") << line;
    EXPECT_TRUE(holds(r.err, "usage: git orch init-feature")) << line;
  }
  EXPECT_TRUE(holds(box.type("git orch init-feature 001-a --bas main").err,
                    "did you mean '--base'?"));
  EXPECT_EQ(box.fingerprint(), before);
}

TEST_F(InitFeature, MakesBranchesAndWorktreesFromTheBase) {
  const std::string main = box.ok("git rev-parse main");
  box.ok("git orch init-feature 001-a");
  for (const char* role : {"overseer", "impl-data", "impl-api", "impl-ui"}) {
    const std::string branch = std::string("feature/001-a/") + role;
    const std::string tree = box.worktree("001-a", role);
    EXPECT_EQ(box.ok("git rev-parse " + branch), main);
    EXPECT_EQ(box.ok_in(tree, "git symbolic-ref HEAD"),
              "refs/heads/" + branch + "\n");
    EXPECT_EQ(box.ok_in(tree, "git status --porcelain"), "");
    EXPECT_EQ(box.read(tree + "/two.txt"), box.read(box.repo() + "/two.txt"));
    // --no-track: a push would go nowhere by itself.
    EXPECT_EQ(box.type("git config branch." + branch + ".merge").status, 1);
  }
  EXPECT_EQ(branches(),
            "feature/001-a/impl-api\nfeature/001-a/impl-data\n"
            "feature/001-a/impl-ui\nfeature/001-a/overseer\nmain\n");
}

TEST_F(InitFeature, EnrolsEveryAgentWithAFutureCheckIn) {
  box.set("ORCH_TEST_NOW", "1800000000000");
  box.ok("git orch init-feature 001-a -q");
  EXPECT_EQ(box.sql("SELECT spec_id, base_branch, status FROM features"),
            "001-a|refs/heads/main|in-progress\n");
  EXPECT_EQ(box.sql("SELECT a.address, a.kind, c.every_ms / 60000, "
                    "(c.due_at - 1800000000000) / 60000 FROM agents a "
                    "JOIN checkins c ON c.agent_id = a.id "
                    "WHERE c.state = 'waiting' ORDER BY a.id"),
            "001-a/overseer|overseer|20|20\n"
            "001-a/impl-data|implementor|30|30\n"
            "001-a/impl-api|implementor|30|30\n"
            "001-a/impl-ui|implementor|30|30\n");
  EXPECT_EQ(box.type("ls .git/orch/journal").out, "");
}

TEST_F(InitFeature, LeavesTheUsersCheckoutHeadAndIndexAlone) {
  box.ok("git checkout -q -b mine");
  box.write(box.repo() + "/one.txt", "unstaged\n");
  box.write(box.repo() + "/two.txt", "staged\n");
  box.write(box.repo() + "/new.txt", "untracked\n");
  box.ok("git add two.txt");
  const auto look = [&] {
    return box.ok("git status --porcelain --branch") +
           box.ok("git ls-files --stage") + box.ok("git rev-parse HEAD") +
           box.ok("sha256sum .git/index .git/HEAD .git/logs/HEAD .git/config") +
           box.ok("ls -l --time-style=full-iso");
  };
  const std::string before = look();
  box.ok("git orch init-feature 001-a");
  EXPECT_EQ(look(), before);
}

TEST_F(InitFeature, AnswersInTheKeysOfTheContract) {
  const Result r =
      box.type("git orch init-feature 001-a --roles overseer --json");
  EXPECT_EQ(r.status, 0) << r.err;
  EXPECT_EQ(r.out,
            R"({"version":1,"ok":true,"data":{"feature":{"spec_id":"001-a",)"
            R"("name":"001-a","base":"main",)"
            R"("integration_branch":"feature/001-a/overseer",)"
            R"("status":"in-progress"},"agents":[{"id":"001-a/overseer",)"
            R"("role":"overseer","branch":"feature/001-a/overseer",)"
            R"("worktree":")" +
                box.worktree("001-a", "overseer") +
                R"(","runtime":null,"state":"stopped"}]}})"
                "\n");
}

TEST_F(InitFeature, PrintsOneAgentALineForPrograms) {
  const std::string fields =
      "001-a/overseer\toverseer\tfeature/001-a/overseer"
      "\t" +
      box.worktree("001-a", "overseer") + "\t";
  EXPECT_EQ(box.ok("git orch init-feature 001-a --roles overseer --porcelain"),
            fields + "\n");
  EXPECT_EQ(box.ok("git orch init-feature 001-a --roles overseer -z"),
            fields + std::string(1, '\0'));
}

TEST_F(InitFeature, TellsAPersonWhatItMadeAndNothingWhenQuiet) {
  const std::string text = box.ok("git orch init-feature 001-a");
  EXPECT_TRUE(text.starts_with("set up feature 001-a from main\n"));
  EXPECT_TRUE(holds(text, "001-a/impl-ui "));
  const Result quiet = box.type("git orch init-feature 002-b -q");
  EXPECT_EQ(quiet.status, 0);
  EXPECT_EQ(quiet.out + quiet.err, "");
}

TEST_F(InitFeature, DoesNothingAndSaysSoWhenItIsFinished) {
  box.ok("git orch init-feature 001-a -q");
  const std::string before = box.fingerprint();
  const std::string rows = box.sql(".dump");
  const Result r = box.type("git orch init-feature 001-a");
  EXPECT_EQ(r.status, 0) << r.err;
  EXPECT_TRUE(
      r.out.starts_with("feature 001-a is set up already, from main\n"));
  EXPECT_EQ(box.type("git orch init-feature 001-a --json")
                .data()["agents"]
                .as_array()
                ->size(),
            4U);
  EXPECT_EQ(box.fingerprint(), before);
  EXPECT_EQ(box.sql(".dump"), rows);
}

TEST_F(InitFeature, DoesNotMoveABranchThatHasWorkWhenRunAgain) {
  box.ok("git orch init-feature 001-a -q");
  const std::string tree = box.worktree("001-a", "impl-ui");
  box.ok_in(tree, "git commit -q --allow-empty -m work");
  box.write(tree + "/draft.txt", "x\n");
  const std::string tip = box.ok_in(tree, "git rev-parse HEAD");
  box.ok("git orch init-feature 001-a -q");
  EXPECT_EQ(box.ok("git rev-parse feature/001-a/impl-ui"), tip);
  EXPECT_EQ(box.read(tree + "/draft.txt"), "x\n");
}

TEST_F(InitFeature, BringsAWorktreeOfItsOwnBackWhenRunAgain) {
  box.ok("git orch init-feature 001-a -q");
  const std::string tree = box.worktree("001-a", "impl-ui");
  box.ok_in(tree, "git commit -q --allow-empty -m work");
  const std::string tip = box.ok_in(tree, "git rev-parse HEAD");
  box.ok("git worktree remove " + tree);
  box.ok("git orch init-feature 001-a -q");
  ASSERT_EQ(box.type("test -d " + tree).status, 0);
  EXPECT_EQ(box.ok_in(tree, "git rev-parse HEAD"), tip);
  EXPECT_EQ(box.ok_in(tree, "git status --porcelain"), "");
  EXPECT_EQ(box.type_in(tree, "git orch brief impl-ui").status, 0);
}

TEST_F(InitFeature, WorksWithoutInitAndInstallsNoHooks) {
  box.ok("git orch deinit -q");
  const std::string hooks = box.ok("ls .git/hooks");
  box.ok("git orch init-feature 001-a -q");
  EXPECT_EQ(box.ok("ls .git/hooks"), hooks);
  EXPECT_EQ(
      box.type("git orch status --json").data()["features"].as_array()->size(),
      1U);
}

TEST_F(InitFeature, WorksInALinkedWorktreeAndASubdirectory) {
  box.ok("git worktree add -q -b side ../linked");
  box.ok("mkdir deep");
  EXPECT_EQ(
      box.type_in(box.path("linked"), "git orch init-feature 001-a --json")
          .data()["feature"]["base"],
      json::Value("side"));
  EXPECT_EQ(
      box.type_in(box.repo() + "/deep", "git orch init-feature 002-b --json")
          .data()["feature"]["base"],
      json::Value("main"));
  EXPECT_EQ(box.type("test -d " + box.worktree("001-a", "overseer")).status, 0);
  EXPECT_EQ(box.type("test -d " + box.worktree("002-b", "overseer")).status, 0);
}

TEST_F(InitFeature, PushesNothing) {
  box.ok("git clone -q --bare . ../remote");
  box.ok("git remote add origin ../remote");
  box.ok("git config push.default matching");
  box.ok("git orch init-feature 001-a -q");
  EXPECT_EQ(
      box.ok_in(box.path("remote"), "git for-each-ref --format %(refname)"),
      "refs/heads/main\n");
}

}  // namespace
}  // namespace orch::test
