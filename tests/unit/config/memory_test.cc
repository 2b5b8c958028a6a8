// SPDX-License-Identifier: MIT
#include "config/memory.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "file/file.h"
#include "unit/scratch.h"

namespace orch::config {
namespace {

class MemoryOf : public ::testing::Test {
 protected:
  void write(const std::string& bytes) const {
    file::write_atomically(path_, bytes, 0640);
  }
  std::optional<std::string> now() const { return file::find_contents(path_); }
  std::size_t files() const {
    return file::names_in(scratch_.path("restore")).size();
  }

  test::Scratch scratch_;
  const std::string path_ = scratch_.path("config");
  const Memory memory_{path_, scratch_.path("restore/config")};
};

TEST_F(MemoryOf, AFilePutsItBackToTheByteAndMode) {
  write("old\n");
  memory_.change([&] { write("ours\n"); });
  EXPECT_TRUE(memory_.holds());
  EXPECT_TRUE(memory_.is_untouched());
  EXPECT_EQ(file::find_contents(memory_.before()), "old\n");
  EXPECT_TRUE(memory_.put_back());
  EXPECT_EQ(now(), "old\n");
  struct stat s {};
  ASSERT_EQ(::stat(path_.c_str(), &s), 0);
  EXPECT_EQ(s.st_mode & 07777, 0640U);
  EXPECT_FALSE(memory_.holds());
  EXPECT_EQ(files(), 0U);
}

TEST_F(MemoryOf, NoFileTakesAwayTheOneThatWasMade) {
  memory_.change([&] { write("ours\n"); });
  EXPECT_TRUE(memory_.put_back());
  EXPECT_EQ(now(), std::nullopt);
}

TEST_F(MemoryOf, AChangeThatChangedNothingHoldsNothing) {
  write("old\n");
  memory_.change([] {});
  EXPECT_FALSE(memory_.holds());
  EXPECT_FALSE(memory_.put_back());
  EXPECT_EQ(now(), "old\n");
}

TEST_F(MemoryOf, SeveralChangesGoesBackBeforeTheFirst) {
  write("old\n");
  memory_.change([&] { write("one\n"); });
  memory_.change([&] { write("two\n"); });
  memory_.change([] {});
  EXPECT_TRUE(memory_.put_back());
  EXPECT_EQ(now(), "old\n");
}

TEST_F(MemoryOf, AFileThatSomebodyElseChangedLeavesItAlone) {
  write("old\n");
  memory_.change([&] { write("ours\n"); });
  write("theirs\n");
  EXPECT_FALSE(memory_.is_untouched());
  EXPECT_FALSE(memory_.put_back());
  EXPECT_EQ(now(), "theirs\n");
  EXPECT_EQ(files(), 0U);
}

TEST_F(MemoryOf, AFileThatSomebodyChangedInBetweenIsNotOursToTakeBack) {
  write("old\n");
  memory_.change([&] { write("ours\n"); });
  write("theirs\n");
  memory_.change([&] { write("theirs and ours\n"); });
  EXPECT_FALSE(memory_.put_back());
  EXPECT_EQ(now(), "theirs and ours\n");
}

TEST_F(MemoryOf, ARunThatWasKilledBeforeItsChangeKnowsTheFirstBytes) {
  write("old\n");
  EXPECT_THROW(memory_.change([] { throw 1; }), int);
  memory_.change([&] { write("ours\n"); });
  EXPECT_TRUE(memory_.put_back());
  EXPECT_EQ(now(), "old\n");
}

// A person may have changed it since.
TEST_F(MemoryOf, ARunThatWasKilledBehindItsChangeTakesNothingBack) {
  write("old\n");
  EXPECT_THROW(memory_.change([&] {
    write("half\n");
    throw 1;
  }),
               int);
  write("half and theirs\n");
  memory_.change([&] { write("ours and theirs\n"); });
  EXPECT_FALSE(memory_.put_back());
  EXPECT_EQ(now(), "ours and theirs\n");
}

}  // namespace
}  // namespace orch::config
