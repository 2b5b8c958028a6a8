// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "store/database.h"

// From an older schema to ours; private to `store`.
namespace orch::store {

int read_version(Database& database);

// Throws Error{Corrupt} that names both numbers.
void refuse_newer(int version, const std::string& path);

// Brings the store in `orch_dir` to kSchemaVersion, one transaction for each
// version, so that a kill leaves an older one whole. What is not empty is first
// copied to orch/backup/. The caller holds the gate and has the file open.
void migrate(Database& database, const std::string& orch_dir);

// The tables of an older version in an empty database, at most of ours.
void make_schema(Database& database, int version);

// All that SQLite's full checks find (PRAGMA integrity_check and
// foreign_key_check), a line each, at most about a hundred; none when sound.
std::vector<std::string> damage_of(Database& database);

// An instant as names of files have it: 20261121T034405Z.
std::string time_in_name(std::int64_t ms);

}  // namespace orch::store
