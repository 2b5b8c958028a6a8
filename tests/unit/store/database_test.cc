// SPDX-License-Identifier: MIT
#include "store/database.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <optional>

#include "unit/scratch.h"

namespace orch::store {
namespace {

namespace fs = std::filesystem;
using test::thrown_by;

class DatabaseOf : public ::testing::Test {
 protected:
  std::string path() const { return scratch_.path("d.db"); }
  std::string first(Database& database, const std::string& sql) {
    Statement s(database, sql);
    return s.step() ? s.text(0) : "no row";
  }
  test::Scratch scratch_;
};

TEST_F(DatabaseOf, AnAbsentFileIsMadeOnlyOnRequest) {
  EXPECT_TRUE(thrown_by([&] {
                Database(path(), Database::Mode::Existing);
              }).starts_with("io: cannot open event store '"));
  EXPECT_FALSE(fs::exists(path()));
  { const Database made(path(), Database::Mode::ReadWrite); }
  EXPECT_TRUE(fs::exists(path()));
  const Database opened(path(), Database::Mode::Existing);
}

TEST_F(DatabaseOf, AFileKnowsWhetherItIsInItsPlace) {
  Database database(path(), Database::Mode::ReadWrite);
  database.execute("PRAGMA journal_mode = WAL; CREATE TABLE t(a)");
  EXPECT_TRUE(database.remember_log());
  EXPECT_TRUE(database.is_in_place());
  fs::rename(path() + "-wal", path() + "-aside");
  EXPECT_FALSE(database.is_in_place());
  fs::rename(path() + "-aside", path() + "-wal");
  EXPECT_TRUE(database.is_in_place());
  fs::remove(path());
  EXPECT_FALSE(database.is_in_place());
  // The same name, another file.
  scratch_.write("d.db", "");
  EXPECT_FALSE(database.is_in_place());
}

TEST_F(DatabaseOf, ALogThatOthersHoldIsMissed) {
  std::optional<Database> holder(std::in_place, path(),
                                 Database::Mode::ReadWrite);
  holder->execute("PRAGMA journal_mode = WAL; CREATE TABLE t(a)");
  fs::remove(path() + "-wal");
  EXPECT_FALSE(holder->remember_log());
  {
    Database other(path(), Database::Mode::Existing);
    EXPECT_FALSE(other.has_other_log());
    EXPECT_EQ(thrown_by([&] { other.execute("PRAGMA user_version"); }),
              "io: cannot use event store '" + path() +
                  "': its log was removed while others had it open");
    EXPECT_TRUE(other.has_other_log());
  }
  holder.reset();
  Database next(path(), Database::Mode::Existing);
  EXPECT_EQ(first(next, "PRAGMA user_version"), "0");
  EXPECT_FALSE(next.has_other_log());
}

TEST_F(DatabaseOf, AFileIsCopiedWithWhatIsStillInItsLog) {
  Database from(path(), Database::Mode::ReadWrite);
  from.execute(
      "PRAGMA journal_mode = WAL; PRAGMA user_version = 5;"
      "CREATE TABLE t(a); INSERT INTO t VALUES (7)");
  Database to(scratch_.path("copy.db"), Database::Mode::ReadWrite);
  to.execute("CREATE TABLE old(a)");
  to.copy_from(from);
  EXPECT_EQ(first(to, "SELECT a FROM t"), "7");
  EXPECT_EQ(first(to, "PRAGMA user_version"), "5");
  EXPECT_EQ(first(to, "SELECT name FROM sqlite_schema WHERE name = 'old'"),
            "no row");
}

TEST_F(DatabaseOf, AFileThatIsNoneSaysHowItIsMended) {
  scratch_.write("d.db", std::string(8192, 'x'));
  Database database(path(), Database::Mode::Existing);
  try {
    database.execute("SELECT * FROM sqlite_schema");
    ADD_FAILURE() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::Corrupt);
    EXPECT_EQ(error.hint(), "git orch doctor --fix");
  }
}

TEST_F(DatabaseOf, EveryByteAndEveryKindOfValueComesBack) {
  Database database(path(), Database::Mode::ReadWrite);
  database.execute("CREATE TABLE t(a, b, c)");
  const std::string bytes = test::every_byte();
  const std::string with_nul("a\0b", 3);
  Statement(database, "INSERT INTO t VALUES (?, ?, ?)")
      .bind(bytes, Blob{with_nul}, std::optional<std::string>())
      .run();
  Statement s(database, "SELECT a, b, c, length(b) FROM t");
  ASSERT_TRUE(s.step());
  EXPECT_EQ(s.text(0), bytes);
  EXPECT_EQ(s.text(1), with_nul);
  EXPECT_TRUE(s.is_null(2));
  EXPECT_EQ(s.integer(3), 3);
}

}  // namespace
}  // namespace orch::store
