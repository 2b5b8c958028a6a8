// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "store/database.h"

// Rows out of a damaged file; private to `store`.
namespace orch::store {

// A store whose file header (its first hundred bytes, https://sqlite.org/
// fileformat2.html) is lost, for reading: a copy of it and of its log, `copy`,
// gets the header of `like`, a sound store of the same kind. Null when more is
// lost than that, or there is no room for a copy.
std::unique_ptr<Database> open_with_header(const std::string& damaged,
                                           const std::string& like,
                                           const std::string& copy);

struct SalvagedTable {
  std::string name;
  std::int64_t rows = 0;     // that were read and kept
  std::int64_t refused = 0;  // that were read, but no row of ours can be
  bool whole = true;         // read to its end
  // How many can have been lost at most, where the ids tell.
  std::optional<std::int64_t> lost = std::nullopt;
};

// Copies every table of `to`, row by row, each from both ends as far as it can
// be read, and lets no row stay that refers to a lost one but for two: agents
// keep their feature, which is made anew as far as it is known, and so do
// events. `from` is only read. What it throws is about `to`.
class Salvage {
 public:
  Salvage(Database& from, Database& to) : from_(from), to_(to) {}

  std::vector<SalvagedTable> copy_tables();
  // Rows that were dropped since what they refer to is lost.
  std::int64_t drop_orphans();

 private:
  SalvagedTable copy_table(const std::string& name);

  Database& from_;
  Database& to_;
};

}  // namespace orch::store
