// SPDX-License-Identifier: MIT
#include "spool/spool.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>

#include "unit/scratch.h"

namespace orch::spool {
namespace {

class SpoolOf : public ::testing::Test {
 protected:
  event::Record append_one(const std::string& text) {
    const auto record = new_record("commit", {{"commit", text}});
    append(dir(), record);
    return record;
  }
  std::vector<std::string> files(const std::string& prefix) const {
    std::vector<std::string> names;
    if (!std::filesystem::exists(dir() + "/spool")) return names;
    for (const auto& entry :
         std::filesystem::directory_iterator(dir() + "/spool"))
      if (entry.path().filename().string().starts_with(prefix))
        names.push_back("spool/" + entry.path().filename().string());
    std::sort(names.begin(), names.end());
    return names;
  }
  // Everything that can be folded now, in order; afterwards it is gone.
  std::vector<event::Record> fold() {
    std::vector<event::Record> out;
    for (const Batch& batch : set_aside(dir())) {
      out.insert(out.end(), batch.records.begin(), batch.records.end());
      discard(dir(), batch);
    }
    return out;
  }
  const std::string& dir() const { return scratch_.root(); }

  test::Scratch scratch_;
};

TEST_F(SpoolOf, IsEmptyBeforeAnybodyWroteAndMakesNothing) {
  EXPECT_TRUE(is_empty(dir()));
  EXPECT_EQ(pending_bytes(dir()), 0U);
  EXPECT_TRUE(set_aside(dir()).empty());
  EXPECT_FALSE(std::filesystem::exists(dir() + "/spool"));
}

TEST_F(SpoolOf, GivesBackWhatWasAppendedInOrder) {
  std::vector<event::Record> written;
  for (const char* text : {"a", "b", "c"}) written.push_back(append_one(text));
  EXPECT_FALSE(is_empty(dir()));
  EXPECT_EQ(fold(), written);
  EXPECT_TRUE(is_empty(dir()));
  EXPECT_TRUE(fold().empty());
}

TEST_F(SpoolOf, KeepsABatchUntilItIsDiscarded) {
  const auto record = append_one("a");
  for (int attempt = 0; attempt < 3; ++attempt) {
    const auto batches = set_aside(dir());
    ASSERT_EQ(batches.size(), 1U);
    EXPECT_EQ(batches[0].records, std::vector<event::Record>{record});
    EXPECT_GT(pending_bytes(dir()), 0U);
  }
  EXPECT_EQ(fold().size(), 1U);
  EXPECT_TRUE(is_empty(dir()));
}

TEST_F(SpoolOf, TakesNewRecordsWhileABatchIsFolded) {
  append_one("a");
  const auto batches = set_aside(dir());
  const auto later = append_one("b");
  ASSERT_EQ(batches.size(), 1U);
  EXPECT_EQ(batches[0].records.size(), 1U);
  discard(dir(), batches[0]);
  EXPECT_EQ(fold(), std::vector<event::Record>{later});
}

TEST_F(SpoolOf, FoldsWhatAKilledFolderLeft) {
  const auto a = append_one("a");
  set_aside(dir());
  const auto b = append_one("b");
  set_aside(dir());
  const auto records = fold();
  ASSERT_EQ(records.size(), 2U);
  EXPECT_NE(std::find(records.begin(), records.end(), a), records.end());
  EXPECT_NE(std::find(records.begin(), records.end(), b), records.end());
}

TEST_F(SpoolOf, TakesAnEmptyFileOfAFolderThatWasKilledBeforeTheExchange) {
  append_one("a");
  scratch_.write("spool/next-0123456789abcdef", "");
  EXPECT_EQ(fold().size(), 1U);
  EXPECT_TRUE(files("next-").empty());
}

TEST_F(SpoolOf, KeepsATornTailAsAFile) {
  const auto whole = append_one("a");
  const std::string bytes = event::encode(new_record("commit", {{"x", "y"}}));
  const std::string torn = bytes.substr(0, bytes.size() - 3);
  scratch_.write("spool/events", scratch_.read("spool/events") + torn);
  EXPECT_EQ(fold(), std::vector<event::Record>{whole});
  ASSERT_EQ(files("torn-").size(), 1U);
  EXPECT_EQ(scratch_.read(files("torn-")[0]), torn);
  EXPECT_TRUE(is_empty(dir()));
}

TEST_F(SpoolOf, KeepsNoFileWhenNothingIsTorn) {
  append_one("a");
  fold();
  EXPECT_TRUE(files("torn-").empty());
  EXPECT_TRUE(files("fold-").empty());
  EXPECT_TRUE(files("next-").empty());
}

TEST_F(SpoolOf, FindsWhatWasAppendedBehindATornRecord) {
  scratch_.write("spool/events", "half a rec");
  const auto record = append_one("a");
  EXPECT_EQ(fold(), std::vector<event::Record>{record});
  EXPECT_EQ(scratch_.read(files("torn-").at(0)), "half a rec");
}

TEST_F(SpoolOf, IsPrivate) {
  append_one("a");
  using std::filesystem::perms;
  EXPECT_EQ(std::filesystem::status(dir() + "/spool").permissions(),
            perms::owner_all);
  EXPECT_EQ(std::filesystem::status(dir() + "/spool/events").permissions(),
            perms::owner_read | perms::owner_write);
  fold();
  EXPECT_EQ(std::filesystem::status(dir() + "/spool/events").permissions(),
            perms::owner_read | perms::owner_write);
}

TEST_F(SpoolOf, FollowsNoSymbolicLink) {
  std::filesystem::create_directory(dir() + "/spool");
  scratch_.write("victim", "precious");
  std::filesystem::create_symlink(dir() + "/victim", dir() + "/spool/events");
  EXPECT_TRUE(test::thrown_by([&] {
                append_one("a");
              }).starts_with("io: cannot open spool"));
  EXPECT_EQ(scratch_.read("victim"), "precious");
}

TEST_F(SpoolOf, SaysWhenItCannotWrite) {
  scratch_.write("file", "");
  const auto record = new_record("commit", {});
  EXPECT_TRUE(test::thrown_by([&] {
                append(dir() + "/file", record);
              }).starts_with("io: "));
}

TEST_F(SpoolOf, GivesEveryRecordAnIdOfItsOwnAndTheTestClock) {
  const test::Variable now("ORCH_TEST_NOW", "1795232645123");
  std::set<std::string> ids;
  for (int i = 0; i < 100; ++i) {
    const auto record = new_record("k", {{"a", "b"}});
    EXPECT_EQ(record.id.size(), 16U);
    EXPECT_EQ(record.at, 1795232645123);
    EXPECT_EQ(record["a"], "b");
    ids.insert(record.id);
  }
  EXPECT_EQ(ids.size(), 100U);
}

// Appends `count` records, then ends the (forked) process.
[[noreturn]] void write_many(const std::string& dir, char name, int count) {
  try {
    for (int i = 0; i < count; ++i)
      append(dir, new_record("commit", {{"writer", std::string(1, name)},
                                        {"n", std::to_string(i)}}));
  } catch (const Error&) {
    ::_exit(1);
  }
  ::_exit(0);
}

// A lock that nobody gives back, as long as it lives.
class Held {
 public:
  Held(const std::string& path, int operation)
      : fd_(::open(path.c_str(), O_RDWR)) {
    EXPECT_EQ(::flock(fd_, operation), 0);
  }
  ~Held() { ::close(fd_); }
  Held(const Held&) = delete;
  Held& operator=(const Held&) = delete;

 private:
  int fd_;
};

TEST_F(SpoolOf, AWriterWaitsForNobody) {
  const auto a = append_one("a");
  event::Record b;
  {
    // As a folder that was stopped in the middle.
    const Held live(scratch_.path("spool/events"), LOCK_EX);
    b = append_one("b");
    EXPECT_EQ(files("fold-").size(), 1U);
    EXPECT_GT(pending_bytes(dir()), scratch_.read("spool/events").size());
  }
  const auto records = fold();
  ASSERT_EQ(records.size(), 2U);
  EXPECT_NE(std::find(records.begin(), records.end(), a), records.end());
  EXPECT_NE(std::find(records.begin(), records.end(), b), records.end());
  EXPECT_TRUE(is_empty(dir()));
}

TEST_F(SpoolOf, AWriterIsNotStoppedByAPipeInItsPlace) {
  std::filesystem::create_directory(dir() + "/spool");
  ASSERT_EQ(::mkfifo(scratch_.path("spool/events").c_str(), 0600), 0);
  EXPECT_TRUE(test::thrown_by([&] {
                append_one("a");
              }).starts_with("io: cannot open spool"));
}

TEST_F(SpoolOf, AFolderTellsWhatIsThereWhenAWriterWasStopped) {
  const auto a = append_one("a");
  {
    const Held writer(scratch_.path("spool/events"), LOCK_SH);
    EXPECT_EQ(fold(), std::vector<event::Record>{a});
    // It may still write, so its file stays, torn as it may be.
    ASSERT_EQ(files("next-").size(), 1U);
    scratch_.write(files("next-")[0],
                   scratch_.read(files("next-")[0]) + "half a rec");
    EXPECT_EQ(fold(), std::vector<event::Record>{a});
    EXPECT_TRUE(files("torn-").empty());
  }
  EXPECT_EQ(fold(), std::vector<event::Record>{a});
  EXPECT_EQ(files("torn-").size(), 1U);
  EXPECT_TRUE(is_empty(dir()));
}

TEST_F(SpoolOf, DoesNotTakeAFileThatIsNotWholeYet) {
  append_one("a");
  scratch_.write("spool/fold-0123456789abcdef.new-4711", "half a rec");
  EXPECT_EQ(fold().size(), 1U);
  EXPECT_EQ(files("fold-").size(), 1U);
  EXPECT_TRUE(is_empty(dir()));
}

TEST_F(SpoolOf, LosesNothingWhenTwoProcessesWriteWhileAThirdFolds) {
  constexpr int kCount = 60;
  pid_t writers[2];
  for (int w = 0; w < 2; ++w) {
    writers[w] = ::fork();
    if (writers[w] == 0) write_many(dir(), static_cast<char>('a' + w), kCount);
    ASSERT_GT(writers[w], 0);
  }
  std::vector<event::Record> records;
  const auto take = [&] {
    const auto more = fold();
    records.insert(records.end(), more.begin(), more.end());
  };
  for (const pid_t writer : writers) {
    int status = 0;
    while (::waitpid(writer, &status, WNOHANG) == 0) take();
    EXPECT_EQ(status, 0);
  }
  take();
  std::vector<std::string> seen[2];
  std::set<std::string> ids;
  for (const auto& r : records) {
    seen[r["writer"] == "a" ? 0 : 1].emplace_back(r["n"]);
    ids.insert(r.id);
  }
  EXPECT_EQ(ids.size(), 2U * kCount);
  for (const auto& numbers : seen) {
    ASSERT_EQ(numbers.size(), static_cast<std::size_t>(kCount));
    std::set<std::string> different(numbers.begin(), numbers.end());
    EXPECT_EQ(different.size(), numbers.size());
  }
  EXPECT_TRUE(files("torn-").empty());
  EXPECT_TRUE(is_empty(dir()));
}

}  // namespace
}  // namespace orch::spool
