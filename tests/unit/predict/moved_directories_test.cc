// SPDX-License-Identifier: MIT
#include "predict/moved_directories.h"

#include <gtest/gtest.h>

namespace orch::predict {
namespace {

using Destinations = std::map<std::string, std::string, std::less<>>;

TEST(MovedDirectories, GoWhereMostOfTheirFilesWent) {
  MovedDirectories moved;
  moved.add("a");
  moved.count("a/1", "b/1");
  moved.count("a/2", "c/x/2");
  moved.count("a/3", "b/other-name");
  moved.count("elsewhere/4", "c/x/4");
  EXPECT_EQ(moved.destinations(), (Destinations{{"a", "b"}}));
  moved.count("a/5", "c/x/5");
  EXPECT_EQ(moved.destinations(), std::nullopt);
}

TEST(MovedDirectories, FollowTheFilesOfDirectoriesBelow) {
  MovedDirectories moved;
  moved.add("a");
  moved.count("a/b/c/1", "x/b/c/1");
  EXPECT_EQ(moved.destinations(),
            (Destinations{{"a", "x"}, {"a/b/c", "x/b/c"}}));
  moved.count("a/d/2", "y/e/2");  // another name above the file
  EXPECT_EQ(moved.find("a")->directory, "x");
  EXPECT_EQ(moved.find("a/d")->directory, "y/e");
  moved.count("a/d/3", "d/3");  // to the root
  EXPECT_TRUE(moved.find("a")->is_tie);
}

TEST(MovedDirectories, WaitUntilEnoughIsKnown) {
  MovedDirectories moved;
  moved.add("a");
  moved.count("a/1", "b/1");
  moved.settle({"a/2"});
  EXPECT_TRUE(moved.waits_for("a/2"));
  moved.count("a/3", "b/3");
  moved.settle({"a/2"});
  EXPECT_FALSE(moved.waits_for("a/2"));
  EXPECT_FALSE(moved.waits_for("elsewhere/2"));
}

}  // namespace
}  // namespace orch::predict
