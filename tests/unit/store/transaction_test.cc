// SPDX-License-Identifier: MIT
//
// What a transaction does when somebody has put another file in the place of
// the one that is open: SQLite itself would write on, into a file that nobody
// will ever read.
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <memory>

#include "unit/store/rows.h"

namespace orch::store {
namespace {

namespace fs = std::filesystem;
using test::thrown_by;

class TransactionOn : public StoreTest {
 protected:
  std::string path() const { return scratch_.path("orch.db"); }
  std::string refusal() const {
    return "contended: cannot use event store '" + path() +
           "': it was replaced or removed since it was opened";
  }
  std::string adding(const std::string& spec_id) {
    return thrown_by([&] {
      Transaction t(store_);
      add_feature(spec_id);
      t.commit();
    });
  }
};

TEST_F(TransactionOn, AFileThatWasRemovedWritesNothing) {
  fs::remove(path());
  EXPECT_EQ(adding("001-a"), refusal());
  EXPECT_FALSE(find_feature(store_, "001-a"));
  EXPECT_FALSE(fs::exists(path()));
}

TEST_F(TransactionOn, AFileThatWasReplacedWritesToNeither) {
  fs::rename(path(), scratch_.path("aside"));
  fs::remove(path() + ".made");  // somebody wants a new one
  Store fresh = Store::open(scratch_.root());
  EXPECT_EQ(adding("001-a"), refusal());
  EXPECT_FALSE(find_feature(store_, "001-a"));
  EXPECT_FALSE(find_feature(fresh, "001-a"));
}

TEST_F(TransactionOn, AFileOfWhichACopyWasPutInItsPlaceWritesToNeither) {
  checkpoint(store_);
  fs::copy_file(path(), scratch_.path("copy"));
  fs::rename(scratch_.path("copy"), path());
  EXPECT_EQ(adding("001-a"), refusal());
}

TEST_F(TransactionOn, AFileWhoseLogWasRemovedWritesNothing) {
  fs::remove(path() + "-wal");
  EXPECT_EQ(adding("001-a"), refusal());
}

TEST_F(TransactionOn, AFileThatMovedAwayAndBackGoesOn) {
  fs::rename(path(), scratch_.path("aside"));
  fs::rename(scratch_.path("aside"), path());
  EXPECT_EQ(adding("001-a"), "nothing");
}

TEST_F(TransactionOn, ARemovedFileLeavesTheGateFree) {
  fs::remove(path());
  EXPECT_EQ(adding("001-a"), refusal());
  EXPECT_EQ(thrown_by([&] { Store::open(scratch_.root()); }),
            "corrupt: the event store '" + path() + "' was removed");
  fs::remove(path() + ".made");
  Store fresh = Store::open(scratch_.root());
  Transaction t(fresh);
  t.commit();
}

TEST_F(TransactionOn, TheStoreCanBeAskedByWhoOnlyReads) {
  EXPECT_EQ(thrown_by([&] { store_.require_current(); }), "nothing");
  fs::remove(path());
  EXPECT_EQ(thrown_by([&] { store_.require_current(); }), refusal());
}

TEST_F(TransactionOn, ALogThatIsLargeWritesItBack) {
  const std::string wal = path() + "-wal";
  for (int i = 0; i < 3; ++i) {
    Transaction t(store_);
    set_meta(store_, "k", std::string(2 << 20, static_cast<char>('a' + i)));
    t.commit();
    EXPECT_EQ(fs::file_size(wal), 0U);
  }
}

TEST_F(TransactionOn, ALogThatGrewByManyCommitsStartsItAnew) {
  std::uintmax_t largest = 0;
  for (int i = 0; i < 300; ++i) {
    Store own = Store::open(scratch_.root());  // as short programs do
    Transaction t(own);
    set_meta(own, "k" + std::to_string(i), "value");
    t.commit();
    largest = std::max(largest, fs::file_size(path() + "-wal"));
  }
  EXPECT_LT(largest, 160U * 4120U);
  EXPECT_GT(fs::file_size(path()), 40U * 4096U);
  EXPECT_EQ(store_.damage(), std::vector<std::string>());
  EXPECT_EQ(find_meta(store_, "k0"), "value");
  EXPECT_EQ(find_meta(store_, "k299"), "value");
}

TEST_F(TransactionOn, AReaderThatStaysIsNotWaitedFor) {
  Store reader = Store::open(scratch_.root());
  Statement open(reader.database(), "SELECT value FROM meta UNION SELECT 'x'");
  ASSERT_TRUE(open.step());
  const auto before = std::chrono::steady_clock::now();
  {
    Transaction t(store_);
    set_meta(store_, "k", std::string(2 << 20, 'a'));
    t.commit();
  }
  // The time-out of a busy store is ten seconds.
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(8));
  EXPECT_FALSE(open.step());
  EXPECT_EQ(find_meta(reader, "k"), std::string(2 << 20, 'a'));
}

// --- a file without a log, as on a network file system ----------------------

class TransactionWithARollbackJournal : public ::testing::Test {
 protected:
  std::string first(Store& store, const std::string& sql) {
    Statement s(store.database(), sql);
    return s.step() ? s.text(0) : "no row";
  }
  test::Scratch scratch_;
};

TEST_F(TransactionWithARollbackJournal, IsKeptAndLeavesNoLog) {
  {
    Store store = Store::open(scratch_.root(), Journal::Rollback);
    EXPECT_EQ(first(store, "PRAGMA journal_mode"), "delete");
    EXPECT_EQ(first(store, "PRAGMA synchronous"), "3");
    EXPECT_EQ(first(store, "PRAGMA locking_mode"), "normal");
    {
      Transaction t(store);
      set_meta(store, "k", "v");
      t.commit();
    }
    checkpoint(store);
  }
  EXPECT_FALSE(fs::exists(scratch_.path("orch.db-wal")));
  EXPECT_FALSE(fs::exists(scratch_.path("orch.db-shm")));
  Store again = Store::open(scratch_.root(), Journal::Rollback);
  EXPECT_EQ(find_meta(again, "k"), "v");
}

TEST_F(TransactionWithARollbackJournal, LetsOthersReadAndWriteInBetween) {
  Store one = Store::open(scratch_.root(), Journal::Rollback);
  Store two = Store::open(scratch_.root(), Journal::Rollback);
  for (int i = 0; i < 3; ++i)
    for (Store* store : {&one, &two}) {
      Transaction t(*store);
      set_meta(
          *store, "n",
          std::to_string(std::stoi(find_meta(*store, "n").value_or("0")) + 1));
      t.commit();
    }
  EXPECT_EQ(find_meta(one, "n"), "6");
}

TEST_F(TransactionWithARollbackJournal, FollowsTheFileWhenItMoves) {
  {
    Store local = Store::open(scratch_.root());
    set_meta(local, "k", "written with a log");
  }
  // What stands for memory that cannot be shared.
  fs::remove(scratch_.path("orch.db-shm"));
  fs::create_directory(scratch_.path("orch.db-shm"));
  {
    Store remote = Store::open(scratch_.root(), Journal::Rollback);
    EXPECT_EQ(first(remote, "PRAGMA journal_mode"), "delete");
    EXPECT_EQ(find_meta(remote, "k"), "written with a log");
    EXPECT_FALSE(fs::exists(scratch_.path("orch.db-wal")));
  }
  fs::remove(scratch_.path("orch.db-shm"));
  Store local = Store::open(scratch_.root(), Journal::Log);
  EXPECT_EQ(first(local, "PRAGMA journal_mode"), "wal");
  EXPECT_EQ(find_meta(local, "k"), "written with a log");
}

}  // namespace
}  // namespace orch::store
