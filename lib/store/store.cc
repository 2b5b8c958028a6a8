// SPDX-License-Identifier: MIT
#include "store/store.h"

#include <sys/stat.h>
#include <unistd.h>

#include <iterator>
#include <utility>

#include "error/error.h"
#include "file/file.h"
#include "store/database.h"
#include "store/migrations.h"

namespace orch::store {
namespace {

static_assert(std::size(kMigrations) == kSchemaVersion);

constexpr int kGateTimeoutMs = 10000;
constexpr off_t kCheckpointBytes = 1 << 20;

std::string gate_path(const std::string& orch_dir) {
  return orch_dir + "/store.lock";
}

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

// One transaction per version; a kill leaves the old one whole.
void migrate(Database& database, const std::string& orch_dir,
             const std::string& path) {
  if (read_version(database) == kSchemaVersion) return;
  const file::Lock gate =
      file::Lock::take(gate_path(orch_dir), file::Lock::Mode::Exclusive,
                       kGateTimeoutMs, "the event store");
  int version = read_version(database);
  refuse_newer(version, path);
  if (version == 0) database.execute("PRAGMA journal_mode = WAL");
  for (; version < kSchemaVersion; ++version) {
    database.execute("BEGIN IMMEDIATE");
    database.execute(kMigrations[version]);
    database.execute(
        ("PRAGMA user_version = " + std::to_string(version + 1)).c_str());
    database.execute("COMMIT");
  }
}

}  // namespace

Store::Store(std::string orch_dir, std::unique_ptr<Database> database,
             bool read_only)
    : orch_dir_(std::move(orch_dir)),
      database_(std::move(database)),
      read_only_(read_only) {}

Store::~Store() = default;
Store::Store(Store&&) noexcept = default;
Store& Store::operator=(Store&&) noexcept = default;

std::string Store::path_in(const std::string& orch_dir) {
  return orch_dir + "/orch.db";
}

Store Store::open(const std::string& orch_dir) {
  file::make_private_directories(orch_dir);
  const std::string path = path_in(orch_dir);
  auto database = std::make_unique<Database>(path, Database::Mode::ReadWrite);
  refuse_newer(read_version(*database), path);
  database->execute(
      "PRAGMA synchronous = FULL;"
      "PRAGMA wal_autocheckpoint = 0");
  migrate(*database, orch_dir, path);
  return {orch_dir, std::move(database), false};
}

std::optional<Store> Store::find(const std::string& orch_dir) {
  const std::string path = path_in(orch_dir);
  if (!file::exists(path)) return std::nullopt;
  if (::access(path.c_str(), W_OK) == 0 &&
      ::access(orch_dir.c_str(), W_OK) == 0)
    return open(orch_dir);
  auto database = std::make_unique<Database>(path, Database::Mode::ReadOnly);
  refuse_newer(read_version(*database), path);
  return Store(orch_dir, std::move(database), true);
}

int Store::schema_version() const { return read_version(*database_); }

std::string Store::integrity() const {
  Statement statement(*database_, "PRAGMA quick_check(1)");
  statement.step();
  return statement.text(0);
}

Transaction::Transaction(Store& store)
    : store_(store),
      gate_(file::Lock::take(gate_path(store.orch_dir()),
                             file::Lock::Mode::Exclusive, kGateTimeoutMs,
                             "the event store")) {
  store_.database().execute("BEGIN IMMEDIATE");
  open_ = true;
}

Transaction::~Transaction() {
  if (!open_) return;
  try {
    store_.database().execute("ROLLBACK");
  } catch (const Error&) {
    // SQLite has rolled back by itself.
  }
}

void Transaction::commit() {
  store_.database().execute("COMMIT");
  open_ = false;
  // Still under the gate that every writer takes: the only safe moment.
  struct stat wal {};
  const std::string path = Store::path_in(store_.orch_dir()) + "-wal";
  if (::stat(path.c_str(), &wal) == 0 && wal.st_size > kCheckpointBytes)
    Statement(store_.database(), "PRAGMA wal_checkpoint(TRUNCATE)").step();
}

void checkpoint(Store& store) {
  const file::Lock gate =
      file::Lock::take(gate_path(store.orch_dir()), file::Lock::Mode::Exclusive,
                       kGateTimeoutMs, "the event store");
  Statement(store.database(), "PRAGMA wal_checkpoint(TRUNCATE)").step();
}

std::optional<std::string> find_meta(Store& store, const std::string& key) {
  Statement s(store.database(), "SELECT value FROM meta WHERE key = ?");
  s.bind(key);
  if (!s.step()) return std::nullopt;
  return s.text(0);
}

void set_meta(Store& store, const std::string& key, const std::string& value) {
  Statement(store.database(),
            "INSERT INTO meta(key, value) VALUES (?, ?) "
            "ON CONFLICT(key) DO UPDATE SET value = excluded.value")
      .bind(key, value)
      .run();
}

}  // namespace orch::store
