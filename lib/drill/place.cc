// SPDX-License-Identifier: MIT
#include "drill/place.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <set>

#include "drill/traces.h"
#include "error/error.h"

namespace orch::drill {
namespace {

constexpr char kPrefix[] = "git-orch-drill-", kChance[] = "XXXXXX";
constexpr char kKept[] = "kept";
// A socket's path has 107 bytes at most.
constexpr std::size_t kLongest = 60;
constexpr std::int64_t kEndMs = 10 * 1000;

bool is_fit(const std::string& place) {
  return place.starts_with('/') && place.size() <= kLongest &&
         std::none_of(place.begin(), place.end(), [](const char c) {
           return c == ':' || static_cast<unsigned char>(c) < ' ' ||
                  c == '\x7f';
         });
}

std::string where() {
  const char* place = std::getenv("TMPDIR");
  return place && is_fit(place) ? place : "/tmp";
}

// Its directory, locked; nothing when somebody has it, or it has gone.
file::Descriptor hold(const std::string& directory) {
  file::Descriptor fd(::open(directory.c_str(),
                             O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  struct stat held {
  }, there{};
  if (!fd || ::flock(fd.get(), LOCK_EX | LOCK_NB) != 0 ||
      ::fstat(fd.get(), &held) != 0 ||
      ::lstat(directory.c_str(), &there) != 0 || held.st_ino != there.st_ino)
    return {};
  return fd;
}

// Whether it is this user's and holds what an arena holds, or nothing: the file
// system of a drill that was killed is gone from outside.
bool is_of_a_drill(const std::string& directory) {
  static const std::set<std::string> kOurs = {"home",       "run",   "tmp",
                                              "repository", "trees", "tools"};
  struct stat s {};
  if (::lstat(directory.c_str(), &s) != 0 || !S_ISDIR(s.st_mode) ||
      s.st_uid != ::geteuid())
    return false;
  const auto names = file::names_in(directory);
  return std::all_of(names.begin(), names.end(), [](const std::string& name) {
    return kOurs.contains(name);
  });
}

}  // namespace

Place make_place() {
  // Somebody who clears up may have taken an empty one for a killed drill's.
  constexpr int kTries = 10;
  for (int i = 0;; ++i) {
    std::string pattern = file::join(where(), kPrefix) + kChance;
    if (!::mkdtemp(pattern.data()))
      throw io_error("cannot make '" + pattern + "'", errno);
    if (auto held = hold(pattern); held || i == kTries)
      return {file::resolve(pattern), std::move(held)};
  }
}

std::vector<std::string> clear_killed() {
  std::vector<std::string> out;
  const std::string place = file::resolve(where());
  try {
    for (const std::string& name : file::names_in(place)) {
      const std::string directory = file::join(place, name);
      if (!name.starts_with(kPrefix) || !is_of_a_drill(directory)) continue;
      const file::Descriptor held = hold(directory);
      if (!held || !is_of_a_drill(directory) || !end_holders(directory, kEndMs))
        continue;
      file::remove_tree(directory);
      out.push_back(directory);
    }
  } catch (const Error&) {
    // Whatever it is, it keeps nobody from a drill of his own.
  }
  return out;
}

void mark_kept(const std::string& directory) {
  file::write_atomically(file::join(directory, kKept), "");
}

}  // namespace orch::drill
