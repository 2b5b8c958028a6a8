// SPDX-License-Identifier: MIT
#pragma once

#include <sys/stat.h>

#include <fstream>
#include <string>

namespace orch::test {

// Whether somebody waits for the lock of that file; the kernel says so.
inline bool somebody_waits_for(const std::string& path) {
  struct stat s {};
  if (::stat(path.c_str(), &s) != 0) return false;
  const std::string inode = ":" + std::to_string(s.st_ino) + " ";
  std::ifstream locks("/proc/locks");
  for (std::string line; std::getline(locks, line);)
    if (line.find("->") != std::string::npos &&
        line.find(inode) != std::string::npos)
      return true;
  return false;
}

}  // namespace orch::test
