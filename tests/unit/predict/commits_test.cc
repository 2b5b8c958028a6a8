// SPDX-License-Identifier: MIT
#include "predict/commits.h"

#include <gtest/gtest.h>

#include "differential/repository.h"
#include "file/file.h"

namespace orch::predict {
namespace {

using differential::MadeRepository;
using differential::Snapshot;

Snapshot with(const std::string& path, const std::string& bytes) {
  return {{path, {"100644", bytes}}, {"same/file", {"100644", "x\n"}}};
}

// 0 - 1 - 2 - 3        a line
//      \ 4 - 5         another
// 6 = 2 + 4, 7 = 4 + 2 criss-cross
// 8                    unrelated
MadeRepository made() {
  return MadeRepository({{{}, with("a", "0\n")},
                         {{0}, with("a", "1\n")},
                         {{1}, with("b/c", "2\n")},
                         {{2}, with("b", "3\n")},
                         {{1}, with("a", "4\n")},
                         {{4}, with("d/e/f", "5\n")},
                         {{2, 4}, with("a", "6\n")},
                         {{4, 2}, with("a", "7\n")},
                         {{}, with("a", "8\n")}});
}

// Every question about every pair, asked of git as well.
void expect_like_git(const MadeRepository& m) {
  const git::Quarantine quarantine(m.repository());
  Commits commits(m.repository(), quarantine);
  constexpr std::size_t kCommits = 9;
  for (std::size_t i = 0; i < kCommits; ++i)
    for (std::size_t j = 0; j < kCommits; ++j) {
      SCOPED_TRACE(std::to_string(i) + " and " + std::to_string(j));
      EXPECT_EQ(commits.merge_base(m.id(i), {m.id(j)}),
                git::find_merge_base(m.repository(), m.id(i), {m.id(j)}));
      const auto paths = git::changed_paths(m.repository(), m.id(i), m.id(j));
      EXPECT_EQ(commits.changed(m.id(i), m.id(j)),
                Commits::Paths(paths.begin(), paths.end()));
      const std::vector<std::string> two = {m.id(j), m.id((i + j) % kCommits)};
      EXPECT_EQ(commits.merge_base(m.id(i), two),
                git::find_merge_base(m.repository(), m.id(i), two));
    }
  EXPECT_TRUE(commits.changed("", m.id(1)).empty());
}

TEST(Commits, HaveTheBasesAndChangesOfGit) { expect_like_git(made()); }

TEST(Commits, AreAskedOfGitWhereHistoryIsRewritten) {
  const MadeRepository m = made();
  const std::string info = m.repository().common_dir + "/info";
  file::make_directories(info);
  file::create_file(info + "/grafts", m.id(3) + " " + m.id(8) + "\n", 0600);
  expect_like_git(m);
}

}  // namespace
}  // namespace orch::predict
