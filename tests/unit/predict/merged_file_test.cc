// SPDX-License-Identifier: MIT
#include "predict/merged_file.h"

#include <gtest/gtest.h>

#include "asking.h"

namespace orch::predict {
namespace {

using differential::File;

const File kFile = {"100644", kText};
const File kEdited = {"100644", std::string("1\n") + (kText + 2)};
const File kLink = {"120000", "target"};
const File kOtherLink = {"120000", "elsewhere"};
const File kSubmodule = {"160000", std::string(40, '1')};
const File kOtherSubmodule = {"160000", std::string(40, '2')};
const File kNothing = {"", ""};

// The base and two sides, of one file `f`.
MadeRepository made_of(const File& base, const File& ours, const File& theirs) {
  std::vector<MadeCommit> commits{{}, {{0}}, {{0}}};
  for (std::size_t i = 0; i < 3; ++i) {
    commits[i].files["other"] = {"100644", "x\n"};
    const File& file = i == 0 ? base : i == 1 ? ours : theirs;
    if (!file.mode.empty()) commits[i].files["f"] = file;
  }
  return MadeRepository(commits);
}

std::string decided(const File& base, const File& ours, const File& theirs) {
  const MadeRepository made = made_of(base, ours, theirs);
  EXPECT_EQ(reason(made), "");
  return differential::shown(ask(made, {"c1", "c2"}).merge);
}

TEST(MergedFile, MakesWayForAnotherKindUnderTheNameOfItsSide) {
  EXPECT_EQ(decided(kFile, kEdited, kLink),
            "conflict: f f~c1 ( distinct modes) ");
  EXPECT_EQ(decided(kFile, kSubmodule, kEdited),
            "conflict: f f~c2 ( distinct modes) ");
  EXPECT_EQ(decided(kNothing, kFile, kSubmodule),
            "conflict: f f~c1 ( distinct modes) ");
}

TEST(MergedFile, SharesNoPathWhereNoneIsAFile) {
  EXPECT_EQ(decided(kFile, kLink, kSubmodule),
            "conflict: f~c1 f~c2 ( distinct modes) ");
}

TEST(MergedFile, IsNamedAfterABranchWithSlashes) {
  const MadeRepository made = made_of(kFile, kEdited, kLink);
  made.git({"-C", made.repository().common_dir, "branch", "a/b", "c1"});
  const Answer fast = ask(made, {"a/b", "c2"});
  EXPECT_TRUE(differential::same_answer(
      fast.merge, ask(made, {"a/b", "c2"}, Engine::Git).merge));
  EXPECT_EQ(fast.statistics.decided, 1u);
  EXPECT_EQ(fast.merge.paths, (std::vector<std::string>{"f", "f~a_b"}));
}

TEST(MergedFile, GoesToGitWhereThatNameIsTaken) {
  std::vector<MadeCommit> commits(3);
  commits[1].parents = commits[2].parents = {0};
  for (MadeCommit& commit : commits) commit.files["f~c1"] = kFile;
  commits[0].files["f"] = kFile;
  commits[1].files["f"] = kEdited;
  commits[2].files["f"] = kLink;
  const MadeRepository made(commits);
  EXPECT_EQ(ask(made, {"c1", "c2"}).statistics.reasons.count("different types"),
            1u);
}

TEST(MergedFile, HasNoBaseOfAnotherKind) {
  EXPECT_EQ(decided(kLink, kFile, kEdited), "conflict: f ( contents) ");
  EXPECT_EQ(decided(kFile, kLink, kOtherLink), "conflict: f ( contents) ");
}

TEST(MergedFile, MayBeASubmoduleThatOneSideRemoved) {
  EXPECT_EQ(decided(kSubmodule, kOtherSubmodule, kNothing),
            "conflict: f ( modify/delete) ");
  EXPECT_EQ(decided(kSubmodule, kNothing, kFile),
            "conflict: f ( modify/delete) ");
}

// What git says of them depends on the submodule's own repository.
TEST(MergedFile, GoesToGitAsASubmoduleOnBothSides) {
  EXPECT_EQ(reason(made_of(kFile, kSubmodule, kOtherSubmodule)), "submodule");
}

}  // namespace
}  // namespace orch::predict
