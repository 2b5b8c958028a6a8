// SPDX-License-Identifier: MIT
#include "drill/disk.h"

#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "error/error.h"
#include "file/file.h"

namespace orch::drill {
namespace {

// One write(2): the kernel takes the map of a namespace whole or not at all.
bool put(const std::string& path, const std::string& text) {
  FILE* out = std::fopen(path.c_str(), "we");
  if (!out) return false;
  const bool written =
      std::fwrite(text.data(), 1, text.size(), out) == text.size();
  return std::fclose(out) == 0 && written;
}

// user_namespaces(7): we stay who we are.
bool enter_user_namespace() {
  const std::string user = std::to_string(::geteuid());
  const std::string group = std::to_string(::getegid());
  if (::unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return false;
  return put("/proc/self/setgroups", "deny") &&
         put("/proc/self/uid_map", user + " " + user + " 1") &&
         put("/proc/self/gid_map", group + " " + group + " 1");
}

std::string failure(const char* what) {
  return std::string(what) + ": " + std::strerror(errno);
}

}  // namespace

std::string mount_disk(const std::string& directory, std::int64_t bytes) {
  if (::unshare(CLONE_NEWNS) != 0 && !enter_user_namespace())
    return failure("no mount namespace of its own");
  // What we mount is nobody else's.
  if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0)
    return failure("mounts cannot be made private");
  const std::string options = "mode=700,size=" + std::to_string(bytes);
  if (::mount("git-orch-drill", directory.c_str(), "tmpfs",
              MS_NOSUID | MS_NODEV, options.c_str()) != 0)
    return failure("no tmpfs can be mounted");
  return "";
}

void unmount_disk(const std::string& directory) {
  while (::umount2(directory.c_str(), MNT_DETACH) == 0) {
  }
}

}  // namespace orch::drill
