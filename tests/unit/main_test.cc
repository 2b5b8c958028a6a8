// SPDX-License-Identifier: MIT
//
// A main of our own: the archive of `cli` has one, too, which the linker would
// meet before that of GoogleTest. It also makes the tests independent of who
// runs them.
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <string>
#include <string_view>
#include <vector>

extern char** environ;

int main(int argc, char** argv) {
  std::vector<std::string> foreign;
  for (char** entry = environ; *entry; ++entry) {
    const std::string_view name =
        std::string_view(*entry).substr(0, std::string_view(*entry).find('='));
    if (name.starts_with("GIT_") || name.starts_with("ORCH_") ||
        name.starts_with("TMUX"))
      foreign.emplace_back(name);
  }
  for (const std::string& name : foreign) ::unsetenv(name.c_str());
  ::setenv("GIT_CONFIG_NOSYSTEM", "1", 1);
  ::setenv("GIT_CONFIG_GLOBAL", "/dev/null", 1);
  ::unsetenv("TZ");
  ::umask(022);
  ::testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
