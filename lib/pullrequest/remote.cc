// SPDX-License-Identifier: MIT
#include "pullrequest/remote.h"

#include <signal.h>

#include <algorithm>

#include "error/error.h"
#include "git/git.h"
#include "hosting/pull.h"
#include "hosting/response.h"
#include "process/group.h"
#include "text/text.h"

namespace orch::pullrequest {
namespace {

constexpr int kLookMs = 30000;
constexpr int kPushMs = 10 * 60000;
constexpr std::size_t kMostSaid = 64 << 10;

struct Said {
  process::Outcome outcome;
  std::string text;  // both streams
};

// Without a terminal, so that nobody is asked for a password.
Said run_quietly(const Repository& repository, std::vector<std::string> args,
                 int timeout_ms) {
  Said out;
  const auto ended = process::run_apart(
      git::program(repository, {.args = std::move(args),
                                .environment = {{"GIT_TERMINAL_PROMPT", "0"}},
                                .dies_with_us = true,
                                .timeout_ms = timeout_ms}),
      [&](std::string_view piece) {
        if (out.text.size() < kMostSaid) out.text += piece;
      });
  if (ended.interrupted != 0) ::raise(ended.interrupted);
  out.outcome = ended.outcome;
  return out;
}

}  // namespace

std::string remote_of(const Repository& repository,
                      const config::Config& config, const std::string& branch) {
  const auto all =
      text::split_list(git::require(repository, {.args = {"remote"}}), '\n');
  const auto is_there = [&](const std::string& name) {
    return std::find(all.begin(), all.end(), name) != all.end();
  };
  if (const auto named = config.find("orch.remote")) {
    if (is_there(*named)) return *named;
    throw Error(
        ErrorCode::UnknownName,
        "there is no remote '" + hosting::bare_address(*named) +
            "', which orch.remote names",
        all.empty() ? "git remote add" : "known: " + text::join(all, ", "));
  }
  const std::string of_branch = "branch." + branch + ".";
  for (const std::string& key :
       {of_branch + "pushremote", std::string("remote.pushdefault"),
        of_branch + "remote"})
    if (const auto named = config.find(key); named && is_there(*named))
      return *named;
  if (all.size() == 1) return all[0];
  return is_there("origin") ? "origin" : "";
}

std::string url_of(const Repository& repository, const config::Config& config,
                   const std::string& remote) {
  const auto written = config.find("remote." + remote + ".url");
  if (written && hosting::find_place(*written)) return *written;
  const auto read =
      git::run(repository, {.args = {"remote", "get-url", "--", remote}});
  if (!read.ok()) return written.value_or("");
  const auto lines = text::split_list(read.output, '\n');
  return lines.empty() ? "" : lines[0];
}

There look_at(const Repository& repository, const std::string& remote,
              const std::string& branch, const std::string& tip) {
  const std::string ref = std::string(git::kHeads) + branch;
  if (git::find_commit(repository, "refs/remotes/" + remote + "/" + branch) ==
      tip)
    return There::Yes;
  const Said said = run_quietly(
      repository, {"ls-remote", "--heads", "--", remote, ref}, kLookMs);
  if (!said.outcome.ok()) return There::Unknown;
  for (const std::string& line : text::split_list(said.text, '\n'))
    if (line.ends_with("\t" + ref))
      return line.substr(0, line.find('\t')) == tip ? There::Yes
                                                    : There::Behind;
  return There::No;
}

std::string push(const Repository& repository, const std::string& remote,
                 const std::string& branch) {
  const std::string ref = std::string(git::kHeads) + branch;
  const Said said = run_quietly(
      repository,
      {"-c", "push.pushOption=", "push", "--porcelain", "--no-follow-tags",
       "--no-recurse-submodules", "--no-force-with-lease", "--no-prune", "--",
       remote, ref + ":" + ref},
      kPushMs);
  if (said.outcome.ok()) return "";
  if (said.outcome.timed_out) return "git push did not end in time";
  // The line about the branch says most; advice is for who pushes by hand.
  std::string out, others;
  for (const std::string& line : text::split_list(said.text, '\n')) {
    if (line.starts_with("To ") || line.starts_with("hint:") || line == "Done")
      continue;
    std::string& into = line.starts_with("!") ? out : others;
    into += (into.empty() ? "" : "; ") + line;
  }
  if (out.empty()) out = others;
  return hosting::complaint_text(out);
}

}  // namespace orch::pullrequest
