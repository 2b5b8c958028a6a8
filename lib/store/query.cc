// SPDX-License-Identifier: MIT
#include "store/query.h"

#include <sqlite3.h>

#include <cmath>
#include <set>
#include <string_view>

#include "clock/clock.h"
#include "error/error.h"
#include "store/database.h"
#include "store/migrations.h"
#include "text/text.h"

namespace orch::store {
namespace {

constexpr int kStepsBetweenLooks = 10000;
// One value: above the largest message, below what would exhaust the memory.
constexpr int kMaxValueBytes = 256 << 20;

// Pragmas that only tell, whether or not they are given an argument.
const std::set<std::string_view> kTelling = {
    "collation_list",   "compile_options", "database_list", "foreign_key_check",
    "foreign_key_list", "function_list",   "index_info",    "index_list",
    "index_xinfo",      "integrity_check", "module_list",   "pragma_list",
    "quick_check",      "table_info",      "table_list",    "table_xinfo"};
// Pragmas that tell without an argument and set with one.
const std::set<std::string_view> kSettable = {
    "application_id", "data_version", "encoding",          "foreign_keys",
    "freelist_count", "page_count",   "page_size",         "query_only",
    "synchronous",    "user_version", "wal_autocheckpoint"};

int past_deadline(void* deadline) {
  return clock::steady() > *static_cast<std::int64_t*>(deadline) ? 1 : 0;
}

bool is_reading_pragma(const char* name, const char* argument) {
  return name &&
         (kTelling.contains(name) || (!argument && kSettable.contains(name)));
}

// SQLite asks before it compiles each part of a statement; also for what runs
// inside, such as the ATTACH of a VACUUM INTO.
int authorize(void* denied, int action, const char* first, const char* second,
              const char*, const char*) {
  auto& why = *static_cast<std::string*>(denied);
  switch (action) {
    case SQLITE_SELECT:
    case SQLITE_READ:
    case SQLITE_RECURSIVE:
      return SQLITE_OK;
    case SQLITE_FUNCTION:
      if (!second || std::string_view(second) != "load_extension")
        return SQLITE_OK;
      why = "it would load a program";
      return SQLITE_DENY;
    case SQLITE_UPDATE:
      // SQLite asks this when it makes a table-valued function, such as
      // json_each; a statement that does it is refused by SQLite itself.
      if (first && std::string_view(first) == "sqlite_master") return SQLITE_OK;
      break;
    case SQLITE_PRAGMA:
      if (is_reading_pragma(first, second)) return SQLITE_OK;
      why = "the pragma '" + std::string(first ? first : "") +
            "' is not for reading";
      return SQLITE_DENY;
    case SQLITE_ATTACH:
    case SQLITE_DETACH:
      why = "it would open another file";
      return SQLITE_DENY;
    case SQLITE_TRANSACTION:
    case SQLITE_SAVEPOINT:
      why = "it is no question but a transaction";
      return SQLITE_DENY;
    default:
      break;
  }
  if (why.empty()) why = "it would write";
  return SQLITE_DENY;
}

[[noreturn]] void refuse(const std::string& why) {
  throw Error(ErrorCode::Usage, "cannot run the query: " + why,
              "git-orch-events(5) lists tables and views");
}

json::Value value_of(sqlite3_stmt* s, int column) {
  const int type = sqlite3_column_type(s, column);
  if (type == SQLITE_NULL) return nullptr;
  if (type == SQLITE_INTEGER)
    return static_cast<std::int64_t>(sqlite3_column_int64(s, column));
  if (type == SQLITE_FLOAT) {
    const double number = sqlite3_column_double(s, column);
    if (std::isinf(number)) return number > 0 ? "Inf" : "-Inf";
    return number;
  }
  const auto* bytes = static_cast<const char*>(sqlite3_column_blob(s, column));
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(s, column));
  std::string text(bytes ? bytes : "", size);
  if (type == SQLITE_BLOB) return text::hex(text);
  return text;
}

std::unique_ptr<Database> open(const std::optional<std::string>& orch_dir) {
  if (orch_dir)
    return std::make_unique<Database>(Store::path_in(*orch_dir),
                                      Database::Mode::ReadOnly);
  auto database =
      std::make_unique<Database>(":memory:", Database::Mode::ReadWrite);
  for (const char* migration : kMigrations) database->execute(migration);
  return database;
}

}  // namespace

Query::Query(const std::optional<std::string>& orch_dir, const std::string& sql,
             std::int64_t timeout_ms)
    : database_(open(orch_dir)), left_ms_(timeout_ms) {
  database_->execute("PRAGMA query_only = ON");
  sqlite3* db = database_->handle();
  sqlite3_limit(db, SQLITE_LIMIT_LENGTH, kMaxValueBytes);
  sqlite3_set_authorizer(db, authorize, &denied_);
  deadline_ = clock::steady() + left_ms_;
  sqlite3_progress_handler(db, kStepsBetweenLooks, past_deadline, &deadline_);
  try {
    prepare(sql);
  } catch (const Error&) {
    sqlite3_finalize(statement_);
    throw;
  }
  for (int i = 0; i < sqlite3_column_count(statement_); ++i)
    columns_.emplace_back(sqlite3_column_name(statement_, i));
}

Query::~Query() { sqlite3_finalize(statement_); }

void Query::prepare(const std::string& sql) {
  if (sql.find('\0') != std::string::npos) refuse("it has a NUL byte");
  const char* rest = nullptr;
  const int code =
      sqlite3_prepare_v2(database_->handle(), sql.data(),
                         static_cast<int>(sql.size()), &statement_, &rest);
  if (code != SQLITE_OK) fail(code);
  if (!statement_) refuse("it is empty");
  refuse_second(rest, sql.data() + sql.size());
  if (!sqlite3_stmt_readonly(statement_)) refuse("it would write");
  if (sqlite3_bind_parameter_count(statement_) > 0)
    refuse("it has a parameter without a value");
}

// Behind the statement, only blanks, semicolons and comments.
void Query::refuse_second(const char* rest, const char* end) {
  while (rest < end) {
    sqlite3_stmt* second = nullptr;
    const char* next = nullptr;
    const int code =
        sqlite3_prepare_v2(database_->handle(), rest,
                           static_cast<int>(end - rest), &second, &next);
    sqlite3_finalize(second);
    if (code != SQLITE_OK || second) refuse("it is more than one statement");
    if (next <= rest) return;
    rest = next;
  }
}

void Query::fail(int code) {
  if (!denied_.empty()) refuse(denied_);
  sqlite3* db = database_->handle();
  switch (code & 0xFF) {
    case SQLITE_INTERRUPT:
      throw Error(ErrorCode::Timeout, "the query ran too long and was ended",
                  "narrow it, or give it more time with --timeout");
    case SQLITE_READONLY:
      refuse("it would write");
    case SQLITE_ERROR:
    case SQLITE_TOOBIG:
    case SQLITE_RANGE:
    case SQLITE_MISMATCH:
    case SQLITE_CONSTRAINT:
    case SQLITE_NOMEM:
      refuse(sqlite3_errmsg(db));
    default:
      database_->fail("cannot run the query");
  }
}

std::optional<json::Array> Query::next() {
  const std::int64_t begin = clock::steady();
  deadline_ = begin + left_ms_;
  const int code = sqlite3_step(statement_);
  left_ms_ -= clock::steady() - begin;
  if (code == SQLITE_DONE) return std::nullopt;
  if (code != SQLITE_ROW) fail(code);
  json::Array row;
  for (int i = 0; i < static_cast<int>(columns_.size()); ++i)
    row.push_back(value_of(statement_, i));
  return row;
}

}  // namespace orch::store
