// SPDX-License-Identifier: MIT
#include "roster/roster.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "unit/scratch.h"

namespace orch::roster {
namespace {

class Roster : public ::testing::Test {
 protected:
  void SetUp() override {
    ::setenv("XDG_STATE_HOME", scratch_.path("state").c_str(), 1);
  }
  void TearDown() override { ::unsetenv("XDG_STATE_HOME"); }

  std::string make_repository(const std::string& name) {
    const std::string dir = scratch_.path(name) + "/.git";
    std::filesystem::create_directories(dir + "/orch");
    return dir;
  }

  test::Scratch scratch_;
};

TEST_F(Roster, ListsEachRepositoryOnceByPath) {
  const std::string b = make_repository("b"), a = make_repository("a\n b");
  note(b);
  note(a);
  note(b);
  const auto all = list();
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].common_dir, a);
  EXPECT_EQ(all[1].common_dir, b);
  EXPECT_EQ(all[1].id, id_of(b));
  EXPECT_EQ(all[1].id.size(), 16U);
  EXPECT_TRUE(all[1].is_there);
}

TEST_F(Roster, SaysWhichOneIsGone) {
  const std::string a = make_repository("a");
  note(a);
  std::filesystem::remove_all(scratch_.path("a"));
  ASSERT_EQ(list().size(), 1U);
  EXPECT_FALSE(list()[0].is_there);
  forget(a);
  EXPECT_TRUE(list().empty());
}

TEST_F(Roster, LeavesOutWhatItDidNotWrite) {
  const std::string a = make_repository("a");
  note(a);
  const std::string in = scratch_.path("state") + "/git-orch/repositories/";
  std::filesystem::create_symlink(a, in + "0123456789abcdef");
  std::filesystem::create_directories(in + "x");
  EXPECT_EQ(list().size(), 1U);
}

TEST_F(Roster, IsSilentWithoutAHome) {
  ::setenv("XDG_STATE_HOME", "relative", 1);
  const char* home = std::getenv("HOME");
  const std::string kept = home == nullptr ? "" : home;
  ::unsetenv("HOME");
  note(make_repository("a"));
  forget("/nowhere");
  EXPECT_TRUE(list().empty());
  if (home != nullptr) ::setenv("HOME", kept.c_str(), 1);
}

}  // namespace
}  // namespace orch::roster
