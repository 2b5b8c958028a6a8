// SPDX-License-Identifier: MIT
//
// git-orch--daemon <git-dir> [<lock>]: ticks for one repository until there is
// nothing to wait for. <lock>: a descriptor with its lock, from the version
// that this one replaces.
#include <cstdio>
#include <cstdlib>
#include <exception>

#include "daemon/daemon.h"
#include "error/error.h"
#include "repository/repository.h"

int main(int argc, char** argv) {
  if (argc < 2 || argc > 3) {
    std::fputs("usage: git-orch--daemon <git-dir>\n", stderr);
    return orch::kUsage;
  }
  try {
    orch::daemon::serve(orch::repository::require_at(argv[1]),
                        argc > 2 ? std::atoi(argv[2]) : -1);
    return orch::kDone;
  } catch (const orch::Error& e) {
    std::fprintf(stderr, "fatal: orch: %s\n", e.what());
    return orch::kFatal;
  } catch (const std::exception& e) {
    std::fprintf(stderr, "fatal: orch: %s\n", e.what());
    return orch::kFatal;
  }
}
