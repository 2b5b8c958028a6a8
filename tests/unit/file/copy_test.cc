// SPDX-License-Identifier: MIT
#include "file/copy.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>

#include "unit/scratch.h"

namespace orch::file {
namespace {

namespace fs = std::filesystem;
using Strings = std::vector<std::string>;

class CopyAbsent : public ::testing::Test {
 protected:
  CopyAbsent() {
    fs::create_directories(box.path("from"));
    fs::create_directories(box.path("to"));
  }
  bool copy(const std::string& path) {
    return copy_absent(
        box.path("from"), box.path("to"), path,
        [&](const std::string& p) {
          return std::find(skipped.begin(), skipped.end(), p) != skipped.end();
        },
        added);
  }
  Strings sorted(Strings names) const {
    std::sort(names.begin(), names.end());
    return names;
  }
  test::Scratch box;
  Strings skipped;
  Added added;
};

TEST_F(CopyAbsent, TakesBytesModeAndTimeOfAFile) {
  const std::string bytes = test::every_byte() + std::string(300000, 'x');
  const std::string from = box.write("from/a/b", bytes);
  ::chmod(from.c_str(), 0751);
  fs::last_write_time(from,
                      fs::last_write_time(from) - std::chrono::hours(1000));
  ASSERT_TRUE(copy("a/b"));
  EXPECT_EQ(box.read("to/a/b"), bytes);
  EXPECT_EQ(fs::status(box.path("to/a/b")).permissions(), fs::perms(0751));
  EXPECT_EQ(fs::last_write_time(box.path("to/a/b")), fs::last_write_time(from));
  EXPECT_EQ(added.made, Strings{"a/b"});
}

TEST_F(CopyAbsent, LeavesWhatIsThere) {
  box.write("from/d/one", "new");
  box.write("from/d/two", "new");
  box.write("to/d/one", "mine");
  fs::create_symlink("nowhere", box.path("to/link"));
  box.write("from/link", "new");
  ASSERT_TRUE(copy("d"));
  ASSERT_TRUE(copy("link"));
  EXPECT_EQ(box.read("to/d/one"), "mine");
  EXPECT_EQ(box.read("to/d/two"), "new");
  EXPECT_TRUE(fs::is_symlink(box.path("to/link")));
  EXPECT_FALSE(fs::exists(box.path("to/nowhere")));
  EXPECT_EQ(added.made, Strings{"d/two"});
  EXPECT_TRUE(added.refused.empty());
}

TEST_F(CopyAbsent, WritesThroughNoLink) {
  box.write("from/d/deep/x", "secret");
  fs::create_directories(box.path("outside"));
  fs::create_directory_symlink(box.path("outside"), box.path("to/d"));
  ASSERT_TRUE(copy("d/deep/x"));
  ASSERT_TRUE(copy("d"));
  EXPECT_TRUE(fs::is_empty(box.path("outside")));
  EXPECT_EQ(added.refused, (Strings{"d/deep/x", "d"}));
  link_absent("target", box.path("to"), "d/l", added);
  EXPECT_TRUE(fs::is_empty(box.path("outside")));
  EXPECT_EQ(added.refused.back(), "d/l");
  EXPECT_TRUE(added.made.empty());
}

TEST_F(CopyAbsent, RefusesWhereAFileIsOnTheWay) {
  box.write("from/d/x", "1");
  box.write("to/d", "a file");
  ASSERT_TRUE(copy("d/x"));
  EXPECT_EQ(added.refused, Strings{"d/x"});
  EXPECT_EQ(box.read("to/d"), "a file");
}

TEST_F(CopyAbsent, KeepsLinksAndFollowsNone) {
  box.write("outside/x", "1");
  fs::create_directories(box.path("from/d"));
  fs::create_directory_symlink("../../outside", box.path("from/d/l"));
  fs::create_symlink("no such place", box.path("from/d/broken"));
  ASSERT_TRUE(copy("d"));
  EXPECT_EQ(fs::read_symlink(box.path("to/d/l")), "../../outside");
  EXPECT_EQ(fs::read_symlink(box.path("to/d/broken")), "no such place");
  EXPECT_FALSE(copy("d/l/x"));
  EXPECT_EQ(sorted(added.made), (Strings{"d/broken", "d/l"}));
}

TEST_F(CopyAbsent, LeavesOutRepositoriesAndWhatIsNoFile) {
  box.write("from/d/sub/.git", "gitdir: elsewhere");
  box.write("from/d/sub/x", "1");
  box.write("from/d/y", "1");
  ASSERT_EQ(::mkfifo(box.path("from/d/pipe").c_str(), 0600), 0);
  ASSERT_TRUE(copy("d"));
  EXPECT_EQ(sorted(added.left_out), (Strings{"d/pipe", "d/sub"}));
  EXPECT_EQ(added.made, Strings{"d/y"});
  EXPECT_FALSE(fs::exists(box.path("to/d/sub")));
}

TEST_F(CopyAbsent, SkipsWhatItIsToldTo) {
  box.write("from/d/x", "1");
  box.write("from/d/y", "1");
  box.write("from/e/z", "1");
  skipped = {"d/x", "e/z"};
  ASSERT_TRUE(copy("d"));
  ASSERT_TRUE(copy("e/z"));
  EXPECT_EQ(added.made, Strings{"d/y"});
  EXPECT_FALSE(fs::exists(box.path("to/e")));
}

TEST_F(CopyAbsent, SaysThatThereIsNothing) {
  EXPECT_FALSE(copy("no/such"));
  EXPECT_FALSE(copy("no"));
  EXPECT_TRUE(fs::is_empty(box.path("to")));
}

TEST_F(CopyAbsent, CompletesADirectoryThatIsThereInPart) {
  for (const char* name : {"a", "b", "c/d"})
    box.write("from/t/" + std::string(name), name);
  box.write("to/t/b", "b");
  ASSERT_TRUE(copy("t"));
  EXPECT_EQ(sorted(added.made), (Strings{"t/a", "t/c/d"}));
  EXPECT_EQ(box.read("to/t/c/d"), "c/d");
}

TEST_F(CopyAbsent, TakesEveryName) {
  const Strings names = {"-rf", "*", "a\nb", "\xff\xfe", " ", "$(x)"};
  for (const std::string& name : names) box.write("from/d/" + name, name);
  ASSERT_TRUE(copy("d"));
  for (const std::string& name : names)
    EXPECT_EQ(box.read("to/d/" + name), name);
}

TEST_F(CopyAbsent, LinksOnlyWhereNothingIs) {
  box.write("to/there", "mine");
  fs::create_symlink("mine", box.path("to/other"));
  for (const char* name : {"there", "other", "a/b"})
    link_absent("/target", box.path("to"), name, added);
  EXPECT_EQ(box.read("to/there"), "mine");
  EXPECT_EQ(fs::read_symlink(box.path("to/other")), "mine");
  EXPECT_EQ(fs::read_symlink(box.path("to/a/b")), "/target");
  EXPECT_EQ(added.made, Strings{"a/b"});
}

}  // namespace
}  // namespace orch::file
