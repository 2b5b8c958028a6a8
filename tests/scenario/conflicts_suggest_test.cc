// SPDX-License-Identifier: MIT
#include <algorithm>

#include "support/two_sides.h"

namespace orch::test {
namespace {

// A program is asked how to resolve a conflict; nothing is applied by itself.
class Suggest : public TwoSides {
 protected:
  void good_program() const {
    program(
        "cat ours/one.txt theirs/one.txt > resolved/one.txt\n"
        "echo 'both are kept'; echo 'confidence: 0.8'\n");
  }
  json::Value proposal(const std::string& line) const {
    const Result r =
        box.type("git orch conflicts suggest 1 " + line + " --json");
    EXPECT_LE(r.status, 1) << r.err;
    const json::Value answer = r.data();
    const json::Array* all = answer["proposals"].as_array();
    if (!all || all->empty()) {
      ADD_FAILURE() << "no proposal in " << r.out;
      return {};
    }
    return all->back();
  }
  void fails(const std::string& line, int status,
             const std::string& why) const {
    const Result r = box.type("git orch conflicts suggest " + line);
    EXPECT_EQ(r.status, status) << line << r.out << r.err;
    EXPECT_TRUE(holds(r.err, why));
  }
  std::string left_in_tmp() const {
    return box.run_in(box.path("tmp"), {"ls"}).out;
  }
};

constexpr char kMerged[] = "by api\nby ui\n";

TEST_F(Suggest, SaysHowToNameAProgramWhenThereIsNone) {
  const std::string before = box.fingerprint();
  fails("1", 129, "orch.suggestCommand is not set");
  fails("1", 129, "hint: git config --global orch.suggestCommand 'claude -p ");
  box.ok("git config orch.suggestCommand true");
  fails("1", 129, "does not count in the configuration of a repository");
  box.ok("git config --unset orch.suggestCommand");
  const auto with = [&](const std::string& command, int status,
                        const std::string& why) {
    box.run_in(box.repo(),
               {"git", "config", "--global", "orch.suggestCommand", command});
    fails("1", status, why);
  };
  with("no-such-agent -p", 128, "cannot find 'no-such-agent'");
  with("./agent", 129, "neither a name nor an absolute path");
  with("claude -p | tee x", 129, "'|' means something to a shell");
  box.ok("git config orch.suggestTimeout soon");
  with("true", 129, "bad value 'soon' for orch.suggestTimeout");
  box.ok("git config --unset orch.suggestTimeout");
  EXPECT_EQ(box.fingerprint(), before);
  EXPECT_EQ(sql("SELECT count(*) FROM proposals"), "0\n");
}

TEST_F(Suggest, HandsBothSidesOverInADirectoryOfItsOwn) {
  const std::string seen = box.path("seen");
  program("cat > " + seen + "; find . -type f | sort >> " + seen +
          "; cat merged/one.txt >> " + seen + "; env >> " + seen + "; pwd >> " +
          seen + "\n");
  box.set("GIT_AUTHOR_NAME", "x");
  box.set("ORCH_AGENT", "001-a/impl-api");
  EXPECT_EQ(box.type("git orch conflicts suggest 1").status, 1);
  const std::string text = box.read(seen);
  EXPECT_TRUE(holds(text, "ours is 001-a/impl-api, theirs is 001-a/impl-ui."));
  EXPECT_TRUE(holds(text, "Files in conflict:\n  one.txt  (contents)\n"));
  EXPECT_TRUE(holds(text, "Commits of ours:\n  - change one.txt\n"));
  EXPECT_TRUE(holds(text,
                    "./base/one.txt\n./merged/one.txt\n./ours/one.txt\n"
                    "./theirs/one.txt\n"));
  EXPECT_TRUE(holds(text, "<<<<<<< ours\nby api\n||||||| base\nline 1\n"));
  EXPECT_TRUE(holds(text, "=======\nby ui\n>>>>>>> theirs\n"));
  for (const char* variable : {"\nGIT_", "\nORCH_AGENT", "\nTMUX"})
    EXPECT_EQ(text.find(variable), std::string::npos) << text;
  EXPECT_TRUE(holds(text, "\n" + box.path("tmp") + "/git-orch-suggest-"));
  EXPECT_EQ(left_in_tmp(), "");
}

TEST_F(Suggest, IsStoredAsAMergeThatNoBranchHas) {
  good_program();
  const std::string heads = box.ok("git for-each-ref refs/heads");
  const Result r = box.type("git orch conflicts suggest 1");
  EXPECT_EQ(r.status, 0) << r.err;
  EXPECT_EQ(r.out,
            "proposal 1 for conflict 1: proposed\n"
            "program     agent\n"
            "files       one.txt\n"
            "size        2 lines in 1 place, simple\n"
            "confidence  80%\n"
            "commit      " +
                id_of("refs/orch/proposals/1") +
                "\nsaid:\n    both are kept\n    confidence: 0.8\n");
  EXPECT_TRUE(holds(r.err, "nothing is changed"));
  EXPECT_EQ(box.ok("git for-each-ref refs/heads"), heads);
  for (const std::string& top : {api, ui})
    EXPECT_EQ(box.ok_in(top, "git status --porcelain"), "");
  // git's own verbs work on it, and no gc takes it away.
  box.ok("git gc -q --prune=now");
  EXPECT_EQ(box.ok("git log -1 --format=%P refs/orch/proposals/1"),
            id_of("feature/001-a/impl-api") + " " +
                id_of("feature/001-a/impl-ui") + "\n");
  EXPECT_EQ(box.ok("git show refs/orch/proposals/1:one.txt"), kMerged);
  EXPECT_EQ(box.ok("git show refs/orch/proposals/1:two.txt"),
            box.ok("git show main:two.txt"));
  EXPECT_EQ(box.type("git fsck --no-progress").status, 0);
  EXPECT_TRUE(holds(box.ok("git orch recent --porcelain"),
                    "\t001-a\timpl-api\tproposal_made\tproposal 1 for conflict "
                    "1 of 001-a/impl-api and 001-a/impl-ui: one.txt\t"));
}

TEST_F(Suggest, IsListedAndShownAgainstEachSide) {
  EXPECT_EQ(box.ok("git orch conflicts suggest --list"), "no proposals\n");
  fails("1 --show", 128, "there is no proposal for conflict 1");
  good_program();
  box.ok("git orch conflicts suggest 1 -q");
  const std::string text = box.ok("git orch conflicts suggest 1 --show");
  EXPECT_TRUE(holds(text, "\nwhat 001-a/impl-api gets\ndiff --git a/one.txt"));
  EXPECT_TRUE(holds(text, "\n by api\n+by ui\n"));
  EXPECT_TRUE(holds(text, "\n+by api\n by ui\n"));
  const json::Value p = proposal("--show");
  EXPECT_EQ(p["status"], json::Value("proposed"));
  EXPECT_EQ(p["confidence"], json::Value(80));
  EXPECT_EQ(p["simple"], json::Value(true));
  EXPECT_EQ(p["paths"], json::Value(json::Array{"one.txt"}));
  EXPECT_TRUE(holds(*p["to_ours"].as_string(), "+by ui\n"));
  const auto rows =
      box.type("git orch conflicts suggest --list --porcelain").lines();
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_TRUE(rows[0].starts_with("1\t1\tproposed\tagent\tone.txt\t1\t80\t"))
      << rows[0];
  fails("7 --list", 128, "there is no conflict 7");
}

TEST_F(Suggest, RefusesWhatIsNoResolution) {
  const auto refused = [&](const std::string& body, const std::string& why) {
    program(body);
    const Result r = box.type("git orch conflicts suggest 1 --again");
    EXPECT_EQ(r.status, 1) << body << r.err;
    EXPECT_TRUE(holds(r.out, ": refused\n"));
    EXPECT_TRUE(holds(r.out, "refused     " + why + "\n"));
  };
  refused("true\n", "it left 'one.txt' unresolved");
  refused("cp merged/one.txt resolved\n", "its 'one.txt' has conflict markers");
  refused("echo x > resolved/one.txt; echo y > resolved/two.txt\n",
          "it left 'two.txt', which is not in conflict");
  refused("ln -s /etc/passwd resolved/one.txt\n",
          "its 'one.txt' is no regular file, or much larger than both sides");
  refused("echo one.txt > deleted\n",
          "it deleted 'one.txt', which both sides have");
  refused("echo x > resolved/one.txt; echo 'no key' >&2; exit 7\n",
          "'" + box.path("agent") + "' ended with status 7: no key");
  EXPECT_EQ(box.ok("git for-each-ref refs/orch/proposals"), "");
  EXPECT_EQ(left_in_tmp(), "");
  EXPECT_TRUE(holds(box.ok("git orch recent --porcelain"),
                    "\tproposal_refused\tproposal 1 for conflict 1 of "));
  fails("1 --apply", 2, "proposal 6 is refused");
}

TEST_F(Suggest, HasATimeLimitThatEndsAllThatWasStarted) {
  const std::string pid = box.path("pid");
  program("sleep 1000 & echo $! > " + pid + "; sleep 1000\n");
  box.ok("git config orch.suggestTimeout 1s");
  const Result r = box.type("git orch conflicts suggest 1");
  EXPECT_EQ(r.status, 1) << r.err;
  EXPECT_TRUE(holds(r.out, "did not end in 1s\n"));
  EXPECT_TRUE(eventually([&] {
    return box.run_in(box.root(), {"sh", "-c", "kill -0 $(cat " + pid + ")"})
               .status != 0;
  }));
  EXPECT_EQ(left_in_tmp(), "");
}

TEST_F(Suggest, IsAskedTwiceAtMostUnlessASideMoves) {
  program("true\n");
  for (int i = 0; i < 2; ++i)
    EXPECT_EQ(box.type("git orch conflicts suggest 1").status, 1);
  fails("1", 2, "conflict 1 was handed over 2 times already");
  EXPECT_EQ(box.type("git orch conflicts suggest 1 --again").status, 1);
  fails("1", 2, "hint: git orch conflicts suggest 1 --again");
  commit(ui, "two.txt", "by ui\n");
  EXPECT_EQ(box.type("git orch conflicts suggest 1").status, 1);
  EXPECT_EQ(sql("SELECT count(*) FROM proposals"), "4\n");
}

TEST_F(Suggest, ResolvesADeletionAndHostileNames) {
  const std::string name = "a 'b\x1b[31m\xC3\xA9";
  box.ok_in(api, "git rm -q two.txt");
  box.ok_in(api, "git commit -qm gone");
  commit(ui, "two.txt", "kept by ui\n");
  commit(api, name, "api");
  commit(ui, name, "ui");
  program(
      "for f in ours/a*; do cp \"$f\" resolved/; done\n"
      "cp ours/one.txt resolved; echo two.txt > deleted\n");
  EXPECT_EQ(box.type("git orch conflicts suggest 1").status, 0);
  EXPECT_EQ(box.ok("git ls-tree --name-only refs/orch/proposals/1 two.txt"),
            "");
  EXPECT_EQ(
      box.run_in(box.repo(), {"git", "show", "refs/orch/proposals/1:" + name})
          .out,
      "api");
  EXPECT_EQ(box.ok("git orch conflicts suggest 1 --show").find('\x1b'),
            std::string::npos);
}

TEST_F(Suggest, SaysWhenThereIsNothingToAsk) {
  good_program();
  box.ok_in(ui, "git reset -q --hard main");
  fails("1", 128, "merge cleanly now");
  box.ok_in(ui, "ln -sf x one.txt");
  box.ok_in(ui, "git commit -qam link");
  fails("1", 2, "cannot hand the conflict over: 'one.txt");
  fails("7", 128, "there is no conflict 7");
  fails("x", 129, "'x' is no id");
  fails("", 129, "too few arguments");
  fails("1 --show --apply", 129, "only one of the options");
  EXPECT_EQ(box.type("git orch conflicts list --apply").status, 129);
  EXPECT_EQ(box.type("git orch conflicts suggest 1 --all").status, 129);
  EXPECT_EQ(sql("SELECT count(*) FROM proposals"), "0\n");
}

TEST_F(Suggest, LetsAProposalGo) {
  good_program();
  box.ok("git orch conflicts suggest 1 -q");
  EXPECT_TRUE(holds(box.ok("git orch conflicts suggest 1 --discard"),
                    "proposal 1 for conflict 1: discarded\n"));
  EXPECT_EQ(box.ok("git for-each-ref refs/orch"), "");
  fails("1 --discard", 2, "proposal 1 is discarded");
  fails("1 --apply", 2, "proposal 1 is discarded");
}

TEST_F(Suggest, CleansUpWhenItIsInterrupted) {
  const std::string pid = box.path("pid");
  program("sleep 1000 & echo $! > " + pid + ".new; mv " + pid + ".new " + pid +
          "; sleep 1000\n");
  const Result r = box.run_in(
      box.repo(), {"sh", "-c",
                   "git-orch-conflicts suggest 1 & until test -e " + pid +
                       "; do :; done; kill -TERM $!; wait $!; echo status $?"});
  EXPECT_TRUE(holds(r.out, "status 143\n"));
  EXPECT_TRUE(eventually([&] {
    return box.run_in(box.root(), {"sh", "-c", "kill -0 $(cat " + pid + ")"})
               .status != 0;
  }));
  EXPECT_EQ(left_in_tmp(), "");
  EXPECT_EQ(sql("SELECT status, reason FROM proposals"),
            "refused|it was interrupted\n");
}

TEST_F(Suggest, OfAKilledRunIsEndedByTheNext) {
  const std::string started = box.path("started");
  program("touch " + started + "; sleep 1000\n");
  box.run_in(box.repo(),
             {"sh", "-c",
              "git-orch-conflicts suggest 1 & until test -e " + started +
                  "; do :; done; kill -KILL $!; wait $!; true"});
  EXPECT_NE(left_in_tmp(), "");
  EXPECT_EQ(sql("SELECT status FROM proposals"), "asked\n");
  good_program();
  EXPECT_EQ(box.type("git orch conflicts suggest 1").status, 0);
  EXPECT_EQ(left_in_tmp(), "");
  EXPECT_EQ(sql("SELECT status FROM proposals"), "refused\nproposed\n");
}

}  // namespace
}  // namespace orch::test
