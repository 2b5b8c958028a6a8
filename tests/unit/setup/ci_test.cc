// SPDX-License-Identifier: MIT
#include "setup/ci.h"

#include <gtest/gtest.h>

namespace orch::setup {
namespace {

TEST(Commands, FollowTheKindOfProject) {
  const auto rust = guess_commands({"Cargo.toml", "README.md"}, "", "");
  EXPECT_EQ(rust.at("unit"), "cargo test");
  EXPECT_EQ(rust.at("build"), "cargo build");
  EXPECT_FALSE(rust.contains("e2e"));
  EXPECT_TRUE(guess_commands({"notes.txt"}, "", "").empty());
}

TEST(Commands, OfAMakefileGoBeforeWhatIsGuessed) {
  const auto found = guess_commands(
      {"Makefile", "go.mod"},
      "test:\n\tgo test\ne2e: build\n\ttrue\nlint:=no\n# build:\n", "");
  EXPECT_EQ(found.at("unit"), "make test");
  EXPECT_EQ(found.at("e2e"), "make e2e");
  EXPECT_EQ(found.at("lint"), "go vet ./...");
  EXPECT_EQ(found.at("build"), "go build ./...");
}

TEST(Commands, OfTheRolesGoBeforeAll) {
  EXPECT_EQ(guess_commands({"go.mod"}, "test:\n", "./check it's").at("unit"),
            "./check it's");
  // What could leave its quotes is not written.
  for (const char* bad : {"a\nb", "echo ${{ x", "echo }}", "\x1b[0m", "\xff"})
    EXPECT_EQ(guess_commands({"go.mod"}, "", bad).at("unit"), "go test ./...")
        << bad;
}

TEST(Forges, AreTwo) {
  EXPECT_EQ(parse_forge("github"), Forge::GitHub);
  EXPECT_EQ(parse_forge("gitlab"), Forge::GitLab);
  EXPECT_FALSE(parse_forge("GitHub"));
}

}  // namespace
}  // namespace orch::setup
