// SPDX-License-Identifier: MIT
#include "git/stamp.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>

#include <algorithm>
#include <cstdint>
#include <vector>

namespace orch::git {
namespace {

// Kernels write times in steps of a few milliseconds; file systems of other
// machines in steps of up to two seconds.
constexpr std::int64_t kFreshNs = 2'500'000'000;

class Stamp {
 public:
  void add(const std::string& path) {
    struct stat s {};
    if (::lstat(path.c_str(), &s) != 0) {
      text_ += "-";
      return;
    }
    add(path, s);
    if (!S_ISDIR(s.st_mode)) return;
    DIR* dir = ::opendir(path.c_str());
    if (!dir) return;
    std::vector<std::string> names;
    while (const dirent* entry = ::readdir(dir))
      if (const std::string name = entry->d_name; name != "." && name != "..")
        names.push_back(name);
    ::closedir(dir);
    std::sort(names.begin(), names.end());
    for (const std::string& name : names) add(path + "/" + name);
  }

  std::optional<std::string> text() && {
    timespec now{};
    clock_gettime(CLOCK_REALTIME, &now);
    // A time that is ahead, after the clock was set back, tells nothing.
    if (now.tv_sec * 1'000'000'000 + now.tv_nsec - newest_ < kFreshNs)
      return std::nullopt;
    return std::move(text_);
  }

 private:
  void add(const std::string& path, const struct stat& s) {
    for (const timespec& t : {s.st_mtim, s.st_ctim})
      newest_ =
          std::max<std::int64_t>(newest_, t.tv_sec * 1'000'000'000 + t.tv_nsec);
    text_ += path;
    for (const std::int64_t n : {static_cast<std::int64_t>(s.st_ino),
                                 static_cast<std::int64_t>(s.st_size),
                                 static_cast<std::int64_t>(s.st_mtim.tv_sec),
                                 static_cast<std::int64_t>(s.st_mtim.tv_nsec),
                                 static_cast<std::int64_t>(s.st_ctim.tv_sec),
                                 static_cast<std::int64_t>(s.st_ctim.tv_nsec)})
      text_ += " " + std::to_string(n);
    text_ += "\n";
  }

  std::string text_;
  std::int64_t newest_ = 0;
};

}  // namespace

std::optional<std::string> refs_stamp(
    const repository::Repository& repository) {
  Stamp stamp;
  for (const char* part : {"/packed-refs", "/refs", "/reftable"})
    stamp.add(repository.common_dir + part);
  return std::move(stamp).text();
}

}  // namespace orch::git
