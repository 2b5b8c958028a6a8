// SPDX-License-Identifier: MIT
//
// git-orch--permit <rules> <worktree>: what an agent CLI's hook calls before a
// tool runs, with the call as JSON on standard input. Exit 2, and a sentence on
// standard error that names the guard and the way out, when the guards of the
// worktree would refuse what it does; else 0, also when anything here fails:
// the guards still stand behind it.
#include <time.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <exception>
#include <optional>

#include "file/file.h"
#include "json/value.h"
#include "permission/permission.h"
#include "policy/worktree_rules.h"

namespace {

constexpr int kRefused = 2;
constexpr int kPermitted = 0;

std::int64_t now_ms() {
  timespec t{};
  ::clock_gettime(CLOCK_REALTIME, &t);
  return std::int64_t{t.tv_sec} * 1000 + t.tv_nsec / 1000000;
}

int run(const char* rules_path, const char* worktree) {
  if (::isatty(STDIN_FILENO) == 1) return kPermitted;
  const auto call = orch::json::parse(orch::file::read_all(STDIN_FILENO));
  if (!call) return kPermitted;
  const auto text = orch::file::find_contents(rules_path);
  const auto rules =
      text ? orch::policy::parse_worktree_rules(*text) : std::nullopt;
  if (!rules) return kPermitted;
  const auto refusal =
      orch::permission::judge_tool(*rules, *call, worktree, now_ms());
  if (!refusal) return kPermitted;
  std::fputs(orch::permission::text_of(*refusal).c_str(), stderr);
  return kRefused;
}

}  // namespace

int main(int argc, char** argv) {
  // Status 2 would refuse.
  if (argc != 3) return kPermitted;
  try {
    return run(argv[1], argv[2]);
  } catch (const std::exception&) {
    return kPermitted;
  }
}
