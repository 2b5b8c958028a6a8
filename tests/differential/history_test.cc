// SPDX-License-Identifier: MIT
//
// Whole histories: every pair of commits of small repositories in which all
// kinds of changes happen to few names, so that they meet often.
#include <gtest/gtest.h>

#include <set>

#include "linediff/merge.h"
#include "repository.h"
#include "texts.h"

namespace orch::differential {
namespace {

const std::vector<std::string> kDirectories = {"",     "a/",   "b/",
                                               "a/x/", "a/y/", "c/"};
const std::vector<std::string> kNames = {"f", "g", "h.c", "h", "i.txt"};
const std::vector<std::string> kCommits = {
    "1111111111111111111111111111111111111111",
    "2222222222222222222222222222222222222222"};

std::string make_path(Tape& tape) {
  return tape.one_of(kDirectories) + tape.one_of(kNames);
}

// A file at `path`: whatever stood in its way goes.
void put(Snapshot& files, const std::string& path, const File& file) {
  std::erase_if(files, [&](const auto& entry) {
    return entry.first.starts_with(path + "/") ||
           path.starts_with(entry.first + "/");
  });
  files[path] = file;
}

const std::string& some_path(Tape& tape, const Snapshot& files) {
  auto it = files.begin();
  std::advance(it, static_cast<std::ptrdiff_t>(tape.below(files.size())));
  return it->first;
}

std::string edited_bytes(Tape& tape, const std::string& bytes) {
  return bytes_of(edited(tape, lines_of_bytes(bytes)));
}

std::string with_carriage_returns(const std::string& bytes) {
  std::string out;
  for (const char c : bytes) {
    if (c == '\n') out += '\r';
    out += c;
  }
  return out;
}

void move_directory(Snapshot& files, const std::string& from,
                    const std::string& to) {
  Snapshot moved;
  for (const auto& [path, file] : files)
    if (path.starts_with(from)) moved[to + path.substr(from.size())] = file;
  std::erase_if(files,
                [&](const auto& e) { return e.first.starts_with(from); });
  for (const auto& [path, file] : moved) put(files, path, file);
}

void change_content(Tape& tape, Snapshot& files) {
  File& file = files[some_path(tape, files)];
  if (file.mode == "160000") {
    file.bytes = tape.one_of(kCommits);
    return;
  }
  switch (tape.below(12)) {
    case 9:
      file.bytes = with_carriage_returns(file.bytes);
      break;
    case 10:
      file.bytes += std::string("\0binary", 7) + std::to_string(tape.below(3));
      break;
    case 11:
      file.bytes.clear();
      break;
    default:
      file.bytes = edited_bytes(tape, file.bytes);
  }
}

void change_kind(Tape& tape, Snapshot& files) {
  const std::string path = some_path(tape, files);
  File& file = files[path];
  switch (tape.below(6)) {
    case 0:
    case 1:
    case 2:
      if (file.mode.starts_with("100"))
        file.mode = file.mode == "100644" ? "100755" : "100644";
      break;
    case 3:
      file = {"120000", "target " + std::to_string(tape.below(3))};
      break;
    case 4:
      file = {"160000", tape.one_of(kCommits)};
      break;
    case 5:
      put(files, path + "/" + tape.one_of(kNames), {"100644", "below\n"});
      break;
  }
}

void change_names(Tape& tape, Snapshot& files) {
  const std::string path = some_path(tape, files);
  File file = files[path];
  switch (tape.below(8)) {
    case 0:
    case 1:
      files.erase(path);
      break;
    case 2:
    case 3:
      put(files, make_path(tape), {"100644", bytes_of(make_any_text(tape))});
      break;
    case 4:  // a copy, maybe changed
      if (tape.one_in(2) && file.mode != "160000")
        file.bytes = edited_bytes(tape, file.bytes);
      put(files, make_path(tape), file);
      break;
    case 5:
    case 6:  // a rename, maybe changed
      files.erase(path);
      if (tape.one_in(2) && file.mode != "160000")
        file.bytes = edited_bytes(tape, file.bytes);
      put(files, make_path(tape), file);
      break;
    case 7: {
      const std::string from = tape.one_of(kDirectories);
      if (from.empty()) break;
      if (tape.one_in(4))
        std::erase_if(files,
                      [&](const auto& e) { return e.first.starts_with(from); });
      else
        move_directory(files, from, tape.one_of(kDirectories));
      break;
    }
  }
}

void change(Tape& tape, Snapshot& files) {
  if (files.empty()) {
    put(files, make_path(tape), {"100644", "again\n"});
    return;
  }
  const std::size_t what = tape.below(10);
  if (what < 6)
    change_content(tape, files);
  else if (what < 9)
    change_names(tape, files);
  else
    change_kind(tape, files);
}

Snapshot first_snapshot(Tape& tape) {
  Snapshot files;
  for (std::size_t n = 3 + tape.below(10); n > 0; --n)
    put(files, make_path(tape), {"100644", bytes_of(make_any_text(tape))});
  return files;
}

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
