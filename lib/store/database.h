// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

struct sqlite3;
struct sqlite3_stmt;

// SQLite behind C++ values; private to `store`. Foreign errors become
// orch::Error in one function.
namespace orch::store {

struct Blob {
  std::string_view bytes;
};

class Database {
 public:
  // ReadWrite makes the file (0600) when it is absent, Existing does not.
  enum class Mode { ReadWrite, Existing, ReadOnly };

  // Throws Error{Io, Corrupt, Contended}.
  Database(const std::string& path, Mode mode);
  ~Database();
  Database(Database&&) noexcept;
  Database& operator=(Database&&) = delete;

  // Statements without parameters, separated by semicolons.
  void execute(const char* sql);
  std::int64_t last_id() const;
  int changes() const;
  sqlite3* handle() const { return handle_; }

  // Whether the path still names the file that is open, and the name beside it
  // the log that is open: SQLite itself goes on writing files that somebody
  // has replaced or removed, and what it writes then is lost.
  bool is_in_place() const;
  // From now on the log is looked at, too; it is open after the first reading.
  // False when nothing has its name.
  bool remember_log();
  // Whether the last failure was that the log is shorter than its index tells:
  // somebody removed the log that others have open, whose index we share until
  // they have closed it.
  bool has_other_log() const;

  // Pages in the log after our last commit; 0 before it, and without a log.
  int pages_in_log() const { return *log_pages_; }
  // Writes the log back, as far as readers permit; waits for none of them. Kept
  // is its file for the next commits, which is quicker than to make it grow.
  // Whether all of it was written back.
  enum class Log { Kept, Emptied };
  bool write_log_back(Log log = Log::Emptied);

  // Makes this a copy of `source`, page by page, in one transaction.
  void copy_from(Database& source);

  [[noreturn]] void fail(const std::string& what) const;

 private:
  // Device and inode; zeros when there is no such file.
  struct Identity {
    std::uint64_t device = 0, inode = 0;
    bool operator==(const Identity&) const = default;
  };
  static Identity identity_of(const std::string& path);

  std::string path_;
  sqlite3* handle_ = nullptr;
  std::unique_ptr<int> log_pages_ = std::make_unique<int>(0);
  Identity file_, log_;
};

class Statement {
 public:
  Statement(Database& database, std::string_view sql);
  ~Statement();
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  // Binds the parameters in order and rewinds.
  template <typename... Values>
  Statement& bind(const Values&... values) {
    rewind();
    (bind_next(values), ...);
    return *this;
  }
  // Binds the columns of the present row of `from`, from `first` on, as they
  // are.
  Statement& bind_row(const Statement& from, int first);
  bool step();  // true while there is a row
  void run();   // for statements without rows

  std::int64_t integer(int column) const;
  std::string text(int column) const;  // empty for NULL
  bool is_null(int column) const;
  std::optional<std::int64_t> maybe_integer(int column) const;
  std::optional<std::string> maybe_text(int column) const;

 private:
  void rewind();
  void bind_next(std::int64_t value);
  void bind_next(int value) { bind_next(static_cast<std::int64_t>(value)); }
  void bind_next(std::uint64_t value) {
    bind_next(static_cast<std::int64_t>(value));
  }
  void bind_next(std::string_view value);
  void bind_next(const std::string& value) {
    bind_next(std::string_view(value));
  }
  void bind_next(const char* value) { bind_next(std::string_view(value)); }
  void bind_next(Blob value);
  void bind_next(std::nullptr_t);
  template <typename T>
  void bind_next(const std::optional<T>& value) {
    if (value)
      bind_next(*value);
    else
      bind_next(nullptr);
  }

  Database& database_;
  sqlite3_stmt* handle_ = nullptr;
  int next_ = 1;
};

}  // namespace orch::store
