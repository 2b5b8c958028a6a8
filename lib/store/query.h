// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "json/value.h"
#include "store/store.h"

struct sqlite3_stmt;

// SQL that a person types: one statement, on a connection that can do nothing
// but read this one database.
namespace orch::store {

class Query {
 public:
  // `orch_dir` absent: asks a store without rows. Throws Error{Usage} for SQL
  // that does not compile, is more than one statement, or would do anything
  // but read.
  Query(const std::optional<std::string>& orch_dir, const std::string& sql,
        std::int64_t timeout_ms);
  ~Query();
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;

  const std::vector<std::string>& columns() const { return columns_; }

  // The next row; absent at the end. Text keeps its bytes, a blob is its
  // hexadecimal digits, an infinite number is the text Inf or -Inf. Throws
  // Error{Timeout} when SQLite has computed for longer than `timeout_ms` in
  // all (the caller's own time does not count), and Error{Usage} for an error
  // in the middle.
  std::optional<json::Array> next();

 private:
  void prepare(const std::string& sql);
  void refuse_second(const char* rest, const char* end);
  [[noreturn]] void fail(int code);

  std::unique_ptr<Database> database_;
  sqlite3_stmt* statement_ = nullptr;
  std::vector<std::string> columns_;
  std::string denied_;  // what the SQL wanted beside reading
  std::int64_t left_ms_, deadline_ = 0;
};

}  // namespace orch::store
