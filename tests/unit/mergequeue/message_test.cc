// SPDX-License-Identifier: MIT
#include "mergequeue/message.h"

#include <gtest/gtest.h>

namespace orch::mergequeue {
namespace {

Landing landing(std::vector<Brought> commits) {
  return {.branch = "feature/1/a",
          .into = "feature/1/overseer",
          .feature = "1",
          .agent = "1/a",
          .commits = std::move(commits)};
}

TEST(LandingMessage, HasEachTrailerOnce) {
  const std::vector<std::string> reviewed = {"Reviewed-by: R <r@x>"};
  EXPECT_EQ(merge_message(landing({{"one", reviewed}, {"two", reviewed}})),
            "Merge branch 'feature/1/a' into feature/1/overseer\n\n"
            "* one\n* two\n\n"
            "Reviewed-by: R <r@x>\nOrch-Feature: 1\nOrch-Agent: 1/a\n");
}

TEST(LandingMessage, LetsNoCommitSpeakForAnotherAgent) {
  const std::string text = squash_message(landing(
      {{"one", {"orch-AGENT: 1/b", "Orch-Feature=2", "Orch-Task: 3"}}}));
  EXPECT_EQ(text, "one\n\nOrch-Task: 3\nOrch-Feature: 1\nOrch-Agent: 1/a\n");
}

TEST(LandingMessage, NamesTheBranchWhereACommitHasNoSubject) {
  EXPECT_EQ(squash_message(landing({{"", {}}})),
            "Land feature/1/a\n\nOrch-Feature: 1\nOrch-Agent: 1/a\n");
}

TEST(LandingMessage, IsOfBoundedSize) {
  Brought huge{std::string(1 << 20, 'x'), {"A: " + std::string(1 << 20, 'y')}};
  for (int i = 0; i < 1000; ++i)
    huge.trailers.push_back("T" + std::to_string(i) + ": z");
  const Landing all = landing(std::vector<Brought>(99, huge));
  for (const std::string& text : {merge_message(all), squash_message(all)}) {
    EXPECT_LT(text.size(), 70000U);
    EXPECT_NE(text.find("* (49 more commits)\n"), std::string::npos);
    EXPECT_NE(text.find("Orch-Agent: 1/a\n"), std::string::npos);
  }
}

}  // namespace
}  // namespace orch::mergequeue
