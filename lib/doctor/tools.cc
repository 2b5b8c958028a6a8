// SPDX-License-Identifier: MIT
#include "doctor/tools.h"

#include <sys/statvfs.h>

#include "error/error.h"
#include "git/git.h"
#include "tmux/tmux.h"

namespace orch::doctor {
namespace {

constexpr git::Version kLeastGit{2, 39, 0};
constexpr std::uint64_t kLeastFreeBytes = 1ULL << 30;

}  // namespace

Check check_git() {
  try {
    const git::Version v = git::installed_version();
    if (v < kLeastGit)
      return {"git", "fail", "version " + v.text() + " is older than 2.39",
              "install git 2.39 or newer"};
    return {"git", "ok", "version " + v.text(), ""};
  } catch (const Error& e) {
    return {"git", "fail", e.what(), e.hint()};
  }
}

Check check_tmux() {
  try {
    tmux::require_usable();
    const auto v = tmux::installed_version();
    return {
        "tmux", "ok",
        "version " + std::to_string(v->major) + "." + std::to_string(v->minor),
        ""};
  } catch (const Error& e) {
    return {"tmux", "fail", e.what(), e.hint()};
  }
}

Check check_disk(const std::string& path, const std::string& low) {
  struct statvfs s {};
  if (::statvfs(path.c_str(), &s) != 0)
    return {"disk", "warn", "cannot tell the free space", ""};
  const std::uint64_t free = s.f_bavail * s.f_frsize;
  const std::string detail = std::to_string(free >> 20) + " MiB free";
  if (free < kLeastFreeBytes)
    return {"disk", low, detail, "free some disk space"};
  return {"disk", "ok", detail, ""};
}

}  // namespace orch::doctor
