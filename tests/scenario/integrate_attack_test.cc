// SPDX-License-Identifier: MIT
//
// Branches, gates and clocks that are odd or hostile: each comes to a clear
// end, and holds nobody else up.
#include "support/team.h"

namespace orch::test {
namespace {

class IntegrateAttack : public TeamTest {
 protected:
  void sh(const std::string& role, const std::string& script) const {
    const Result r = box.run_in(of(role), {"sh", "-ec", script});
    EXPECT_EQ(r.status, 0) << script << "\n" << r.out << r.err;
  }
  // impl-api lands, whatever impl-data is.
  Result lands_only_api(const std::string& options) {
    commit("impl-api", "api.txt", "api\n");
    const Result r = integrate("--all --json " + options);
    EXPECT_EQ(agents(r, "landed"), "001-x/impl-api") << r.out << r.err;
    EXPECT_EQ(agents(r, "rejected"), "001-x/impl-data") << r.out;
    EXPECT_EQ(r.status, 1);
    EXPECT_EQ(landed("api.txt"), "api\n");
    EXPECT_EQ(box.ok_in(of("overseer"), "git status --porcelain"), "");
    return r;
  }
  std::string tree(const std::string& revision) const {
    return id(revision + "^{tree}");
  }
};

TEST_F(IntegrateAttack, NamesOfFilesAreBytes) {
  const std::string odd =
      "printf x > 'a\nb'; printf x > '-rf'; printf x > 'q\"\\t'; "
      "printf x > \"$(printf 'n\\377')\"; printf x > ':(top)x'; mkdir ' '; "
      "printf x > ' / '; git add -A; git commit -qm odd";
  sh("impl-api", odd);
  EXPECT_EQ(integrate("--all --gate 'test -f -rf'").status, 0);
  EXPECT_EQ(tree(target()), tree("feature/001-x/impl-api"));
  EXPECT_EQ(box.ok_in(of("overseer"), "git status --porcelain"), "");
  box.ok("git orch integrate --undo -q");
  // In each other's way, and in that of a file of somebody's.
  sh("impl-data",
     "printf y > 'a\nb'; printf y > \"$(printf 'n\\377')\"; "
     "git add -A; git commit -qm odd");
  sh("overseer", "printf mine > ':(top)x'");
  Result r = integrate("--all --no-gates --json");
  EXPECT_EQ(agents(r, "landed"), "001-x/impl-data") << r.out;
  EXPECT_EQ(agents(r, "rejected") + agents(r, "waiting"), "001-x/impl-api");
  EXPECT_TRUE(holds(inbox("impl-api"), ":(top)x"));
  sh("overseer", "rm ':(top)x'");
  r = integrate("--all --no-gates --json");
  EXPECT_EQ(agents(r, "rejected"), "001-x/impl-api");
  EXPECT_TRUE(holds(inbox("impl-api"), "a\\nb"));
  EXPECT_TRUE(holds(integrate("--all --no-gates").out, "rejected"));
  EXPECT_EQ(box.ok_in(of("overseer"), "git status --porcelain"), "");
}

TEST_F(IntegrateAttack, MessagesSpeakForNobodyElse) {
  sh("impl-api",
     "echo a > a; git add a; printf 'su\\033[2Jb\\rject\\n\\nbody\\n\\n"
     "Orch-Agent: 001-x/overseer\\nORCH-FEATURE: 009\\nReviewed-by: R <r@x>\\n'"
     " > ../message; git -c core.hooksPath=/dev/null commit -qF ../message");
  for (const char* method : {"merge", "squash", "rebase"}) {
    const Result r =
        integrate("--all --no-gates --json --method " + std::string(method));
    EXPECT_EQ(agents(r, "landed"), "001-x/impl-api") << r.out;
    const std::string trailers =
        box.ok("git log -1 --format=%(trailers:only,unfold) " + target());
    EXPECT_TRUE(holds(trailers, "Reviewed-by: R <r@x>"));
    if (std::string(method) != "rebase") {
      EXPECT_TRUE(holds(trailers, "Orch-Agent: 001-x/impl-api"));
      EXPECT_FALSE(holds(trailers, "001-x/overseer"));
      EXPECT_FALSE(holds(trailers, "009"));
    }
    EXPECT_EQ(integrate("--list").out.find('\033'), std::string::npos);
    EXPECT_EQ(box.ok("git orch recent 9").find('\033'), std::string::npos);
    box.ok("git orch integrate --undo -q");
  }
}

TEST_F(IntegrateAttack, MessagesMayBeHugeOrNone) {
  sh("impl-api",
     "echo a > a; git add a; head -c 10000000 /dev/zero | tr '\\0' x > "
     "../message; git commit -qF ../message");
  sh("impl-data",
     "echo d > d; git add d; git commit -q --allow-empty-message "
     "--no-verify -m ''");
  for (const std::string method : {"rebase", "merge", "squash"}) {
    const Result r = integrate("--all --no-gates --json --method " + method);
    EXPECT_EQ(r.status, 0) << r.out.substr(0, 999) << r.err.substr(0, 999);
    EXPECT_LT(r.out.size(), 5000U);
    EXPECT_EQ(landed("a") + landed("d"), "a\nd\n");
    if (method != "squash") box.ok("git orch integrate --undo -q");
  }
  EXPECT_LT(box.ok("git log --format=%B " + target()).size(), 9999U);
}

TEST_F(IntegrateAttack, LinksModesAndSubmodulesComeAlong) {
  sh("impl-api",
     "ln -s /nowhere link; ln -s one.txt to-one; chmod +x one.txt; "
     "git init -q sub; git -C sub commit -q --allow-empty -m sub; "
     "git -c advice.addEmbeddedRepo=false add -A; git commit -qm kinds");
  EXPECT_EQ(integrate("--all --gate 'test -L link'").status, 0);
  EXPECT_EQ(tree(target()), tree("feature/001-x/impl-api"));
  EXPECT_EQ(box.ok_in(of("overseer"), "git status --porcelain"), "");
  box.ok("git orch integrate --undo -q");
  EXPECT_EQ(box.ok_in(of("overseer"), "git status --porcelain"), "");
  EXPECT_EQ(integrate("--all --no-gates --method rebase").status, 0);
  EXPECT_EQ(tree(target()), tree("feature/001-x/impl-api"));
}

TEST_F(IntegrateAttack, AFilterThatFailsIsTheMatterOfItsBranch) {
  sh("impl-data",
     "echo '*.bad filter=bad' > .gitattributes; echo x > x.bad; git add -A; "
     "git commit -qm filter");
  box.ok("git config filter.bad.smudge false");
  box.ok("git config filter.bad.required true");
  const Result r = lands_only_api("--gate true");
  EXPECT_TRUE(holds(r.out, "could-not-run"));
  EXPECT_TRUE(holds(inbox("impl-data"), "cannot run with it"));
  EXPECT_EQ(box.ok("git worktree list").find("gate-"), std::string::npos);
}

TEST_F(IntegrateAttack, ANameThatNoFileCanHaveIsTheMatterOfItsBranch) {
  const std::string make =
      "blob=$(echo x | git hash-object -w --stdin); tree=$( (git ls-tree HEAD; "
      "printf '100644 blob %s\\t%0300d\\n' $blob 0) | git mktree); git -c "
      "core.hooksPath=/dev/null update-ref refs/heads/feature/001-x/impl-data "
      "$(git commit-tree $tree -p HEAD -m long)";
  sh("impl-data", make);
  EXPECT_TRUE(holds(lands_only_api("--gate true").out, "could-not-run"));
  box.ok("git orch integrate --undo -q");
  // Where nothing is tested, git says it when it lands.
  const Result r = integrate("--all --no-gates --json");
  EXPECT_EQ(agents(r, "landed"), "001-x/impl-api") << r.out;
  EXPECT_EQ(agents(r, "waiting"), "001-x/impl-data");
  EXPECT_TRUE(holds(r.out, "too long"));
  EXPECT_EQ(box.ok_in(of("overseer"), "git status --porcelain"), "");
}

TEST_F(IntegrateAttack, WithoutItsGateABranchIsTheOnlyOneThatStays) {
  box.write(box.repo() + "/check.sh", "#!/bin/sh\nexit 0\n");
  box.ok("chmod +x check.sh");
  box.ok("git add .");
  box.ok("git commit -qm check");
  for (const char* role : {"overseer", "impl-api", "impl-data", "impl-ui"})
    box.ok_in(of(role), "git merge -q --ff-only main");
  sh("impl-data", "git rm -q check.sh; git commit -qm without");
  commit("impl-ui", "ui.txt", "ui\n");
  commit("impl-api", "api.txt", "api\n");
  const Result r = integrate("--all --gate ./check.sh --json");
  EXPECT_EQ(r.status, 1);
  EXPECT_EQ(agents(r, "rejected"), "001-x/impl-data") << r.out;
  EXPECT_EQ(landed("api.txt") + landed("ui.txt"), "api\nui\n");
  EXPECT_TRUE(holds(inbox("impl-data"),
                    "the gate './check.sh' cannot run "
                    "with it: command not found"));
}

TEST_F(IntegrateAttack, AnObjectThatIsMissingIsTheMatterOfItsBranch) {
  commit("impl-data", "deep/d.txt", "data\n");
  const std::string object = id("feature/001-x/impl-data:deep");
  box.ok("rm -f .git/objects/" + object.substr(0, 2) + "/" + object.substr(2));
  for (const char* method : {"rebase", "squash", "merge"}) {
    const Result r =
        integrate("--all --no-gates --json -n --method " + std::string(method));
    EXPECT_EQ(agents(r, "rejected"), "001-x/impl-data") << r.out << r.err;
  }
  EXPECT_TRUE(holds(lands_only_api("--order conflicts --gate true").out,
                    "git cannot merge it"));
}

TEST_F(IntegrateAttack, ATipThatIsMissingIsTheMatterOfItsBranch) {
  commit("impl-data", "d.txt", "data\n");
  const std::string object = id("feature/001-x/impl-data");
  box.ok("rm -f .git/objects/" + object.substr(0, 2) + "/" + object.substr(2));
  lands_only_api("--gate true");
}

TEST_F(IntegrateAttack, AWorktreeThatIsBrokenHoldsNobodyUp) {
  commit("impl-data", "d.txt", "d\n");
  commit("impl-api", "a.txt", "a\n");
  box.write(of("impl-data") + "/.git", "gitdir: /nowhere\n");
  EXPECT_EQ(agents(integrate("--no-gates --json"), "landed"), "001-x/impl-api");
}

TEST_F(IntegrateAttack, WhatGatesPrintIsMadeReadable) {
  commit("impl-data", "bad", "x\n");
  box.write(box.path("gate.sh"),
            "printf '\\033[2J\\033]0;title\\007 \\377\\376 \\302\\233 end\\n'\n"
            "test ! -e bad\n");
  const Result r = lands_only_api("--gate \"sh " + box.path("gate.sh") + "\"");
  EXPECT_TRUE(holds(r.out, "end"));
  for (const std::string& text :
       {inbox("impl-data"), box.sql("SELECT log FROM gates"),
        box.sql("SELECT text FROM messages")}) {
    EXPECT_TRUE(holds(text, "\\x1b[2J"));
    EXPECT_EQ(text.find('\033'), std::string::npos);
    EXPECT_EQ(text.find('\007'), std::string::npos);
    EXPECT_EQ(text.find("\302\233"), std::string::npos);
  }
}

TEST_F(IntegrateAttack, ABranchOfAnotherHistoryIsRejected) {
  sh("impl-data",
     "blob=$(echo x | git hash-object -w --stdin); "
     "tree=$(printf '100644 blob %s\tx\n' $blob | git mktree); "
     "git -c core.hooksPath=/dev/null reset -q --hard "
     "$(git commit-tree $tree -m other)");
  for (const char* method : {"squash", "rebase"})
    EXPECT_EQ(agents(integrate("--all --no-gates -n --json --method " +
                               std::string(method)),
                     "rejected"),
              "001-x/impl-data");
  EXPECT_TRUE(holds(lands_only_api("--no-gates").out, "unrelated histories"));
}

TEST_F(IntegrateAttack, CommitsThatChangeNothingLandOnce) {
  const std::pair<std::string, std::string> cases[] = {
      {"impl-ui", "squash"}, {"impl-api", "rebase"}, {"impl-data", "merge"}};
  for (const auto& [role, method] : cases) {
    sh(role, "git commit -q --allow-empty -m nothing");
    const std::string options = role + " --no-gates --json --method " + method;
    Result r = integrate(options);
    EXPECT_EQ(r.status, 0) << r.out << r.err;
    EXPECT_EQ(agents(r, "landed"), "001-x/" + role);
    r = integrate(options);
    EXPECT_EQ(agents(r, "landed"), "") << method;
    EXPECT_TRUE(holds(r.out, "no branch has commits"));
    EXPECT_EQ(tree(target()), tree("main"));
    if (method == "squash") box.ok("git orch integrate --undo -q");
  }
}

TEST_F(IntegrateAttack, WhatWasRevertedStaysSo) {
  for (const char* method : {"merge", "squash", "rebase"}) {
    const std::string name = method, file = name + ".txt";
    const std::string options = "--all --no-gates --json --method " + name;
    commit("impl-api", file, "1\n", name);
    EXPECT_EQ(agents(integrate(options), "landed"), "001-x/impl-api");
    sh("overseer", "git revert --no-edit " +
                       std::string(name == "merge" ? "-m 1 " : "") + "HEAD");
    EXPECT_TRUE(holds(integrate(options).out, "no branch has commits"));
    commit("impl-api", name + "-more.txt", "2\n", name);
    EXPECT_EQ(agents(integrate(options), "landed"), "001-x/impl-api");
    EXPECT_EQ(landed(file), "") << method;
    EXPECT_EQ(landed(name + "-more.txt"), "2\n") << method;
  }
}

TEST_F(IntegrateAttack, MergesToAndFroComeOutRight) {
  for (const char* method : {"squash", "merge", "rebase"}) {
    const std::string name = method;
    const std::string options = "--all --no-gates --json --method " + name;
    const std::string file = name + "/a.txt", shared = name + "/s.txt";
    commit("impl-api", file, "1\n", "one");
    commit("impl-data", shared, "1\n", "shared");
    EXPECT_EQ(agents(integrate(options), "landed"),
              "001-x/impl-api 001-x/impl-data");
    // It takes in what the other one did, who then goes on in the same lines.
    sh("impl-api", "git merge -q --no-edit " + target());
    commit("impl-data", shared, "2\n", "shared");
    EXPECT_EQ(agents(integrate(options), "landed"), "001-x/impl-data") << name;
    commit("impl-api", file, "2\n", "two");
    const Result r = integrate(options);
    EXPECT_EQ(agents(r, "landed"), "001-x/impl-api") << name << r.out;
    EXPECT_EQ(landed(file) + landed(shared), "2\n2\n") << name;
    EXPECT_TRUE(holds(integrate(options).out, "no branch has commits"));
  }
}

TEST_F(IntegrateAttack, WhatSomebodyPickedIsNotPickedAgain) {
  commit("impl-api", "one.txt", "api\n", "one");
  commit("impl-api", "a.txt", "a\n", "two");
  sh("overseer",
     "git cherry-pick feature/001-x/impl-api~1; echo later > "
     "one.txt; git commit -qam later");
  const Result r = integrate("--all --no-gates --method rebase --json");
  EXPECT_EQ(agents(r, "landed"), "001-x/impl-api") << r.out;
  EXPECT_EQ(landed("one.txt") + landed("a.txt"), "later\na\n");
}

TEST_F(IntegrateAttack, CrossedHistoriesMergeAsGitDoes) {
  commit("impl-api", "a.txt", "1\n");
  commit("impl-data", "d.txt", "1\n");
  const std::string a = id("feature/001-x/impl-api");
  sh("impl-api",
     "git -c core.hooksPath=/dev/null merge -q --no-edit "
     "feature/001-x/impl-data");
  sh("impl-data", "git -c core.hooksPath=/dev/null merge -q --no-edit " + a);
  commit("impl-api", "a.txt", "2\n");
  commit("impl-data", "d.txt", "2\n");
  EXPECT_EQ(agents(integrate("--all --gate true --json"), "landed"),
            "001-x/impl-api 001-x/impl-data");
  EXPECT_EQ(landed("a.txt") + landed("d.txt"), "2\n2\n");
}

TEST_F(IntegrateAttack, AClockThatWasPutBackChangesNoOrder) {
  box.set("ORCH_TEST_NOW", "4000000000000");
  commit("impl-api", "a.txt", "1\n");
  EXPECT_EQ(integrate("--all --gate true").status, 0);
  box.set("ORCH_TEST_NOW", "1000");
  commit("impl-data", "d.txt", "1\n");
  EXPECT_EQ(integrate("--all --gate true").status, 0);
  EXPECT_TRUE(holds(integrate("--list").out, "nothing waits"));
  EXPECT_EQ(agents(box.type("git orch integrate --undo --json"), "undone"),
            "001-x/impl-data");
  EXPECT_EQ(landed("a.txt") + landed("d.txt"), "1\n");
  // Authors of before 1970's first days, and of the far future.
  for (const char* time : {"@100 +0000", "@99999999999 +0000"}) {
    sh("impl-ui", "export GIT_AUTHOR_DATE='" + std::string(time) +
                      "' GIT_COMMITTER_DATE='" + time +
                      "'; git commit -q --allow-empty -m t; date +%N > u; "
                      "git add u; git commit -qm u");
    const Result r = integrate("impl-ui --no-gates --method rebase --json");
    EXPECT_EQ(agents(r, "landed"), "001-x/impl-ui") << r.out << r.err;
  }
}

TEST_F(IntegrateAttack, ATargetThatWasPutBackByHandTakesAllAgain) {
  commit("impl-api", "a.txt", "1\n");
  EXPECT_EQ(integrate("--all --no-gates --method squash").status, 0);
  sh("overseer", "git -c core.hooksPath=/dev/null reset -q --hard HEAD~1");
  commit("overseer", "o.txt", "1\n");
  EXPECT_EQ(
      agents(integrate("--all --no-gates --method squash --json"), "landed"),
      "001-x/impl-api");
  EXPECT_EQ(landed("a.txt"), "1\n");
}

TEST_F(IntegrateAttack, WithoutANameNobodyIsRejected) {
  commit("impl-api", "a.txt", "1\n");
  box.ok("git config --global --unset user.name");
  box.ok("git config --global --unset user.email");
  box.ok("git config --global user.useConfigOnly true");
  const Result r = integrate("--all --no-gates");
  EXPECT_EQ(r.status, 128) << r.out;
  EXPECT_TRUE(holds(r.err, "git var failed"));
  EXPECT_EQ(box.sql("SELECT count(*) FROM landings"), "0\n");
}

TEST_F(IntegrateAttack, AGateIsACommand) {
  EXPECT_EQ(integrate("--gate ''").status, 129);
  EXPECT_EQ(integrate("--gate ' '").status, 129);
}

TEST_F(IntegrateAttack, AFeaturesQueueIsItsOwnAlsoOnASharedTarget) {
  box.ok(
      "git orch init-feature 002-y --base main --roles overseer,impl-api "
      "-q");
  commit("impl-api", "a.txt", "1\n");
  EXPECT_EQ(integrate("001-x/impl-api --into main --gate no-such").status, 4);
  EXPECT_EQ(integrate("--feature 002-y --into main --no-gates").status, 0);
  EXPECT_EQ(box.type("git show main:a.txt").out, "");
  EXPECT_EQ(integrate("--feature 001-x --into main --no-gates").status, 0);
  EXPECT_EQ(box.type("git show main:a.txt").out, "1\n");
}

}  // namespace
}  // namespace orch::test
