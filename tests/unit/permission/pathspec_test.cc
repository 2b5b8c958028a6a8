// SPDX-License-Identifier: MIT
#include "permission/pathspec.h"

#include <gtest/gtest.h>

namespace orch::permission {
namespace {

bool matches(const char* pathspec, const char* path) {
  return parse_pathspec(pathspec).matches(path);
}

TEST(Pathspec, NamesAPathAndWhatLiesBelow) {
  EXPECT_TRUE(matches("src", "src"));
  EXPECT_TRUE(matches("src", "src/a/b.cc"));
  EXPECT_TRUE(matches("src/", "src/a"));
  EXPECT_TRUE(matches("./src", "src/a"));
  EXPECT_FALSE(matches("src", "srcs"));
  EXPECT_FALSE(matches("src", "a/src"));
  EXPECT_TRUE(matches(".", "anything"));
  EXPECT_TRUE(matches("", "anything"));
}

TEST(Pathspec, HasPatternsThatReachOverSlashes) {
  EXPECT_TRUE(matches("*.md", "doc/a.md"));
  EXPECT_TRUE(matches("src/*.cc", "src/a/b.cc"));
  EXPECT_TRUE(matches("a[bc]", "ab"));
  EXPECT_TRUE(matches("a\\*b", "a*b"));
  EXPECT_FALSE(matches("a\\*b", "axb"));
  EXPECT_FALSE(matches("*.md", "doc/a.cc"));
}

TEST(Pathspec, HasItsMagic) {
  EXPECT_FALSE(matches(":(glob)*.md", "doc/a.md"));
  EXPECT_TRUE(matches(":(glob)**/*.md", "doc/x/a.md"));
  EXPECT_TRUE(matches(":(glob)**/*.md", "a.md"));
  EXPECT_TRUE(matches(":(glob)src/**", "src/a/b"));
  EXPECT_FALSE(matches(":(glob)src/**", "src2/a"));
  EXPECT_TRUE(matches(":(glob)a/**/b", "a/b"));
  EXPECT_TRUE(matches(":(glob)a/**/b", "a/x/y/b"));
  EXPECT_TRUE(matches(":(icase)README", "readme"));
  EXPECT_TRUE(matches(":(icase)*.MD", "a.md"));
  EXPECT_TRUE(matches(":(literal)a*b", "a*b"));
  EXPECT_FALSE(matches(":(literal)a*b", "axb"));
  EXPECT_TRUE(matches(":(top,glob)doc/*.md", "doc/a.md"));
  EXPECT_TRUE(matches(":/src", "src/a"));
}

}  // namespace
}  // namespace orch::permission
