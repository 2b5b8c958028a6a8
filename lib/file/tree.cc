// SPDX-License-Identifier: MIT
#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "error/error.h"
#include "file/file.h"

namespace orch::file {
namespace {

std::string quoted(const std::string& path) { return "'" + path + "'"; }

}  // namespace

std::vector<std::string> names_in(const std::string& directory) {
  std::vector<std::string> names;
  DIR* dir = ::opendir(directory.c_str());
  if (!dir) {
    if (errno == ENOENT || errno == ENOTDIR) return names;
    throw io_error("cannot read directory " + quoted(directory), errno);
  }
  errno = 0;
  while (const dirent* entry = ::readdir(dir)) {
    const std::string name = entry->d_name;
    if (name != "." && name != "..") names.push_back(name);
    errno = 0;
  }
  const int error = errno;
  ::closedir(dir);
  // A directory that is gone meanwhile, also of /proc, has no names.
  if (error != 0 && error != ENOENT && error != ESRCH)
    throw io_error("cannot read directory " + quoted(directory), error);
  std::sort(names.begin(), names.end());
  return names;
}

void remove_tree(const std::string& path) {
  // With a slash behind it, lstat(2) would follow a link.
  if (path.size() > 1 && path.ends_with('/'))
    return remove_tree(path.substr(0, path.size() - 1));
  struct stat s {};
  if (::lstat(path.c_str(), &s) != 0) {
    if (errno == ENOENT || errno == ENOTDIR) return;
    throw io_error("cannot remove " + quoted(path), errno);
  }
  if (!S_ISDIR(s.st_mode)) return file::remove(path);
  for (const std::string& name : names_in(path))
    remove_tree(file::join(path, name));
  if (::rmdir(path.c_str()) != 0 && errno != ENOENT)
    throw io_error("cannot remove directory " + quoted(path), errno);
}

}  // namespace orch::file
