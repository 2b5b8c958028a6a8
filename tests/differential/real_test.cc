// SPDX-License-Identifier: MIT
//
// The histories that ORCH_TEST_HISTORIES names (repositories, separated by
// colons): every merge, merged again, and pairs of what their refs name.
#include <gtest/gtest.h>

#include <random>

#include "repository.h"
#include "tape.h"
#include "text/text.h"

namespace orch::differential {
namespace {

std::vector<git::Pair> merges_in(const repository::Repository& repository) {
  std::vector<git::Pair> pairs;
  const std::string list =
      git::require(repository, {.args = {"rev-list", "--all", "--min-parents=2",
                                         "--max-parents=2", "--parents"}});
  for (const std::string& line : text::split(list, '\n')) {
    const auto ids = text::split(line, ' ');
    if (ids.size() == 3) pairs.emplace_back(ids[1], ids[2]);
  }
  return pairs;
}

// Pairs of heads: branches, and pull requests where a mirror has them.
std::vector<git::Pair> heads_in(const repository::Repository& repository) {
  const std::string list = git::require(
      repository, {.args = {"for-each-ref", "--format=%(objectname)",
                            "refs/heads", "refs/remotes", "refs/pull"}});
  std::vector<std::string> tips = text::split(list, '\n');
  std::erase(tips, "");
  std::vector<git::Pair> pairs;
  if (tips.size() < 2) return pairs;
  const char* const seed = ::getenv("ORCH_TEST_SEED");
  std::mt19937 random(seed ? static_cast<unsigned>(std::stoul(seed)) : 1);
  for (std::size_t n = is_full() ? 20000 : 500; n > 0; --n)
    pairs.emplace_back(tips[random() % tips.size()],
                       tips[random() % tips.size()]);
  return pairs;
}

template <typename PairsIn>
void expect_the_verdicts_of_git(PairsIn pairs_in) {
  const char* const named = ::getenv("ORCH_TEST_HISTORIES");
  if (!named) GTEST_SKIP() << "ORCH_TEST_HISTORIES names no repository";
  for (const std::string& directory : text::split(named, ':')) {
    const auto repository = repository::find(directory);
    ASSERT_TRUE(repository) << directory;
    predict::Statistics total;
    EXPECT_EQ(difference(*repository, pairs_in(*repository), &total), "");
    print(directory.c_str(), total);
  }
}

TEST(RealHistories, HaveTheVerdictsOfGit) {
  expect_the_verdicts_of_git(merges_in);
}

TEST(RealHeads, HaveTheVerdictsOfGit) { expect_the_verdicts_of_git(heads_in); }

}  // namespace
}  // namespace orch::differential
