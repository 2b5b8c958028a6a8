// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "process/process.h"
#include "support/sandbox.h"

// A git that is found before the real one, and is bad where a test says so.
namespace orch::test {

// From now on whatever runs in `box` meets these lines of shell first, with the
// arguments of git, and then the real git. They may end it, or be empty.
inline void put_before_git(Sandbox& box, const std::string& lines) {
  const std::string directory = box.path("first");
  box.write(directory + "/git", "#!/bin/sh\n" + lines + "\nexec " +
                                    process::find_on_path("git").value_or("") +
                                    " \"$@\"\n");
  box.ok_in(box.root(), "chmod 755 " + directory + "/git");
  std::string path = box.run_in(box.root(), {"printenv", "PATH"}).out;
  path.pop_back();
  if (!path.starts_with(directory + ":"))
    box.set("PATH", directory + ":" + path);
}

// Lines that do `act` the first time that the arguments are like `pattern`, of
// sh(1).
inline std::string once(const std::string& pattern, const std::string& act) {
  return "case \" $* \" in " + pattern +
         ") if mkdir \"$HOME/once\" 2>/dev/null; then\n" + act +
         "\nfi;; esac\n";
}

}  // namespace orch::test
