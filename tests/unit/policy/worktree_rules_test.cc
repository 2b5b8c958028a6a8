// SPDX-License-Identifier: MIT
#include "policy/worktree_rules.h"

#include <gtest/gtest.h>

namespace orch::policy {
namespace {

const std::string kZero(40, '0'), kOld(40, 'a'), kNew(40, 'b');

WorktreeRules rules() {
  WorktreeRules r;
  r.branch = "refs/heads/feature/001/impl";
  r.agent = "001/impl";
  r.base = "refs/heads/main";
  r.guards.protected_refs = {"refs/replace/*", "refs/heads/release",
                             "refs/heads/feature/002/overseer"};
  r.others = {"refs/heads/feature/001/overseer"};
  return r;
}

std::string against(const WorktreeRules& r, const std::string& ref,
                    const std::string& to = kNew, std::int64_t now = 0) {
  const auto finding = judge_move(r, {kOld, to, ref}, now);
  return finding ? finding->what : "";
}

TEST(WorktreeRules, AreTheSameAfterAFile) {
  WorktreeRules r = rules();
  r.guards.refs = Mode::Warn;
  r.guards.prefix = Mode::Block;
  r.guards.pushes = Mode::Off;
  r.allow_refs = {"refs/tags/x y"};
  r.deny_refs = {"refs/heads/w*"};
  r.allow_paths = {"src", ":(glob)a/**"};
  r.deny_paths = {"src/own files"};
  r.merge = r.move_base = true;
  r.overrides = {{"guards.paths", 1234567890123}};
  r.sources = {{"/a b/policy.yaml", 17, 3}, {"/none", 0, 0}};
  const std::string text = to_text(r);
  EXPECT_TRUE(text.starts_with("own refs/heads/feature/001/impl\n"));
  const auto back = parse_worktree_rules(text);
  ASSERT_TRUE(back);
  EXPECT_EQ(to_text(*back), text);
  EXPECT_EQ(back->sources, r.sources);
  EXPECT_EQ(back->overrides, r.overrides);
  EXPECT_TRUE(back->merge && back->move_base && !back->push && !back->pr);
}

TEST(WorktreeRules, SayFirstWhatNeedsNoLook) {
  const auto has = [](const WorktreeRules& r, const std::string& front) {
    return to_text(r).find("\nfree " + front + "\n") != std::string::npos;
  };
  WorktreeRules r = rules();
  for (const char* front : {"refs/remotes/", "refs/stash", "refs/worktree/"})
    EXPECT_TRUE(has(r, front)) << front;
  // What a rule may name is looked at.
  for (const char* glob :
       {"refs/remotes/origin/*", "refs/r*", "refs/*", "refs/[rs]emotes/x"}) {
    r.guards.protected_refs = {glob};
    EXPECT_FALSE(has(r, "refs/remotes/")) << glob;
  }
  r = rules();
  r.deny_refs = {"refs/stash"};
  EXPECT_FALSE(has(r, "refs/stash"));
  EXPECT_TRUE(has(r, "refs/remotes/"));
}

TEST(WorktreeRules, AreNoneWhenTornOrOfAnotherForm) {
  const std::string text = to_text(rules());
  for (std::size_t n = 0; n < text.size(); ++n)
    EXPECT_FALSE(parse_worktree_rules(text.substr(0, n))) << n;
  EXPECT_FALSE(parse_worktree_rules(text + "x y\n"));
  EXPECT_FALSE(parse_worktree_rules("own a\nform orch-guard-rules 2\nend\n"));
}

TEST(JudgeMove, LetsAnAgentHaveItsBranchAndWhatIsNobodys) {
  for (const char* ref :
       {"refs/heads/feature/001/impl", "refs/heads/try", "refs/tags/v1",
        "refs/remotes/origin/main", "refs/stash", "refs/notes/x", "HEAD",
        "ORIG_HEAD", "refs/heads/main2", "refs/heads/feature/001/impl2"})
    EXPECT_EQ(against(rules(), ref), "") << ref;
}

TEST(JudgeMove, SaysWhoseARefIs) {
  EXPECT_EQ(against(rules(), "refs/heads/main"),
            "'refs/heads/main' is the base of feature '001'");
  EXPECT_EQ(against(rules(), "refs/heads/feature/001/overseer"),
            "'refs/heads/feature/001/overseer' is the branch of another agent");
  EXPECT_EQ(against(rules(), "refs/heads/feature/002/overseer"),
            "'refs/heads/feature/002/overseer' is protected");
  EXPECT_EQ(against(rules(), "refs/heads/release"),
            "'refs/heads/release' is protected");
  EXPECT_EQ(against(rules(), "refs/replace/" + kOld),
            "'refs/replace/" + kOld + "' is protected");
  EXPECT_EQ(against(rules(), "refs/orch/snapshots/1"),
            "'refs/orch/snapshots/1' is kept by git orch");
  EXPECT_EQ(against(rules(), "refs/heads/feature/001/impl", kZero),
            "'refs/heads/feature/001/impl' is the branch of this worktree");
}

TEST(JudgeMove, PassesWhatDoesNotMove) {
  EXPECT_FALSE(judge_move(rules(), {kOld, kOld, "refs/heads/main"}, 0));
  // This is how git tells of a deletion from packed-refs.
  EXPECT_TRUE(judge_move(rules(), {kZero, kZero, "refs/heads/main"}, 0));
}

TEST(JudgeMove, FollowsTheRole) {
  WorktreeRules r = rules();
  r.deny_refs = {"refs/tags/*"};
  r.allow_refs = {"refs/heads/rel*", "refs/heads/main"};
  EXPECT_EQ(against(r, "refs/tags/a/b"),
            "role 'impl' may not move 'refs/tags/a/b'");
  EXPECT_EQ(against(r, "refs/heads/release"), "");
  EXPECT_EQ(against(r, "refs/heads/main"), "");
  // What is denied is so also where it is allowed.
  r.deny_refs = {"refs/heads/release"};
  EXPECT_NE(against(r, "refs/heads/release"), "");
  // The right to move the base is for the recorded base alone.
  r = rules();
  r.move_base = true;
  EXPECT_EQ(against(r, "refs/heads/main"), "");
  EXPECT_NE(against(r, "refs/heads/main", kZero), "");
  EXPECT_NE(against(r, "refs/heads/release"), "");
}

TEST(JudgeMove, KnowsModesAndOverrides) {
  WorktreeRules r = rules();
  r.guards.refs = Mode::Warn;
  EXPECT_EQ(judge_move(r, {kOld, kNew, "refs/heads/main"}, 0)->mode,
            Mode::Warn);
  r.guards.refs = Mode::Off;
  EXPECT_EQ(against(r, "refs/heads/main"), "");
  r = rules();
  r.overrides = {{"guards.refs", 100}, {"guards.paths", 900}};
  EXPECT_EQ(against(r, "refs/heads/main", kNew, 99), "");
  EXPECT_NE(against(r, "refs/heads/main", kNew, 100), "");
}

TEST(JudgePush, IsForThoseWhoMay) {
  const std::string own = "refs/heads/feature/001/impl";
  WorktreeRules r = rules();
  EXPECT_EQ(judge_push(r, own, 0)->what, "role 'impl' may not push");
  r.pr = true;
  EXPECT_FALSE(judge_push(r, own, 0));
  EXPECT_EQ(judge_push(r, "refs/heads/x", 0)->what,
            "role 'impl' may not push but to '" + own + "'");
  r = rules();
  r.push = true;
  EXPECT_FALSE(judge_push(r, own, 0));
  EXPECT_FALSE(judge_push(r, "refs/heads/x", 0));
  EXPECT_TRUE(judge_push(r, "refs/heads/main", 0));
  EXPECT_TRUE(judge_push(r, "refs/heads/feature/001/overseer", 0));
  r.move_base = true;
  EXPECT_FALSE(judge_push(r, "refs/heads/main", 0));
  r.guards.pushes = Mode::Off;
  EXPECT_FALSE(judge_push(r, "refs/heads/release", 0));
}

TEST(PathQuestions, AskWhatIsOutsideAndWhatIsDenied) {
  WorktreeRules r = rules();
  r.guards.protected_paths = {".husky"};
  EXPECT_TRUE(path_questions(r).outside.empty());
  EXPECT_EQ(path_questions(r).denied,
            std::vector<std::string>({":(top).husky"}));
  r.allow_paths = {"src", ":(glob)docs/*.md", ":/etc", "::x"};
  r.deny_paths = {"src/own"};
  EXPECT_EQ(path_questions(r).outside,
            std::vector<std::string>({":/", ":(exclude,top)src",
                                      ":(exclude,top,glob)docs/*.md",
                                      ":(exclude,top)etc", ":(exclude,top)x"}));
  EXPECT_EQ(path_questions(r).denied,
            std::vector<std::string>({":(top)src/own", ":(top).husky"}));
}

}  // namespace
}  // namespace orch::policy
