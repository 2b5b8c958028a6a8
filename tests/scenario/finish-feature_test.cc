// SPDX-License-Identifier: MIT
#include "support/team.h"

namespace orch::test {
namespace {

class FinishFeature : public TeamTest {
 protected:
  FinishFeature() : TeamTest("overseer,impl-api,impl-data") {}

  Result finish(const std::string& args = "") const {
    return box.type("git orch finish-feature 001-x " + args);
  }
  // The checks that do not hold.
  static std::string missing(const Result& result) {
    std::string out;
    const json::Value data = result.data();
    for (const json::Value& row : *data["checks"].as_array())
      if (*row["status"].as_string() != "ok")
        out += (out.empty() ? "" : " ") + *row["name"].as_string();
    return out;
  }
  std::string tags() const { return box.ok("git tag"); }
  std::string status() const {
    return box.sql("SELECT status FROM features WHERE spec_id = '001-x'");
  }
  void land_work() {
    commit("impl-api", "a.txt", "a\n", "the <b>api</b> #1");
    commit("impl-data", "d.txt", "d\n", "the data");
    box.ok("git orch integrate --no-gates -q");
  }
};

TEST_F(FinishFeature, SaysWhatIsMissing) {
  commit("impl-api", "a.txt", "a\n");
  box.write(of("impl-data") + "/one.txt", "open work\n");
  box.ok("git orch task add 'not done' -q");
  box.ok("git orch blocker add impl-api stuck -q");
  box.write(box.repo() + "/.git/orch/policy.yaml",
            "integration:\n  gates: [false]\n");
  const Result r = finish("--json");
  EXPECT_EQ(r.status, 1);
  EXPECT_EQ(missing(r), "branches worktrees tasks blockers gates");
  EXPECT_EQ(status(), "in-progress\n");
  EXPECT_EQ(tags(), "");
  const Result human = finish("--dry-run");
  EXPECT_TRUE(holds(human.out, "001-x/impl-api: 1 commit"));
  EXPECT_TRUE(holds(human.out, "git orch integrate --all"));
  EXPECT_TRUE(holds(human.out, "001-x is not complete"));
}

TEST_F(FinishFeature, TagsWhatIsComplete) {
  land_work();
  const Result dry = finish("--dry-run");
  EXPECT_EQ(dry.status, 0) << dry.out;
  EXPECT_EQ(tags(), "");
  const Result r = finish("--notes " + box.root() + "/notes.md");
  EXPECT_EQ(r.status, 0) << r.out << r.err;
  EXPECT_EQ(status(), "completed\n");
  EXPECT_EQ(id("spec-001-x-ready^{commit}"), id(target()));
  EXPECT_TRUE(holds(tags(), "stable-001-x-20"));
  EXPECT_FALSE(holds(tags(), "merged"));
  const std::string notes = box.read(box.root() + "/notes.md");
  EXPECT_TRUE(holds(notes, "### impl-api\n\n- the \\<b\\>api\\</b\\> \\#1 ("));
  EXPECT_TRUE(
      holds(box.ok("git tag -l --format=%(contents) spec-001-x-ready"), notes));
  // Once more changes nothing.
  const std::string before = box.fingerprint();
  EXPECT_EQ(finish().status, 0);
  EXPECT_EQ(box.fingerprint(), before);
  box.ok("git orch tick -q");
  EXPECT_EQ(box.sql("SELECT count(*) FROM task_events "
                    "WHERE event_type = 'ref_unexplained'"),
            "0\n");
  EXPECT_EQ(box.sql("SELECT count(*) FROM task_events "
                    "WHERE event_type = 'feature_completed'"),
            "1\n");
}

TEST_F(FinishFeature, ProvesWhatWasSquashedRebasedOrPicked) {
  commit("impl-api", "a.txt", "a\n");
  commit("impl-api", "a.txt", "b\n");
  box.ok("git orch integrate impl-api --no-gates --method squash -q");
  commit("impl-data", "d.txt", "d\n");
  box.ok_in(of("overseer"), "git cherry-pick feature/001-x/impl-data");
  EXPECT_EQ(missing(finish("-n --json")), "");
  commit("impl-api", "a.txt", "c\n");
  EXPECT_EQ(missing(finish("-n --json")), "branches");
}

TEST_F(FinishFeature, LandsOnTheRecordedBaseOnlyWhenItIsAsked) {
  land_work();
  const std::string before = id("main");
  EXPECT_EQ(finish().status, 0);
  EXPECT_EQ(id("main"), before);
  const Result r = finish("--land --json");
  EXPECT_EQ(r.status, 0) << r.out;
  EXPECT_EQ(*r.data()["landed"].as_string(), id("main"));
  EXPECT_EQ(box.read(box.repo() + "/a.txt"), "a\n");
  EXPECT_EQ(id("spec-001-x-merged^{commit}"), id("main"));
  EXPECT_EQ(box.ok("git status --porcelain"), "");
  const std::string after = box.fingerprint();
  EXPECT_EQ(finish("--land").status, 0);
  EXPECT_EQ(box.fingerprint(), after);
}

TEST_F(FinishFeature, LandsNothingOverWorkThatIsNotCommitted) {
  land_work();
  box.write(box.repo() + "/a.txt", "mine\n");
  const std::string before = id("main");
  Result r = finish("--land --json");
  EXPECT_EQ(r.status, 1);
  EXPECT_TRUE(holds(*r.data()["not_landed"].as_string(), "a.txt"));
  EXPECT_EQ(id("main"), before);
  EXPECT_EQ(status(), "in-progress\n");
  EXPECT_EQ(box.read(box.repo() + "/a.txt"), "mine\n");
  box.run_in(box.repo(), {"rm", "a.txt"});
  EXPECT_EQ(finish("--land").status, 0);
  EXPECT_EQ(box.read(box.repo() + "/a.txt"), "a\n");
}

TEST_F(FinishFeature, LandsNothingThatFailsItsGateOnTheBase) {
  land_work();
  box.write(box.repo() + "/.git/orch/policy.yaml",
            "integration:\n  gates: ['! test -f m.txt']\n");
  box.write(box.repo() + "/m.txt", "m\n");
  box.ok("git add .");
  box.ok("git commit -qm meanwhile");
  const std::string before = id("main");
  const Result r = finish("--land");
  EXPECT_EQ(r.status, 1);
  EXPECT_TRUE(holds(r.out, "is complete, but did not land on main"));
  EXPECT_EQ(id("main"), before);
}

TEST_F(FinishFeature, FinishesWithoutACheckWhenAPersonAllowsIt) {
  land_work();
  box.ok("git orch task add 'not done' -q");
  EXPECT_EQ(finish().status, 1);
  EXPECT_EQ(finish("--allow everything").status, 129);
  const Result r = finish("--allow tasks");
  EXPECT_EQ(r.status, 0);
  EXPECT_TRUE(holds(r.out, "allowed"));
  EXPECT_TRUE(holds(box.ok("git orch recent 5"), "but for tasks"));
}

TEST_F(FinishFeature, PutsWorktreesAwayAndKeepsBranches) {
  land_work();
  box.write(of("impl-api") + "/one.txt", "open work\n");
  EXPECT_EQ(finish("--archive").status, 1);
  const Result r = finish("--archive --allow worktrees --json");
  EXPECT_EQ(r.status, 0) << r.out << r.err;
  EXPECT_EQ(r.data()["archived"].as_array()->size(), 3U);
  EXPECT_EQ(status(), "archived\n");
  EXPECT_NE(box.run_in("/", {"test", "-e", of("impl-api")}).status, 0);
  EXPECT_EQ(box.ok("git worktree list --porcelain").find("001-x"),
            std::string::npos);
  EXPECT_TRUE(holds(box.ok("git branch"), "feature/001-x/impl-api"));
  EXPECT_TRUE(holds(box.ok("git orch snapshot list"), "archived"));
  EXPECT_EQ(box.sql("SELECT count(*) FROM checkins WHERE state = 'waiting'"),
            "0\n");
  EXPECT_EQ(finish("--archive").status, 0);
  EXPECT_FALSE(holds(box.type("git orch doctor").out, "is gone"));
}

TEST_F(FinishFeature, AsksForWhatItsUpstreamLacks) {
  land_work();
  box.ok("git init -q --bare ../remote.git");
  box.ok("git remote add origin ../remote.git");
  box.ok("git push -q -u origin " + target() + "^:refs/heads/x");
  box.ok("git branch -q --set-upstream-to=origin/x " + target());
  const Result r = finish("--json");
  EXPECT_EQ(missing(r), "pushed");
  EXPECT_TRUE(holds(r.out, "not on origin/x"));
}

TEST_F(FinishFeature, LandsNothingWhereATagIsInTheWay) {
  land_work();
  const std::string before = id("main");
  const std::string blob = box.ok("git rev-parse HEAD:one.txt").substr(0, 40);
  for (const std::string& tag :
       {std::string("spec-001-x-ready/sub main"), "spec-001-x-ready " + blob,
        std::string("spec-001-x-merged main")}) {
    box.ok("git tag " + tag);
    const Result r = finish("--land");
    EXPECT_EQ(r.status, 128) << tag;
    EXPECT_TRUE(holds(r.err, "git tag -d ")) << tag;
    EXPECT_EQ(id("main"), before);
    box.ok("git tag -d " + tag.substr(0, tag.find(' ')));
  }
  EXPECT_EQ(finish("--land").status, 0);
}

TEST_F(FinishFeature, WritesItsNotesOnlyToAFile) {
  land_work();
  EXPECT_EQ(finish("--notes /dev/null").status, 129);
  EXPECT_EQ(finish("--notes " + box.root() + "/none/x").status, 128);
  EXPECT_EQ(tags(), "");
  box.write(box.root() + "/real.md", "");
  box.ok("ln -s real.md " + box.root() + "/link.md");
  EXPECT_EQ(finish("--notes " + box.root() + "/link.md").status, 0);
  EXPECT_TRUE(holds(box.read(box.root() + "/real.md"), "# 001-x"));
}

TEST_F(FinishFeature, PutsNoLockedWorktreeAway) {
  land_work();
  box.ok("git worktree lock " + of("impl-api"));
  const Result r = finish("--archive");
  EXPECT_EQ(r.status, 2);
  EXPECT_TRUE(holds(r.err, "git worktree unlock"));
  EXPECT_EQ(status(), "in-progress\n");
  EXPECT_EQ(tags(), "");
}

TEST_F(FinishFeature, IsNotCompleteWhereNothingHasLanded) {
  const Result r = finish("--json");
  EXPECT_EQ(r.status, 1);
  EXPECT_EQ(missing(r), "branches");
  EXPECT_TRUE(holds(r.out, "nothing has ever landed"));
}

TEST_F(FinishFeature, SaysThatATagNamesWhatWasTakenBack) {
  land_work();
  box.write(box.repo() + "/m.txt", "m\n");
  box.ok("git add .");
  box.ok("git commit -qm meanwhile");
  EXPECT_EQ(finish("--land").status, 0);
  const Result undo =
      box.type("git orch integrate --undo --into main --feature 001-x");
  EXPECT_EQ(undo.err,
            "001-x stays completed, and tag 'spec-001-x-merged' names what is "
            "not in main any more\n"
            "hint: to land it again: git tag -d spec-001-x-merged && git orch "
            "finish-feature 001-x --land\n");
  const Result r = finish("--land");
  EXPECT_EQ(r.status, 128);
  EXPECT_TRUE(holds(r.err, "git tag -d spec-001-x-merged"));
  box.ok("git tag -d spec-001-x-merged");
  box.ok("git orch finish-feature 001-x --land -q");
  EXPECT_EQ(id("spec-001-x-merged^{commit}"), id("main"));
}

TEST_F(FinishFeature, SaysInItsNotesWhoseRebasedCommitsAre) {
  commit("impl-data", "d.txt", "d\n", "the data");
  commit("impl-api", "a.txt", "a\n", "first");
  commit("impl-api", "a.txt", "b\n", "second");
  box.ok("git orch integrate --no-gates --method rebase -q");
  const Result r = finish("-n --json");
  EXPECT_TRUE(holds(*r.data()["notes"].as_string(), "### impl-api\n\n- first"));
  EXPECT_FALSE(holds(*r.data()["notes"].as_string(), "person"));
}

TEST_F(FinishFeature, NeverMovesATag) {
  land_work();
  box.ok("git tag spec-001-x-ready main");
  const Result r = finish();
  EXPECT_EQ(r.status, 128);
  EXPECT_TRUE(holds(r.err, "is there and names"));
  EXPECT_TRUE(holds(r.err, "git tag -d spec-001-x-ready"));
  EXPECT_EQ(status(), "in-progress\n");
}

}  // namespace
}  // namespace orch::test
