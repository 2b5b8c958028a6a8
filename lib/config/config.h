// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "repository/repository.h"

// git's configuration, read by git itself (includes, conditions, `-c` and all)
// in one process, and written under one lock: concurrent writers of git 2.39
// lose each other's keys.
namespace orch::config {

using repository::Repository;

class Config {
 public:
  // All values that hold in `repository` (in this worktree, when inside one).
  static Config load(const Repository& repository);

  // The last value of `key`, whose section and name are lower case; absent
  // when unset.
  std::optional<std::string> find(const std::string& key) const;
  std::string text(const std::string& key, const std::string& otherwise) const;
  // git's booleans; throws Error{Usage} for anything else.
  bool flag(const std::string& key, bool otherwise) const;
  // git's integers, with k, m or g behind; absent when unset. Throws
  // Error{Usage} for anything else and for what is negative. `key` may be
  // written with capitals, as the message does.
  std::optional<std::uint64_t> find_size(const std::string& key) const;

  // All values of keys that start with one of `prefixes`, for comparison.
  std::string values_below(const std::vector<std::string>& prefixes) const;

  // The keys that are set and start with `prefix`, sorted.
  std::vector<std::string> keys_below(const std::string& prefix) const;

  // The last value of `key` in exactly that scope ("local", "worktree" …).
  std::optional<std::string> find_in(const std::string& key,
                                     const std::string& scope) const;

  // The last value of `key` from a scope that only this user controls (system,
  // global, command line): what may name a program to run.
  std::optional<std::string> find_trusted(const std::string& key) const;
  // That value as flag() reads it.
  bool trusted_flag(const std::string& key, bool otherwise) const;

 private:
  struct Entry {
    std::string scope, value;
  };
  std::map<std::string, std::vector<Entry>> entries_;
};

// Sets keys of the repository's own file; values that are there already are
// left alone.
void set_local(const Repository& repository,
               const std::vector<std::pair<std::string, std::string>>& values);

// A value as a configuration file holds it (git-config(1), SYNTAX).
std::string quoted_value(const std::string& value);

// Switches config.worktree files on, as git-worktree(1) says: core.bare and
// core.worktree move from the shared file to the main worktree's own. Returns
// whether it was off.
bool enable_worktree_scope(const Repository& repository);
// Sets, or with an absent value unsets, a key in a worktree's own file.
void set_in_worktree(const Repository& worktree, const std::string& key,
                     const std::optional<std::string>& value);

}  // namespace orch::config
