// SPDX-License-Identifier: MIT
#include "mergequeue/stack.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <map>

namespace orch::mergequeue {
namespace {

// What a test of a tree says, the first time and later.
struct Truth {
  std::vector<bool> good;
  std::set<std::size_t> flaky;  // fail the first time
};

struct Search {
  Decision decision;
  std::size_t tests = 0;
  std::size_t until_found = 0;  // tests begun until a culprit was certain
  std::vector<Tree> trees;
};

// Tests trees `jobs` at a time until there is a decision. For each bit of
// `turn` the one that was begun last ends next, else the one that was begun
// first.
Search search(const Truth& truth, Demand demand, std::size_t jobs,
              unsigned turn = 0) {
  Stack stack{std::vector<Tree>(truth.good.size(), Tree::Unknown), demand};
  std::map<std::size_t, int> times;
  std::set<std::size_t> running;
  std::deque<std::size_t> order;  // in which they were begun
  Search out;
  while (true) {
    while (running.size() < jobs) {
      const auto n = next(stack, running);
      if (!n) break;
      EXPECT_LT(*n, truth.good.size());
      EXPECT_TRUE(stack.trees[*n] == Tree::Unknown ||
                  stack.trees[*n] == Tree::Red);
      EXPECT_TRUE(running.insert(*n).second);
      order.push_back(*n);
      ++out.tests;
      if (std::find(stack.trees.begin(), stack.trees.end(), Tree::Bad) ==
          stack.trees.end())
        ++out.until_found;
    }
    if (running.empty()) break;
    auto ended = order.begin();
    std::advance(ended, (turn & 1U) != 0 ? order.size() - 1 : 0);
    turn = (turn >> 1) | (turn << 15);
    const std::size_t n = *ended;
    order.erase(ended);
    running.erase(n);
    const bool is_good =
        truth.good[n] && (!truth.flaky.contains(n) || times[n] > 0);
    ++times[n];
    EXPECT_LE(times[n], 2) << "tree " << n;
    stack.trees[n] = is_good                       ? Tree::Good
                     : stack.trees[n] == Tree::Red ? Tree::Bad
                                                   : Tree::Red;
    if (decide(stack)) break;
  }
  const auto decision = decide(stack);
  EXPECT_TRUE(decision.has_value());
  out.decision = decision.value_or(Decision{});
  out.trees = stack.trees;
  return out;
}

std::vector<bool> bad_from(std::size_t size, std::size_t culprit) {
  std::vector<bool> out(size, true);
  std::fill(out.begin() + static_cast<std::ptrdiff_t>(culprit), out.end(),
            false);
  return out;
}

TEST(MergeQueue, LandsNothingOfNothing) {
  EXPECT_EQ(decide({}), Decision());
  EXPECT_EQ(next({}, {}), std::nullopt);
}

TEST(MergeQueue, TestsEachTreeOnceWhenAllAreGood) {
  for (std::size_t size = 1; size <= 20; ++size)
    for (const std::size_t jobs : {1U, 2U, 3U, 8U}) {
      const Search each =
          search({std::vector<bool>(size, true), {}}, Demand::Each, jobs);
      EXPECT_EQ(each.decision, (Decision{size, {}}));
      EXPECT_EQ(each.tests, size);
    }
}

TEST(MergeQueue, TestsTheLastTreeAloneWhenThatIsEnough) {
  const Search last =
      search({std::vector<bool>(20, true), {}}, Demand::Last, 1);
  EXPECT_EQ(last.decision, (Decision{20, {}}));
  EXPECT_EQ(last.tests, 1U);
}

TEST(MergeQueue, FindsOneCulpritAmongSixteenWithSixTests) {
  for (std::size_t culprit = 0; culprit < 16; ++culprit)
    for (const std::size_t jobs : {1U, 2U})
      for (const Demand demand : {Demand::Each, Demand::Last}) {
        const Search r = search({bad_from(16, culprit), {}}, demand, jobs);
        EXPECT_EQ(r.decision, (Decision{culprit, culprit}));
        EXPECT_LE(r.until_found, 6U) << culprit << " " << jobs;
      }
}

// Whatever is good and bad, in whatever order tests end.
TEST(MergeQueue, OnlyEverLandsGoodTreesAndNamesOneBehindAGoodOne) {
  for (std::size_t size = 1; size <= 7; ++size)
    for (unsigned bits = 0; bits < (1U << size); ++bits)
      for (const std::size_t jobs : {1U, 2U, 4U})
        for (unsigned turn = 0; turn < 16; ++turn)
          for (const Demand demand : {Demand::Each, Demand::Last}) {
            Truth truth;
            for (std::size_t i = 0; i < size; ++i)
              truth.good.push_back((bits >> i & 1U) != 0);
            const Search r = search(truth, demand, jobs, turn);
            const std::size_t lands = r.decision.lands;
            if (demand == Demand::Each) {
              for (std::size_t i = 0; i < lands; ++i)
                EXPECT_EQ(r.trees[i], Tree::Good);
            } else if (lands > 0) {
              EXPECT_EQ(r.trees[lands - 1], Tree::Good);
            }
            if (!r.decision.culprit) {
              EXPECT_EQ(lands, size);
              continue;
            }
            EXPECT_EQ(*r.decision.culprit, lands);
            EXPECT_EQ(r.trees[lands], Tree::Bad);
          }
}

TEST(MergeQueue, LandsWhatFailedOnceAndPassedThen) {
  for (std::size_t flaky = 0; flaky < 8; ++flaky)
    for (const std::size_t jobs : {1U, 2U, 3U})
      for (const Demand demand : {Demand::Each, Demand::Last}) {
        const Search r =
            search({std::vector<bool>(8, true), {flaky}}, demand, jobs);
        EXPECT_EQ(r.decision, (Decision{8, {}})) << flaky;
      }
}

TEST(MergeQueue, FindsACulpritBehindAFlakyTree) {
  for (std::size_t flaky = 0; flaky < 8; ++flaky)
    for (std::size_t culprit = flaky + 1; culprit < 8; ++culprit) {
      const Search r = search({bad_from(8, culprit), {flaky}}, Demand::Each, 2);
      EXPECT_EQ(r.decision, (Decision{culprit, culprit}));
    }
}

TEST(MergeQueue, AsksNothingThatIsKnown) {
  Stack stack{std::vector<Tree>(4, Tree::Good), Demand::Each};
  EXPECT_EQ(next(stack, {}), std::nullopt);
  EXPECT_EQ(decide(stack), (Decision{4, {}}));
  stack.trees[2] = Tree::Bad;
  EXPECT_EQ(next(stack, {}), std::nullopt);
  EXPECT_EQ(decide(stack), (Decision{2, 2}));
  stack.trees[1] = Tree::Unknown;
  EXPECT_EQ(next(stack, {}), 1U);
  EXPECT_EQ(next(stack, {1}), std::nullopt);
}

}  // namespace
}  // namespace orch::mergequeue
