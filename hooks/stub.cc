// SPDX-License-Identifier: MIT
//
// What lies at a hook's place in a repository: a copy of this program that
// knows the path of the real one. It is a file of that repository, so whoever
// writes into it hurts no other; it is run anew at each hook, so it has no
// library below it and starts in a quarter of the time.
//
// When the real program is gone it becomes the hook beside it, or nothing: git
// must not notice.
#include "stub.h"

#include "chain/stub_form.h"

namespace {

// lib/chain/stub.cc finds the mark in here and fills in the path. It stands at
// the front of the file, where installers that show a hook show it.
[[gnu::used]] const char kFace[sizeof ORCH_STUB_TEXT + ORCH_STUB_PATH_SIZE] =
    ORCH_STUB_TEXT;

constexpr char kBeside[] = ".orch-chained";
constexpr char kShell[] = "/bin/sh";
constexpr char kWarns[] = "/post-commit";
constexpr int kNoExec = 8;  // ENOEXEC
constexpr int kMost = 62;   // arguments of a hook; githooks(5) has three
constexpr unsigned long kLongest = 4096;

unsigned long length_of(const char* text) {
  unsigned long n = 0;
  while (text[n] != '\0') ++n;
  return n;
}

bool ends_with(const char* text, const char* end) {
  const unsigned long n = length_of(text), m = length_of(end);
  if (n < m) return false;
  for (unsigned long i = 0; i < m; ++i)
    if (text[n - m + i] != end[i]) return false;
  return true;
}

void print(const char* text) { orch_write(text, length_of(text)); }

// One hook of a command is enough to say it.
void warn(const char* program) {
  if (!ends_with(program, kWarns)) return;
  print("warning: orch: cannot run '");
  print(program);
  print("'\n");
}

// As git does it: a script without a first line that names its shell.
void run_by_shell(char* path, char** argv, char** environment) {
  static char* words[kMost + 3];
  words[0] = const_cast<char*>(kShell);
  words[1] = path;
  for (int n = 1; n < kMost && argv[n]; ++n) words[n + 1] = argv[n];
  orch_execute(kShell, words, environment);
}

void run_beside(char** argv, char** environment) {
  static char path[kLongest];
  const unsigned long n = length_of(argv[0]);
  if (n + sizeof kBeside > kLongest) return;
  for (unsigned long i = 0; i < n; ++i) path[i] = argv[0][i];
  for (unsigned long i = 0; i < sizeof kBeside; ++i) path[n + i] = kBeside[i];
  argv[0] = path;
  if (orch_execute(path, argv, environment) == -kNoExec)
    run_by_shell(path, argv, environment);
}

}  // namespace

[[gnu::weak]] bool orch_is_needed(char**, char**) { return true; }

int orch_stub_main(char** argv, char** environment) {
  const char* program = kFace + sizeof ORCH_STUB_TEXT - 1;
  __asm__("" : "+r"(program));  // what the file has now, not the source
  if (!argv[0] || !orch_is_needed(argv, environment)) return 0;
  orch_execute(program, argv, environment);
  warn(program);
  run_beside(argv, environment);
  return 0;
}
