// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "file/file.h"
#include "support/sandbox.h"

// The git that `./dev test` has fetched beside the machine's own.
namespace orch::test {

inline const std::string kNewerGit =
    std::string(ORCH_SOURCE_DIR) + "/build/tools/newer-git/bin/git";

// What PATH of `box` has for `git` from now on: a script of these lines.
inline void put_git(Sandbox& box, const std::string& lines) {
  box.write(box.path("bin/git"), "#!/bin/sh\n" + lines);
  box.ok_in(box.root(), "chmod 755 bin/git");
  box.set("PATH", box.path("bin") + ":" + std::string(ORCH_BUILD_DIR) +
                      "/bin:/usr/local/bin:/usr/bin:/bin");
}

// False where it was not fetched.
inline bool use_newer_git(Sandbox& box) {
  if (!file::exists(kNewerGit)) return false;
  put_git(box, "exec " + kNewerGit + " \"$@\"\n");
  return true;
}

}  // namespace orch::test
