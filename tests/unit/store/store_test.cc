// SPDX-License-Identifier: MIT
#include "store/store.h"

#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>

#include "unit/store/rows.h"

namespace orch::store {
namespace {

using test::thrown_by;

class StoreFile : public StoreTest {};

TEST_F(StoreFile, IsMadeFromNothingInThePresentVersion) {
  EXPECT_EQ(store_.schema_version(), kSchemaVersion);
  EXPECT_EQ(store_.integrity(), "ok");
  EXPECT_FALSE(store_.is_read_only());
  EXPECT_EQ(first("SELECT count(*) FROM task_events"), "0");
  EXPECT_EQ(first("PRAGMA journal_mode"), "wal");
  EXPECT_EQ(first("PRAGMA foreign_keys"), "1");
  EXPECT_EQ(first("PRAGMA synchronous"), "2");
}

TEST_F(StoreFile, HasOnlyStrictTablesAndViewsThatCanBeRead) {
  EXPECT_EQ(first("SELECT group_concat(name) FROM pragma_table_list "
                  "WHERE schema = 'main' AND type = 'table' AND NOT strict "
                  "AND name NOT LIKE 'sqlite_%'"),
            "");
  Statement views(store_.database(),
                  "SELECT name FROM sqlite_schema WHERE type = 'view'");
  int count = 0;
  while (views.step()) {
    const std::string name = views.text(0);
    EXPECT_EQ(refusal_of("SELECT * FROM " + name), "nothing") << name;
    ++count;
  }
  EXPECT_GE(count, 6);
}

TEST_F(StoreFile, KeepsItsRowsWhenOpenedAgain) {
  add_feature("001-a");
  Store again = Store::open(scratch_.root());
  EXPECT_TRUE(find_feature(again, "001-a"));
  EXPECT_EQ(again.schema_version(), kSchemaVersion);
}

TEST_F(StoreFile, OfANewerSchemaIsRefusedByNumber) {
  const std::string next = std::to_string(kSchemaVersion + 1);
  store_.database().execute(("PRAGMA user_version = " + next).c_str());
  const std::string expected =
      "corrupt: cannot use event store '" + scratch_.path("orch.db") +
      "': its schema is version " + next + ", this git orch knows " +
      std::to_string(kSchemaVersion);
  EXPECT_EQ(thrown_by([&] { Store::open(scratch_.root()); }), expected);
  EXPECT_EQ(thrown_by([&] { Store::find(scratch_.root()); }), expected);
}

TEST_F(StoreFile, IsPrivate) {
  using std::filesystem::perms;
  EXPECT_EQ(std::filesystem::status(scratch_.path("orch.db")).permissions(),
            perms::owner_read | perms::owner_write);
}

TEST(StoreIn, AnEmptyPlaceIsNotFoundAndNotMade) {
  const test::Scratch scratch;
  EXPECT_FALSE(Store::find(scratch.path("orch")));
  EXPECT_FALSE(std::filesystem::exists(scratch.path("orch")));
}

TEST(StoreIn, ADirectoryWithAnOddNameIsThatDirectory) {
  const test::Scratch scratch;
  const std::string odd = scratch.path("a?b#c%20d&mode=ro 'e'");
  { Store::open(odd); }
  EXPECT_TRUE(std::filesystem::exists(odd + "/orch.db"));
  EXPECT_TRUE(Store::find(odd));
}

TEST(StoreIn, AFileThatIsNoStoreIsCorrupt) {
  const test::Scratch scratch;
  scratch.write("orch.db", std::string(8192, 'x'));
  EXPECT_TRUE(
      thrown_by([&] { Store::open(scratch.root()); }).starts_with("corrupt: "));
  EXPECT_EQ(scratch.read("orch.db"), std::string(8192, 'x'));
}

TEST(StoreIn, APlaceThatCannotBeMadeIsAnError) {
  const test::Scratch scratch;
  scratch.write("file", "");
  EXPECT_TRUE(thrown_by([&] {
                Store::open(scratch.path("file"));
              }).starts_with("io: "));
}

TEST(StoreIn, AnEmptyDirectoryIsMadeOnceByManyAtATime) {
  const test::Scratch scratch;
  constexpr int kOpeners = 6;
  for (int i = 0; i < kOpeners; ++i) {
    if (::fork() != 0) continue;
    int status = 1;
    try {
      Store store = Store::open(scratch.root());
      status = store.schema_version() == kSchemaVersion ? 0 : 2;
    } catch (const std::exception&) {
    }
    ::_exit(status);
  }
  for (int i = 0; i < kOpeners; ++i) {
    int status = -1;
    ASSERT_GT(::wait(&status), 0);
    EXPECT_EQ(status, 0);
  }
}

class TransactionOf : public StoreTest {};

TEST_F(TransactionOf, IsKeptOnlyWhenCommitted) {
  {
    Transaction t(store_);
    add_feature("001-rolled-back");
  }
  EXPECT_FALSE(find_feature(store_, "001-rolled-back"));
  {
    Transaction t(store_);
    add_feature("002-kept");
    t.commit();
  }
  Store other = Store::open(scratch_.root());
  EXPECT_TRUE(find_feature(other, "002-kept"));
}

TEST_F(TransactionOf, IsRolledBackWhenAnErrorPasses) {
  EXPECT_NE(thrown_by([&] {
              Transaction t(store_);
              add_feature("001-a");
              add_feature("001-a");
              t.commit();
            }),
            "nothing");
  EXPECT_FALSE(find_feature(store_, "001-a"));
  Transaction usable(store_);
  usable.commit();
}

TEST_F(TransactionOf, IsInvisibleToOthersUntilCommitted) {
  Store other = Store::open(scratch_.root());
  Transaction t(store_);
  add_feature("001-a");
  EXPECT_FALSE(find_feature(other, "001-a"));
  t.commit();
  EXPECT_TRUE(find_feature(other, "001-a"));
}

TEST_F(TransactionOf, LosesNoCountWhenManyProcessesAdd) {
  set_meta(store_, "n", "0");
  constexpr int kProcesses = 3, kTimes = 8;
  std::vector<pid_t> children;
  for (int p = 0; p < kProcesses; ++p) {
    if (const pid_t child = ::fork(); child != 0) {
      children.push_back(child);
      continue;
    }
    try {
      Store own = Store::open(scratch_.root());
      for (int i = 0; i < kTimes; ++i) {
        Transaction t(own);
        set_meta(own, "n",
                 std::to_string(std::stoi(find_meta(own, "n").value()) + 1));
        t.commit();
      }
    } catch (const std::exception& e) {
      std::fprintf(stderr, "process %d: %s\n", p, e.what());
      ::_exit(1);
    }
    ::_exit(0);
  }
  for (const pid_t child : children) {
    int status = -1;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
  }
  EXPECT_EQ(find_meta(store_, "n"), std::to_string(kProcesses * kTimes));
}

class StoreMeta : public StoreTest {};

TEST_F(StoreMeta, KeepsTheLastValueOfAKey) {
  EXPECT_FALSE(find_meta(store_, "k"));
  set_meta(store_, "k", "one");
  set_meta(store_, "k", test::every_byte());
  EXPECT_EQ(find_meta(store_, "k"), test::every_byte());
  EXPECT_FALSE(find_meta(store_, "K"));
}

TEST_F(StoreMeta, IsInTheFileItselfAfterACheckpoint) {
  set_meta(store_, "k", "v");
  checkpoint(store_);
  EXPECT_EQ(std::filesystem::file_size(scratch_.path("orch.db-wal")), 0U);
  EXPECT_NE(scratch_.read("orch.db").find("SQLite format 3"),
            std::string::npos);
}

}  // namespace
}  // namespace orch::store
