// SPDX-License-Identifier: MIT
//
// What an agent can try, at which level, and what comes of it. The table of
// git-orch-security(7) is what this test has seen.
#include "json/value.h"
#include "support/inside.h"

namespace orch::test {
namespace {

// Stopped: git says no, and nobody else's ref has changed. Found: git does it,
// and the next tick tells. Allowed: what an agent needs, or may do.
enum class Outcome { Stopped, Found, Allowed };

// One thing an agent may try from within its own worktree. `script` is run by
// sh there; B is the base, O the overseer's branch, S a sibling's.
struct Attempt {
  const char* name;
  const char* script;
  Outcome outcome;
  // What happens outside before, run by sh in the main worktree.
  const char* before = "";
};

// The hostile ones come first, then what an agent needs.
constexpr Attempt kAttempts[] = {
    {"update-ref", "git update-ref refs/heads/main HEAD", Outcome::Stopped},
    {"update-ref -d", "git update-ref -d refs/heads/main", Outcome::Stopped},
    {"update-ref --stdin",
     "echo \"update refs/heads/main $(git rev-parse HEAD)\" | "
     "git update-ref --stdin",
     Outcome::Stopped},
    {"branch -f", "git branch -f spare2 HEAD && git branch -f prot HEAD",
     Outcome::Stopped},
    {"branch -D", "git branch -D prot", Outcome::Stopped},
    {"branch -m", "git branch -m prot gone", Outcome::Stopped},
    {"branch -M over", "git branch x HEAD && git branch -M x prot",
     Outcome::Stopped},
    {"branch -C over", "git branch -C feature/001/impl-api prot",
     Outcome::Found},
    {"commit on the base",
     "git checkout -q --ignore-other-worktrees main && "
     "git commit -q --allow-empty -m x",
     Outcome::Stopped},
    {"commit --no-verify on the base",
     "git checkout -q --ignore-other-worktrees main && "
     "git commit -q --no-verify --allow-empty -m x",
     Outcome::Stopped},
    {"merge on the base",
     "git checkout -q --ignore-other-worktrees main && "
     "git merge -q feature/001/impl-api",
     Outcome::Stopped},
    {"fast-forward of the base",
     "git checkout -q --ignore-other-worktrees main && "
     "git merge -q --ff-only feature/001/impl-api",
     Outcome::Stopped},
    {"reset of the base",
     "git checkout -q --ignore-other-worktrees main && "
     "git reset -q --hard feature/001/impl-api",
     Outcome::Stopped},
    {"push to this repository",
     "git push -q --no-verify . HEAD:refs/heads/prot", Outcome::Stopped},
    {"push to this repository, with its hook",
     "git push -q . HEAD:refs/heads/x", Outcome::Stopped},
    {"fetch from this repository", "git fetch -q . HEAD:refs/heads/prot",
     Outcome::Stopped},
    {"fast-import",
     "printf 'reset refs/heads/prot\\nfrom %s\\n\\n' $(git rev-parse HEAD) | "
     "git fast-import --quiet --force",
     Outcome::Stopped},
    {"symbolic-ref over a branch",
     "git symbolic-ref refs/heads/prot refs/heads/feature/001/impl-api",
     Outcome::Found},
    {"commit through a symbolic ref",
     "git symbolic-ref HEAD refs/heads/main && "
     "git commit -q --no-verify --allow-empty -m x",
     Outcome::Stopped},
    {"replace", "git replace -f $(git rev-parse main) HEAD", Outcome::Stopped},
    {"a snapshot's ref", "git update-ref refs/orch/snapshots/x HEAD",
     Outcome::Stopped},
    {"the branch of another agent",
     "git update-ref refs/heads/feature/001/impl-data HEAD", Outcome::Stopped},
    {"the branch of the overseer",
     "git branch -f feature/001/overseer HEAD || "
     "git update-ref refs/heads/feature/001/overseer HEAD",
     Outcome::Stopped},
    {"alias", "git -c alias.x='update-ref refs/heads/main HEAD' x",
     Outcome::Stopped},
    {"script file",
     "printf 'git update-ref refs/heads/main HEAD\\n' > ../s.sh; sh ../s.sh",
     Outcome::Stopped},
    {"git -C of the worktree",
     "cd / && git -C \"$OLDPWD\" update-ref "
     "refs/heads/main HEAD",
     Outcome::Stopped},
    {"core.hooksPath on the command line",
     "git -c core.hooksPath=/dev/null update-ref refs/heads/prot HEAD",
     Outcome::Found},
    {"configuration through the environment",
     "GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=core.hooksPath "
     "GIT_CONFIG_VALUE_0=/dev/null git update-ref refs/heads/prot HEAD",
     Outcome::Found},
    {"chmod of the hook",
     "chmod -x \"$(git rev-parse --git-common-dir)\"/orch/guard/"
     "reference-transaction; git update-ref refs/heads/prot HEAD",
     Outcome::Found},
    {"a write into the ref's file",
     "git rev-parse HEAD > \"$(git rev-parse --git-common-dir)\"/"
     "refs/heads/prot",
     Outcome::Found},
    {"the git of another worktree",
     "git --git-dir=\"$(git rev-parse --git-common-dir)\" update-ref "
     "refs/heads/prot $(git rev-parse HEAD)",
     Outcome::Found},
    {"a push", "git push -q origin HEAD", Outcome::Stopped},
    {"a push of the base", "git push -q origin HEAD:main", Outcome::Stopped},
    {"a merge of another agent's branch", "git merge -q feature/001/impl-data",
     Outcome::Stopped},
    {"a file of no role",
     "mkdir .husky && echo x > .husky/x && git add .husky && "
     "git commit -q -m x",
     Outcome::Stopped},
    {"another's name",
     "git commit -q --allow-empty -m 'x\n\nOrch-Agent: 001/overseer'",
     Outcome::Stopped},
    // What it needs.
    {"commit", "echo x > own && git add own && git commit -q -m x",
     Outcome::Allowed},
    {"amend", "git commit -q --amend --allow-empty -m y", Outcome::Allowed},
    {"reset of its own branch", "git reset -q --hard HEAD~1", Outcome::Allowed},
    {"a new branch", "git branch idea && git branch -D idea", Outcome::Allowed},
    {"a tag", "git tag t1 && git tag -d t1", Outcome::Allowed},
    {"switch and back",
     "git switch -q -c try && git commit -q --allow-empty -m x && "
     "git switch -q - && git branch -q -D try",
     Outcome::Allowed},
    {"rebase -i",
     "git commit -q --allow-empty -m a && git commit -q --allow-empty -m b && "
     "GIT_SEQUENCE_EDITOR=true git rebase -q -i --keep-empty main",
     Outcome::Allowed},
    {"catch up by a merge",
     "git merge -q main && test \"$(git rev-parse main)\" = "
     "\"$(git merge-base main HEAD)\"",
     Outcome::Allowed},
    {"stash", "echo y >> base.txt && git stash -q && git stash pop -q",
     Outcome::Allowed},
    {"cherry-pick", "git cherry-pick --allow-empty feature/001/impl-data~0",
     Outcome::Allowed},
    {"fetch of 500 refs",
     "git fetch -q origin; "
     "test $(git for-each-ref refs/remotes/origin/far | wc -l) = 500",
     Outcome::Allowed,
     "git push -q --no-verify origin main; for i in $(seq 500); do echo create "
     "refs/heads/far/$i $(git rev-parse main); done | "
     "git -C ../home/origin.git update-ref --stdin"},
    {"gc", "git gc -q --prune=now", Outcome::Allowed},
    {"pack-refs", "git pack-refs --all --prune && git pack-refs --all --prune",
     Outcome::Allowed},
    {"bisect", "git bisect start HEAD main && git bisect reset",
     Outcome::Allowed},
    {"worktree add",
     "d=$(mktemp -d) && git worktree add -q $d/t -b spare3 && "
     "git worktree remove $d/t && git branch -q -D spare3 && rmdir $d",
     Outcome::Allowed},
    {"notes", "git notes add -m n && git notes remove", Outcome::Allowed},
};

constexpr char kPolicy[] =
    "guards:\n"
    "  protected_refs: ['refs/replace/*', refs/heads/prot]\n";

class PolicyAttempts : public Inside,
                       public ::testing::WithParamInterface<Attempt> {
 protected:
  PolicyAttempts() {
    box.make_repository();
    sh("echo base > base.txt; git add -A; git commit -q -m base;"
       "git init -q --bare ../home/origin.git; git remote add origin "
       "\"$PWD/../home/origin.git\"");
    box.ok("git orch init -q");
    // Besides what ships: a branch of the person's.
    box.write(box.repo() + "/.git/orch/policy.yaml", kPolicy);
    box.ok("git branch prot");
    box.ok("git orch init-feature -q 001 --base main");
    worktree = box.worktree("001", "impl-api");
    for (const char* role : {"impl-api", "impl-data"})
      sh("cd " + box.worktree("001", role) + "; echo " + role + " > " + role +
         ".txt; git add -A; git commit -q -m " + role);
  }

  void sh(const std::string& script) const {
    const Result r = box.run_in(box.repo(), {"sh", "-ec", script});
    EXPECT_EQ(r.status, 0) << script << r.err;
  }

  // Refs that are not the agent's own, with their values.
  std::string others() const {
    return box
        .run_in(box.repo(),
                {"sh", "-c",
                 "git for-each-ref --format='%(refname) %(objectname) "
                 "%(symref)' refs/heads/main refs/heads/prot "
                 "refs/heads/feature refs/replace refs/orch/snapshots | "
                 "grep -v '^refs/heads/feature/001/impl-api '"})
        .out;
  }

  Result attempt(const std::string& script) const {
    return box.run_in(worktree, {"sh", "-ec", script});
  }

  // Hooks and configuration, with their modes.
  std::string guards() const {
    return box
        .run_in(box.repo(),
                {"sh", "-c",
                 "cd .git && ls -l hooks orch/guard && cat config "
                 "orch-guard.config orch-worktrees.config orch/policy.yaml"})
        .out;
  }

  std::string unexplained() const {
    return sql(
        "SELECT count(*) FROM task_events WHERE event_type = "
        "'ref_unexplained' AND message LIKE 'refs/heads/prot: %'");
  }
};

TEST_P(PolicyAttempts, EndsAsTheTableSays) {
  const Attempt& a = GetParam();
  sh(a.before);
  if (a.outcome == Outcome::Found)
    box.ok("git orch agent start -q 001/impl-data --runtime script");
  box.ok("git orch tick -q");
  const std::string before = others();
  const Result r = attempt(a.script);
  if (a.outcome == Outcome::Stopped) {
    EXPECT_NE(r.status, 0) << r.out;
    EXPECT_EQ(others(), before);
    EXPECT_TRUE(holds(r.err, "orch: refused by guards."));
    EXPECT_TRUE(holds(r.err, "git orch policy explain guards."));
  } else {
    EXPECT_EQ(r.status, 0) << r.err;
  }
  box.ok("git orch tick -q");
  EXPECT_EQ(unexplained(), a.outcome == Outcome::Found ? "1\n" : "0\n");
  if (a.outcome == Outcome::Allowed) {
    EXPECT_EQ(sql("SELECT message FROM task_events WHERE event_type = "
                  "'ref_unexplained' OR event_type LIKE 'guard_%'"),
              "");
  }
}

// Behind walls, nothing of it changes anything outside, whatever git says to it
// in there: nobody else's ref, nothing of the agent's own that its role may not
// do, no hook, no file. What it needs works as before.
TEST_P(PolicyAttempts, ChangesNothingOutsideFromASandbox) {
  const Attempt& a = GetParam();
  SKIP_WITHOUT_WALLS();
  sh(a.before);
  box.ok("git orch tick -q");
  const std::string before = others(), own = tip(kBranch);
  const std::string files = guards();
  const Result r =
      inside("set -e; export GIT_MERGE_AUTOEDIT=no; " + std::string(a.script));
  if (a.outcome == Outcome::Allowed) {
    EXPECT_EQ(r.status, 0) << r.out;
    const std::string seen =
        "refs/orch/sandbox/" + sql("SELECT id FROM agents WHERE address = "
                                   "'001/impl-api'");
    EXPECT_EQ(tip(kBranch), tip(seen.substr(0, seen.size() - 1) + "/seen"))
        << r.out;
  } else {
    EXPECT_EQ(tip(kBranch), own) << r.out;
  }
  EXPECT_EQ(others(), before) << r.out;
  EXPECT_EQ(guards(), files) << r.out;
  EXPECT_EQ(box.ok("git status --porcelain"), "");
  box.ok("git orch tick -q");
  EXPECT_EQ(sql("SELECT count(*) FROM task_events WHERE event_type = "
                "'ref_unexplained'"),
            "0\n");
}

// What an agent CLI's own permissions say to the script as a command, before it
// runs: a first friendly line, and no more.
class PolicyAttemptsTable : public Inside {
 protected:
  PolicyAttemptsTable() {
    set_up();
    box.write(box.repo() + "/.git/orch/policy.yaml", kPolicy);
    box.ok("git orch tick -q");
  }

  bool is_advised_against(const Attempt& a) const {
    std::string git_dir = box.ok_in(worktree, "git rev-parse --git-dir");
    git_dir.pop_back();
    const Result r =
        box.run_in(worktree,
                   {ORCH_BUILD_DIR "/libexec/git-orch/git-orch--permit",
                    git_dir + "/orch-guard", worktree},
                   json::to_text(json::Object{
                       {"tool_name", "Bash"},
                       {"tool_input", json::Object{{"command", a.script}}}}));
    EXPECT_TRUE(r.status == 0 || r.status == 2) << a.name;
    if (a.outcome == Outcome::Allowed) {
      EXPECT_EQ(r.status, 0) << r.err;
    }
    return r.status == 2;
  }

  static std::string row(const std::string& name, const std::string& advise,
                         const std::string& guard, const std::string& walls) {
    std::string out = name;
    for (const auto& [cell, at] :
         {std::pair{advise, 41U}, std::pair{guard, 51U},
          std::pair{walls, 61U}}) {
      out.resize(at, ' ');
      out += cell;
    }
    return out + "\n";
  }
};

TEST_F(PolicyAttemptsTable, IsThatOfTheManualPage) {
  const std::string path = ORCH_SOURCE_DIR "/man/git-orch-security.adoc";
  std::string page = box.read(path);
  const std::string begin = "// attempts: begin\n", end = "// attempts: end\n";
  const std::size_t from = page.find(begin) + begin.size();
  const std::size_t to = page.find(end);
  ASSERT_TRUE(to != std::string::npos && from <= to);
  std::string table = "....\n" + row("attempt", "advise", "guard", "sandbox");
  for (const Attempt& a : kAttempts)
    table += row(a.name, is_advised_against(a) ? "stopped" : "passed",
                 a.outcome == Outcome::Stopped ? "stopped"
                 : a.outcome == Outcome::Found ? "found"
                                               : "passed",
                 a.outcome == Outcome::Allowed ? "passed" : "stopped");
  table += "....\n";
  if (std::getenv("ORCH_TEST_WRITE_GOLDEN")) {
    page.replace(from, to - from, table);
    box.write(path, page);
    return;
  }
  EXPECT_EQ(page.substr(from, to - from), table)
      << "ORCH_TEST_WRITE_GOLDEN=1 writes it anew";
}

std::string test_name(const ::testing::TestParamInfo<Attempt>& info) {
  std::string out;
  bool upper = true;
  for (const char* c = info.param.name; *c; ++c) {
    const bool letter = std::isalnum(static_cast<unsigned char>(*c)) != 0;
    if (letter) out += upper ? static_cast<char>(std::toupper(*c)) : *c;
    upper = !letter;
  }
  return out + std::to_string(info.index);
}

INSTANTIATE_TEST_SUITE_P(Of, PolicyAttempts, ::testing::ValuesIn(kAttempts),
                         test_name);

}  // namespace
}  // namespace orch::test
