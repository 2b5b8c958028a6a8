// SPDX-License-Identifier: MIT
#include "furnishing/files.h"

#include <gtest/gtest.h>

#include "unit/scratch.h"

namespace orch::furnishing {
namespace {

namespace fs = std::filesystem;
using Strings = std::vector<std::string>;

class PathsLike : public ::testing::Test {
 protected:
  PathsLike() {
    for (const char* name :
         {".env", ".env.local", "a/one.c", "a/two.c", "a/.hidden", "b/one.c",
          ".git/config", "deep/a/x", "*", "-rf", "new\nline"})
      box.write(name, "");
    fs::create_directory_symlink("a", box.path("alias"));
  }
  Strings like(const std::string& pattern) const {
    return paths_like(box.root(), pattern);
  }
  test::Scratch box;
};

TEST_F(PathsLike, AreAPathItself) {
  EXPECT_EQ(like(".env"), Strings{".env"});
  EXPECT_EQ(like("a/one.c"), Strings{"a/one.c"});
  EXPECT_EQ(like("deep/a"), Strings{"deep/a"});
  EXPECT_EQ(like("-rf"), Strings{"-rf"});
  EXPECT_TRUE(like("a/none").empty());
  EXPECT_TRUE(like(".env/x").empty());
}

TEST_F(PathsLike, MatchEachPartByItself) {
  EXPECT_EQ(like(".env*"), (Strings{".env", ".env.local"}));
  EXPECT_EQ(like("*/one.c"), (Strings{"a/one.c", "b/one.c"}));
  EXPECT_EQ(like("a/*"), (Strings{"a/one.c", "a/two.c"}));
  EXPECT_EQ(like("[ab]/t?o.c"), Strings{"a/two.c"});
  EXPECT_EQ(like("new?line"), Strings{"new\nline"});
}

TEST_F(PathsLike, TakeAStarByItsName) {
  EXPECT_EQ(like("\\*"), Strings{"*"});
  EXPECT_EQ(like("[*]"), Strings{"*"});
}

TEST_F(PathsLike, NeverLieInAGitDirectory) {
  EXPECT_TRUE(like(".gi[t]/config").empty());
  EXPECT_TRUE(like(".g*").empty());
}

TEST_F(PathsLike, NeverLieBehindALink) {
  EXPECT_EQ(like("alias"), Strings{"alias"});
  EXPECT_TRUE(like("alias/one.c").empty());
  EXPECT_EQ(like("a*/one.c"), Strings{"a/one.c"});
}

}  // namespace
}  // namespace orch::furnishing
