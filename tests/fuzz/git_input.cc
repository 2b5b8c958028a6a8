// SPDX-License-Identifier: MIT
//
// What git gives hooks on standard input. hooks/glance.cc, a program without a
// C library, is compiled in here with system calls that are answered from
// memory: what it lets pass, the guard behind it must let pass, too.
#include <algorithm>
#include <cstring>
#include <string>

#include "../../hooks/stub_calls.h"
#include "fuzz/targets.h"
#include "hookinput/git_lines.h"
#include "policy/worktree_rules.h"
#include "text/text.h"

namespace {

constexpr long kRulesFile = 7, kOtherFile = 8;
std::string_view rules_left, input_left;

// In pieces, as a pipe gives them.
long read_from(std::string_view& bytes, long out, long limit) {
  constexpr std::size_t kPiece = 61;
  const std::size_t size =
      std::min({bytes.size(), static_cast<std::size_t>(limit), kPiece});
  // A system call has numbers. NOLINTNEXTLINE(performance-no-int-to-ptr)
  std::memcpy(reinterpret_cast<void*>(out), bytes.data(), size);
  bytes.remove_prefix(size);
  return static_cast<long>(size);
}

long call_in_memory(long number, long a, long b, long c) {
  if (number == kOpenAt) return kRulesFile;
  if (number == kMemfd) return kOtherFile;
  if (number == kWrite) return c;
  if (number == kRead)
    return read_from(a == kRulesFile ? rules_left : input_left, b, c);
  return 0;
}

long call_in_memory(long number, const void* a, long b, long c) {
  return call_in_memory(number, reinterpret_cast<long>(a), b, c);
}

}  // namespace

#define orch_call call_in_memory
// With its calls replaced. NOLINTNEXTLINE(bugprone-suspicious-include)
#include "../../hooks/glance.cc"
#undef orch_call

namespace orch::fuzz {
namespace {

// Whether the glance has the guard look at it.
bool is_looked_at(std::string_view rules, std::string_view input) {
  own = {};
  free_count = 0;
  rules_left = rules;
  input_left = input;
  char program[] = "reference-transaction", phase[] = "prepared",
       git_dir[] = "GIT_DIR=/r/.git/worktrees/x";
  char* arguments[] = {program, phase, nullptr};
  char* environment[] = {git_dir, nullptr};
  return orch_is_needed(arguments, environment);
}

policy::WorktreeRules usual_rules() {
  policy::WorktreeRules r;
  r.branch = "refs/heads/feature/001/impl";
  r.agent = "001/impl";
  r.base = "refs/heads/main";
  r.guards.protected_refs = {"refs/replace/*", "refs/heads/main",
                             "refs/heads/release/*"};
  r.others = {"refs/heads/feature/001/overseer"};
  r.deny_refs = {"refs/tags/v*"};
  return r;
}

// githooks(5): ids of one length, and no blank in the name of a ref.
bool is_gits(const policy::Move& move) {
  const auto is_id = [](const std::string& id) {
    return (id.size() == 40 || id.size() == 64) &&
           id.find_first_not_of("0123456789abcdef") == std::string::npos;
  };
  return is_id(move.from) && is_id(move.to) && !move.ref.empty() &&
         move.ref.find_first_of(" \t\r\v\f") == std::string::npos;
}

void check_glance(const policy::WorktreeRules& rules, std::string_view input) {
  if (is_looked_at(policy::to_text(rules), input)) return;
  for (const policy::Move& move : hookinput::moves_in(input))
    require(!is_gits(move) || !policy::judge_move(rules, move, 0),
            "what is not looked at would not have been refused");
}

void check_lines(std::string_view input) {
  std::string again;
  const auto moves = hookinput::moves_in(input);
  for (const policy::Move& move : moves)
    again += move.from + " " + move.to + " " + move.ref + "\n";
  const auto same = hookinput::moves_in(again);
  require(same.size() == moves.size(), "every move is read back");
  again.clear();
  const auto pairs = hookinput::rewritten_in(input);
  for (const auto& [before, after] : pairs) {
    require(!before.empty() && !after.empty(), "a pair has both its ids");
    again += before + " " + after + "\n";
  }
  require(hookinput::rewritten_in(again) == pairs, "pairs are read back");
  for (const std::string& ref : hookinput::pushed_refs_in(input))
    require(!ref.empty() && ref.find('\n') == std::string::npos,
            "a pushed ref is a word");
}

}  // namespace

// Rules of a worktree, a line "--", and what git says; or that alone.
void git_input(std::string_view input) {
  constexpr std::string_view kMark = "\n--\n";
  check_lines(input);
  check_glance(usual_rules(), input);
  const std::size_t mark = input.find(kMark);
  if (mark == std::string_view::npos) return;
  const std::string_view text = input.substr(0, mark + 1);
  const std::string_view lines = input.substr(mark + kMark.size());
  is_looked_at(text, lines);
  if (const auto rules = policy::parse_worktree_rules(text))
    check_glance(*rules, lines);
}

}  // namespace orch::fuzz
