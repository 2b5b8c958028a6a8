// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

// The repositories of this user that git orch works in: an index of paths, so
// that all of them can be looked at. A symbolic link each below
// $XDG_STATE_HOME/git-orch/repositories (by default ~/.local/state), named by
// a hash of the path: made and removed in one step, whatever bytes a path has,
// and true about nothing else. Everything about a repository is in its own
// store.
namespace orch::roster {

struct Entry {
  std::string id;          // 16 hexadecimal digits
  std::string common_dir;  // git's common directory, absolute
  bool is_there = false;   // it exists and is set up
};

// Where what belongs to this user and no repository is kept, absolute
// ($XDG_STATE_HOME/git-orch); empty where there is no home directory. It need
// not exist.
std::string state_directory();

// The id that a repository has, or would have.
std::string id_of(const std::string& common_dir);

// Lists a repository. Silent when that cannot be: nobody needs it to work.
void note(const std::string& common_dir) noexcept;
// Takes it off the list; silent, too.
void forget(const std::string& common_dir) noexcept;

// All of them, by path. None where there is no home directory.
std::vector<Entry> list();

}  // namespace orch::roster
