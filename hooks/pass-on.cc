// SPDX-License-Identifier: MIT
//
// Stands in our hook directory for every hook that we have no program for: when
// core.hooksPath leads to us, git would not find the user's own otherwise.
#include <unistd.h>

#include <cstdio>
#include <exception>

#include "chain/chain.h"
#include "file/file.h"

int main(int, char** argv) {
  try {
    const std::string next =
        orch::chain::find_next(argv[0], orch::file::name_of(argv[0]));
    if (next.empty()) return 0;
    orch::chain::become(next, argv);
    std::fprintf(stderr, "warning: orch: cannot run '%s'\n", next.c_str());
  } catch (const std::exception& e) {
    std::fprintf(stderr, "warning: orch: %s\n", e.what());
  }
  return 0;
}
