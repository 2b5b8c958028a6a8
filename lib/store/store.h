// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "file/file.h"

// The event store, `<common dir>/orch/orch.db`: one file, one owner of its
// schema. Typed rows live in the headers beside this one; no SQL leaves this
// module. A Store is used by one thread.
namespace orch::store {

class Database;

// The schema that this build writes.
inline constexpr int kSchemaVersion = 10;

// How a transaction is made to survive. A log needs memory that all users of
// the file share, so where the file lies on a network file system it is a
// rollback journal.
enum class Journal { AsThePlaceNeeds, Log, Rollback };

class Store {
 public:
  // Opens, creates and migrates. Throws Error{Io, Corrupt, Contended}, and
  // Error{Corrupt} naming both numbers when the file has a newer schema.
  static Store open(const std::string& orch_dir,
                    Journal journal = Journal::AsThePlaceNeeds);

  // For reading verbs: absent when there is no store. On a read-only file
  // system the file is read as it is. Throws Error{Io} where the directory is
  // closed to this user.
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
  // All that SQLite's full checks find (PRAGMA integrity_check and
  // foreign_key_check), a line each, at most about a hundred; none when sound.
  std::vector<std::string> damage() const;

  // Throws Error{Contended} when the file was replaced or removed since it was
  // opened: what is read is old, and what would be written would be lost. Who
  // follows the store for long asks now and then; a Transaction always does.
  void require_current() const;

  static std::string path_in(const std::string& orch_dir);

 private:
  Store(std::string orch_dir, std::unique_ptr<Database> database,
        bool read_only);

  std::string orch_dir_;
  std::unique_ptr<Database> database_;
  bool read_only_ = false;
};

// The lock that every writer takes, and a checkpoint, too. Throws
// Error{Contended} when it cannot be had in ten seconds.
file::Lock lock_gate(const std::string& orch_dir);

// One write transaction: immediate, in a first-come queue (a kernel lock that
// all writers share, so that nobody starves in SQLite's back-off), durable when
// `commit` returns. Rolled back when destroyed before. Throws
// Error{Contended} also when the file is not the one that was opened.
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

// Writes the log back, so that the file is whole by itself; as far as readers
// permit, without waiting for them.
void checkpoint(Store& store);

// Where the rebuild of a damaged store notes that it is under way: while this
// file is there and the store is not, only the rebuild may make one.
std::string rebuild_mark_in(const std::string& orch_dir);

// Small values of the store itself, for example when the last tick ran.
std::optional<std::string> find_meta(Store& store, const std::string& key);
void set_meta(Store& store, const std::string& key, const std::string& value);

}  // namespace orch::store
