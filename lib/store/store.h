// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "file/file.h"

// The event store, `<common dir>/orch/orch.db`: one file, one owner of its
// schema. Typed rows live in the headers beside this one; no SQL leaves this
// module. A Store is used by one thread.
namespace orch::store {

class Database;

// The schema that this build writes.
inline constexpr int kSchemaVersion = 1;

class Store {
 public:
  // Opens, creates and migrates. Throws Error{Io, Corrupt, Contended}, and
  // Error{Corrupt} naming both numbers when the file has a newer schema.
  static Store open(const std::string& orch_dir);

  // For reading verbs: absent when there is no store. On a read-only file
  // system the file is read as it is.
  static std::optional<Store> find(const std::string& orch_dir);

  ~Store();
  Store(Store&&) noexcept;
  Store& operator=(Store&&) noexcept;

  Database& database() const { return *database_; }
  const std::string& orch_dir() const { return orch_dir_; }
  bool is_read_only() const { return read_only_; }

  int schema_version() const;
  // "ok", or what SQLite's own check found (PRAGMA quick_check).
  std::string integrity() const;

  static std::string path_in(const std::string& orch_dir);

 private:
  Store(std::string orch_dir, std::unique_ptr<Database> database,
        bool read_only);

  std::string orch_dir_;
  std::unique_ptr<Database> database_;
  bool read_only_ = false;
};

// One write transaction: immediate, in a first-come queue (a kernel lock that
// all writers share, so that nobody starves in SQLite's back-off), durable when
// `commit` returns. Rolled back when destroyed before.
class Transaction {
 public:
  explicit Transaction(Store& store);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  void commit();

 private:
  Store& store_;
  file::Lock gate_;
  bool open_ = false;
};

// Writes the log back, so that the file is whole by itself.
void checkpoint(Store& store);

// Small values of the store itself, for example when the last tick ran.
std::optional<std::string> find_meta(Store& store, const std::string& key);
void set_meta(Store& store, const std::string& key, const std::string& value);

}  // namespace orch::store
