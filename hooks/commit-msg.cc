// SPDX-License-Identifier: MIT
//
// After the editor, not with --no-verify: the argument is the file of the
// message. What was empty before the editor gets the trailers here; then, in an
// agent's worktree, the message is held to the rules for commits.
#include <algorithm>
#include <optional>

#include "clock/clock.h"
#include "file/file.h"
#include "git/git.h"
#include "guard.h"
#include "text/text.h"
#include "trailers.h"

namespace orch::hooks {
namespace {

constexpr std::string_view kTrailer = "Orch-Agent:";

std::vector<std::string> lines_of(const std::string& path) {
  std::vector<std::string> out;
  for (std::string& line : text::split(file::load_contents(path), '\n')) {
    // What git-commit(1) cuts off: comments, and the diff of --verbose.
    if (line.starts_with("# ------------------------ >8")) break;
    if (!line.starts_with('#')) out.push_back(std::move(line));
  }
  return out;
}

// A commit that somebody else made, and this agent takes over, keeps its name.
bool is_taken_over(const repository::Repository& repository) {
  return repository::is_rebasing(repository) ||
         file::exists(repository.git_dir + "/CHERRY_PICK_HEAD") ||
         file::exists(repository.git_dir + "/REVERT_HEAD");
}

// The first agent stays: an amended commit keeps whose it was.
bool is_of_head(const Call& call, const std::string& line) {
  const auto message =
      git::run(call.repository, {.args = {"log", "-1", "--format=%B"},
                                 .worktree = file::current_directory(),
                                 .dies_with_us = true,
                                 .timeout_ms = 10000});
  const auto lines = text::split(message.output, '\n');
  return std::find(lines.begin(), lines.end(), line) != lines.end();
}

// Nobody speaks for another agent of the feature. (That a commit has the
// trailer is done by signing it.)
std::optional<policy::Finding> judge_trailers(
    const Call& call, const policy::WorktreeRules& rules,
    const std::vector<std::string>& lines) {
  constexpr char kGuard[] = "guards.trailers";
  const auto mode = policy::mode_of(rules, kGuard, clock::now());
  if (mode == policy::Mode::Off) return std::nullopt;
  for (const std::string& line : lines) {
    if (!line.starts_with(kTrailer)) continue;
    const std::string name(text::trim(line.substr(kTrailer.size())));
    if (name != rules.agent && name.starts_with(rules.feature() + "/") &&
        !is_of_head(call, line))
      return policy::Finding{kGuard, mode,
                             "the message says that '" + name +
                                 "' made this commit, and it is '" +
                                 rules.agent + "'"};
  }
  return std::nullopt;
}

std::optional<policy::Finding> judge_prefix(
    const policy::WorktreeRules& rules, const std::vector<std::string>& lines) {
  constexpr char kGuard[] = "guards.prefix";
  const auto mode = policy::mode_of(rules, kGuard, clock::now());
  if (mode == policy::Mode::Off) return std::nullopt;
  std::string subject;
  for (const std::string& line : lines)
    if (subject.empty()) subject = text::trim(line);
  // What git words itself.
  for (const std::string_view own :
       {"fixup! ", "squash! ", "amend! ", "Merge ", "Revert "})
    if (subject.starts_with(own)) return std::nullopt;
  const std::string front = "[" + rules.feature() + "]";
  if (subject.starts_with(front)) return std::nullopt;
  return policy::Finding{kGuard, mode,
                         "the subject does not begin with '" + front + "'"};
}

bool judge(const Call& call, const policy::WorktreeRules& rules) {
  const auto lines = lines_of(call.args[0]);
  for (const auto& finding :
       {judge_trailers(call, rules, lines), judge_prefix(rules, lines)})
    if (finding && !pass(call, *finding,
                         {"the message is kept: git commit -e -F " +
                          text::printable(call.args[0])}))
      return false;
  return true;
}

bool run(const Call& call) {
  if (!sign_message(call) || is_taken_over(call.repository)) return true;
  return guarded(call, judge);
}

}  // namespace

const Hook kHook = {"commit-msg", Refuses::Yes, false, run};

}  // namespace orch::hooks
