// SPDX-License-Identifier: MIT
//
// The stub that lies at reference-transaction's place in an agent's worktree
// (githooks(5)). git calls that hook three times for a commit and hundreds of
// times for a rebase; nearly always there is nothing to refuse, and this sees
// it without a second program: another phase than `prepared`, the agent's own
// branch, and refs that are nobody's. Everything else, and whatever it does
// not understand, is for the guard.
#include "stub_calls.h"

bool orch_is_needed(char** argv, char** environment);

namespace {

constexpr long kRules = 8192;     // of the rules, their first lines
constexpr long kInput = 1 << 17;  // 128 KiB: about a thousand refs
constexpr long kHere = -100;      // AT_FDCWD
constexpr long kAgain = -4;       // EINTR
constexpr long kMostFree = 16;

struct Text {
  const char* at = nullptr;
  long size = 0;
};

char rules_bytes[kRules];
char input_bytes[kInput];
Text own;
Text free_fronts[kMostFree];
long free_count = 0;

bool is_same(const char* a, const char* b, long n) {
  for (long i = 0; i < n; ++i)
    if (a[i] != b[i]) return false;
  return true;
}

bool starts_with(Text text, const char* front, long n) {
  return text.size >= n && is_same(text.at, front, n);
}

template <long N>
bool starts_with(Text text, const char (&front)[N]) {
  return starts_with(text, front, N - 1);
}

// Up to `limit` bytes; negative when they cannot be read.
long read_from(long fd, char* out, long limit) {
  long size = 0;
  while (size < limit) {
    const long n =
        orch_call(kRead, fd, reinterpret_cast<long>(out + size), limit - size);
    if (n == kAgain) continue;
    if (n < 0) return n;
    if (n == 0) break;
    size += n;
  }
  return size;
}

long read_file(const char* path, char* out, long limit) {
  const long fd =
      orch_call(kOpenAt, kHere, reinterpret_cast<long>(path), 02000000);
  if (fd < 0) return fd;
  const long size = read_from(fd, out, limit);
  orch_call(kClose, fd, 0, 0);
  return size;
}

const char* value_of(char** environment, const char* name, long n) {
  for (; *environment; ++environment)
    if (is_same(*environment, name, n)) return *environment + n;
  return nullptr;
}

// "own <branch>", then "free <front of refs>" as often as there are any.
bool read_rules(char** environment) {
  static char path[4096];
  constexpr char kVariable[] = "GIT_DIR=";
  constexpr char kName[] = "/orch-guard";
  const char* dir = value_of(environment, kVariable, sizeof kVariable - 1);
  long n = 0;
  if (!dir) return false;
  for (; dir[n] != '\0'; ++n) {
    if (n + static_cast<long>(sizeof kName) >= 4096) return false;
    path[n] = dir[n];
  }
  for (long i = 0; i < static_cast<long>(sizeof kName); ++i)
    path[n + i] = kName[i];
  const long size = read_file(path, rules_bytes, kRules);
  long line = 0;
  for (long i = 0; i < size; ++i) {
    if (rules_bytes[i] != '\n') continue;
    const Text text{rules_bytes + line, i - line};
    line = i + 1;
    if (starts_with(text, "own "))
      own = {text.at + 4, text.size - 4};
    else if (starts_with(text, "free ") && free_count < kMostFree)
      free_fronts[free_count++] = {text.at + 5, text.size - 5};
    else
      break;
  }
  return own.size > 0;
}

bool is_zero(Text id) {
  for (long i = 0; i < id.size; ++i)
    if (id.at[i] != '0') return false;
  return true;
}

// "<old> <new> <ref>"
bool is_harmless(Text line) {
  long first = 0;
  while (first < line.size && line.at[first] != ' ') ++first;
  const long ref = 2 * (first + 1);
  if (first == 0 || ref >= line.size || line.at[ref - 1] != ' ') return false;
  const Text from{line.at, first}, to{line.at + first + 1, first};
  const Text name{line.at + ref, line.size - ref};
  // What is no full name (HEAD, ORIG_HEAD) belongs to the worktree.
  if (!starts_with(name, "refs/")) return true;
  for (long i = 0; i < free_count; ++i)
    if (starts_with(name, free_fronts[i].at, free_fronts[i].size)) return true;
  if (is_zero(to)) return false;
  return is_same(from.at, to.at, first) ||
         (name.size == own.size && is_same(name.at, own.at, own.size));
}

bool are_harmless(long size) {
  long line = 0;
  for (long i = 0; i < size; ++i) {
    if (input_bytes[i] != '\n') continue;
    if (!is_harmless({input_bytes + line, i - line})) return false;
    line = i + 1;
  }
  return line == size;
}

// What was read, and the rest, once more from the beginning; whether it is.
bool give_back(long size) {
  const long fd = orch_call(kMemfd, "orch-refs", 1, 0);
  if (fd < 0) return false;
  while (size > 0) {
    for (long done = 0; done < size;) {
      const long n = orch_call(
          kWrite, fd, reinterpret_cast<long>(input_bytes + done), size - done);
      if (n <= 0) return false;
      done += n;
    }
    size = read_from(0, input_bytes, kInput);
  }
  return size == 0 && orch_call(kSeek, fd, 0, 0) == 0 &&
         orch_call(kDup3, fd, 0, 0) == 0;
}

}  // namespace

bool orch_is_needed(char** argv, char** environment) {
  // `git orch hooks verify` asks every hook whether it runs.
  constexpr char kProbe[] = "ORCH_HOOK_PROBE=";
  if (value_of(environment, kProbe, sizeof kProbe - 1)) return true;
  constexpr char kPrepared[] = "prepared";
  if (argv[1] && !is_same(argv[1], kPrepared, sizeof kPrepared)) return false;
  if (!read_rules(environment)) return true;
  const long size = read_from(0, input_bytes, kInput);
  if (size >= 0 && size < kInput && are_harmless(size)) return false;
  // The guard would see no refs, and refuse none.
  constexpr char kLost[] =
      "warning: orch: the guard could not decide: what git says of the refs "
      "cannot be read\n";
  if (size < 0 || !give_back(size))
    orch_call(kWrite, 2, reinterpret_cast<long>(kLost), sizeof kLost - 1);
  return true;
}
