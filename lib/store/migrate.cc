// SPDX-License-Identifier: MIT
#include "store/migrate.h"

#include <iterator>

#include "clock/clock.h"
#include "error/error.h"
#include "file/file.h"
#include "store/migrations.h"
#include "store/store.h"
#include "text/time.h"

namespace orch::store {
namespace {

static_assert(std::size(kMigrations) == kSchemaVersion);

std::string free_name(const std::string& stem, const std::string& end) {
  std::string path = stem + end;
  for (int n = 2; file::exists(path); ++n)
    path = stem + "-" + std::to_string(n) + end;
  return path;
}

// A durable copy of the store as it is, one file.
void back_up(Database& database, const std::string& orch_dir, int version) {
  const std::string directory = orch_dir + "/backup";
  file::make_private_directories(directory);
  const std::string path =
      free_name(directory + "/orch-v" + std::to_string(version) + "-" +
                    time_in_name(clock::now()),
                ".db");
  // Left by a run that was killed; nobody else is here: we hold the gate.
  const std::string beside = directory + "/unfinished";
  for (const char* end : {"", "-journal", "-wal", "-shm"})
    file::remove(beside + end);
  {
    Database copy(beside, Database::Mode::ReadWrite);
    copy.copy_from(database);
    copy.execute("PRAGMA journal_mode = DELETE");
  }
  file::sync_file(beside);
  file::rename(beside, path);
  file::sync_directory(directory);
  file::sync_directory(orch_dir);
}

void step(Database& database, int version, const std::string& path) {
  database.execute("BEGIN IMMEDIATE");
  try {
    database.execute(kMigrations[version]);
    if (Statement(database, "PRAGMA foreign_key_check").step())
      throw Error(ErrorCode::Corrupt,
                  "cannot migrate event store '" + path +
                      "': it has rows that refer to rows that are not there",
                  "git orch doctor --fix");
    database.execute(
        ("PRAGMA user_version = " + std::to_string(version + 1)).c_str());
    database.execute("COMMIT");
  } catch (const Error&) {
    try {
      database.execute("ROLLBACK");
    } catch (const Error&) {
      // SQLite has rolled back by itself.
    }
    throw;
  }
}

}  // namespace

int read_version(Database& database) {
  Statement statement(database, "PRAGMA user_version");
  statement.step();
  return static_cast<int>(statement.integer(0));
}

void refuse_newer(int version, const std::string& path) {
  if (version > kSchemaVersion)
    throw Error(ErrorCode::Corrupt,
                "cannot use event store '" + path +
                    "': its schema is version " + std::to_string(version) +
                    ", this git orch knows " + std::to_string(kSchemaVersion),
                "install a newer git orch");
}

void migrate(Database& database, const std::string& orch_dir) {
  const std::string path = Store::path_in(orch_dir);
  int version = read_version(database);
  refuse_newer(version, path);
  if (version == kSchemaVersion) return;
  if (version > 0) back_up(database, orch_dir, version);
  // A migration may make a table anew; what refers to it shall not notice, and
  // is checked before the commit. Without effect inside a transaction.
  database.execute("PRAGMA foreign_keys = OFF");
  for (; version < kSchemaVersion; ++version) step(database, version, path);
  database.execute("PRAGMA foreign_keys = ON");
}

void make_schema(Database& database, int version) {
  for (int v = 0; v < version && v < kSchemaVersion; ++v)
    database.execute(kMigrations[v]);
  database.execute(
      ("PRAGMA user_version = " + std::to_string(version)).c_str());
}

std::vector<std::string> damage_of(Database& database) {
  constexpr int kLines = 50;
  std::vector<std::string> lines;
  Statement whole(database, "PRAGMA integrity_check(50)");
  while (whole.step())
    if (whole.text(0) != "ok") lines.push_back(whole.text(0));
  Statement keys(database, "PRAGMA foreign_key_check");
  for (int i = 0; i < kLines && keys.step(); ++i)
    lines.push_back("row " + keys.text(1) + " of " + keys.text(0) +
                    " refers to a row of " + keys.text(2) +
                    " that is not there");
  return lines;
}

std::string time_in_name(std::int64_t ms) {
  std::string name;
  for (const char c : text::iso_time(ms))
    if (c != '-' && c != ':') name += c;
  return name;
}

}  // namespace orch::store
