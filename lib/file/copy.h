// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <string>
#include <vector>

// Files from one directory into another, only where there is nothing yet, and
// never through a symbolic link below either of them.
namespace orch::file {

// Paths below the two directories.
struct Added {
  std::vector<std::string> made;     // files and symbolic links
  std::vector<std::string> refused;  // no directory, or a link, is on the way
  // Repositories inside, and what is no file, directory or symbolic link.
  std::vector<std::string> left_out;
};

// Copies what is at `path` below `from` to the same path below `to`; of a
// directory everything that is not there yet. A file appears whole or not at
// all, with its mode and time of change; a symbolic link stays one. What `skip`
// says yes to is left alone. False when there is nothing at `path` but through
// a symbolic link. Throws Error{Io}.
bool copy_absent(const std::string& from, const std::string& to,
                 const std::string& path,
                 const std::function<bool(const std::string&)>& skip,
                 Added& added);

// Makes `path` below `to` a symbolic link to `target`, when nothing is there.
// Throws Error{Io}.
void link_absent(const std::string& target, const std::string& to,
                 const std::string& path, Added& added);

}  // namespace orch::file
