// SPDX-License-Identifier: MIT
//
// Pairs with two merge bases.
#include <gtest/gtest.h>

#include "linediff/merge.h"
#include "snapshots.h"

namespace orch::differential {
namespace {

void change_often(Tape& tape, std::size_t most, Snapshot& files) {
  for (std::size_t n = tape.below(most + 1); n > 0; --n) change(tape, files);
}

// What one side left as it was is as the other has it; of two changes, any.
Snapshot merged(Tape& tape, const Snapshot& base, const Snapshot& ours,
                const Snapshot& theirs) {
  const auto find = [](const Snapshot& files, const std::string& path) {
    const auto it = files.find(path);
    return it == files.end() ? File{"", ""} : it->second;
  };
  Snapshot out, all = ours;
  all.insert(theirs.begin(), theirs.end());
  for (const auto& [path, unused] : all) {
    const File o = find(base, path), a = find(ours, path),
               b = find(theirs, path);
    const bool ours_is_base = a.mode == o.mode && a.bytes == o.bytes;
    const bool theirs_is_base = b.mode == o.mode && b.bytes == o.bytes;
    const File& file =
        ours_is_base || (!theirs_is_base && tape.one_in(2)) ? b : a;
    if (!file.mode.empty()) put(out, path, file);
  }
  return out;
}

// Two commits, merged twice, so that the merges have both as their bases.
TEST(CrissCrosses, HaveTheVerdictsOfGit) {
  predict::Statistics total;
  EXPECT_TRUE(holds_on_tapes("criss-crosses", 40, 900, 900, [&](Tape tape) {
    std::vector<MadeCommit> commits;
    std::vector<git::Pair> pairs;
    std::vector<std::pair<std::size_t, std::size_t>> crossed;
    for (std::size_t crosses = 4; crosses > 0; --crosses) {
      const std::size_t root = commits.size();
      commits.push_back({{}, first_snapshot(tape)});
      for (int side = 0; side < 2; ++side) {
        commits.push_back({{root}, commits[root].files});
        change_often(tape, 3, commits.back().files);
      }
      for (int side = 0; side < 2; ++side) {
        commits.push_back(
            {{root + 1, root + 2},
             merged(tape, commits[root].files, commits[root + 1].files,
                    commits[root + 2].files)});
        change_often(tape, 3, commits.back().files);
      }
      crossed.emplace_back(root + 3, root + 4);
    }
    const MadeRepository made(commits);
    for (const auto& [a, b] : crossed) {
      pairs.emplace_back(made.id(a), made.id(b));
      pairs.emplace_back(made.id(b), made.id(a));
    }
    const std::string found = difference(made.repository(), pairs, &total);
    if (!found.empty()) RC_FAIL(found);
  }));
  print("criss-crosses", total);
}

Text merged_text(const Text& base, const Text& ours, const Text& theirs) {
  linediff::Interner interner;
  linediff::Differ differ;
  const auto split = [&](const Text& t) { return interner.split(bytes_of(t)); };
  const auto o = split(base), a = split(ours), b = split(theirs);
  const auto lines = linediff::merged(o.size(), {a, differ.diff(o, a)->hunks},
                                      {b, differ.diff(o, b)->hunks});
  Text out;
  for (const linediff::Line line : lines.value_or(a))
    out.emplace_back(interner.text(line));
  return out;
}

// One file, of which the merges keep, lose and change what the bases did.
TEST(CrissCrosses, OfTextsHaveTheVerdictsOfGit) {
  constexpr std::size_t kCrosses = 30;
  predict::Statistics total;
  EXPECT_TRUE(
      holds_on_tapes("crossed texts", 40, 900, kCrosses * 120, [&](Tape tape) {
        std::vector<MadeCommit> commits;
        const auto append = [&](std::vector<std::size_t> parents,
                                const Text& text) {
          commits.push_back(
              {std::move(parents), {{"f", {"100644", bytes_of(text)}}}});
        };
        for (std::size_t n = 0; n < kCrosses; ++n) {
          const std::size_t root = commits.size();
          Text base;
          for (std::size_t lines = 8 + tape.below(20); lines > 0; --lines)
            base.push_back(make_line(tape, 60000));
          Text a = base, b = base;
          edit_once(tape, a), edit_once(tape, b);
          const std::vector<Text> kept = {merged_text(base, a, b), base, a, b};
          append({}, base);
          append({root}, a);
          append({root}, b);
          for (int side = 0; side < 2; ++side) {
            Text text = tape.one_in(2) ? tape.one_of(kept) : kept[0];
            edit_once(tape, text);
            append({root + 1, root + 2}, text);
          }
        }
        const MadeRepository made(commits);
        std::vector<git::Pair> pairs;
        for (std::size_t i = 0; i < commits.size(); i += 5)
          pairs.emplace_back(made.id(i + 3), made.id(i + 4));
        const std::string found = difference(made.repository(), pairs, &total);
        if (!found.empty()) RC_FAIL(found);
      }));
  print("crossed texts", total);
}

}  // namespace
}  // namespace orch::differential
