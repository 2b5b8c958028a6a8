// SPDX-License-Identifier: MIT
//
// Line diffs alone: every hunk, where a merge shows only whether two meet.
#include <gtest/gtest.h>

#include "linediff/diff.h"
#include "repository.h"
#include "texts.h"

namespace orch::differential {
namespace {

using linediff::Hunk;
using linediff::Hunks;

bool compares_anew(const MadeRepository& made) {
  int major = 0, minor = 0;
  std::sscanf(made.git({"version"}).c_str(), "git version %d.%d", &major,
              &minor);
  return major > 2 || (major == 2 && minor >= 54);
}

// Reads a patch without context, made of files "f0", "f1" …
class Patch {
 public:
  explicit Patch(std::size_t files) : files_(files) {}

  void read(const std::string& bytes) {
    for (const std::string& line : lines_of_bytes(bytes)) read_line(line);
  }
  const std::vector<Hunks>& files() const { return files_; }

 private:
  void read_line(const std::string& line) {
    if (line.starts_with("diff ")) {
      std::size_t number = 0;
      std::sscanf(line.c_str(), "diff --git a/f%zu", &number);
      file_ = &files_[number];
      in_hunk_ = false;
    } else if (line.starts_with("@@ ")) {
      std::sscanf(line.c_str(), "@@ -%zu", &base_);
      std::sscanf(line.c_str() + line.find('+'), "+%zu", &side_);
      open_ = false;
      in_hunk_ = true;
    } else if (in_hunk_ && !line.starts_with("\\")) {
      take(line[0]);
    }
  }
  void take(char kind) {
    if (kind == ' ') {
      ++base_, ++side_;
      open_ = false;
      return;
    }
    if (!open_)
      file_->push_back({static_cast<std::uint32_t>(base_ ? base_ - 1 : 0), 0,
                        static_cast<std::uint32_t>(side_ ? side_ - 1 : 0), 0});
    open_ = true;
    if (kind == '-')
      ++base_, ++file_->back().base_count;
    else
      ++side_, ++file_->back().side_count;
  }

  std::vector<Hunks> files_;
  Hunks* file_ = nullptr;
  std::size_t base_ = 0, side_ = 0;
  bool open_ = false, in_hunk_ = false;
};

std::string shown(const Hunks& hunks) {
  std::string out;
  for (const Hunk& h : hunks)
    out += " " + std::to_string(h.base) + "," + std::to_string(h.base_count) +
           ">" + std::to_string(h.side) + "," + std::to_string(h.side_count);
  return out + "\n";
}

// How many differ between versions of git goes to `twofold`.
std::string difference_of(const std::vector<std::pair<Text, Text>>& texts,
                          std::size_t* twofold) {
  MadeCommit sides[2] = {{}, {{0}, {}}};
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const std::string path = "f" + std::to_string(i);
    sides[0].files[path] = {"100644", bytes_of(texts[i].first)};
    sides[1].files[path] = {"100644", bytes_of(texts[i].second)};
  }
  const MadeRepository made({sides[0], sides[1]});
  Patch patch(texts.size());
  // With context, since git leaves out the common end of texts otherwise.
  patch.read(
      made.git({"-C", made.repository().common_dir, "diff-tree", "-p", "-U3",
                "--text", "--diff-algorithm=histogram", "--no-indent-heuristic",
                "--full-index", made.id(0), made.id(1)}));
  const bool is_newer = compares_anew(made);
  linediff::Interner interner;
  linediff::Differ differ;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const auto found = differ.diff(interner.split(bytes_of(texts[i].first)),
                                   interner.split(bytes_of(texts[i].second)));
    if (!found) continue;
    if (found->newer) ++*twofold;
    const Hunks& ours = is_newer && found->newer ? *found->newer : found->hunks;
    if (ours != patch.files()[i])
      return "base\n" + bytes_of(texts[i].first) + "side\n" +
             bytes_of(texts[i].second) + "ours" + shown(ours) + "git " +
             shown(patch.files()[i]);
  }
  return "";
}

template <typename MakePair>
void expect_the_hunks_of_git(const char* what, int many, MakePair make_pair) {
  constexpr std::size_t kFiles = 30;
  std::size_t twofold = 0, texts = 0;
  EXPECT_TRUE(holds_on_tapes(what, 25, many, kFiles * 60, [&](Tape tape) {
    std::vector<std::pair<Text, Text>> pairs;
    for (std::size_t i = 0; i < kFiles; ++i) pairs.push_back(make_pair(tape));
    texts += kFiles;
    const std::string found = difference_of(pairs, &twofold);
    if (!found.empty()) RC_FAIL(found);
  }));
  std::printf("%s: %zu texts, %zu by version\n", what, texts, twofold);
}

TEST(Hunks, AreThoseOfGit) {
  expect_the_hunks_of_git("texts", 1000, [](Tape& tape) {
    Text base = make_any_text(tape);
    Text side = edited(tape, base);
    return std::pair(std::move(base), std::move(side));
  });
}

TEST(Hunks, AreThoseOfGitInLongMonotony) {
  expect_the_hunks_of_git("long texts", 300, [](Tape& tape) {
    Text base = make_monotony(tape);
    Text side = edited_all_over(tape, base);
    return std::pair(std::move(base), std::move(side));
  });
}

}  // namespace
}  // namespace orch::differential
