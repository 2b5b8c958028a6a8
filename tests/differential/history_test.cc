// SPDX-License-Identifier: MIT
//
// Whole histories: every pair of commits of small repositories in which all
// kinds of changes happen to few names, so that they meet often.
#include <gtest/gtest.h>

#include "snapshots.h"

namespace orch::differential {
namespace {

Snapshot mixed(Tape& tape, Snapshot files, const Snapshot& others) {
  for (const auto& [path, file] : others)
    if (tape.one_in(2)) put(files, path, file);
  return files;
}

// A commit on one or two of those before; rarely a root of its own. A merge
// may get a twin, so that the two have several merge bases.
void append_commit(Tape& tape, std::vector<MadeCommit>& commits) {
  MadeCommit commit;
  if (tape.one_in(60)) {
    commits.push_back({{}, first_snapshot(tape)});
    return;
  }
  const std::size_t parent = tape.below(commits.size());
  const std::size_t other = tape.below(commits.size());
  commit.parents = {parent};
  commit.files = commits[parent].files;
  std::size_t copies = 1;
  if (tape.one_in(6)) {  // picked from elsewhere: the same on both sides
    commit.files = mixed(tape, commit.files, commits[other].files);
  } else if (parent != other && tape.one_in(4)) {
    commit.parents.push_back(other);
    commit.files = mixed(tape, commit.files, commits[other].files);
    copies += tape.below(2);
  }
  for (; copies > 0; --copies) {
    commits.push_back(commit);
    for (std::size_t n = 1 + tape.below(4); n > 0; --n)
      change(tape, commits.back().files);
  }
}

TEST(Histories, HaveTheVerdictsOfGit) {
  predict::Statistics total;
  EXPECT_TRUE(
      holds_on_tapes("merges of a history", 40, 700, 900, [&](Tape tape) {
        std::vector<MadeCommit> commits(1);
        commits[0].files = first_snapshot(tape);
        while (commits.size() < 8) append_commit(tape, commits);
        const MadeRepository made(commits);
        std::vector<git::Pair> pairs;
        for (std::size_t i = 0; i < commits.size(); ++i)
          for (std::size_t j = 0; j <= i; ++j)
            pairs.emplace_back(made.id(i), made.id(j));
        const std::string found = difference(made.repository(), pairs, &total);
        if (!found.empty()) RC_FAIL(found);
      }));
  print("histories", total);
}

}  // namespace
}  // namespace orch::differential
