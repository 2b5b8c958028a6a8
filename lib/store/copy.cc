// SPDX-License-Identifier: MIT
#include "store/copy.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <map>
#include <memory>
#include <string_view>

#include "clock/clock.h"
#include "error/error.h"
#include "file/file.h"
#include "store/database.h"
#include "store/leases.h"
#include "store/migrate.h"
#include "store/migrations.h"
#include "text/text.h"

namespace orch::store {
namespace {

std::string quoted(const std::string& path) { return "'" + path + "'"; }

std::string random_suffix() { return text::hex(clock::random_bytes(8)); }

std::int64_t number(Database& database, const char* sql) {
  Statement s(database, sql);
  return s.step() ? s.integer(0) : 0;
}

// None in a file that was not finished when it was made.
std::int64_t count_events(Database& database) {
  if (number(database,
             "SELECT count(*) FROM sqlite_schema WHERE name = 'task_events'") ==
      0)
    return 0;
  return number(database, "SELECT count(*) FROM task_events");
}

std::int64_t size_of(const std::string& path) {
  struct stat s {};
  return ::stat(path.c_str(), &s) == 0 ? s.st_size : 0;
}

// An empty file beside `path` that nobody else has.
std::string make_beside(const std::string& path) {
  const std::string beside = path + ".new-" + random_suffix();
  const file::Descriptor fd(
      ::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!fd) throw io_error("cannot write " + quoted(path), errno);
  return beside;
}

[[noreturn]] void refuse_existing(const std::string& path) {
  throw Error(ErrorCode::Exists, quoted(path) + " already exists",
              "name a file that is not there");
}

// Gives the file its name unless something has that name already.
void name_file(const std::string& beside, const std::string& path) {
  if (::renameat2(AT_FDCWD, beside.c_str(), AT_FDCWD, path.c_str(),
                  RENAME_NOREPLACE) == 0)
    return;
  if (errno == EEXIST) refuse_existing(path);
  // A file system without this call: a link does not replace either.
  if (::link(beside.c_str(), path.c_str()) != 0) {
    if (errno == EEXIST) refuse_existing(path);
    throw io_error("cannot write " + quoted(path), errno);
  }
  file::remove(beside);
}

void remove_database(const std::string& path) {
  for (const char* suffix : {"", "-wal", "-shm", "-journal"})
    file::remove(path + suffix);
}

std::int64_t write_copy(Database& from, const std::string& beside) {
  Database copy(beside, Database::Mode::ReadWrite);
  copy.copy_from(from);
  // One file, without a log beside it.
  copy.execute("PRAGMA journal_mode = DELETE");
  return count_events(copy);
}

Copied copy_database(Database& from, const std::string& path) {
  if (file::exists(path)) refuse_existing(path);
  const std::string beside = make_beside(path);
  Copied out;
  try {
    out.events = write_copy(from, beside);
    file::sync_file(beside);
    out.bytes = size_of(beside);
    name_file(beside, path);
  } catch (const Error&) {
    remove_database(beside);
    throw;
  }
  file::sync_directory(file::parent_of(file::resolve(path)));
  return out;
}

// --- Putting one back ------------------------------------------------------

[[noreturn]] void refuse(const std::string& path, const std::string& why,
                         const std::string& hint = {}) {
  throw Error(ErrorCode::Corrupt, "cannot restore " + quoted(path) + ": " + why,
              hint);
}

// The objects of a schema by name: what they are and how they were made.
std::map<std::string, std::string> schema_of(Database& database) {
  Statement s(database,
              "SELECT name, type || ': ' || coalesce(sql, '') "
              "FROM sqlite_schema WHERE name NOT LIKE 'sqlite@_%' ESCAPE '@'");
  std::map<std::string, std::string> out;
  while (s.step()) out[s.text(0)] = s.text(1);
  return out;
}

// Everything that this git orch makes is there as it makes it, and nothing
// that would act by itself was added.
void require_schema(Database& database, const std::string& path) {
  Database fresh(":memory:", Database::Mode::ReadWrite);
  for (const char* migration : kMigrations) fresh.execute(migration);
  auto found = schema_of(database);
  for (const auto& [name, made] : schema_of(fresh)) {
    const auto it = found.find(name);
    if (it == found.end()) refuse(path, "it has no " + quoted(name));
    if (it->second != made) refuse(path, quoted(name) + " is another one");
    found.erase(it);
  }
  for (const auto& [name, made] : found)
    if (made.starts_with("trigger:"))
      refuse(path, "it has a foreign trigger " + quoted(name));
}

// What a damaged store needs is another copy; what is in use stays as it is.
constexpr char kOtherCopies[] =
    "restore another copy (ls .git/orch/backup), or git orch doctor --fix for "
    "the store in use";

void require_sound(Database& database, const std::string& path) {
  Statement check(database, "PRAGMA integrity_check(1)");
  check.step();
  // SQLite begins with a line of its own about where it has looked.
  if (std::string what = check.text(0); what != "ok")
    refuse(path, "the backup is damaged: " + what.substr(what.rfind('\n') + 1),
           kOtherCopies);
  Statement keys(database, "PRAGMA foreign_key_check");
  if (keys.step())
    refuse(path, "a row of " + quoted(keys.text(0)) + " refers to none");
}

int require_version(Database& database, const std::string& path) {
  const int version = read_version(database);
  if (version > kSchemaVersion)
    refuse(path,
           "its schema is version " + std::to_string(version) +
               ", this git orch knows " + std::to_string(kSchemaVersion),
           "install a newer git orch");
  if (version < 1 || !schema_of(database).contains("task_events"))
    refuse(path, "it is no event store of git orch",
           "git orch import reads the store of an older tool");
  return version;
}

// The page size of a database, from its header (sqlite.org/fileformat.html,
// 1.3.2); SQLite's default when it has none.
std::int64_t page_size_of(const std::string& path) {
  constexpr std::int64_t kDefault = 4096;
  const file::Descriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  unsigned char bytes[2] = {};
  if (!fd || ::pread(fd.get(), bytes, sizeof bytes, 16) != sizeof bytes)
    return kDefault;
  const int size = bytes[0] << 8 | bytes[1];
  if (size == 1) return 65536;
  return size >= 512 && (size & (size - 1)) == 0 ? size : kDefault;
}

// The file to restore, open for reading. SQLite makes a log beside a database
// that wants one, also for a reader; what was not there goes again.
class Source {
 public:
  explicit Source(const std::string& path)
      : path_(path), had_log_(file::exists(path + "-wal")) {
    database_ = std::make_unique<Database>(path, Database::Mode::ReadOnly);
  }
  ~Source() {
    database_.reset();
    if (had_log_ || size_of(path_ + "-wal") > 0) return;
    ::unlink((path_ + "-wal").c_str());
    ::unlink((path_ + "-shm").c_str());
  }
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;

  Database& database() const { return *database_; }

 private:
  std::string path_;
  bool had_log_;
  std::unique_ptr<Database> database_;
};

// A directory of our own with a store made of the file: checked, migrated, and
// with the same page size as ours. Removed at the end.
class Staged {
 public:
  Staged(const std::string& orch_dir, const std::string& path)
      : directory_(orch_dir + "/restore-" + random_suffix()) {
    file::make_private_directories(directory_);
    try {
      fill(path, page_size_of(Store::path_in(orch_dir)));
    } catch (const Error&) {
      file::remove_tree(directory_);
      throw;
    }
  }
  ~Staged() {
    store_.reset();
    try {
      file::remove_tree(directory_);
    } catch (const Error&) {
      // Left behind: gc removes it.
    }
  }
  Staged(const Staged&) = delete;
  Staged& operator=(const Staged&) = delete;

  Database& database() const { return store_->database(); }
  Store& store() { return *store_; }
  int version() const { return version_; }

 private:
  void fill(const std::string& path, std::int64_t page_size) {
    const std::string copy = Store::path_in(directory_);
    try {
      Source from(path);
      version_ = require_version(from.database(), path);
      Database to(copy, Database::Mode::ReadWrite);
      to.copy_from(from.database());
      to.execute("PRAGMA journal_mode = DELETE");
      require_sound(to, path);
      // SQLite copies into a log of the same page size only.
      if (number(to, "PRAGMA page_size") != page_size)
        to.execute(
            ("PRAGMA page_size = " + std::to_string(page_size) + "; VACUUM")
                .c_str());
    } catch (const Error& error) {
      if (error.code() != ErrorCode::Corrupt ||
          std::string_view(error.what()).starts_with("cannot restore"))
        throw;
      refuse(path, "it is damaged, or no event store of git orch",
             kOtherCopies);
    }
    store_ = Store::open(directory_, Journal::Rollback);
    require_schema(store_->database(), path);
  }

  std::string directory_;
  std::optional<Store> store_;
  int version_ = 0;
};

// <orch dir>/backup/replaced-<time>.db, or with a number.
std::string free_backup_path(const std::string& orch_dir) {
  const std::string directory = orch_dir + "/backup";
  file::make_private_directories(directory);
  const std::string stamp = "replaced-" + time_in_name(clock::now());
  std::string path = directory + "/" + stamp + ".db";
  for (int n = 2; file::exists(path); ++n)
    path = directory + "/" + stamp + "-" + std::to_string(n) + ".db";
  return path;
}

// The present store, for writing; absent when there is none or SQLite cannot
// read it.
std::unique_ptr<Database> open_present(const std::string& orch_dir) {
  const std::string path = Store::path_in(orch_dir);
  if (!file::exists(path)) return nullptr;
  try {
    auto present = std::make_unique<Database>(path, Database::Mode::ReadWrite);
    present->execute(
        "PRAGMA synchronous = EXTRA; PRAGMA wal_autocheckpoint = 0");
    number(*present, "SELECT count(*) FROM sqlite_schema");
    return present;
  } catch (const Error& error) {
    if (error.code() != ErrorCode::Corrupt) throw;
    return nullptr;
  }
}

// Its path; empty when only a part of the store can be read.
std::string keep_copy(const std::string& orch_dir, Database& present) {
  const std::string kept = free_backup_path(orch_dir);
  try {
    copy_database(present, kept);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::Corrupt) throw;
    return "";
  }
  return kept;
}

// Moves what SQLite cannot read out of the way. The log goes first: beside a
// new file, an old log would be replayed into it.
std::string set_aside(const std::string& orch_dir) {
  const std::string path = Store::path_in(orch_dir);
  if (!file::exists(path)) return "";
  const std::string kept = free_backup_path(orch_dir);
  if (file::exists(path + "-wal")) file::rename(path + "-wal", kept + "-wal");
  file::remove(path + "-shm");
  file::rename(path, kept);
  file::sync_directory(orch_dir);
  return kept;
}

// The highest number of a lease in `present`, or, where that cannot be read,
// one that no lease has: claims are not made each second.
std::int64_t highest_lease(Database& present) {
  try {
    return number(present,
                  "SELECT max(coalesce((SELECT max(fencing) FROM leases), 0), "
                  "coalesce((SELECT CAST(value AS INTEGER) FROM meta "
                  "WHERE key = 'lease_floor'), 0))");
  } catch (const Error&) {
    return clock::now() / 1000;
  }
}

// Whoever holds a number of the present store does not get it from another.
void keep_leases_rising(Staged& staged, std::int64_t highest) {
  if (highest <= highest_lease(staged.database())) return;
  Transaction transaction(staged.store());
  raise_lease_floor(staged.store(), highest);
  transaction.commit();
}

std::int64_t count_only_in(Database& database, const std::string& kept) {
  Statement(database, "ATTACH ? AS kept").bind(kept).run();
  const std::int64_t count =
      number(database,
             "SELECT count(*) FROM kept.task_events "
             "WHERE event_id NOT IN (SELECT event_id FROM main.task_events)");
  database.execute("DETACH kept");
  return count;
}

}  // namespace

Copied copy_to(Store& store, const std::string& path) {
  return copy_database(store.database(), path);
}

Restored restore_from(const std::string& orch_dir, const std::string& path) {
  if (!file::exists(path))
    throw Error(ErrorCode::UnknownName, "there is no file " + quoted(path));
  struct stat what {};
  if (::stat(path.c_str(), &what) != 0 || !S_ISREG(what.st_mode))
    refuse(path, "it is no regular file");
  file::make_private_directories(orch_dir);
  Staged staged(orch_dir, path);
  Restored out{.version = staged.version()};
  {
    const file::Lock gate = lock_gate(orch_dir);
    const bool is_there = file::exists(Store::path_in(orch_dir));
    auto present = open_present(orch_dir);
    if (present) out.kept = keep_copy(orch_dir, *present);
    if (is_there)
      keep_leases_rising(staged, out.kept.empty() ? clock::now() / 1000
                                                  : highest_lease(*present));
    if (out.kept.empty()) {
      present.reset();
      out.kept = set_aside(orch_dir);
      present = std::make_unique<Database>(Store::path_in(orch_dir),
                                           Database::Mode::ReadWrite);
      present->execute("PRAGMA synchronous = EXTRA");
    }
    present->copy_from(staged.database());
    out.events = count_events(*present);
  }
  try {
    if (!out.kept.empty())
      out.only_kept = count_only_in(staged.database(), out.kept);
  } catch (const Error&) {
    // It was damaged; how many events it has is not known.
  }
  return out;
}

}  // namespace orch::store
