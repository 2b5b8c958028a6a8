// SPDX-License-Identifier: MIT
#include "support/first_git.h"
#include "support/sandbox.h"

namespace orch::test {
namespace {

class CheckConflicts : public ::testing::Test {
 protected:
  CheckConflicts() {
    box.make_repository();
    box.ok("git orch init -q");
    box.ok(
        "git orch init-feature 001-a -q "
        "--roles overseer,impl-api,impl-data,impl-ui");
    api = box.worktree("001-a", "impl-api");
    data = box.worktree("001-a", "impl-data");
    ui = box.worktree("001-a", "impl-ui");
  }
  // Replaces a line of one of the twenty.
  void edit(const std::string& top, const std::string& file, int line,
            const std::string& text) const {
    std::string out;
    for (int i = 1; i <= 20; ++i)
      out += (i == line ? text : "line " + std::to_string(i)) + "\n";
    box.write(top + "/" + file, out);
  }
  void commit(const std::string& top, int line, const std::string& text,
              const std::string& file = "one.txt") const {
    edit(top, file, line, text);
    box.ok_in(top, "git add .");
    box.ok_in(top, "git commit -qm " + text);
  }
  // "a b kind paths" a line.
  std::string found(const std::string& top, const std::string& options,
                    int status) const {
    const Result r =
        box.type_in(top, "git orch check-conflicts --json " + options);
    EXPECT_EQ(r.status, status) << r.out << r.err;
    std::string out;
    const json::Value answer = r.data();
    for (const json::Value& c : *answer["conflicts"].as_array()) {
      for (const char* key : {"a", "b", "kind"})
        out += *c[key].as_string() + " ";
      for (const json::Value& p : *c["paths"].as_array())
        out += *p.as_string() + " ";
      out += c["uncommitted"] == json::Value(true) ? "open\n" : "committed\n";
    }
    return out;
  }
  // Everything that a read must leave alone, to the byte.
  std::string everything() const {
    std::string out = box.ok("git count-objects -v") + box.fingerprint();
    for (const char* role : {"overseer", "impl-api", "impl-data", "impl-ui"})
      out += box.read(box.repo() + "/.git/worktrees/" + role + "/index");
    return out + box.read(box.repo() + "/.git/index") +
           box.type("ls -A .git/orch/tmp").out;
  }
  Sandbox box;
  std::string api, data, ui;
};

TEST_F(CheckConflicts, PrintsItsUsageAndRefusesWrongUsage) {
  const Result help = box.type("git orch check-conflicts -h");
  EXPECT_EQ(help.status, 0);
  EXPECT_TRUE(help.out.starts_with("usage: git orch check-conflicts [--all "));
  for (const char* line :
       {"git orch check-conflicts main", "git orch check-conflicts a b c",
        "git orch check-conflicts --stdin main main",
        "git orch check-conflicts --kind sort",
        "git orch check-conflicts --all --with main",
        "git orch check-conflicts --worktrees --with main",
        "git orch check-conflicts --all main main",
        "git orch check-conflicts --kind stale --stdin",
        "git orch check-conflicts --with",
        "git orch check-conflicts --commited-only"}) {
    const Result r = box.type(line);
    EXPECT_EQ(r.status, 129) << line << "\n" << r.out << r.err;
    EXPECT_EQ(r.out, "") << line;
    EXPECT_TRUE(holds(r.err, "usage: git orch check-conflicts")) << line;
  }
}

TEST_F(CheckConflicts, LooksAtWorktreesWithTheirOpenWork) {
  // One of no feature, on no branch.
  const std::string loose = box.path("loose");
  box.ok("git worktree add -q --detach ../loose");
  EXPECT_EQ(box.type("git orch check-conflicts --worktrees").status, 0);
  box.write(loose + "/one.txt", "loose\n");
  box.write(ui + "/one.txt", "ui\n");
  EXPECT_EQ(found(box.repo(), "--worktrees", 1),
            loose + " feature/001-a/impl-ui collision one.txt open\n");
  EXPECT_EQ(
      box.type("git orch check-conflicts --worktrees --committed-only").status,
      0);
}

TEST_F(CheckConflicts, NamesUntrackedFilesThatAreTooLargeAndIsNotSure) {
  box.write(ui + "/large.bin", std::string(2 << 20, 'x'));
  box.write(ui + "/one.txt", "open\n");
  box.write(ui + "/small.txt", "small\n");
  const Result r = box.type("git orch check-conflicts --all --json");
  EXPECT_EQ(r.status, 4);
  EXPECT_TRUE(holds(r.out,
                    R"("a":"001-a/impl-ui","b":"base","reason":"untracked )"
                    R"(and above orch.maxUntracked: large.bin")"));
  EXPECT_FALSE(holds(r.out, "small.txt"));
  // What it can see, it is sure of.
  commit(api, 3, "api");
  box.write(api + "/small.txt", "another\n");
  const std::string both = found(box.repo(), "--all", 1);
  EXPECT_TRUE(holds(both, " collision one.txt small.txt open\n"));
  box.ok("git config orch.maxUntracked 3m");
  box.ok_in(ui, "git checkout -q one.txt");
  box.ok_in(ui, "rm small.txt");
  EXPECT_EQ(box.type("git orch check-conflicts --all").status, 0);
  box.ok("git config orch.maxUntracked lots");
  const Result bad = box.type("git orch check-conflicts --all --json");
  EXPECT_EQ(bad.status, 129);
  EXPECT_TRUE(holds(bad.out, "bad value 'lots' for orch.maxUntracked"));
}

TEST_F(CheckConflicts, SaysHowMuchItDecidedWithoutGit) {
  commit(api, 3, "api");
  commit(ui, 3, "ui");
  const Result fast = box.type("git orch check-conflicts --all -v --json");
  EXPECT_TRUE(holds(fast.err, " decided here, 0 (0.0 %) by git"));
  EXPECT_EQ(fast.data()["handed_to_git"], json::Value(0));
  EXPECT_EQ(fast.data()["decided"], fast.data()["pairs"]);
  box.ok("git config orch.conflictEngine git");
  const Result git = box.type("git orch check-conflicts --all -v --json");
  EXPECT_TRUE(holds(git.err, " 0 decided here, "));
  EXPECT_EQ(git.data()["handed_to_git"], git.data()["pairs"]);
  EXPECT_EQ(json::to_text(git.data()["conflicts"]),
            json::to_text(fast.data()["conflicts"]));
  box.ok("git config orch.conflictEngine magic");
  const Result bad = box.type("git orch check-conflicts --all --json");
  EXPECT_EQ(bad.status, 129);
  EXPECT_TRUE(holds(bad.out, "unknown value 'magic' for orch.conflictEngine"));
}

TEST_F(CheckConflicts, VerifiesItselfAgainstGit) {
  commit(api, 3, "api");
  commit(ui, 3, "ui");
  EXPECT_EQ(box.type("git orch check-conflicts --all --verify").status, 1);
  EXPECT_EQ(box.type("git orch check-conflicts main HEAD --verify").status, 0);
  // A git that says of every pair what is true of two others.
  put_before_git(box,
                 "case \" $* \" in *' merge-tree '*)\n  sed "
                 "'s/.*/feature\\/001-a\\/impl-api "
                 "feature\\/001-a\\/impl-ui/' >\"$HOME/pairs\"\n"
                 "  exec <\"$HOME/pairs\";; esac");
  const Result r =
      box.type("git-orch-check-conflicts main HEAD --verify --json");
  EXPECT_EQ(r.status, 128);
  EXPECT_TRUE(holds(r.out, "git says something else about 1 pair"));
}

TEST_F(CheckConflicts, AnswersInTheKeysOfTheContract) {
  commit(api, 3, "api");
  commit(ui, 3, "ui");
  const Result r = box.type_in(api, "git orch check-conflicts --json");
  EXPECT_EQ(r.status, 1);
  EXPECT_TRUE(r.out.starts_with(
      R"({"version":1,"ok":true,"data":{"branches":3,"pairs":)"));
  EXPECT_TRUE(holds(
      r.out, R"("conflicts":[{"a":"001-a/impl-api","b":"001-a/impl-ui",)"
             R"("kind":"collision","paths":["one.txt"],"types":["contents"],)"
             R"("uncommitted":false}])"));
  const std::string row =
      "001-a/impl-api\t001-a/impl-ui\tcollision\tone.txt\tcontents\t0";
  EXPECT_EQ(box.type_in(api, "git orch check-conflicts --porcelain").out,
            row + "\n");
  EXPECT_EQ(box.type_in(api, "git orch check-conflicts -z").out, row + '\0');
  const Result human = box.type_in(api, "git orch check-conflicts");
  EXPECT_EQ(human.status, 1);
  EXPECT_TRUE(holds(human.out, "001-a/impl-api  001-a/impl-ui  collision"));
  EXPECT_TRUE(holds(human.out, "1 conflict among 3 branches"));
  const Result quiet = box.type_in(api, "git orch check-conflicts -q");
  EXPECT_EQ(quiet.out + quiet.err, "");
  EXPECT_EQ(quiet.status, 1);
}

TEST_F(CheckConflicts, LooksAtThisBranchOrAtAll) {
  commit(api, 3, "api");
  commit(ui, 3, "ui");
  const std::string collision =
      "001-a/impl-api 001-a/impl-ui collision one.txt committed\n";
  EXPECT_EQ(found(api, "", 1), collision);
  EXPECT_EQ(found(ui, "", 1), collision);
  EXPECT_EQ(found(data, "", 0), "");
  EXPECT_EQ(found(box.repo(), "--all", 1), collision);
  EXPECT_EQ(found(data, "--all", 1), collision);
  box.ok("git checkout -q --detach");
  EXPECT_EQ(box.type("git orch check-conflicts").status, 129);
  EXPECT_EQ(found(box.repo(), "--all", 1), collision);
}

TEST_F(CheckConflicts, LooksAcrossFeatures) {
  box.ok("git orch init-feature 002-b -q --roles overseer,impl-api");
  commit(api, 3, "api");
  commit(box.worktree("002-b", "impl-api"), 3, "other");
  EXPECT_EQ(found(box.repo(), "--all", 1),
            "001-a/impl-api 002-b/impl-api collision one.txt committed\n");
}

TEST_F(CheckConflicts, CountsOpenWorkOfBothSidesAndTouchesNothing) {
  edit(api, "one.txt", 3, "api");
  edit(ui, "one.txt", 3, "ui");
  edit(ui, "two.txt", 3, "ui");
  box.ok_in(ui, "git add two.txt");
  edit(api, "two.txt", 3, "api");
  box.write(api + "/new.txt", "from api\n");
  box.write(ui + "/new.txt", "from ui\n");
  box.write(api + "/.gitignore", "*.log\n");
  box.write(ui + "/.gitignore", "*.log\n");
  box.write(api + "/x.log", "api\n");
  box.write(ui + "/x.log", "ui\n");
  const std::string before = everything();
  const std::string collision =
      "001-a/impl-api 001-a/impl-ui collision new.txt one.txt two.txt open\n";
  EXPECT_EQ(found(api, "", 1), collision);
  EXPECT_EQ(found(box.repo(), "--all", 1), collision);
  EXPECT_EQ(found(box.repo(), "--all --committed-only", 0), "");
  EXPECT_EQ(everything(), before);
  EXPECT_TRUE(holds(box.type("git orch check-conflicts --all").out, "(open)"));
}

TEST_F(CheckConflicts, CountsOpenWorkOfOneSide) {
  commit(ui, 3, "ui");
  edit(api, "one.txt", 3, "api");
  EXPECT_EQ(found(box.repo(), "--all", 1),
            "001-a/impl-api 001-a/impl-ui collision one.txt open\n");
  EXPECT_EQ(found(api, "--committed-only", 0), "");
}

TEST_F(CheckConflicts, CallsABranchStaleAndNotItsColleaguesColliding) {
  commit(api, 3, "api");
  commit(ui, 3, "ui", "two.txt");
  commit(box.repo(), 3, "moved-on");
  const std::string stale = "001-a/impl-api base stale one.txt committed\n";
  EXPECT_EQ(found(box.repo(), "--all", 1), stale);
  // A colleague who took the new base in conflicts, to git, with the stale one
  // too; the work of the two does not.
  box.ok_in(ui, "git rebase -q main");
  EXPECT_EQ(found(box.repo(), "--all", 1), stale);
  EXPECT_EQ(found(ui, "", 0), "");
  EXPECT_EQ(box.type("git orch check-conflicts feature/001-a/impl-api "
                     "feature/001-a/impl-ui")
                .status,
            1);
}

TEST_F(CheckConflicts, TellsStaleLinesFromOwnLinesInOneFile) {
  commit(api, 3, "api");
  commit(ui, 15, "ui");
  commit(box.repo(), 3, "moved-on");
  box.ok_in(ui, "git rebase -q main");
  EXPECT_EQ(found(box.repo(), "--all", 1),
            "001-a/impl-api base stale one.txt committed\n");
}

TEST_F(CheckConflicts, CallsABranchStaleAgainstTheIntegrationBranch) {
  commit(box.worktree("001-a", "overseer"), 3, "integrated");
  commit(api, 3, "api");
  EXPECT_EQ(found(api, "", 1),
            "001-a/impl-api integration stale one.txt committed\n");
}

TEST_F(CheckConflicts, ShowsOnlyTheKindThatIsAskedFor) {
  commit(api, 3, "api");
  commit(ui, 3, "ui");
  commit(box.repo(), 3, "moved-on");
  const std::string stale =
      "001-a/impl-api base stale one.txt committed\n"
      "001-a/impl-ui base stale one.txt committed\n";
  const std::string collision =
      "001-a/impl-api 001-a/impl-ui collision one.txt committed\n";
  EXPECT_EQ(found(box.repo(), "--all", 1), stale + collision);
  EXPECT_EQ(found(box.repo(), "--all --kind stale", 1), stale);
  EXPECT_EQ(found(box.repo(), "--all --kind collision", 1), collision);
  EXPECT_EQ(found(data, "--kind stale", 0), "");
}

TEST_F(CheckConflicts, ComparesThisBranchWithARevision) {
  commit(api, 3, "api");
  commit(box.repo(), 3, "moved-on");
  EXPECT_EQ(found(api, "--with main~1", 0), "");
  EXPECT_EQ(found(api, "--with main", 1),
            "001-a/impl-api main collision one.txt committed\n");
  EXPECT_EQ(found(data, "--with main", 0), "");
  edit(data, "one.txt", 3, "open");
  EXPECT_EQ(found(data, "--with main", 1),
            "001-a/impl-data main collision one.txt open\n");
  EXPECT_EQ(found(data, "--with main --committed-only", 0), "");
  const Result r =
      box.type_in(api, "git orch check-conflicts --json --with nowhere");
  EXPECT_EQ(r.status, 128);
  EXPECT_EQ(r.json()["error"]["code"], json::Value("unknown_name"));
}

// A clone of all branches with one commit checked out, as CI jobs have it.
TEST_F(CheckConflicts, AnswersInAJobWithoutABranch) {
  commit(api, 3, "api");
  commit(data, 3, "data");
  commit(ui, 17, "ui");
  const std::string job = box.path("job");
  box.ok("git clone -q file://" + box.repo() + " " + job);
  box.ok_in(job, "git checkout -q --detach origin/feature/001-a/impl-api");
  EXPECT_EQ(found(job, "--with origin/main", 0), "");
  EXPECT_EQ(
      found(job, "--with origin/feature/001-a/impl-data", 1),
      "HEAD origin/feature/001-a/impl-data collision one.txt committed\n");
  const std::string others =
      box.ok_in(job,
                "git for-each-ref --format='HEAD %(refname)' "
                "refs/remotes/origin/feature/");
  const Result all =
      box.type_in(job, "git orch check-conflicts --stdin --porcelain", others);
  EXPECT_EQ(all.status, 1);
  EXPECT_TRUE(holds(all.out, "impl-data\tconflict\tone.txt\t"));
  EXPECT_TRUE(holds(all.out, "impl-ui\tclean\t"));
  EXPECT_EQ(box.type_in(job, "ls .git/orch").status, 2);
}

TEST_F(CheckConflicts, WorksOverAllBranchesWithoutAStoreAndCreatesNothing) {
  box.make_repository("plain");
  for (const char* branch : {"left", "right"}) {
    box.ok(std::string("git checkout -q -b ") + branch + " main");
    commit(box.repo(), 3, branch);
  }
  box.ok("git checkout -q main");
  box.ok("git worktree add -q ../linked -b third main");
  edit(box.path("linked"), "one.txt", 3, "open");
  const std::string before = everything();
  EXPECT_EQ(found(box.repo(), "--all", 1),
            "left right collision one.txt committed\n"
            "left third collision one.txt open\n"
            "right third collision one.txt open\n");
  EXPECT_EQ(found(box.repo(), "--all --committed-only", 1),
            "left right collision one.txt committed\n");
  EXPECT_EQ(found(box.repo(), "", 0), "");
  EXPECT_EQ(box.type("git orch check-conflicts left right").status, 1);
  EXPECT_EQ(everything(), before);
  EXPECT_EQ(box.type("ls .git/orch").status, 2);
}

TEST_F(CheckConflicts, CountsOneBranchAsOne) {
  box.make_repository("plain");
  EXPECT_EQ(box.ok("git orch check-conflicts"),
            "0 conflicts among 1 branch, 0 pairs checked\n");
}

TEST_F(CheckConflicts, SaysWhatHelpsOnABranchWithoutACommit) {
  box.ok("git init -q -b main fresh");
  const Result r =
      box.type_in(box.repo() + "/fresh", "git orch check-conflicts");
  EXPECT_EQ(r.status, 128);
  EXPECT_EQ(r.err,
            "fatal: branch 'main' has no commit yet\n"
            "hint: git commit, or git orch check-conflicts --all\n");
}

TEST_F(CheckConflicts, CannotTellOfUnrelatedHistories) {
  box.make_repository("plain");
  box.ok("git checkout -q --orphan island");
  box.ok("git commit -qm island");
  const Result r = box.type("git orch check-conflicts --all --json");
  EXPECT_EQ(r.status, 4);
  EXPECT_TRUE(holds(r.out, R"({"version":1,"ok":true,)"));
  EXPECT_TRUE(holds(r.out, "refusing to merge unrelated histories"));
  EXPECT_TRUE(holds(box.type("git orch check-conflicts --all").out,
                    "unknown: island and main: "));
  // A conflict is the louder answer.
  for (const char* branch : {"left", "right"}) {
    box.ok(std::string("git checkout -q -b ") + branch + " main");
    commit(box.repo(), 3, branch);
  }
  EXPECT_EQ(box.type("git orch check-conflicts --all").status, 1);
}

}  // namespace
}  // namespace orch::test
