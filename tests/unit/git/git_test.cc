// SPDX-License-Identifier: MIT
#include "git/git.h"

#include <gtest/gtest.h>

namespace orch::git {
namespace {

using namespace std::string_literals;

constexpr char kHeader[] =
    "tree 1111111111111111111111111111111111111111\n"
    "parent 2222222222222222222222222222222222222222\n"
    "author Ada Lovelace <ada@example.org> 1700000000 +0100\n"
    "committer Grace <grace@example.org> 1700000100 -0500\n";

Commit commit_of(const std::string& message) {
  return parse_commit("id", kHeader + "\n"s + message);
}

TEST(ParseCommit, ReadsHeaderSubjectAndBody) {
  const Commit c = commit_of("subject\n\nbody\nmore\n");
  EXPECT_EQ(c.id, "id");
  EXPECT_EQ(c.parents, std::vector<std::string>{std::string(40, '2')});
  EXPECT_EQ(c.author, "Ada Lovelace");
  EXPECT_EQ(c.committed_at, 1700000100000);
  EXPECT_EQ(c.subject, "subject");
  EXPECT_EQ(c.body, "body\nmore");
}

TEST(ParseCommit, CountsTheParents) {
  EXPECT_TRUE(parse_commit("id", "tree 1\n\nroot\n").parents.empty());
  const Commit octopus =
      parse_commit("id", "tree 1\nparent a\nparent b\nparent c\n\nm\n");
  EXPECT_EQ(octopus.parents, (std::vector<std::string>{"a", "b", "c"}));
}

TEST(ParseCommit, TakesNoHeaderFromASignatureOrTheMessage) {
  const Commit c = parse_commit(
      "id",
      "tree 1\nparent a\nauthor A <a> 1 +0\ncommitter A <a> 2 +0\n"
      "gpgsig -----BEGIN\n parent b\n author B <b> 3 +0\n -----END\n\n"
      "subject\n\nparent c\nauthor C <c> 4 +0\n");
  EXPECT_EQ(c.parents, std::vector<std::string>{"a"});
  EXPECT_EQ(c.author, "A");
  EXPECT_EQ(c.committed_at, 2000);
  EXPECT_EQ(c.body, "parent c\nauthor C <c> 4 +0");
}

TEST(ParseCommit, JoinsASubjectOfSeveralLines) {
  EXPECT_EQ(commit_of("one\ntwo\n\nbody").subject, "one two");
}

TEST(ParseCommit, SkipsBlankLinesBeforeTheSubject) {
  EXPECT_EQ(commit_of("\n\n\nsubject\n\nbody").subject, "subject");
}

TEST(ParseCommit, EndsTheSubjectAtABlankLineOfSpacesAsGitDoes) {
  const Commit c = commit_of("subject\n \t\nbody\n");
  EXPECT_EQ(c.subject, "subject");
  EXPECT_EQ(c.body, "body");
}

TEST(ParseCommit, ReadsAMessageWithCarriageReturnsAsGitDoes) {
  const Commit c = commit_of("subject\r\n\r\nbody\r\n\r\nOrch-Task: T001\r\n");
  EXPECT_EQ(c.subject, "subject");
  EXPECT_EQ(c.body, "body\r\n\r\nOrch-Task: T001");
}

TEST(ParseCommit, HasNoSubjectWithoutAMessage) {
  for (const std::string& object :
       {""s, "\n"s, "tree 1"s, "tree 1\n"s, kHeader + ""s, kHeader + "\n"s,
        kHeader + "\n\n \n"s}) {
    const Commit c = parse_commit("id", object);
    EXPECT_EQ(c.subject, "");
    EXPECT_EQ(c.body, "");
  }
}

TEST(ParseCommit, KeepsBytesAsTheyAre) {
  const std::string odd = "\x1b[31m\xFF\x01 T001 '; DROP TABLE";
  const Commit c = commit_of(odd + "\n\n" + odd);
  EXPECT_EQ(c.subject, odd);
  EXPECT_EQ(c.body, odd);
}

TEST(ParseCommit, KeepsAtMost64KibibytesOfAHugeMessage) {
  const Commit c = commit_of("subject\n\n" + std::string(10 << 20, 'x'));
  EXPECT_EQ(c.subject, "subject");
  EXPECT_LE(c.body.size(), 64U << 10);
  EXPECT_GT(c.body.size(), 63U << 10);
  EXPECT_LE(commit_of(std::string(10 << 20, 's')).subject.size(), 64U << 10);
}

TEST(ParseCommit, KeepsTheLastLinesOfAHugeMessage) {
  const std::string end = "\n\nOrch-Task-Done: T001";
  const Commit c =
      commit_of("subject\n\n" + std::string(10 << 20, 'x') + end + "\n");
  EXPECT_EQ(c.subject, "subject");
  EXPECT_TRUE(c.body.starts_with("xxx"));
  EXPECT_TRUE(c.body.ends_with(end));
  EXPECT_LE(c.body.size(), 64U << 10);
}

TEST(ParseCommit, ReadsOddNames) {
  const auto author = [](const std::string& line) {
    return parse_commit("id", "author " + line + "\n\nm").author;
  };
  EXPECT_EQ(author("<a@b> 1 +0"), "");
  EXPECT_EQ(author("A <B> C <a@b> 1 +0"), "A <B> C");
  EXPECT_EQ(author("nobody"), "nobody");
  EXPECT_EQ(author(""), "");
}

TEST(ParseCommit, ReadsOddTimesWithoutOverflow) {
  const auto time = [](const std::string& text) {
    return parse_commit("id", "committer A <a> " + text + "\n\nm").committed_at;
  };
  EXPECT_EQ(time("0 +0000"), 0);
  EXPECT_EQ(time("-86400 +0000"), -86400000);
  EXPECT_EQ(time("x"), 0);
  EXPECT_EQ(time(""), 0);
  EXPECT_GE(time("99999999999999999999 +0000"), 0);
}

TEST(ShortBranch, TakesOffThePrefixOfBranchesOnly) {
  EXPECT_EQ(short_branch("refs/heads/feature/a/b"), "feature/a/b");
  EXPECT_EQ(short_branch("refs/tags/x"), "refs/tags/x");
  EXPECT_EQ(short_branch("refs/heads/"), "");
  EXPECT_EQ(short_branch(""), "");
}

TEST(ZeroId, HasTheLengthOfTheHash) {
  EXPECT_EQ(zero_id(""), std::string(40, '0'));
  EXPECT_EQ(zero_id(std::string(64, 'a')), std::string(64, '0'));
}

TEST(MessageOf, IsTheFirstLineWithoutItsPrefix) {
  process::Outcome o;
  o.status = 128;
  o.errors = "fatal: bad revision 'x'\nmore\n";
  EXPECT_EQ(message_of(o), "bad revision 'x'");
  o.errors = "error: cannot lock ref\n";
  EXPECT_EQ(message_of(o), "cannot lock ref");
  o.errors = "";
  EXPECT_EQ(message_of(o), "exit status 128");
}

TEST(GitVersion, IsOrderedByNumberNotByText) {
  EXPECT_LT((Version{2, 9, 0}), (Version{2, 39, 5}));
  EXPECT_EQ((Version{2, 39, 5}).text(), "2.39.5");
  EXPECT_GE(installed_version(), (Version{2, 30, 0}));
}

TEST(GitProgram, RunsInTheCommonDirectoryUnlessAWorktreeIsGiven) {
  const Repository r{"/r/.git", "/r/.git", "/r"};
  const auto bare = program(r, {.args = {"log"}});
  EXPECT_EQ(bare.argv,
            (std::vector<std::string>{"git", "--git-dir=/r/.git", "log"}));
  EXPECT_EQ(bare.directory, "/r/.git");
  const auto there = program(r, {.args = {"log"}, .worktree = "/w"});
  EXPECT_EQ(there.argv, (std::vector<std::string>{"git", "log"}));
  EXPECT_EQ(there.directory, "/w");
}

}  // namespace
}  // namespace orch::git
