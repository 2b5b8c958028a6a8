// SPDX-License-Identifier: MIT
#pragma once

// What hooks/stub.cc, which has no library, and lib/chain agree on: the text at
// the front of a stub, and behind it the path of the program, ended by NULs.

#define ORCH_STUB_MARK "This is a hook of git orch; see git-orch-githooks(5)."
#define ORCH_STUB_PROGRAM "program: "
#define ORCH_STUB_TEXT                                                \
  "\n\n" ORCH_STUB_MARK                                               \
  "\n"                                                                \
  "It runs the program named below, and then <hook>.orch-chained.\n"  \
  "Write a hook of your own as <hook>.orch-chained. To let another\n" \
  "tool install its hooks:\n"                                         \
  "\n"                                                                \
  "    git orch hooks uninstall\n"                                    \
  "    (now the other tool)\n"                                        \
  "    git orch hooks install\n"                                      \
  "\n" ORCH_STUB_PROGRAM
#define ORCH_STUB_PATH_SIZE 1024
