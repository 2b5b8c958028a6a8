// SPDX-License-Identifier: MIT
#include "store/copy.h"

#include <filesystem>

#include "store/events.h"
#include "text/text.h"
#include "unit/store/rows.h"

namespace orch::store {
namespace {

namespace fs = std::filesystem;
using test::thrown_by;

class CopyOf : public StoreTest {
 protected:
  std::string messages(const std::string& path) {
    Database database(path, Database::Mode::ReadOnly);
    Statement s(database,
                "SELECT coalesce(group_concat(message), '') FROM task_events");
    s.step();
    return s.text(0);
  }
  std::string names(const std::string& directory) {
    std::string out;
    for (const std::string& name : file::names_in(directory)) out += name + " ";
    return out;
  }
};

TEST_F(CopyOf, IsWholeAndCountsItsEvents) {
  add_event("one");
  const Copied copied = copy_to(store_, scratch_.path("copy"));
  EXPECT_EQ(copied.events, 1);
  EXPECT_EQ(static_cast<std::uintmax_t>(copied.bytes),
            fs::file_size(scratch_.path("copy")));
  EXPECT_EQ(messages(scratch_.path("copy")), "one");
}

TEST_F(CopyOf, LeavesNothingBehindWhenItCannotBeNamed) {
  fs::create_directory(scratch_.path("full"));
  scratch_.write("full/there", "mine");
  EXPECT_EQ(thrown_by([&] { copy_to(store_, scratch_.path("full/there")); }),
            "exists: '" + scratch_.path("full/there") + "' already exists");
  EXPECT_EQ(names(scratch_.path("full")), "there ");
  EXPECT_EQ(scratch_.read("full/there"), "mine");
}

TEST_F(CopyOf, IsNotTakenInTheMiddleOfATransaction) {
  add_event("one");
  Store other = Store::open(scratch_.root());
  Transaction t(store_);
  Event e;
  e.type = "note";
  e.message = "two";
  insert_event(store_, e);
  copy_to(other, scratch_.path("copy"));
  EXPECT_EQ(messages(scratch_.path("copy")), "one");
}

TEST_F(CopyOf, ComesBackAndTheOtherIsKept) {
  add_event("one");
  copy_to(store_, scratch_.path("copy"));
  add_event("two");
  const Restored done = restore_from(scratch_.root(), scratch_.path("copy"));
  EXPECT_EQ(done.events, 1);
  EXPECT_EQ(done.only_kept, 1);
  EXPECT_EQ(done.version, kSchemaVersion);
  EXPECT_EQ(messages(done.kept), "one,two");
  // A connection that was open all the time sees it and can go on.
  EXPECT_EQ(first("SELECT group_concat(message) FROM task_events"), "one");
  add_event("three");
  EXPECT_EQ(messages(scratch_.path("orch.db")), "one,three");
  EXPECT_EQ(first("PRAGMA journal_mode"), "wal");
}

TEST_F(CopyOf, ComesBackInThePlaceOfOneThatCanOnlyBeReadInPart) {
  add_event("one");
  copy_to(store_, scratch_.path("copy"));
  const std::string pages = first(
      "SELECT group_concat(rootpage, ' ') FROM sqlite_schema WHERE tbl_name = "
      "'task_events' AND rootpage > 0");
  first("PRAGMA wal_checkpoint(TRUNCATE)");
  std::string bytes = scratch_.read("orch.db");
  // The pages of its events and of what finds them.
  for (const std::string& page : text::split(pages, ' '))
    bytes.replace(static_cast<std::size_t>(std::stoll(page) - 1) * 4096, 4096,
                  4096, 'x');
  scratch_.write("orch.db", bytes);
  const Restored done = restore_from(scratch_.root(), scratch_.path("copy"));
  EXPECT_EQ(done.events, 1);
  EXPECT_EQ(fs::path(done.kept).parent_path(), scratch_.path("backup"));
  EXPECT_TRUE(scratch_.read("backup/" +
                            fs::path(done.kept).filename().string()) == bytes);
  EXPECT_EQ(messages(scratch_.path("orch.db")), "one");
}

TEST_F(CopyOf, ComesBackByteForByteWhenItIsTheStoreItself) {
  add_event("one");
  const Restored done = restore_from(scratch_.root(), scratch_.path("orch.db"));
  EXPECT_EQ(done.only_kept, 0);
  EXPECT_EQ(messages(scratch_.path("orch.db")), "one");
}

TEST_F(CopyOf, IsRefusedWithoutATraceWhenItIsNoStore) {
  scratch_.write("text", "no database\n");
  const std::string before = names(scratch_.root());
  EXPECT_EQ(
      thrown_by([&] { restore_from(scratch_.root(), scratch_.path("text")); }),
      "corrupt: cannot restore '" + scratch_.path("text") +
          "': it is damaged, or no event store of git orch");
  EXPECT_EQ(thrown_by([&] { restore_from(scratch_.root(), "gone"); }),
            "unknown_name: there is no file 'gone'");
  const std::string after = names(scratch_.root());
  EXPECT_EQ(after.find("restore-"), std::string::npos) << after;
  EXPECT_EQ(after.find("backup"), std::string::npos) << before << after;
}

}  // namespace
}  // namespace orch::store
