// SPDX-License-Identifier: MIT
//
// Every merge of the histories that ORCH_TEST_HISTORIES names (repositories,
// separated by colons), merged again.
#include <gtest/gtest.h>

#include "repository.h"
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

TEST(RealHistories, HaveTheVerdictsOfGit) {
  const char* const named = ::getenv("ORCH_TEST_HISTORIES");
  if (!named) GTEST_SKIP() << "ORCH_TEST_HISTORIES names no repository";
  for (const std::string& directory : text::split(named, ':')) {
    const auto repository = repository::find(directory);
    ASSERT_TRUE(repository) << directory;
    predict::Statistics total;
    EXPECT_EQ(difference(*repository, merges_in(*repository), &total), "");
    print(directory.c_str(), total);
  }
}

}  // namespace
}  // namespace orch::differential
