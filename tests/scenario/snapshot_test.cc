// SPDX-License-Identifier: MIT
#include "support/sandbox.h"

namespace orch::test {
namespace {

class Snapshot : public ::testing::Test {
 protected:
  Snapshot() {
    box.make_repository();
    box.ok("git orch init -q");
    box.ok("git orch init-feature 001-a -q");
    ui = box.worktree("001-a", "impl-ui");
  }
  // What is uncommitted in a worktree: status, contents, modes, targets.
  std::string state(const std::string& top) const {
    return box.ok_in(top, "git status --porcelain -z --untracked-files=all") +
           box.run_in(top, {"bash", "-c",
                            "find . -name .git -prune -o -printf '%P %m %l\\0' "
                            "| sort -z; find . -name .git -prune -o -type f "
                            "-print0 | sort -z | xargs -0 cat"})
               .out;
  }
  std::string index_bytes(const std::string& top) const {
    std::string dir = box.ok_in(top, "git rev-parse --absolute-git-dir");
    dir.pop_back();
    return box.read(dir + "/index");
  }
  void shell(const std::string& top, const std::string& script) const {
    const Result r = box.run_in(top, {"bash", "-ec", script});
    EXPECT_EQ(r.status, 0) << script << r.err;
  }
  void clean(const std::string& top) const {
    shell(top, "git reset -q --hard; git clean -qfd");
  }
  Result snap(const std::string& line) const {
    return box.type_in(ui, "git orch snapshot " + line);
  }
  Sandbox box;
  std::string ui;
};

// Taken within a second, all are the same commit.
TEST_F(Snapshot, SeveralAtATimeNameEachItsOwn) {
  box.write(ui + "/one.txt", "open\n");
  const Result r = box.run_in(
      ui, {"bash", "-c",
           "for i in 1 2 3 4 5 6; do git orch snapshot take --porcelain & "
           "done | cut -f1 | sort -u | wc -l"});
  EXPECT_EQ(r.out, "6\n") << r.err;
}

TEST_F(Snapshot, BringsBackModesLinksDeletionsAndOddNames) {
  shell(ui,
        "echo more >> one.txt; rm two.txt; chmod +x three.txt; "
        "ln -s nowhere link; mkdir -p d/e; printf x > $'d/e/new\\nline'; "
        "echo y > :colon; echo z > -dash; printf w > $'caf\\xe9'");
  const std::string before = state(ui), index = index_bytes(ui);
  const Result r = snap("take -m 'before lunch' --json");
  ASSERT_EQ(r.status, 0) << r.err;
  EXPECT_EQ(index_bytes(ui), index);
  EXPECT_EQ(state(ui), before);
  const json::Value answer = r.data();
  const json::Value& s = (*answer["snapshots"].as_array())[0];
  EXPECT_EQ(s["agent"], json::Value("001-a/impl-ui"));
  EXPECT_EQ(s["reason"], json::Value("before lunch"));
  EXPECT_EQ(s["paths"].as_array()->size(), 8U);
  EXPECT_FALSE(s["paths_b64"].is_null());

  clean(ui);
  EXPECT_EQ(snap("restore 1").out,
            "restored snapshot 1 in " + ui + ": 7 files written, 1 removed\n");
  EXPECT_EQ(state(ui), before);
}

TEST_F(Snapshot, HoldsChangesThatGitWasToldNotToSee) {
  shell(ui,
        "git update-index --skip-worktree one.txt; "
        "git update-index --assume-unchanged two.txt; "
        "echo first > one.txt; echo second > two.txt");
  const std::string index = index_bytes(ui);
  const Result r = snap("take --json");
  EXPECT_EQ(index_bytes(ui), index);
  const json::Value answer = r.data();
  const json::Value& s = (*answer["snapshots"].as_array())[0];
  EXPECT_EQ(s["paths"],
            json::Value(std::vector<std::string>{"one.txt", "two.txt"}));
  EXPECT_EQ(box.ok("git show " + *s["commit"].as_string() + ":one.txt"),
            "first\n");
}

TEST_F(Snapshot, OfASparseCheckoutHoldsWhatIsChangedAndNoRemoval) {
  shell(ui,
        "mkdir docs src; echo a > docs/page; echo b > src/main; git add -A; "
        "git commit -qm two; git sparse-checkout set src; "
        "mkdir docs; echo new > docs/idea; echo more >> src/main");
  const Result r = snap("take --json");
  ASSERT_EQ(r.status, 0) << r.err;
  const json::Value answer = r.data();
  EXPECT_EQ((*answer["snapshots"].as_array())[0]["paths"],
            json::Value(std::vector<std::string>{"docs/idea", "src/main"}));
}

TEST_F(Snapshot, HoldsWhatIsStagedBesideTheWork) {
  shell(ui,
        "echo staged > one.txt; git add one.txt; echo work > one.txt; "
        "echo gone > new; git add new; rm new");
  const std::string before = state(ui);
  ASSERT_EQ(snap("take").status, 0);
  EXPECT_EQ(box.ok("git show refs/orch/snapshots/001-a/impl-ui/" +
                   box.sql("SELECT taken_at FROM snapshots").substr(0, 13) +
                   "^2:new"),
            "gone\n");
  clean(ui);
  EXPECT_EQ(snap("restore 1").status, 0);
  EXPECT_EQ(box.ok_in(ui, "git diff --cached"), "");
  EXPECT_EQ(box.read(ui + "/one.txt"), "work\n");
  clean(ui);
  EXPECT_EQ(snap("restore 1 --index").status, 0);
  EXPECT_EQ(state(ui), before);
  EXPECT_EQ(box.ok_in(ui, "git show :one.txt"), "staged\n");
}

TEST_F(Snapshot, SavesWhatARestoreReplaces) {
  box.write(ui + "/one.txt", "first\n");
  snap("take");
  shell(ui, "echo second > one.txt; echo later > later.txt; rm two.txt");
  const std::string later = state(ui);
  const Result r = snap("restore 1");
  EXPECT_TRUE(holds(r.out, "what was uncommitted there is snapshot 2\n"));
  EXPECT_EQ(box.read(ui + "/one.txt"), "first\n");
  EXPECT_EQ(box.ok_in(ui, "git status --porcelain"), " M one.txt\n");
  const json::Value data = snap("restore 2 --json").data();
  EXPECT_EQ(data["saved"], json::Value(3));
  EXPECT_EQ(data["written"], json::Value(json::Array{"later.txt", "one.txt"}));
  EXPECT_EQ(data["removed"], json::Value(json::Array{"two.txt"}));
  EXPECT_EQ(state(ui), later);
}

TEST_F(Snapshot, GoesOnTopOfLaterCommits) {
  box.write(ui + "/one.txt", "work\n");
  snap("take");
  clean(ui);
  shell(ui, "echo other > two.txt; git commit -qam two");
  EXPECT_EQ(snap("restore 1").status, 0);
  EXPECT_EQ(box.read(ui + "/two.txt"), "other\n");
  EXPECT_EQ(box.ok_in(ui, "git status --porcelain"), " M one.txt\n");
}

TEST_F(Snapshot, IsRefusedWholeWhereItDoesNotApply) {
  shell(ui, "echo work > one.txt; echo new > new.txt");
  snap("take");
  clean(ui);
  shell(ui, "echo other > one.txt; git commit -qam one; echo open > two.txt");
  const std::string before = state(ui);
  const Result r = snap("restore 1");
  EXPECT_EQ(r.status, 128);
  EXPECT_TRUE(holds(r.err, "does not apply to the present HEAD: 'one.txt'"));
  EXPECT_EQ(state(ui), before);
}

TEST_F(Snapshot, NeverWritesOverWhatNothingHolds) {
  shell(ui, "mkdir d; echo saved > d/secret; echo a > a.txt");
  snap("take");
  clean(ui);
  shell(ui,
        "mkdir d; echo precious > d/secret; echo /d > "
        "$(git rev-parse --git-common-dir)/info/exclude");
  Result r = snap("restore 1");
  EXPECT_EQ(r.status, 128);
  EXPECT_TRUE(holds(r.err, "'d/secret' is in the way"));
  EXPECT_EQ(box.read(ui + "/d/secret"), "precious\n");
  EXPECT_EQ(box.read(ui + "/a.txt"), "");
  // A link in place of the directory leads nowhere else.
  box.write(box.path("outside") + "/secret", "outside\n");
  shell(ui, "rm -r d; ln -s ../../../outside d");
  r = snap("restore 1");
  EXPECT_EQ(r.status, 128);
  EXPECT_TRUE(holds(r.err, "'d' is in the way"));
  EXPECT_EQ(box.read(box.path("outside") + "/secret"), "outside\n");
}

TEST_F(Snapshot, ChangesNothingWhenAFilterFails) {
  shell(ui,
        "git config filter.odd.clean cat; git config filter.odd.smudge cat; "
        "git config filter.odd.required true; "
        "echo '*.odd filter=odd' > .gitattributes; echo 1 > 1.odd; "
        "echo a > a.txt");
  snap("take");
  clean(ui);
  box.ok("git config filter.odd.smudge false");
  const std::string before = state(ui);
  const Result r = snap("restore 1");
  EXPECT_EQ(r.status, 128) << r.out;
  EXPECT_EQ(state(ui), before);
  box.ok("git config filter.odd.smudge cat");
  EXPECT_EQ(snap("restore 1").status, 0);
  EXPECT_EQ(box.read(ui + "/1.odd"), "1\n");
}

TEST_F(Snapshot, IsTakenDuringAMergeAndNotRestoredIntoOne) {
  shell(ui,
        "git checkout -q -b side; echo side > one.txt; git commit -qam side; "
        "git checkout -q -; echo main > one.txt; git commit -qam main; "
        "git merge -q side || true");
  const std::string before = state(ui), index = index_bytes(ui);
  EXPECT_EQ(snap("take").status, 0);
  EXPECT_EQ(index_bytes(ui), index);
  EXPECT_EQ(state(ui), before);
  const Result r = snap("restore 1");
  EXPECT_EQ(r.status, 128);
  EXPECT_TRUE(holds(r.err, "a merge is not finished"));
  shell(ui, "git merge --abort");
  EXPECT_EQ(snap("restore 1").status, 0);
  EXPECT_TRUE(holds(box.read(ui + "/one.txt"), "<<<<<<<"));
}

TEST_F(Snapshot, LeavesNestedRepositoriesAndSubmodulesOutAndSaysSo) {
  shell(ui, "git init -q nested; echo f > nested/f; echo a > a.txt");
  Result r = snap("take");
  EXPECT_EQ(r.status, 0);
  EXPECT_TRUE(holds(r.err, "'nested/'"));
  EXPECT_EQ(box.type("git orch snapshot -z").out.find("nested"),
            std::string::npos);
  shell(ui, "rm a.txt");
  r = snap("take");
  EXPECT_EQ(r.out, "nothing is uncommitted there\n");
  EXPECT_EQ(snap("restore 1").status, 0);
  EXPECT_EQ(box.read(ui + "/nested/f"), "f\n");

  shell(ui,
        "git init -q ../other; git -C ../other commit -q --allow-empty -m x; "
        "git -c protocol.file.allow=always submodule --quiet add "
        "\"$PWD/../other\" 'a sub'; git commit -qm sub; echo x > 'a sub/x'");
  r = snap("take");
  EXPECT_TRUE(holds(r.err, "'a sub'"));
  EXPECT_EQ(box.read(ui + "/a sub/x"), "x\n");
}

TEST_F(Snapshot, SeesAChangeInTheTickOfTheAdd) {
  // Same size, same time: only the index's own time tells that it may differ.
  shell(ui,
        "echo 111 > racy; git add racy; echo 222 > racy; "
        "index=$(git rev-parse --git-dir)/index; "
        "touch -d '2026-01-01 00:00:00' racy; git add racy; "
        "echo 333 > racy; touch -d '2026-01-01 00:00:00' racy; "
        "touch -d '2026-01-01 00:00:00' \"$index\"");
  snap("take");
  EXPECT_EQ(box.ok("git show " +
                   box.ok("git for-each-ref --format=%(objectname) "
                          "refs/orch/snapshots")
                       .substr(0, 40) +
                   ":racy"),
            "333\n");
}

TEST_F(Snapshot, IsTakenBesideManyOthers) {
  shell(box.repo(),
        "for i in $(seq 16); do git orch init-feature f$i --roles overseer -q; "
        "echo $i > ../repo.orch/f$i/overseer/new; done; "
        "for i in $(seq 16); do git orch snapshot take f$i/overseer & "
        "pids=\"$pids $!\"; done; for p in $pids; do wait $p; done");
  EXPECT_EQ(box.sql("SELECT count(*) FROM snapshots"), "16\n");
  EXPECT_EQ(box.type("git for-each-ref refs/orch/snapshots").lines().size(),
            16U);
}

TEST_F(Snapshot, IsTakenTwiceInTheSameMillisecond) {
  box.set("ORCH_TEST_NOW", "1700000000000");
  box.write(ui + "/one.txt", "1\n");
  snap("take");
  box.write(ui + "/one.txt", "2\n");
  snap("take");
  EXPECT_EQ(snap("drop 1").status, 0);
  snap("take");
  EXPECT_EQ(snap("--porcelain").lines().size(), 2U);
}

TEST_F(Snapshot, MendsWhatAKillLeftBetweenRefAndRow) {
  shell(ui, "echo 1 > new");
  snap("take -m one");
  shell(ui, "echo 2 > new");
  snap("take -m two");
  // A take that was killed before its row; a drop that was killed before its.
  box.sql("DELETE FROM snapshots WHERE id = 2");
  const std::string ref = box.sql("SELECT ref FROM snapshots");
  box.ok("git update-ref -d " + ref.substr(0, ref.size() - 1));
  const auto lines = snap("--porcelain").lines();
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_TRUE(holds(lines[0], "\t001-a/impl-ui\t"));
  EXPECT_TRUE(holds(lines[0], "\ttwo\tnew"));
  EXPECT_EQ(box.sql("SELECT count(*) FROM snapshots "
                    "WHERE dropped_at IS NOT NULL AND reason = 'one'"),
            "1\n");
}

TEST_F(Snapshot, IsDroppedWithItsRefUnlessThatMoved) {
  box.write(ui + "/one.txt", "1\n");
  snap("take");
  const std::string ref = box.ok("git for-each-ref --format=%(refname)");
  const std::string name =
      ref.substr(ref.find("refs/orch"), ref.size() - ref.find("refs/orch") - 1);
  const std::string commit = box.ok("git rev-parse " + name);
  box.ok("git update-ref " + name + " HEAD");
  const Result moved = snap("drop 1");
  EXPECT_EQ(moved.status, 4);
  EXPECT_TRUE(holds(moved.err, "cannot drop snapshot 1"));
  box.ok("git update-ref " + name + " " + commit.substr(0, 40));
  EXPECT_EQ(snap("drop 1").status, 0);
  EXPECT_EQ(box.ok("git for-each-ref refs/orch/snapshots"), "");
  EXPECT_EQ(snap("list").out, "no snapshots\n");
  EXPECT_TRUE(holds(snap("restore 1").err, "there is no snapshot 1"));
}

TEST_F(Snapshot, GoesIntoAnotherWorktree) {
  box.write(ui + "/new", "new\n");
  snap("take");
  const std::string api = box.worktree("001-a", "impl-api");
  const Result r = snap("restore 1 --to " + api);
  EXPECT_EQ(r.status, 0) << r.err;
  EXPECT_EQ(box.read(api + "/new"), "new\n");
  box.ok("git worktree remove --force " + ui);
  const Result gone = box.type("git orch snapshot restore 1");
  EXPECT_EQ(gone.status, 128);
  EXPECT_TRUE(holds(gone.err, "is gone"));
  EXPECT_TRUE(holds(gone.err, "--to <worktree>"));
  EXPECT_TRUE(holds(
      box.type("git orch snapshot restore 1 --to " + box.path("home")).err,
      "is no worktree of this repository"));
}

TEST_F(Snapshot, IsTakenBeforeTheFirstCommitUnderAnyName) {
  const std::string top = box.path("odd name..x.lock");
  box.run_in(box.root(), {"git", "init", "-q", top});
  box.ok_in(top, "git orch init -q");
  box.run_in(top, {"git", "orch", "agent", "start", "--runtime", "script",
                   "--dir", top, "-q"});
  shell(top, "mkdir d; echo 1 > d/f; echo 2 > staged; git add staged");
  const Result r = box.type_in(top, "git orch snapshot take --json");
  ASSERT_EQ(r.status, 0) << r.err;
  const json::Value answer = r.data();
  EXPECT_EQ((*answer["snapshots"].as_array())[0]["agent"],
            json::Value("dir/odd name..x.lock"));
  shell(top, "git rm -q --cached staged; rm -r d staged");
  EXPECT_EQ(box.type_in(top, "git orch snapshot restore 1 --index").status, 0);
  EXPECT_EQ(box.ok_in(top, "git status --porcelain -uall"),
            "A  staged\n?? d/f\n");
  // The ref alone tells whose it is.
  box.run_in(top, {"sqlite3", "-cmd", ".timeout 10000", ".git/orch/orch.db",
                   "DELETE FROM snapshots"});
  EXPECT_TRUE(holds(box.ok_in(top, "git orch snapshot list --porcelain"),
                    "\tdir/odd name..x.lock\t"));
}

TEST_F(Snapshot, UsesTheAttributesThatItHolds) {
  shell(ui,
        "printf 'a\\r\\nb\\r\\n' > dos.txt; "
        "echo 'dos.txt text eol=crlf' > .gitattributes; "
        "git config core.safecrlf true; git config core.autocrlf input; "
        "printf 'x\\r\\n' > mixed.txt");
  ASSERT_EQ(snap("take").status, 0);
  clean(ui);
  EXPECT_EQ(snap("restore 1").status, 0);
  EXPECT_EQ(box.read(ui + "/dos.txt"), "a\r\nb\r\n");
}

TEST_F(Snapshot, IsListedByAgent) {
  box.write(ui + "/one.txt", "1\n");
  box.write(box.worktree("001-a", "impl-api") + "/one.txt", "1\n");
  snap("take");
  box.ok("git orch snapshot take impl-api");
  EXPECT_EQ(snap("list --porcelain").lines().size(), 2U);
  const auto one = snap("list impl-api --porcelain").lines();
  ASSERT_EQ(one.size(), 1U);
  EXPECT_TRUE(holds(one[0], "2\t001-a/impl-api\t"));
  EXPECT_TRUE(holds(one[0], "\tby hand\tone.txt"));
}

TEST_F(Snapshot, SaysWhatIsWrong) {
  const auto fails = [&](const std::string& line, int status,
                         const std::string& why) {
    const Result r = box.type("git orch snapshot " + line);
    EXPECT_EQ(r.status, status) << line;
    EXPECT_TRUE(holds(r.err, why));
  };
  fails("take", 128, "name one of: 001-a/overseer");
  fails("take impl-iu", 128, "did you mean 'impl-ui'?");
  fails("restore 7", 128, "there is no snapshot 7");
  fails("drop x", 129, "'x' is no id");
  fails("list nobody-at-all", 128, "unknown agent");
  fails("drop 1 --index", 129, "'--index' has a meaning for 'restore' only");
  fails("list --to x", 129, "'--to' has a meaning for 'restore' only");
  fails("list -m x", 129, "'--message' has a meaning for 'take' only");
  fails("keep", 129, "unknown action 'keep'");
  box.ok("git worktree remove --force " + ui);
  fails("take impl-ui", 128, "has no worktree");
}

}  // namespace
}  // namespace orch::test
