// SPDX-License-Identifier: MIT
//
// What moved past the guards is found by the next tick; what a person did is no
// alarm.
#include "support/sandbox.h"

namespace orch::test {
namespace {

class PolicyAudit : public ::testing::Test {
 protected:
  PolicyAudit() {
    box.make_repository();
    box.ok("git orch init -q");
    box.ok("git orch init-feature -q 001 --base main");
    for (const char* role : {"overseer", "impl-api"})
      box.ok(std::string("git orch agent start -q --runtime script 001/") +
             role);
    sh("echo x > x; git add x; git commit -q -m x");
    box.ok("git orch tick -q");
  }
  std::string top() const { return box.worktree("001", "impl-api"); }
  void sh(const std::string& script) const {
    const Result r = box.run_in(top(), {"sh", "-ec", script});
    EXPECT_EQ(r.status, 0) << r.err;
  }
  std::string events(const std::string& type) const {
    box.ok("git orch tick -q");
    return box.sql("SELECT message FROM task_events WHERE event_type = '" +
                   type + "' ORDER BY id");
  }
  static constexpr char kPast[] = "git -c core.hooksPath=/dev/null ";
  // A reflog has seconds: what HEAD did within the same one explains a move.
  const std::string kLater = "GIT_COMMITTER_DATE='2040-01-01 00:00 +0000' ";

  Sandbox box;
};

TEST_F(PolicyAudit, IsSilentAboutOrdinaryWork) {
  sh("git commit -q --allow-empty -m y; git commit -q --amend --allow-empty -m "
     "z; "
     "git reset -q --hard HEAD~1; git branch idea; git tag t; "
     "git rebase -q --force-rebase main");
  box.ok("git orch snapshot take -q 001/impl-api");
  EXPECT_EQ(events("ref_unexplained"), "");
}

TEST_F(PolicyAudit, TellsAMoveOfTheBaseWithItsEvidence) {
  sh(std::string(kPast) + "update-ref refs/heads/main HEAD");
  const std::string found = events("ref_unexplained");
  EXPECT_TRUE(holds(found, "refs/heads/main: "));
  EXPECT_TRUE(holds(found, "(fast-forward)"));
  EXPECT_TRUE(holds(found, "seen in the worktree of 001/impl-api"));
  EXPECT_TRUE(holds(found, "running: 001/overseer, 001/impl-api"));
  EXPECT_EQ(box.sql("SELECT spec_id FROM task_events WHERE event_type = "
                    "'ref_unexplained'"),
            "001\n");
  // Once, and the overseer knows.
  EXPECT_EQ(events("ref_unexplained"), found);
  EXPECT_TRUE(
      holds(box.sql("SELECT m.text FROM messages m JOIN agents a ON a.id = "
                    "m.agent_id WHERE a.role = 'overseer'"),
            "A protected ref moved and nothing explains it: "
            "refs/heads/main"));
}

TEST_F(PolicyAudit, TellsAWriteIntoAFileADeletionAndASymbolicRef) {
  sh("git rev-parse HEAD > \"$(git rev-parse --git-common-dir)\"/refs/heads/"
     "main");
  EXPECT_TRUE(
      holds(events("ref_unexplained"), "its reflog does not lead there"));
  sh(std::string(kPast) + "branch -D feature/001/impl-data 2>/dev/null || " +
     kPast + "update-ref -d refs/heads/feature/001/impl-data");
  EXPECT_TRUE(
      holds(events("ref_unexplained"), "refs/heads/feature/001/impl-data: "));
  EXPECT_TRUE(holds(events("ref_unexplained"), "-> nothing"));
  sh("git symbolic-ref refs/heads/feature/001/impl-ui "
     "refs/heads/feature/001/impl-api");
  EXPECT_TRUE(holds(events("ref_unexplained"),
                    "-> ref: refs/heads/feature/001/impl-api"));
}

TEST_F(PolicyAudit, RecordsWhatAPersonDid) {
  box.ok("git commit -q --allow-empty -m mine");
  box.ok("git worktree add -q ../mine -b mine");
  box.ok_in(box.path("mine"), "git commit -q --allow-empty -m more");
  EXPECT_EQ(events("ref_unexplained"), "");
  // Commits have their own events, and that branch is nobody's.
  EXPECT_EQ(events("ref_moved_by_person"), "");
  box.ok("git reset -q --hard HEAD~1");
  const std::string found = events("ref_moved_by_person");
  EXPECT_TRUE(holds(found, "refs/heads/main: "));
  EXPECT_TRUE(holds(found, "(not a fast-forward)"));
  EXPECT_EQ(events("ref_unexplained"), "");
  // While no agent runs, it was a person.
  for (const char* role : {"overseer", "impl-api"})
    box.ok(std::string("git orch agent stop -q 001/") + role);
  box.ok("git orch tick -q");
  box.ok("git update-ref refs/heads/main mine");
  EXPECT_EQ(events("ref_unexplained"), "");
  EXPECT_NE(events("ref_moved_by_person"), found);
}

TEST_F(PolicyAudit, TakesNoOldTipOfAPersonForHisMove) {
  box.ok("git commit -q --allow-empty -m one");
  box.ok("git commit -q --allow-empty -m two");
  // HEAD of the person's worktree has been there, and did not go back.
  box.ok("git orch tick -q");
  sh(kLater + kPast + "update-ref refs/heads/main main~1");
  EXPECT_TRUE(holds(events("ref_unexplained"), "(not a fast-forward)"));
}

TEST_F(PolicyAudit, SeesWhatAPersonHasBuiltUpon) {
  sh(std::string(kPast) + "update-ref refs/heads/main HEAD");
  box.ok("git commit -q --allow-empty -m mine");
  EXPECT_TRUE(holds(events("ref_unexplained"), "refs/heads/main: "));
}

TEST_F(PolicyAudit, CountsAnAgentThatHasEndedSince) {
  box.ok("git orch tick -q");
  sh(std::string(kPast) + "update-ref refs/heads/main HEAD");
  for (const char* role : {"overseer", "impl-api"})
    box.ok(std::string("git orch agent stop -q 001/") + role);
  EXPECT_TRUE(holds(events("ref_unexplained"), "running: 001/"));
}

TEST_F(PolicyAudit, PutsBackWhatAnAgentMoved) {
  box.write(box.repo() + "/.git/orch/policy.yaml",
            "guards: {quarantine: 'on', protected_refs: [refs/heads/prot]}\n");
  box.ok("git branch prot");
  box.ok("git orch tick -q");
  const std::string was = box.ok("git rev-parse prot main");
  const std::string tip = box.ok("git rev-parse feature/001/impl-api");
  sh(std::string(kPast) + "update-ref refs/heads/prot HEAD");
  // Somebody else has this one checked out: it stays.
  sh(std::string(kPast) + "update-ref refs/heads/main HEAD");
  const std::string found = events("ref_quarantined");
  EXPECT_TRUE(holds(found, "refs/heads/prot is "));
  EXPECT_FALSE(holds(found, "refs/heads/main"));
  EXPECT_EQ(box.ok("git rev-parse prot"), was.substr(0, was.find('\n') + 1));
  EXPECT_EQ(box.ok("git rev-parse main"), tip);
  EXPECT_EQ(box.ok("git for-each-ref --format='%(objectname)' "
                   "refs/orch/quarantine"),
            tip);
  EXPECT_EQ(events("ref_quarantined"), found);
}

TEST_F(PolicyAudit, TellsThatTheRulesWereEdited) {
  EXPECT_EQ(events("policy_changed"), "");
  const std::string own = box.repo() + "/.git/orch/";
  box.write(own + "policy.yaml", "guards: {refs: 'off'}\n");
  box.write(own + "roles/impl-api.yaml", "name: impl-api\ncan: [base]\n");
  EXPECT_EQ(events("policy_changed"),
            "policy.yaml changed, roles/impl-api.yaml changed; running: "
            "001/overseer, 001/impl-api\n");
  // The same text again is no change.
  box.write(own + "policy.yaml", "guards: {refs: 'off'}\n");
  box.ok("rm " + own + "roles/impl-api.yaml");
  EXPECT_TRUE(holds(events("policy_changed"),
                    "\nroles/impl-api.yaml is gone; running: "));
}

TEST_F(PolicyAudit, BeginsWithWhatIsThere) {
  // A store that was made before there was an audit, or anew.
  sh(std::string(kPast) + "update-ref refs/heads/main HEAD");
  box.sql(
      "BEGIN IMMEDIATE; DELETE FROM known_refs; DELETE FROM meta WHERE key "
      "LIKE "
      "'audit.%'; DELETE FROM task_events WHERE event_type = "
      "'ref_unexplained'; COMMIT");
  EXPECT_EQ(events("ref_unexplained"), "");
  sh(kLater + kPast + "update-ref refs/heads/main HEAD~1");
  EXPECT_NE(events("ref_unexplained"), "");
}

TEST_F(PolicyAudit, SeesAWriteBehindATimeInWhichNothingMoved) {
  // While no file of a ref changes, ticks look no closer.
  const auto seen = [&] {
    box.ok("git orch tick -q");
    return box.sql("SELECT value FROM meta WHERE key = 'refs_seen'");
  };
  ASSERT_TRUE(eventually([&] { return !seen().empty(); }));
  const std::string before = seen();
  EXPECT_EQ(seen(), before);
  // The same file, of the same size.
  sh("git rev-parse HEAD > \"$(git rev-parse --git-common-dir)\"/refs/heads/"
     "main");
  EXPECT_TRUE(holds(events("ref_unexplained"), "refs/heads/main: "));
  ASSERT_TRUE(eventually([&] { return seen() != before; }));
}

}  // namespace
}  // namespace orch::test
