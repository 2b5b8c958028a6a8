// SPDX-License-Identifier: MIT
#include "setup/backup.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include <cerrno>

#include "clock/clock.h"
#include "error/error.h"
#include "file/file.h"
#include "store/made.h"
#include "text/time.h"

namespace orch::setup {
namespace {

// Gives the file its new name unless something has that name already; whether
// it did.
bool rename_to_free(const std::string& from, const std::string& to) {
  if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(),
                  RENAME_NOREPLACE) == 0)
    return true;
  // A file system that cannot. A directory replaces no other one that has
  // something in it; a file is given a second name, then one less.
  if (errno == EINVAL || errno == ENOSYS) {
    if (file::is_directory(from) && !file::exists(to) &&
        ::rename(from.c_str(), to.c_str()) == 0)
      return true;
    if (!file::is_directory(from) && ::link(from.c_str(), to.c_str()) == 0 &&
        ::unlink(from.c_str()) == 0)
      return true;
  }
  if (errno == EEXIST) return false;
  throw io_error("cannot rename '" + from + "' to '" + to + "'", errno);
}

// Moves it out of the state directory; returns where it is now.
std::string move_out(const repository::Repository& repository,
                     const std::string& path, const std::string& suffix) {
  std::string stamp;
  for (const char c : text::iso_time(clock::now()))
    if (c != ':' && c != '-') stamp += c;
  const std::string start = repository.common_dir + "/orch-backup-" + stamp;
  std::string backup = start + suffix;
  for (int number = 2; !rename_to_free(path, backup); ++number)
    backup = start + "-" + std::to_string(number) + suffix;
  return backup;
}

}  // namespace

std::string move_store(const repository::Repository& repository,
                       store::Store store) {
  store::checkpoint(store);
  store::forget_made(repository.orch_dir());
  return move_out(repository, store::Store::path_in(repository.orch_dir()),
                  ".db");
}

std::string move_trash(const repository::Repository& repository) {
  const std::string trash = repository.orch_dir() + "/trash";
  if (!file::is_directory(trash) || file::is_empty_directory(trash)) return "";
  return move_out(repository, trash, ".trash");
}

}  // namespace orch::setup
