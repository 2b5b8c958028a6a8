// SPDX-License-Identifier: MIT
#pragma once

#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "timing.h"

// Programs started directly, since a program between, or a pipe, would be
// measured with them.
namespace orch::bench {

// Its output is thrown away. Ends this process when there is no such program.
inline pid_t spawn(const std::vector<std::string>& argv,
                   const std::string& directory,
                   const std::string& input = "/dev/null") {
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_addchdir_np(&actions, directory.c_str());
  ::posix_spawn_file_actions_addopen(&actions, 0, input.c_str(), O_RDONLY, 0);
  ::posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
  std::vector<char*> pointers;
  for (const std::string& a : argv)
    pointers.push_back(const_cast<char*>(a.c_str()));
  pointers.push_back(nullptr);
  pid_t pid = 0;
  if (::posix_spawnp(&pid, pointers[0], &actions, nullptr, pointers.data(),
                     environ) != 0)
    std::abort();
  ::posix_spawn_file_actions_destroy(&actions);
  return pid;
}

struct Spent {
  int status = 0;  // as wait() gives it
  double wall_ms = 0;
  double cpu_ms = 0;  // of the program and of whatever it waited for
};

inline Spent spend(const std::vector<std::string>& argv,
                   const std::string& directory,
                   const std::string& input = "/dev/null") {
  Spent out;
  rusage used{};
  const double start = now_ms();
  ::wait4(spawn(argv, directory, input), &out.status, 0, &used);
  out.wall_ms = now_ms() - start;
  const auto ms = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) * 1e3 +
           static_cast<double>(t.tv_usec) / 1e3;
  };
  out.cpu_ms = ms(used.ru_utime) + ms(used.ru_stime);
  return out;
}

}  // namespace orch::bench
