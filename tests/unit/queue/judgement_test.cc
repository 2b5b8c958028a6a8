// SPDX-License-Identifier: MIT
#include "queue/judgement.h"

#include <gtest/gtest.h>

namespace orch::queue {
namespace {

Member runs(const std::string& address) {
  return {.address = address, .running = true};
}
Member limited(const std::string& address) {
  return {.address = address, .running = true, .limited = true};
}
Member ended(const std::string& address) {
  return {.address = address, .ended = true};
}
Member returns(const std::string& address) {
  return {.address = address, .returns = true};
}
Member completed(const std::string& address, bool running) {
  return {.address = address, .completed = true, .running = running};
}
Member stopped(const std::string& address) { return {.address = address}; }

Verdict of(std::vector<Member> team) {
  return judge({.team = std::move(team)}).verdict;
}

TEST(QueueJudgement, IsDoneByTheFeatureOrByAllAgents) {
  EXPECT_EQ(judge({.feature_is_done = true, .team = {runs("a")}}).verdict,
            Verdict::Done);
  EXPECT_EQ(of({completed("a", true), completed("b", false)}), Verdict::Done);
  EXPECT_EQ(of({completed("a", true), runs("b")}), Verdict::GoesOn);
  EXPECT_EQ(of({}), Verdict::GoesOn);
}

TEST(QueueJudgement, FailsByTheWordOfTheOverseer) {
  const Judgement j =
      judge({.given_up = "no way\nat all", .team = {runs("a"), runs("b")}});
  EXPECT_EQ(j.verdict, Verdict::Failed);
  EXPECT_EQ(j.reason, R"(its overseer reported failure: no way\nat all)");
  // What all say together counts more.
  EXPECT_EQ(judge({.given_up = "no", .team = {completed("a", true)}}).verdict,
            Verdict::Done);
}

TEST(QueueJudgement, FailsWhenNobodyIsLeft) {
  const Judgement j = judge({.team = {ended("x/a"), completed("x/b", false)}});
  EXPECT_EQ(j.verdict, Verdict::Failed);
  EXPECT_EQ(j.reason, "no agent runs any more: x/a ended");
  EXPECT_EQ(of({ended("a"), stopped("b")}), Verdict::Failed);
  // Somebody works on, comes back, or was stopped by a person.
  EXPECT_EQ(of({ended("a"), runs("b")}), Verdict::GoesOn);
  EXPECT_EQ(of({ended("a"), completed("b", true)}), Verdict::GoesOn);
  EXPECT_EQ(of({ended("a"), returns("b")}), Verdict::GoesOn);
  EXPECT_EQ(of({stopped("a"), stopped("b")}), Verdict::GoesOn);
}

TEST(QueueJudgement, FailsASlowTeamOnlyByItsTimeLimit) {
  EXPECT_EQ(judge({.team = {runs("a")}, .ran_ms = 1000000000}).verdict,
            Verdict::GoesOn);
  Seen seen{.team = {runs("a")}, .ran_ms = 3599999, .limit_ms = 3600000};
  EXPECT_EQ(judge(seen).verdict, Verdict::GoesOn);
  ++seen.ran_ms;
  EXPECT_EQ(judge(seen).verdict, Verdict::Failed);
  EXPECT_EQ(judge(seen).reason, "not done in 1h");
}

TEST(QueueJudgement, HoldsATeamOfWhichEveryoneIsLimited) {
  EXPECT_EQ(of({limited("a"), limited("b")}), Verdict::Held);
  EXPECT_EQ(of({limited("a"), ended("b"), stopped("c")}), Verdict::Held);
  EXPECT_EQ(of({limited("a"), runs("b")}), Verdict::GoesOn);
}

TEST(QueueJudgement, FailsWithoutItsFeature) {
  EXPECT_EQ(judge({.feature_is_gone = true}).reason, "its feature is gone");
}

}  // namespace
}  // namespace orch::queue
