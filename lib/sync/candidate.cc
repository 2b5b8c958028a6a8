// SPDX-License-Identifier: MIT
#include "sync/candidate.h"

#include <algorithm>

#include "error/error.h"
#include "gate/checkout.h"
#include "text/text.h"

namespace orch::sync {
namespace {

std::vector<std::string> lines(const Repository& repository,
                               std::vector<std::string> args) {
  return text::split_list(git::require(repository, {.args = std::move(args)}),
                          '\n');
}

bool has_merges(const Repository& repository, const Standing& s) {
  return !lines(repository, {"rev-list", "--min-parents=2", "--max-count=1",
                             s.tip, "--not", s.upstream_tip})
              .empty();
}

// Whether another branch, here or on a remote, has some of its commits: these
// would be there twice.
bool is_shared(const Repository& repository, const Standing& s) {
  const auto unshared = lines(
      repository, {"rev-list", "--count", s.tip, "--not", s.upstream_tip,
                   "--exclude=" + s.agent.branch, "--branches", "--remotes"});
  return unshared.empty() || unshared.front() != std::to_string(s.ahead);
}

// A commit and all of it that a rebase keeps.
struct Signed {
  std::string id, rest;
};
std::vector<Signed> commits_between(const Repository& repository,
                                    const std::string& from,
                                    const std::string& to) {
  // No field can hold a NUL; a record ends in two line ends of our own.
  const std::string bytes = git::require(
      repository,
      {.args = {"log", "-z", "--reverse", "--topo-order", "--no-merges",
                "--no-show-signature", "--format=%H%n%an%n%ae%n%at%n%B", to,
                "--not", from}});
  std::vector<Signed> out;
  for (const std::string& record : text::split(bytes, '\0')) {
    const std::size_t end = record.find('\n');
    if (end == std::string::npos) continue;
    out.push_back({record.substr(0, end),
                   std::string(text::trim(record.substr(end + 1)))});
  }
  return out;
}

// Both sides have the same order; what the upstream has in other words, and
// what became empty, is missing in the second.
std::vector<std::pair<std::string, std::string>> pair_up(
    const std::vector<Signed>& before, const std::vector<Signed>& after) {
  std::vector<std::pair<std::string, std::string>> out;
  auto old = before.begin();
  for (const Signed& now : after) {
    const auto it = std::find_if(
        old, before.end(), [&](const Signed& s) { return s.rest == now.rest; });
    if (it == before.end()) continue;
    out.emplace_back(it->id, now.id);
    old = it + 1;
  }
  return out;
}

// git in the throw-away worktree: no hook of anybody's runs, no editor opens.
process::Outcome run_there(const Repository& repository,
                           const gate::Checkout& checkout,
                           std::vector<std::string> args) {
  std::vector<std::string> all = {"-c", "core.hooksPath=/dev/null",
                                  "-c", "merge.verifySignatures=false",
                                  "-c", "merge.ff=true"};
  all.insert(all.end(), args.begin(), args.end());
  return git::run(repository, {.args = std::move(all),
                               .worktree = checkout.path(),
                               .environment = {{"GIT_EDITOR", "true"}}});
}

std::string head_of(const Repository& repository,
                    const gate::Checkout& checkout) {
  const auto head = git::run(
      repository, {.args = {"rev-parse", "HEAD"}, .worktree = checkout.path()});
  return std::string(text::trim(head.output));
}

// After a git that has failed: the paths that are not merged.
void note_conflict(const Repository& repository, const gate::Checkout& checkout,
                   const process::Outcome& failed, Candidate& out) {
  const auto paths = git::require(
      repository, {.args = {"diff", "--name-only", "-z", "--diff-filter=U"},
                   .worktree = checkout.path()});
  out.conflicts = text::split(paths, '\0');
  std::erase(out.conflicts, "");
  std::sort(out.conflicts.begin(), out.conflicts.end());
  if (out.conflicts.empty())
    throw Error(ErrorCode::Io,
                "git " + out.method + " failed: " + git::message_of(failed));
  const auto at = git::run(
      repository, {.args = {"log", "-1", "--format=%h %s", "REBASE_HEAD", "--"},
                   .worktree = checkout.path()});
  if (at.ok()) out.stopped_at = text::trim(at.output);
}

}  // namespace

Candidate build(const Repository& repository, const Standing& s,
                const std::string& method) {
  Candidate out;
  if (s.ahead == 0) {
    out.method = "forward";
    out.commit = s.upstream_tip;
    return out;
  }
  out.method =
      method == "merge" || has_merges(repository, s) || is_shared(repository, s)
          ? "merge"
          : "rebase";
  const std::string name = git::short_branch(s.upstream);
  const gate::Checkout checkout(repository, s.tip);
  const auto done =
      out.method == "rebase"
          ? run_there(repository, checkout,
                      {"rebase", "--quiet", "--merge", "--no-verify",
                       "--no-autostash", "--no-autosquash", "--no-fork-point",
                       "--no-update-refs", s.upstream_tip})
          : run_there(repository, checkout,
                      {"merge", "--quiet", "--no-stat", "--no-edit",
                       "--no-verify", "--no-autostash", "-m",
                       "Merge branch '" + name + "' into " + s.agent.branch,
                       s.upstream_tip});
  if (!done.ok()) {
    note_conflict(repository, checkout, done, out);
    return out;
  }
  out.commit = head_of(repository, checkout);
  if (out.method == "rebase")
    out.rewritten =
        pair_up(commits_between(repository, s.upstream_tip, s.tip),
                commits_between(repository, s.upstream_tip, out.commit));
  return out;
}

}  // namespace orch::sync
