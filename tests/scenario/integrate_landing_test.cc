// SPDX-License-Identifier: MIT
//
// Where the target is, and what else happens there while it moves.
#include <algorithm>

#include "support/acting_agent.h"
#include "support/team.h"

namespace orch::test {
namespace {

class IntegrateLanding : public TeamTest {
 protected:
  std::string over(const std::string& path) const {
    return of("overseer") + "/" + path;
  }
  void sh(const std::string& directory, const std::string& script) const {
    const Result r = box.run_in(directory, {"sh", "-ec", script});
    EXPECT_EQ(r.status, 0) << script << "\n" << r.out << r.err;
  }
  // A gate that is a script; `once` is what it does the first time.
  std::string gate(const std::string& once, const std::string& rest = "true") {
    box.write(box.path("gate.sh"), "if mkdir " + box.path("been") +
                                       " 2>/dev/null; then\n" + once +
                                       "\nfi\n" + rest + "\n");
    return "--jobs 1 --gate \"sh " + box.path("gate.sh") + "\"";
  }
  int told(const std::string& role, const std::string& part) const {
    const std::string text = inbox(role);
    int n = 0;
    for (std::size_t at = text.find(part); at != std::string::npos;
         at = text.find(part, at + 1))
      ++n;
    return n;
  }
  std::string reason(const Result& r, const std::string& list) const {
    const json::Value data = r.data();
    const json::Array& rows = *data[list].as_array();
    return rows.empty() ? "" : *rows[0]["reason"].as_string();
  }
  // impl-api waits since `path` is in the way, impl-data lands; each owner is
  // told once; when it is out of the way, impl-api lands.
  void waits_then_lands(const std::string& path, const std::string& clear) {
    commit("impl-data", "d.txt", "d\n");
    for (int i = 0; i < 2; ++i) {
      const Result r = integrate("--all --no-gates --json");
      EXPECT_EQ(r.status, 4) << r.out << r.err;
      EXPECT_EQ(agents(r, "landed"), i == 0 ? "001-x/impl-data" : "");
      EXPECT_EQ(agents(r, "waiting"), "001-x/impl-api");
      EXPECT_EQ(reason(r, "waiting"), "target-dirty");
      EXPECT_TRUE(holds(r.out, path));
    }
    EXPECT_EQ(landed("d.txt"), "d\n");
    EXPECT_EQ(told("impl-api", "waits to land"), 1);
    EXPECT_EQ(told("overseer", "waits to land"), 1);
    EXPECT_TRUE(holds(inbox("overseer"), path));
    EXPECT_TRUE(holds(integrate("--list").out, "target-dirty"));
    sh(of("overseer"), clear);
    EXPECT_EQ(agents(integrate("--no-gates --json"), "landed"),
              "001-x/impl-api");
    EXPECT_EQ(box.ok_in(of("overseer"), "git status --porcelain"), "");
    EXPECT_EQ(integrate("--list").out, "nothing waits to land\n");
  }
};

TEST_F(IntegrateLanding, WaitsForATrackedFileThatIsNotCommitted) {
  commit("impl-api", "one.txt", "api\n");
  box.write(over("one.txt"), "mine\n");
  waits_then_lands("one.txt",
                   "test \"$(cat one.txt)\" = mine; "
                   "git checkout -q one.txt");
  EXPECT_EQ(box.read(over("one.txt")), "api\n");
}

TEST_F(IntegrateLanding, WaitsForAnUntrackedFile) {
  commit("impl-api", "a.txt", "api\n");
  box.write(over("a.txt"), "mine\n");
  waits_then_lands("a.txt", "test \"$(cat a.txt)\" = mine; rm a.txt");
}

TEST_F(IntegrateLanding, WaitsForAnIgnoredFile) {
  box.write(box.repo() + "/.git/info/exclude", "*.log\n");
  box.write(of("impl-api") + "/a.log", "api\n");
  sh(of("impl-api"), "git add -f a.log; git commit -qm log");
  box.write(over("a.log"), "mine\n");
  waits_then_lands("a.log", "test \"$(cat a.log)\" = mine; rm a.log");
}

TEST_F(IntegrateLanding, WaitsForAnIgnoredFileWhereADirectoryIsToBe) {
  box.write(box.repo() + "/.git/info/exclude", "/out\n");
  sh(of("impl-api"),
     "mkdir out; echo x > out/x; git add -f out/x; "
     "git commit -qm out");
  box.write(over("out"), "mine\n");
  waits_then_lands("out", "test \"$(cat out)\" = mine; rm out");
}

TEST_F(IntegrateLanding, WaitsForADirectoryWhereAFileIsToBe) {
  commit("impl-api", "sub", "api\n");
  box.write(over("sub/deep/file"), "mine\n");
  waits_then_lands("sub", "test \"$(cat sub/deep/file)\" = mine; rm -r sub");
}

TEST_F(IntegrateLanding, WaitsForAnIgnoredDirectoryWhereAFileIsToBe) {
  box.write(box.repo() + "/.git/info/exclude", "/sub/\n");
  sh(of("impl-api"), "echo api > sub; git add -f sub; git commit -qm sub");
  box.write(over("sub/deep/file"), "mine\n");
  waits_then_lands("sub", "test \"$(cat sub/deep/file)\" = mine; rm -r sub");
}

TEST_F(IntegrateLanding, WaitsForAFileWhereADirectoryIsToBe) {
  commit("impl-api", "sub/file", "api\n");
  box.write(over("sub"), "mine\n");
  waits_then_lands("sub", "test \"$(cat sub)\" = mine; rm sub");
}

TEST_F(IntegrateLanding, KeepsWhatDoesNotOverlap) {
  commit("impl-api", "one.txt", "api\n");
  box.write(over("two.txt"), "mine\n");
  box.write(over("new.txt"), "mine\n");
  box.ok_in(of("overseer"), "git add new.txt");
  EXPECT_EQ(integrate("--all --no-gates").status, 0);
  EXPECT_EQ(box.ok_in(of("overseer"), "git status --porcelain"),
            "A  new.txt\n M two.txt\n");
  EXPECT_EQ(box.read(over("one.txt")), "api\n");
}

TEST_F(IntegrateLanding, WaitsForAMergeThatIsNotFinished) {
  commit("impl-api", "a.txt", "api\n");
  commit("impl-data", "one.txt", "data\n");
  commit("overseer", "one.txt", "mine\n");
  box.type_in(of("overseer"), "git merge -q feature/001-x/impl-data");
  const std::string before = id(target());
  for (int i = 0; i < 2; ++i) {
    const Result r = integrate("impl-api --no-gates --json");
    EXPECT_EQ(r.status, 4);
    EXPECT_EQ(reason(r, "waiting"), "target-dirty");
    EXPECT_TRUE(holds(r.out, "MERGE_HEAD"));
  }
  EXPECT_EQ(id(target()), before);
  EXPECT_EQ(told("overseer", "waits to land"), 1);
  box.ok_in(of("overseer"), "git merge --abort");
  EXPECT_EQ(integrate("impl-api --no-gates").status, 0);
}

TEST_F(IntegrateLanding, WaitsForARebaseThatIsNotFinished) {
  commit("impl-api", "a.txt", "api\n");
  commit("impl-data", "one.txt", "data\n");
  commit("overseer", "one.txt", "mine\n");
  const std::string past = "git -c core.hooksPath=/dev/null rebase ";
  box.type_in(of("overseer"), past + "-q feature/001-x/impl-data");
  const std::string before = id(target());
  const Result r = integrate("impl-api --no-gates --json");
  EXPECT_EQ(r.status, 4) << r.out << r.err;
  EXPECT_TRUE(holds(r.out, "a rebase is not finished"));
  EXPECT_EQ(id(target()), before);
  box.ok_in(of("overseer"), past + "--abort");
  EXPECT_EQ(id(target()), before);
  EXPECT_EQ(integrate("impl-api --no-gates").status, 0);
}

TEST_F(IntegrateLanding, MovesABranchThatIsCheckedOutNowhere) {
  box.ok("git branch -q aside main");
  commit("impl-api", "a.txt", "api\n");
  EXPECT_EQ(integrate("--into aside --no-gates").status, 0);
  EXPECT_EQ(box.ok("git show aside:a.txt"), "api\n");
  EXPECT_EQ(box.ok("git status --porcelain"), "");
  box.ok("git orch integrate --into aside --undo -q");
  EXPECT_EQ(id("aside"), id("main"));
}

TEST_F(IntegrateLanding, MovesTheMainWorktreeAlong) {
  commit("impl-api", "one.txt", "api\n");
  box.write(box.repo() + "/one.txt", "mine\n");
  EXPECT_EQ(integrate("--into main --no-gates").status, 4);
  EXPECT_EQ(box.read(box.repo() + "/one.txt"), "mine\n");
  EXPECT_EQ(told("impl-api", "waits to land on main"), 1);
  box.ok("git checkout -q one.txt");
  EXPECT_EQ(integrate("--into main --no-gates").status, 0);
  EXPECT_EQ(box.read(box.repo() + "/one.txt"), "api\n");
  EXPECT_EQ(box.ok("git status --porcelain"), "");
}

TEST_F(IntegrateLanding, TakesABranchByItsExactNameAlone) {
  commit("impl-api", "a.txt", "api\n");
  commit("overseer", "o.txt", "o\n");
  for (const char* name : {"main^0", "main@{0}", "main:one.txt", "HEAD",
                           "feature/001-x/overseer~1"})
    EXPECT_EQ(integrate(std::string("--no-gates --into ") + name).status, 128)
        << name;
  EXPECT_EQ(box.sql("SELECT count(*) FROM landings"), "0\n");
}

TEST_F(IntegrateLanding, BuildsAnewWhenSomebodyElseMovesTheTarget) {
  commit("impl-api", "a.txt", "api\n");
  commit("impl-data", "d.txt", "data\n");
  const Result r = integrate(
      gate("(cd " + of("overseer") +
           " && echo o > o.txt && git add o.txt && git commit -qm by-hand)") +
      " --json");
  EXPECT_EQ(r.status, 0) << r.out << r.err;
  EXPECT_EQ(agents(r, "landed"), "001-x/impl-api 001-x/impl-data");
  EXPECT_EQ(box.ok("git log --first-parent --format=%s " + target()),
            "Merge branch 'feature/001-x/impl-data' into "
            "feature/001-x/overseer\n"
            "Merge branch 'feature/001-x/impl-api' into "
            "feature/001-x/overseer\nby-hand\nfirst\n");
  EXPECT_EQ(box.ok_in(of("overseer"), "git status --porcelain"), "");
  // Of every commit that it has been at, the tree was tested.
  for (const char* back : {"", "^"})
    EXPECT_EQ(box.sql("SELECT count(*) > 0 FROM gates WHERE tree = '" +
                      id(target() + back + "^{tree}") + "'"),
              "1\n");
  // Taking it back takes nobody else's commit away.
  box.ok("git orch integrate --undo -q");
  EXPECT_EQ(box.ok("git log -1 --format=%s " + target()), "by-hand\n");
}

TEST_F(IntegrateLanding, TakesBackNothingThatCameBetweenTwoStacks) {
  commit("impl-api", "a.txt", "api\n");
  commit("impl-data", "bad", "x\n");
  commit("impl-ui", "u.txt", "u\n");
  // impl-api lands, and while the rest is built and tested without the culprit,
  // somebody commits.
  const Result r = integrate(
      gate("true",
           "if test -e bad; then exit 1; fi; if test -e u.txt && mkdir " +
               box.path("second") + "; then cd " + of("overseer") +
               "; echo o > o.txt; git add o.txt; git commit -qm "
               "by-hand; fi") +
      " --json");
  EXPECT_EQ(agents(r, "landed"), "001-x/impl-api 001-x/impl-ui");
  EXPECT_EQ(agents(r, "rejected"), "001-x/impl-data");
  EXPECT_EQ(agents(box.type("git orch integrate --undo --json"), "undone"),
            "001-x/impl-ui");
  EXPECT_EQ(box.ok("git log -1 --format=%s " + target()), "by-hand\n");
  EXPECT_EQ(landed("a.txt"), "api\n");
}

TEST_F(IntegrateLanding, RejectsNobodyByATargetThatHasMoved) {
  commit("impl-api", "a.txt", "api\n");
  // It needs what somebody commits to the target meanwhile.
  const Result r = integrate(
      gate("(cd " + of("overseer") +
               " && echo o > o.txt && git add o.txt && git commit -qm needed)",
           "test -e o.txt") +
      " --json");
  EXPECT_EQ(r.status, 0) << r.out;
  EXPECT_EQ(agents(r, "landed"), "001-x/impl-api");
  EXPECT_EQ(told("impl-api", "did not land"), 0);
}

TEST_F(IntegrateLanding, LooksAgainAtABranchThatWasAmendedMeanwhile) {
  commit("impl-api", "a.txt", "before\n");
  commit("impl-data", "d.txt", "data\n");
  const Result r = integrate(
      gate("(cd " + of("impl-api") +
           " && echo after > a.txt && git commit -qa --amend -m after)") +
      " --json");
  EXPECT_EQ(r.status, 0) << r.out;
  EXPECT_EQ(agents(r, "landed"), "001-x/impl-api 001-x/impl-data");
  EXPECT_EQ(landed("a.txt"), "after\n");
  EXPECT_EQ(id(target() + "^^2"), id("feature/001-x/impl-api"));
}

TEST_F(IntegrateLanding, GoesOnWithoutABranchThatIsAmendedAgainAndAgain) {
  commit("impl-api", "a.txt", "0\n");
  commit("impl-data", "d.txt", "data\n");
  const Result r = integrate(
      gate("true", "if test -e a.txt; then cd " + of("impl-api") +
                       "; echo x >> a.txt; git commit -qa --amend -m again; "
                       "fi") +
      " --json");
  EXPECT_EQ(r.status, 4) << r.out;
  EXPECT_EQ(agents(r, "landed"), "001-x/impl-data");
  EXPECT_EQ(agents(r, "waiting"), "001-x/impl-api");
  EXPECT_EQ(reason(r, "waiting"), "contended");
  EXPECT_EQ(integrate("--no-gates").status, 0);
  EXPECT_TRUE(landed("a.txt").starts_with("0\nx\n"));
}

TEST_F(IntegrateLanding, RejectsNoBranchThatWasMendedMeanwhile) {
  commit("impl-api", "bad", "x\n");
  const Result r = integrate(
      gate("(cd " + of("impl-api") +
               " && git rm -q bad && echo a > a.txt && git add a.txt && "
               "git commit -q --amend -m good)",
           "test ! -e bad") +
      " --json");
  EXPECT_EQ(r.status, 0) << r.out;
  EXPECT_EQ(agents(r, "landed"), "001-x/impl-api");
  EXPECT_EQ(told("impl-api", "did not land"), 0);
}

TEST_F(IntegrateLanding, LandsWhatWasTestedOfABranchThatGoesOn) {
  commit("impl-api", "a.txt", "a\n");
  const std::string tested = id("feature/001-x/impl-api");
  EXPECT_EQ(
      integrate(gate("(cd " + of("impl-api") +
                     " && echo b > b.txt && git add . && git commit -qm more)"))
          .status,
      0);
  EXPECT_EQ(id(target() + "^2"), tested);
  EXPECT_EQ(landed("b.txt"), "");
  EXPECT_EQ(integrate("--no-gates").status, 0);
  EXPECT_EQ(landed("b.txt"), "b\n");
}

TEST_F(IntegrateLanding, WithdrawsABranchThatWasDeletedMeanwhile) {
  commit("impl-api", "a.txt", "a\n");
  const std::string before = id(target());
  const Result r = integrate(
      gate("(cd " + box.repo() + " && git worktree remove --force " +
           of("impl-api") + " && git branch -q -D feature/001-x/impl-api)"));
  EXPECT_EQ(r.status, 0) << r.out << r.err;
  EXPECT_TRUE(holds(r.out, "nothing to do: "));
  EXPECT_TRUE(holds(r.out, "its branch is gone"));
  EXPECT_EQ(id(target()), before);
  EXPECT_EQ(box.sql("SELECT status, reason FROM landings"),
            "withdrawn|its branch is gone\n");
}

TEST_F(IntegrateLanding, IsOneAtATimeForOneTarget) {
  commit("impl-api", "a.txt", "a\n");
  const std::string second = box.path("second");
  EXPECT_EQ(
      integrate(gate("(cd " + box.repo() +
                     "; git orch integrate --no-gates; "
                     "echo $?; git orch integrate --into main --no-gates -q; "
                     "echo $?; git orch integrate -n -q; echo $?) > " +
                     second + " 2>&1"))
          .status,
      0);
  const std::string said = box.read(second);
  EXPECT_TRUE(holds(said,
                    "another git orch integrate works on "
                    "'feature/001-x/overseer'"));
  EXPECT_TRUE(said.ends_with("\n4\n0\n0\n")) << said;
  EXPECT_EQ(landed("a.txt") + box.ok("git show main:a.txt"), "a\na\n");
}

TEST_F(IntegrateLanding, IsNeitherRefusedByGuardsNorFoundUnexplained) {
  for (const char* role : {"overseer", "impl-api"})
    box.ok(std::string("git orch agent start --runtime script -q ") + role);
  box.ok("git orch tick -q");
  commit("impl-api", "a.txt", "a\n");
  box.ok("git orch tick -q");
  EXPECT_EQ(integrate("--all --gate true").status, 0);
  box.ok("git orch tick -q");
  EXPECT_EQ(integrate("--all --into main --no-gates").status, 0);
  box.ok("git orch tick -q");
  box.ok("git orch integrate --undo -q");
  box.ok("git orch tick -q");
  EXPECT_EQ(box.sql("SELECT event_type, message FROM task_events WHERE "
                    "event_type LIKE 'ref_%' OR event_type LIKE 'guard%'"),
            "");
  EXPECT_EQ(box.sql("SELECT count(*) FROM intents WHERE status <> 'done'"),
            "0\n");
}

TEST_F(IntegrateLanding, IsForOverseersByTheGatesOfThePolicy) {
  commit("impl-api", "a.txt", "a\n");
  box.write(box.repo() + "/.git/orch/policy.yaml",
            "integration:\n  gates: ['test -e a.txt']\n");
  ActingAgent implementor(box, "impl-api", {"git orch integrate impl-api"});
  std::string said = implementor.act("");
  EXPECT_TRUE(said.ends_with("exit 2\n")) << said;
  ActingAgent overseer(box, "overseer",
                       {"git orch integrate impl-api --no-gates",
                        "git orch integrate impl-api --gate true",
                        "git orch integrate impl-api --into main",
                        "git orch integrate impl-api -q"});
  for (const char* option : {"--no-gates", "--gate"}) {
    said = overseer.act("");
    EXPECT_TRUE(holds(said, option)) << said;
    EXPECT_TRUE(said.ends_with("exit 2\n")) << said;
  }
  said = overseer.act("");
  EXPECT_TRUE(holds(said, "may not move 'main'"));
  EXPECT_TRUE(said.ends_with("exit 2\n")) << said;
  EXPECT_EQ(landed("a.txt"), "");
  said = overseer.act("");
  EXPECT_TRUE(said.ends_with("exit 0\n")) << said;
  EXPECT_EQ(landed("a.txt"), "a\n");
  EXPECT_EQ(box.sql("SELECT count(*) FROM gates"), "1\n");
}

}  // namespace
}  // namespace orch::test
