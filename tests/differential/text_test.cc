// SPDX-License-Identifier: MIT
//
// The text step: many files, each changed on both sides, in one merge.
#include <gtest/gtest.h>

#include "repository.h"
#include "texts.h"

namespace orch::differential {
namespace {

constexpr std::size_t kFiles = 60;

// Sides that also make the same edit, so that equal hunks occur.
void add_file(Tape& tape, const std::string& path, const Text& base,
              MadeCommit (&sides)[3]) {
  const Text shared = tape.one_in(3) ? edited(tape, base) : base;
  sides[0].files[path] = {"100644", bytes_of(base)};
  sides[1].files[path] = {"100644", bytes_of(edited(tape, shared))};
  sides[2].files[path] = {"100644", bytes_of(edited(tape, shared))};
}

TEST(TextStep, IsThatOfGit) {
  predict::Statistics total;
  EXPECT_TRUE(
      holds_on_tapes("merge of texts", 25, 2000, kFiles * 60, [&](Tape tape) {
        MadeCommit sides[3] = {{}, {{0}, {}}, {{0}, {}}};
        for (std::size_t i = 0; i < kFiles; ++i)
          add_file(tape, "f" + std::to_string(i), make_text(tape), sides);
        const MadeRepository made({sides[0], sides[1], sides[2]});
        const std::string found =
            difference(made.repository(), {{made.id(1), made.id(2)}}, &total);
        if (!found.empty()) RC_FAIL(found);
      }));
  print("texts", total);
}

// One file a pair, so that a file left to git hides no other.
TEST(TextStep, LeavesFewFilesToGit) {
  predict::Statistics total;
  EXPECT_TRUE(
      holds_on_tapes("merge of one text", 10, 500, kFiles * 60, [&](Tape tape) {
        std::vector<MadeCommit> commits;
        for (std::size_t i = 0; i < kFiles; ++i) {
          MadeCommit sides[3];
          sides[1].parents = sides[2].parents = {commits.size()};
          add_file(tape, "f", make_any_text(tape), sides);
          commits.insert(commits.end(), std::begin(sides), std::end(sides));
        }
        const MadeRepository made(commits);
        std::vector<git::Pair> pairs;
        for (std::size_t i = 0; i < commits.size(); i += 3)
          pairs.emplace_back(made.id(i + 1), made.id(i + 2));
        const std::string found = difference(made.repository(), pairs, &total);
        if (!found.empty()) RC_FAIL(found);
      }));
  print("single texts", total);
  EXPECT_LT(total.handed_to_git * 10, total.pairs);
}

}  // namespace
}  // namespace orch::differential
