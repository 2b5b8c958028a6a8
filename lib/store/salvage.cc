// SPDX-License-Identifier: MIT
#include "store/salvage.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>

#include "error/error.h"
#include "file/file.h"

namespace orch::store {
namespace {

constexpr std::size_t kHeader = 100;
using Header = std::array<unsigned char, kHeader>;

bool copy_file(const std::string& from, const std::string& to) {
  std::error_code failed;
  std::filesystem::copy_file(from, to, failed);
  return !failed;
}

// Numbers in a header are of four bytes, the highest first.
void put(Header& header, std::size_t at, std::uint32_t value) {
  for (std::size_t i = 0; i < 4; ++i)
    header[at + i] = static_cast<unsigned char>(value >> (24 - 8 * i));
}

bool give_header(const std::string& copy, const std::string& like,
                 bool has_log) {
  const auto size = file::regular_size(copy);
  const file::Descriptor from(::open(like.c_str(), O_RDONLY | O_CLOEXEC));
  const file::Descriptor to(::open(copy.c_str(), O_WRONLY | O_CLOEXEC));
  Header h{};
  if (!size || !from || !to ||
      ::pread(from.get(), h.data(), kHeader, 0) !=
          static_cast<ssize_t>(kHeader))
    return false;
  const std::uint32_t page = h[16] * 256U + h[17];  // 65536 would be 1
  if (page < 512) return false;
  h[18] = h[19] = has_log ? 2 : 1;
  constexpr std::uint32_t kChange = 1;
  put(h, 24, kChange);
  put(h, 28, static_cast<std::uint32_t>(*size / page));
  put(h, 32, 0);  // no free pages: it is only read
  put(h, 36, 0);
  put(h, 92, kChange);
  return ::pwrite(to.get(), h.data(), kHeader, 0) ==
         static_cast<ssize_t>(kHeader);
}

std::string in_quotes(const std::string& name) { return "\"" + name + "\""; }

std::vector<std::string> texts(Database& database, const std::string& sql) {
  std::vector<std::string> out;
  Statement s(database, sql);
  while (s.step()) out.push_back(s.text(0));
  return out;
}

std::string joined(const std::vector<std::string>& parts,
                   const std::string& behind_each) {
  std::string out;
  for (const std::string& part : parts)
    out += (out.empty() ? "" : ", ") + part + behind_each;
  return out;
}

// One table: how its rows are read and written.
struct Shape {
  std::vector<std::string> columns;  // that both files have, quoted
  std::vector<std::string> key;      // in whose order it is stored
  bool has_rowid = true;
};

Shape shape_of(Database& from, Database& to, const std::string& table) {
  Shape shape;
  const auto there =
      texts(from, "SELECT name FROM pragma_table_info('" + table + "')");
  for (const std::string& column :
       texts(to, "SELECT name FROM pragma_table_info('" + table + "')"))
    if (std::find(there.begin(), there.end(), column) != there.end())
      shape.columns.push_back(in_quotes(column));
  shape.has_rowid = texts(to, "SELECT 1 FROM pragma_table_list WHERE name = '" +
                                  table + "' AND wr = 0")
                        .size() == 1;
  shape.key = {"rowid"};
  if (!shape.has_rowid)
    shape.key =
        texts(to, "SELECT '\"' || name || '\"' FROM pragma_table_info('" +
                      table + "') WHERE pk > 0 ORDER BY pk");
  return shape;
}

// Reads in one direction until the end or the damage.
class Pass {
 public:
  Pass(Database& from, Database& to, const std::string& table,
       const Shape& shape)
      : from_(from),
        table_(table),
        shape_(shape),
        insert_(to,
                "INSERT OR IGNORE INTO " + in_quotes(table) + "(" +
                    joined(shape.columns, "") + ") VALUES (" +
                    joined(std::vector<std::string>(shape.columns.size(), "?"),
                           "") +
                    ")") {}

  bool reached_end = false;
  std::int64_t last = 0;  // rowid
  std::int64_t rows = 0, refused = 0;

  void run(const std::string& direction) {
    try {
      Statement s(from_, "SELECT " +
                             std::string(shape_.has_rowid ? "rowid" : "0") +
                             ", " + joined(shape_.columns, "") + " FROM " +
                             in_quotes(table_) + " NOT INDEXED ORDER BY " +
                             joined(shape_.key, direction));
      while (s.step()) {
        ++rows;
        last = s.integer(0);
        keep(s);
      }
      reached_end = true;
    } catch (const Error& error) {
      // Of many kinds: a lost schema is "no such table".
      if (error.code() == ErrorCode::Contended) throw;
    }
  }

 private:
  // Damage can look like a row: then a CHECK, a type or NOT NULL refuses it.
  void keep(const Statement& row) {
    try {
      insert_.bind_row(row, 1).run();
    } catch (const Error&) {
      ++refused;
    }
  }

  Database& from_;
  std::string table_;
  const Shape& shape_;
  Statement insert_;
};

std::int64_t count(Database& database, const std::string& table) {
  Statement s(database, "SELECT count(*) FROM " + in_quotes(table));
  return s.step() ? s.integer(0) : 0;
}

struct ForeignKey {
  std::string child, parent;
  std::vector<std::pair<std::string, std::string>> columns;  // child, parent
};

std::vector<ForeignKey> foreign_keys(Database& database) {
  std::vector<ForeignKey> keys;
  for (const std::string& table :
       texts(database,
             "SELECT name FROM sqlite_schema WHERE type = 'table' "
             "AND name NOT LIKE 'sqlite_%'")) {
    std::map<std::int64_t, ForeignKey> of_table;
    Statement s(database,
                "SELECT id, \"table\", \"from\", \"to\" "
                "FROM pragma_foreign_key_list('" +
                    table + "') ORDER BY id, seq");
    while (s.step()) {
      ForeignKey& key = of_table[s.integer(0)];
      key.child = table;
      key.parent = s.text(1);
      key.columns.emplace_back(s.text(2), s.text(3));
    }
    for (const auto& [id, key] : of_table) keys.push_back(key);
  }
  return keys;
}

}  // namespace

std::unique_ptr<Database> open_with_header(const std::string& damaged,
                                           const std::string& like,
                                           const std::string& copy) {
  const bool has_log = file::regular_size(damaged + "-wal").value_or(0) > 0;
  if (!copy_file(damaged, copy) ||
      (has_log && !copy_file(damaged + "-wal", copy + "-wal")) ||
      !give_header(copy, like, has_log))
    return nullptr;
  try {
    auto out = std::make_unique<Database>(copy, Database::Mode::ReadWrite);
    if (!Statement(*out, "SELECT 1 FROM sqlite_schema").step()) return nullptr;
    return out;
  } catch (const Error& error) {
    if (error.code() == ErrorCode::Contended) throw;
    return nullptr;
  }
}

SalvagedTable Salvage::copy_table(const std::string& name) {
  SalvagedTable result{.name = name};
  Shape shape;
  try {
    shape = shape_of(from_, to_, name);
  } catch (const Error& error) {
    if (error.code() == ErrorCode::Contended) throw;
  }
  if (shape.columns.empty()) {
    result.whole = false;
    return result;
  }
  Pass forward(from_, to_, name, shape);
  forward.run("");
  result.whole = forward.reached_end;
  result.refused = forward.refused;
  if (!result.whole) {
    Pass backward(from_, to_, name, shape);
    backward.run(" DESC");
    result.refused += backward.refused;
    if (shape.has_rowid && forward.rows > 0 && backward.rows > 0)
      result.lost = std::max<std::int64_t>(0, backward.last - forward.last - 1);
  }
  result.rows = count(to_, name);
  return result;
}

std::vector<SalvagedTable> Salvage::copy_tables() {
  std::vector<SalvagedTable> tables;
  for (const std::string& name :
       texts(to_,
             "SELECT name FROM sqlite_schema WHERE type = 'table' "
             "AND name NOT LIKE 'sqlite_%' ORDER BY rowid"))
    tables.push_back(copy_table(name));
  return tables;
}

std::int64_t Salvage::drop_orphans() {
  const auto keys = foreign_keys(to_);
  std::int64_t dropped = 0;
  // What is dropped can make orphans of others.
  for (bool again = true; again;) {
    again = false;
    for (const ForeignKey& key : keys) {
      if (key.parent == "features" &&
          (key.child == "agents" || key.child == "task_events"))
        continue;
      std::string set, matches;
      for (const auto& [child, parent] : key.columns) {
        set += " AND c." + in_quotes(child) + " IS NOT NULL";
        matches += (matches.empty() ? "" : " AND ") + std::string("p.") +
                   in_quotes(parent) + " = c." + in_quotes(child);
      }
      to_.execute(("DELETE FROM " + in_quotes(key.child) + " AS c WHERE 1" +
                   set + " AND NOT EXISTS (SELECT 1 FROM " +
                   in_quotes(key.parent) + " AS p WHERE " + matches + ")")
                      .c_str());
      again = again || to_.changes() > 0;
      dropped += to_.changes();
    }
  }
  return dropped;
}

}  // namespace orch::store
