// SPDX-License-Identifier: MIT
//
// The root holds a fixed list of names and nothing else.
#include "tree.h"

namespace orch::lint {
namespace {

const std::set<std::string> kAllowed = {
    "CHANGELOG.md",
    "CMakeLists.txt",
    "CMakePresets.json",
    "CONTRIBUTING.md",
    "LICENSE",
    "README.md",
    "SECURITY.md",
    "completions",
    "dev",
    "docs",
    "git-orch",
    "hooks",
    "lib",
    "man",
    "templates",
    "tests",
};

Findings check_root(const std::string& root) {
  Findings out;
  for (const std::string& name : root_entries(root))
    if (!name.starts_with(".") && !kAllowed.contains(name))
      out.push_back(name + ": does not belong into the root");
  return out;
}

TEST(Root, HoldsOnlyWhatIsListed) {
  EXPECT_TRUE(none(check_root(source_root())));
}

TEST(Root, RefusesAnotherNameAndIgnoresWhatGitIgnores) {
  MadeTree tree;
  tree.write(".gitignore", "/build/\n")
      .write("build/x", "")
      .write(".clang-format", "")
      .write("lib/error/error.h", "")
      .write("PLAN.md", "")
      .write("src/main.cc", "");
  EXPECT_TRUE(are(check_root(tree.root()), {"PLAN.md: ", "src: "}));
}

}  // namespace
}  // namespace orch::lint
