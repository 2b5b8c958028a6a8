// SPDX-License-Identifier: MIT
#include "store/store.h"

#include <unistd.h>

#include <cstring>
#include <utility>

#include "clock/clock.h"
#include "error/error.h"
#include "file/file.h"
#include "store/contention.h"
#include "store/database.h"
#include "store/made.h"
#include "store/migrate.h"
#include "store/place.h"

namespace orch::store {
namespace {

constexpr int kGateTimeoutMs = 10000;
constexpr int kPauseUs = 10000;
// Whoever opens the file alone reads the whole log; a checkpoint costs as much
// as two commits. This is the cheapest sum for short programs.
constexpr int kCheckpointPages = 64;
// A log that is longer is not kept.
constexpr int kMostPages = 256;

void refuse_interrupted(const std::string& orch_dir) {
  if (file::exists(rebuild_mark_in(orch_dir)))
    throw Error(ErrorCode::Corrupt,
                "the rebuild of event store '" + Store::path_in(orch_dir) +
                    "' was interrupted",
                "git orch doctor --fix");
}

// SQLite deletes the log of a file that it finds empty; one whose file was
// removed by hand holds the newest events.
void set_orphans_aside(const std::string& path) {
  const std::string aside = path + ".corrupt-" + time_in_name(clock::now());
  for (const char* end : {"-wal", "-shm"})
    if (file::exists(path + end)) file::rename(path + end, aside + end);
}

std::unique_ptr<Database> find_file(const std::string& path) {
  if (!file::exists(path)) return nullptr;
  try {
    return std::make_unique<Database>(path, Database::Mode::Existing);
  } catch (const Error&) {
    if (file::exists(path)) throw;
    return nullptr;
  }
}

// A file without name is being rebuilt, or was never made: only under the gate
// can one tell.
std::unique_ptr<Database> find_or_make_file(const std::string& orch_dir) {
  const std::string path = Store::path_in(orch_dir);
  if (auto found = find_file(path)) return found;
  const file::Lock gate = lock_gate(orch_dir);
  if (!file::exists(path)) {
    refuse_interrupted(orch_dir);
    if (is_gone(orch_dir))
      throw Error(ErrorCode::Corrupt,
                  "the event store '" + path + "' was removed",
                  "git orch doctor --fix");
    set_orphans_aside(path);
  }
  return std::make_unique<Database>(path, Database::Mode::ReadWrite);
}

std::string journal_mode(Database& database) {
  Statement s(database, "PRAGMA journal_mode");
  s.step();
  return s.text(0);
}

bool needs_rollback(Journal journal, const std::string& orch_dir) {
  if (journal == Journal::AsThePlaceNeeds)
    return !network_name_of(orch_dir).empty();
  return journal == Journal::Rollback;
}

void set_durability(Database& database, bool rollback) {
  if (!rollback) return database.execute("PRAGMA synchronous = FULL");
  // First of all: a log that was made elsewhere can be read without shared
  // memory only by one who is alone; `prepare` ends this. The removal of a
  // rollback journal is the commit, and EXTRA makes it durable.
  database.execute(
      "PRAGMA locking_mode = EXCLUSIVE; PRAGMA synchronous = EXTRA");
}

// Journal and schema as they shall be. False when the file was replaced before
// we got the gate: then it has to be opened again.
bool prepare(Database& database, const std::string& orch_dir, bool rollback) {
  const std::string path = Store::path_in(orch_dir);
  const int version = read_version(database);
  refuse_newer(version, path);
  const bool fits = journal_mode(database) == (rollback ? "delete" : "wal");
  if (!fits || version != kSchemaVersion) {
    const file::Lock gate = lock_gate(orch_dir);
    if (!database.is_in_place()) return false;
    database.execute(rollback ? "PRAGMA journal_mode = DELETE"
                              : "PRAGMA journal_mode = WAL");
    migrate(database, orch_dir);
    note_made(orch_dir);
  }
  if (rollback) {
    database.execute("PRAGMA locking_mode = NORMAL");
    read_version(database);  // gives the lock up
  }
  return true;
}

// After a commit that failed. What reached the log but could not be synced is
// whole for whoever opens the log next, and an error says that nothing was
// written: another transaction takes its place there.
void cover_failed_commit(Database& database) {
  try {
    database.execute("ROLLBACK");
  } catch (const Error&) {
    // SQLite has rolled back by itself.
  }
  try {
    const std::string same = "BEGIN IMMEDIATE; PRAGMA user_version = " +
                             std::to_string(read_version(database)) +
                             "; COMMIT";
    database.execute(same.c_str());
  } catch (const Error&) {
    // Nothing can be written there: the first failure is the one to report.
  }
}

// Written into the file of the gate, for the next who holds it; nothing depends
// on it but how soon the log is written back.
struct LogLength {
  int pages = 0;
  int tried = 0;           // its pages when it was last written back
  std::int64_t waits = 0;  // transactions that did not get the gate at once

  static LogLength read(const file::Lock& gate) {
    LogLength length;
    const ssize_t n = ::pread(gate.descriptor(), &length, sizeof length, 0);
    return n == sizeof length ? length : LogLength();
  }
  static LogLength parse(const std::string& bytes) {
    LogLength length;
    if (bytes.size() == sizeof length)
      std::memcpy(&length, bytes.data(), sizeof length);
    return length;
  }
  void write(const file::Lock& gate) const {
    [[maybe_unused]] const ssize_t n =
        ::pwrite(gate.descriptor(), this, sizeof *this, 0);
  }
  // Each time it has grown by so many pages, and not for every transaction
  // while readers keep it from being started anew.
  bool is_due() const { return pages - tried >= kCheckpointPages; }
  void grow_to(int now) {
    if (now < pages) tried = 0;
    pages = now;
  }
  void empty() { pages = tried = 0; }
};

std::string gate_path_in(const std::string& orch_dir) {
  return orch_dir + "/store.lock";
}

// The gate for a transaction, which counts when it had to wait.
file::Lock lock_gate_and_count(const std::string& orch_dir) {
  if (auto gate = file::Lock::try_take(gate_path_in(orch_dir),
                                       file::Lock::Mode::Exclusive))
    return *std::move(gate);
  file::Lock gate = lock_gate(orch_dir);
  LogLength length = LogLength::read(gate);
  ++length.waits;
  length.write(gate);
  return gate;
}

}  // namespace

file::Lock lock_gate(const std::string& orch_dir) {
  return file::Lock::take(gate_path_in(orch_dir), file::Lock::Mode::Exclusive,
                          kGateTimeoutMs, "the event store");
}

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

Store Store::open(const std::string& orch_dir, Journal journal) {
  file::make_private_directories(orch_dir);
  const bool rollback = needs_rollback(journal, orch_dir);
  for (const std::int64_t from = clock::steady();; ::usleep(kPauseUs)) {
    const bool is_last = clock::steady() - from > kGateTimeoutMs;
    auto database = find_or_make_file(orch_dir);
    try {
      set_durability(*database, rollback);
      if (!prepare(*database, orch_dir, rollback)) continue;
    } catch (const Error&) {
      if (is_last || !database->has_other_log()) throw;
      continue;
    }
    // Without, somebody removes the files right now.
    if (!database->remember_log() && !rollback && !is_last) continue;
    return {orch_dir, std::move(database), false};
  }
}

std::optional<Store> Store::find(const std::string& orch_dir) {
  const std::string path = path_in(orch_dir);
  // Of another user: that nothing is seen there does not say what there is.
  if (::access(orch_dir.c_str(), X_OK) != 0 && errno == EACCES)
    throw io_error("cannot look into '" + orch_dir + "'", EACCES);
  if (!file::exists(path) && !file::exists(rebuild_mark_in(orch_dir)) &&
      !is_gone(orch_dir))
    return std::nullopt;
  if (::access(orch_dir.c_str(), W_OK) == 0 &&
      (::access(path.c_str(), W_OK) == 0 || !file::exists(path)))
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

std::vector<std::string> Store::damage() const { return damage_of(*database_); }

void Store::require_current() const {
  if (read_only_ || database_->is_in_place()) return;
  throw Error(ErrorCode::Contended,
              "cannot use event store '" + path_in(orch_dir_) +
                  "': it was replaced or removed since it was opened",
              "nothing was written; run the same command again");
}

Transaction::Transaction(Store& store)
    : store_(store), gate_(lock_gate_and_count(store.orch_dir())) {
  store_.require_current();
  // Before, not after: the first commit behind it starts the log anew, and only
  // one who has seen it written back knows that it may.
  if (LogLength length = LogLength::read(gate_); length.is_due()) {
    store_.database().write_log_back(Database::Log::Kept);
    length.tried = length.pages;
    length.write(gate_);
  }
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
  try {
    store_.database().execute("COMMIT");
  } catch (const Error&) {
    open_ = false;
    cover_failed_commit(store_.database());
    throw;
  }
  open_ = false;
  try {
    // Still under the gate that every writer takes: the only safe moment.
    LogLength length = LogLength::read(gate_);
    length.grow_to(store_.database().pages_in_log());
    if (length.pages >= kMostPages && length.is_due()) {
      if (store_.database().write_log_back(Database::Log::Emptied))
        length.empty();
      else
        length.tried = length.pages;
    }
    length.write(gate_);
  } catch (const Error&) {
    // What was committed is: whoever comes next writes the log back.
  }
}

std::int64_t count_waits(const std::string& orch_dir) {
  return LogLength::parse(
             file::find_contents(gate_path_in(orch_dir)).value_or(""))
      .waits;
}

void checkpoint(Store& store) {
  const file::Lock gate = lock_gate(store.orch_dir());
  store.database().write_log_back(Database::Log::Emptied);
}

std::string rebuild_mark_in(const std::string& orch_dir) {
  return Store::path_in(orch_dir) + ".rebuilding";
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
