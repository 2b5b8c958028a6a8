// SPDX-License-Identifier: MIT
#include "guard.h"

#include <algorithm>
#include <cstdio>
#include <exception>
#include <optional>

#include "broker/broker.h"
#include "doorbell/doorbell.h"
#include "error/error.h"
#include "event/record.h"
#include "file/file.h"
#include "git/git.h"
#include "installation/installation.h"
#include "installation/source.h"
#include "process/process.h"
#include "text/text.h"

namespace orch::hooks {
namespace {

using policy::Finding;
using policy::WorktreeRules;
using repository::Repository;

constexpr int kPatienceMs = 10000;  // of the program that makes the rules anew

bool is_fresh(const WorktreeRules& rules) {
  return std::all_of(rules.sources.begin(), rules.sources.end(),
                     installation::is_as_it_was);
}

std::optional<WorktreeRules> read_rules(const Repository& repository) {
  const auto text =
      file::find_contents(repository.git_dir + "/" + repository::kRulesFile);
  return text ? policy::parse_worktree_rules(*text) : std::nullopt;
}

std::string remake_rules(const Repository& repository) {
  const auto made =
      process::run({.argv = {installation::internal_program("git-orch--guard"),
                             "make", repository.git_dir},
                    .timeout_ms = kPatienceMs});
  return made.ok() ? "" : std::string(text::trim(made.errors));
}

struct Rules {
  std::optional<WorktreeRules> held;
  std::string fault;
};

Rules load_rules(const Repository& repository) {
  Rules out{read_rules(repository), ""};
  // Behind walls what they were made of is out of sight, and the outside sees
  // to it.
  if (out.held && (broker::is_behind(repository) || is_fresh(*out.held)))
    return out;
  out.fault = remake_rules(repository);
  if (auto made = read_rules(repository)) out.held = std::move(made);
  if (!out.held && out.fault.empty()) out.fault = "no rules";
  return out;
}

bool is_strict(const Call& call) {
  return text::trim(
             git::run(call.repository, {.args = {"config", "--type=bool",
                                                 "--get", "orch.hookStrict"},
                                        .timeout_ms = kPatienceMs})
                 .output) == "true";
}

// Whether git goes on although the guard could not do what it is for.
bool broken(const Call& call, const std::string& state,
            const std::string& why) {
  const bool refuses = is_strict(call);
  std::fprintf(stderr, "%s: %s: %s\n",
               refuses ? "orch: refused by orch.hookStrict" : "warning: orch",
               state.c_str(), text::printable(why).c_str());
  if (refuses) std::fputs("hint: git orch doctor\n", stderr);
  return !refuses;
}

}  // namespace

bool guarded(const Call& call,
             bool (*judge)(const Call&, const WorktreeRules&)) {
  if (!repository::agent_of(call.repository)) return true;
  try {
    const Rules rules = load_rules(call.repository);
    if (!rules.fault.empty() &&
        !broken(call,
                rules.held ? "the guards hold what held before"
                           : "this worktree is not guarded",
                rules.fault))
      return false;
    return !rules.held || judge(call, *rules.held);
  } catch (const std::exception& e) {
    return broken(call, "the guard could not decide", e.what());
  }
}

bool pass(const Call& call, const Finding& finding,
          const std::vector<std::string>& hints) {
  const bool refuses = finding.mode == policy::Mode::Block;
  std::fprintf(stderr, "%s %s: %s\n",
               refuses ? "orch: refused by" : "warning: orch:",
               finding.guard.c_str(), text::printable(finding.what).c_str());
  if (refuses) {
    for (const std::string& hint : hints)
      std::fprintf(stderr, "hint: %s\n", text::printable(hint).c_str());
    std::fprintf(stderr,
                 "hint: why: git orch policy explain %s\n"
                 "hint: a person can let it pass: git orch policy override %s "
                 "-m WHY\n",
                 finding.guard.c_str(), finding.guard.c_str());
  }
  try {
    doorbell::record(
        call.repository, event::kind::kGuard,
        {{"agent", repository::agent_of(call.repository).value_or("")},
         {"guard", finding.guard},
         {"mode", std::string(policy::mode_name(finding.mode))},
         {"what", finding.what}});
  } catch (const Error& e) {
    std::fprintf(stderr, "warning: orch: %s\n", e.what());
  }
  return !refuses;
}

}  // namespace orch::hooks
