// SPDX-License-Identifier: MIT
#include "store/database.h"

#include <sqlite3.h>
#include <sys/stat.h>

#include <utility>

#include "error/error.h"
#include "file/file.h"

namespace orch::store {
namespace {

constexpr int kBusyTimeoutMs = 10000;

// The one translation of SQLite's result codes.
Error translate(int code, const std::string& what, const std::string& detail) {
  switch (code & 0xFF) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return Error(ErrorCode::Contended,
                   what + ": another process holds the event store",
                   "try again when it has finished");
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return Error(ErrorCode::Corrupt, what + ": " + detail,
                   "git orch doctor --fix");
    case SQLITE_FULL:
      return Error(ErrorCode::Io, what + ": no space left on device",
                   "free some disk space and try again");
    default:
      if (code == SQLITE_IOERR_SHORT_READ)
        return Error(ErrorCode::Io,
                     what + ": its log was removed while others had it open",
                     "try again when they have ended");
      return Error(ErrorCode::Io, what + ": " + detail);
  }
}

std::string uri_of(const std::string& path, const char* query) {
  std::string uri = "file:";
  static constexpr char kHex[] = "0123456789ABCDEF";
  for (const char c : path) {
    if (c == '%' || c == '?' || c == '#') {
      uri += '%';
      uri += kHex[static_cast<unsigned char>(c) >> 4];
      uri += kHex[static_cast<unsigned char>(c) & 0xF];
    } else {
      uri += c;
    }
  }
  return uri + query;
}

}  // namespace

Database::Database(const std::string& path, Mode mode) : path_(path) {
  // Statistics that nobody reads, behind a lock: a tenth of the life of a short
  // program. Must come before anything else of SQLite.
  [[maybe_unused]] static const int once =
      sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  const mode_t before = ::umask(0077);
  int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_URI;
  flags |=
      mode == Mode::ReadOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
  if (mode == Mode::ReadWrite) flags |= SQLITE_OPEN_CREATE;
  int code =
      sqlite3_open_v2(uri_of(path, "").c_str(), &handle_, flags, nullptr);
  ::umask(before);
  if (code == SQLITE_OK && mode == Mode::ReadOnly &&
      sqlite3_exec(handle_, "SELECT 1 FROM sqlite_schema", nullptr, nullptr,
                   nullptr) != SQLITE_OK &&
      (sqlite3_errcode(handle_) & 0xFF) == SQLITE_CANTOPEN) {
    // A read-only file system without a WAL index: nobody can be writing.
    sqlite3_close(std::exchange(handle_, nullptr));
    code = sqlite3_open_v2(uri_of(path, "?immutable=1").c_str(), &handle_,
                           flags, nullptr);
  }
  if (code != SQLITE_OK) {
    const std::string detail = handle_ ? sqlite3_errmsg(handle_) : "no memory";
    sqlite3_close(std::exchange(handle_, nullptr));
    throw translate(code, "cannot open event store '" + path + "'", detail);
  }
  file_ = identity_of(path_);
  sqlite3_busy_timeout(handle_, kBusyTimeoutMs);
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_ENABLE_FKEY, 1, nullptr);
  // This also ends SQLite's own checkpoints after a commit.
  sqlite3_wal_hook(
      handle_,
      [](void* pages, sqlite3*, const char*, int count) {
        *static_cast<int*>(pages) = count;
        return SQLITE_OK;
      },
      log_pages_.get());
  // SQLite 3.7.0 to 3.51.2 can corrupt the file when two connections write and
  // checkpoint at once: we checkpoint under our own lock only, so not on close.
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
}

Database::Database(Database&& other) noexcept
    : path_(std::move(other.path_)),
      handle_(std::exchange(other.handle_, nullptr)),
      log_pages_(std::move(other.log_pages_)),
      file_(other.file_),
      log_(other.log_) {}

Database::~Database() {
  if (handle_) sqlite3_close_v2(handle_);
}

void Database::execute(const char* sql) {
  if (sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr) != SQLITE_OK)
    fail("cannot use event store '" + path_ + "'");
}

std::int64_t Database::last_id() const {
  return sqlite3_last_insert_rowid(handle_);
}

int Database::changes() const { return sqlite3_changes(handle_); }

Database::Identity Database::identity_of(const std::string& path) {
  struct stat s {};
  if (::stat(path.c_str(), &s) != 0) return {};
  return {s.st_dev, s.st_ino};
}

bool Database::is_in_place() const {
  // SQLite compares inodes; the identity, which was taken behind its back
  // right after it had opened the file, adds the device.
  int moved = 0;
  sqlite3_file_control(handle_, "main", SQLITE_FCNTL_HAS_MOVED, &moved);
  if (moved || identity_of(path_) != file_) return false;
  return log_ == Identity{} || identity_of(path_ + "-wal") == log_;
}

bool Database::remember_log() {
  log_ = identity_of(path_ + "-wal");
  return log_ != Identity{};
}

bool Database::has_other_log() const {
  return sqlite3_extended_errcode(handle_) == SQLITE_IOERR_SHORT_READ;
}

bool Database::write_log_back(Log log) {
  sqlite3_busy_timeout(handle_, 0);
  int pages = 0, written = 0;
  const int code = sqlite3_wal_checkpoint_v2(
      handle_, "main",
      log == Log::Kept ? SQLITE_CHECKPOINT_PASSIVE : SQLITE_CHECKPOINT_TRUNCATE,
      &pages, &written);
  sqlite3_busy_timeout(handle_, kBusyTimeoutMs);
  if (code != SQLITE_OK && code != SQLITE_BUSY && code != SQLITE_LOCKED)
    fail("cannot use event store '" + path_ + "'");
  return code == SQLITE_OK && pages == written;
}

void Database::copy_from(Database& source) {
  constexpr int kPauseMs = 10;
  sqlite3_backup* backup =
      sqlite3_backup_init(handle_, "main", source.handle_, "main");
  if (!backup) fail("cannot copy the event store");
  int code = SQLITE_OK;
  for (int waited = 0; waited < kBusyTimeoutMs; waited += kPauseMs) {
    code = sqlite3_backup_step(backup, -1);
    if (code != SQLITE_BUSY && code != SQLITE_LOCKED) break;
    sqlite3_sleep(kPauseMs);
  }
  sqlite3_backup_finish(backup);
  if (code != SQLITE_DONE)
    throw translate(code, "cannot copy the event store", sqlite3_errstr(code));
}

void Database::fail(const std::string& what) const {
  throw translate(sqlite3_extended_errcode(handle_), what,
                  sqlite3_errmsg(handle_));
}

Statement::Statement(Database& database, std::string_view sql)
    : database_(database) {
  if (sqlite3_prepare_v2(database.handle(), sql.data(),
                         static_cast<int>(sql.size()), &handle_,
                         nullptr) != SQLITE_OK)
    database.fail("cannot query event store");
}

Statement::~Statement() { sqlite3_finalize(handle_); }

void Statement::rewind() {
  sqlite3_reset(handle_);
  sqlite3_clear_bindings(handle_);
  next_ = 1;
}

Statement& Statement::bind_row(const Statement& from, int first) {
  rewind();
  for (int i = first; i < sqlite3_column_count(from.handle_); ++i)
    sqlite3_bind_value(handle_, next_++, sqlite3_column_value(from.handle_, i));
  return *this;
}

bool Statement::step() {
  switch (sqlite3_step(handle_)) {
    case SQLITE_ROW:
      return true;
    case SQLITE_DONE:
      return false;
    default:
      database_.fail("cannot use event store");
  }
}

void Statement::run() {
  while (step()) {
  }
  sqlite3_reset(handle_);
}

void Statement::bind_next(std::int64_t value) {
  sqlite3_bind_int64(handle_, next_++, value);
}

void Statement::bind_next(std::string_view value) {
  sqlite3_bind_text64(handle_, next_++, value.data(), value.size(),
                      SQLITE_TRANSIENT, SQLITE_UTF8);
}

void Statement::bind_next(Blob value) {
  sqlite3_bind_blob64(handle_, next_++, value.bytes.data(), value.bytes.size(),
                      SQLITE_TRANSIENT);
}

void Statement::bind_next(std::nullptr_t) {
  sqlite3_bind_null(handle_, next_++);
}

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(handle_, column);
}

std::string Statement::text(int column) const {
  const void* bytes = sqlite3_column_blob(handle_, column);
  const int size = sqlite3_column_bytes(handle_, column);
  if (!bytes) return "";
  return {static_cast<const char*>(bytes), static_cast<std::size_t>(size)};
}

bool Statement::is_null(int column) const {
  return sqlite3_column_type(handle_, column) == SQLITE_NULL;
}

std::optional<std::int64_t> Statement::maybe_integer(int column) const {
  if (is_null(column)) return std::nullopt;
  return integer(column);
}

std::optional<std::string> Statement::maybe_text(int column) const {
  if (is_null(column)) return std::nullopt;
  return text(column);
}

}  // namespace orch::store
