// SPDX-License-Identifier: MIT
#include "conflict/bases.h"

#include <filesystem>

#include "process/process.h"
#include "text/text.h"
#include "unit/scratch.h"

namespace orch::conflict {
namespace {

class BasesOfPairs : public ::testing::Test {
 protected:
  BasesOfPairs() { git({"init", "-q", "-b", "main", scratch.root()}); }
  std::string git(const std::vector<std::string>& args) const {
    process::Program program{
        .argv = {"git", "-c", "user.name=A", "-c", "user.email=a@b"},
        .directory = scratch.root()};
    program.argv.insert(program.argv.end(), args.begin(), args.end());
    const auto outcome = process::run(program);
    EXPECT_TRUE(outcome.ok()) << outcome.errors;
    return std::string(text::trim(outcome.output));
  }
  std::string commit(const std::vector<std::string>& parents) {
    std::vector<std::string> args = {"commit-tree",
                                     "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
                                     "-m", std::to_string(++commits)};
    for (const std::string& parent : parents)
      args.insert(args.end(), {"-p", parent});
    return git(args);
  }
  test::Scratch scratch;
  int commits = 0;
};

TEST_F(BasesOfPairs, AreThoseOfGitForFewAndForMany) {
  git({"hash-object", "-w", "-t", "tree", "/dev/null"});
  const std::string root = commit({}), apart = commit({});
  const std::string a = commit({root}), b = commit({root});
  const std::string c = commit({a}), d = commit({b});
  // Criss-cross: two bases, of which git names one.
  const std::string x = commit({a, b}), y = commit({b, a});
  const std::vector<git::Pair> pairs = {{c, d}, {a, c}, {c, apart},
                                        {x, y}, {d, b}, {a, a}};
  std::vector<std::string> wanted;
  for (const auto& [one, two] : pairs)
    wanted.push_back(two == apart ? "" : git({"merge-base", one, two}));
  const auto repository = repository::find(scratch.root()).value();
  EXPECT_EQ(merge_bases(repository, pairs), wanted);
  EXPECT_EQ(merge_bases(repository, {pairs[0]}), std::vector{root});
  // A grafted history is git's.
  scratch.write(".git/shallow", a + "\n");
  EXPECT_EQ(merge_bases(repository, pairs)[0], "");
}

}  // namespace
}  // namespace orch::conflict
