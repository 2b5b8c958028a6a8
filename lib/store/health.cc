// SPDX-License-Identifier: MIT
#include "store/health.h"

#include <algorithm>
#include <iterator>
#include <set>

#include "error/error.h"
#include "file/file.h"
#include "store/database.h"
#include "store/made.h"
#include "store/migrate.h"
#include "store/store.h"

namespace orch::store {
namespace {

std::set<std::string> names_in_schema(Database& database) {
  std::set<std::string> names;
  Statement s(database,
              "SELECT type || ' ' || name FROM sqlite_schema "
              "WHERE name NOT LIKE 'sqlite_%'");
  while (s.step()) names.insert(s.text(0));
  return names;
}

// Of a table whose row in the schema is lost, SQLite's checks know nothing.
std::vector<std::string> missing_parts(Database& database, int version) {
  Database fresh(":memory:", Database::Mode::ReadWrite);
  make_schema(fresh, version);
  const auto present = names_in_schema(database);
  std::vector<std::string> missing;
  for (const std::string& name : names_in_schema(fresh))
    if (!present.contains(name)) missing.push_back(name + " is missing");
  return missing;
}

void look(Database& database, Findings* found) {
  found->version = read_version(database);
  if (found->version > kSchemaVersion) {
    found->health = Health::Newer;
    return;
  }
  found->lines = damage_of(database);
  const auto missing = missing_parts(database, found->version);
  found->lines.insert(found->lines.end(), missing.begin(), missing.end());
  if (found->lines.empty()) found->health = Health::Sound;
}

}  // namespace

Findings examine(const std::string& orch_dir) {
  const std::string path = Store::path_in(orch_dir);
  if (!file::exists(path)) {
    if (file::exists(rebuild_mark_in(orch_dir)))
      return {Health::Interrupted, 0, {"its rebuild was interrupted"}};
    if (is_gone(orch_dir)) return {Health::Damaged, 0, {"it was removed"}};
    return {};
  }
  Findings found{.health = Health::Damaged};
  try {
    Database database(path, Database::Mode::ReadOnly);
    look(database, &found);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::Corrupt) throw;
    found.lines.emplace_back(error.what());
  }
  return found;
}

}  // namespace orch::store
