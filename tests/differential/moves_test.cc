// SPDX-License-Identifier: MIT
//
// Renames: similar and equal files that move about.
#include <gtest/gtest.h>

#include "snapshots.h"

namespace orch::differential {
namespace {

// A text of one of few families: those of one are similar to each other.
std::string family_text(Tape& tape) {
  const std::size_t family = tape.below(3);
  Text text;
  for (std::size_t i = 0; i < 14; ++i)
    text.push_back("line " + std::to_string(i) + " of " +
                   std::to_string(family) + "\n");
  for (std::size_t n = tape.below(4); n > 0; --n) edit_once(tape, text);
  return bytes_of(text);
}

void move_or_edit(Tape& tape, Snapshot& files) {
  const auto edited_file = [&](const std::string& path) {
    File file = files[path];
    Text text = lines_of_bytes(file.bytes);
    // Few edits, or so many that a little more than half is left.
    for (std::size_t n = tape.one_in(4) ? 3 : tape.below(3); n > 0; --n)
      edit_once(tape, text);
    file.bytes = bytes_of(text);
    return file;
  };
  if (files.empty()) return;
  const std::string path = some_path(tape, files);
  switch (tape.below(10)) {
    case 0:
    case 1:
      files[path] = edited_file(path);
      break;
    case 2:
    case 3: {
      const File file = edited_file(path);
      files.erase(path);
      put(files, make_path(tape), file);
      break;
    }
    case 4: {  // to another directory, under the same name
      const File file = edited_file(path);
      files.erase(path);
      put(files, tape.one_of(kDirectories) + path.substr(path.rfind('/') + 1),
          file);
      break;
    }
    case 5:
      files.erase(path);
      break;
    case 6:
      put(files, make_path(tape), {"100644", family_text(tape)});
      break;
    case 7:
      put(files, make_path(tape), edited_file(path));
      break;
    case 8: {
      const std::string& from = tape.one_of(kDirectories);
      if (!from.empty()) move_directory(files, from, tape.one_of(kDirectories));
      break;
    }
    case 9:
      if (tape.one_in(2))
        files[path] = {"120000", "target " + std::to_string(tape.below(3))};
      else
        files[path].mode = tape.one_in(2) ? "100755" : "100644";
      break;
  }
}

TEST(Moves, HaveTheVerdictsOfGit) {
  constexpr std::size_t kTriples = 25;
  predict::Statistics total;
  const auto property = [&](Tape tape) {
    std::vector<MadeCommit> commits;
    for (std::size_t n = 0; n < kTriples; ++n) {
      const std::size_t root = commits.size();
      commits.emplace_back();
      Snapshot& files = commits[root].files;
      for (std::size_t f = 2 + tape.below(8); f > 0; --f) {
        File file = {"100644", family_text(tape)};
        if (!files.empty() && tape.one_in(4)) file = files.begin()->second;
        if (tape.one_in(8))
          file = {"120000", "target " + std::to_string(tape.below(3))};
        put(files, make_path(tape), file);
      }
      for (int side = 0; side < 2; ++side) {
        commits.push_back({{root}, commits[root].files});
        for (std::size_t m = 1 + tape.below(4); m > 0; --m)
          move_or_edit(tape, commits.back().files);
      }
    }
    const MadeRepository made(commits);
    std::vector<git::Pair> pairs;
    for (std::size_t i = 0; i < commits.size(); i += 3) {
      pairs.emplace_back(made.id(i + 1), made.id(i + 2));
      pairs.emplace_back(made.id(i + 2), made.id(i + 1));
    }
    const std::string found = difference(made.repository(), pairs, &total);
    if (!found.empty()) RC_FAIL(found);
  };
  EXPECT_TRUE(holds_on_tapes("moves", 40, 900, kTriples * 150, property));
  print("moves", total);
}

}  // namespace
}  // namespace orch::differential
