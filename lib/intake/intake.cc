// SPDX-License-Identifier: MIT
#include "intake/intake.h"

#include <algorithm>
#include <set>
#include <utility>

#include "clock/clock.h"
#include "doorbell/doorbell.h"
#include "error/error.h"
#include "event/record.h"
#include "file/file.h"
#include "git/git.h"
#include "guard/guard.h"
#include "text/text.h"

namespace orch::intake {
namespace {

using policy::Finding;
using policy::Mode;
using policy::WorktreeRules;

constexpr int kPatienceMs = 120'000;
constexpr char kModule[] = "160000";        // mode of a submodule
constexpr std::size_t kMostCommits = 1000;  // that are told one by one

std::string quoted(const std::string& name) {
  return "'" + text::printable(name) + "'";
}

// What is new in a clone's branch, and what the policy says about it.
class Judge {
 public:
  Judge(const Repository& repository, const WorktreeRules& rules,
        std::string from, std::string to)
      : repository_(repository),
        rules_(rules),
        to_(std::move(to)),
        now_(clock::now()) {
    // What others have committed, they answer for.
    known_ = {"--not", std::move(from)};
    if (!rules.base.empty()) known_.push_back(rules.base);
    for (const auto* branches : {&rules.integration, &rules.others})
      for (const std::string& b : *branches)
        if (b != rules.branch && exists(b)) known_.push_back(b);
  }

  std::vector<Finding> findings() {
    merges();
    paths();
    names();
    modules();
    return std::move(found_);
  }

 private:
  bool exists(const std::string& ref) const {
    return git::find_commit(repository_, ref).has_value();
  }

  std::vector<std::string> ask(std::vector<std::string> args,
                               char separator) const {
    return text::split_list(
        git::require(repository_, {.args = std::move(args)}), separator);
  }

  // `args`, then what is new, then what is behind it.
  std::vector<std::string> of_the_clone(
      std::vector<std::string> args,
      const std::vector<std::string>& rest) const {
    args.push_back(to_);
    args.insert(args.end(), known_.begin(), known_.end());
    args.emplace_back("--");
    args.insert(args.end(), rest.begin(), rest.end());
    return args;
  }

  Mode mode(const char* guard) const {
    return policy::mode_of(rules_, guard, now_);
  }

  bool is_in(const std::string& commit, const std::string& branch) const {
    return git::run(repository_,
                    {.args = {"merge-base", "--is-ancestor", commit, branch}})
        .ok();
  }

  void merges() {
    if (mode(policy::kMerges) == Mode::Off || rules_.merge) return;
    std::vector<std::string> of_all = rules_.integration;
    if (!rules_.base.empty()) of_all.push_back(rules_.base);
    for (const std::string& line :
         ask(of_the_clone({"rev-list", "--min-parents=2", "--parents"}, {}),
             '\n')) {
      const auto ids = text::split_list(line, ' ');
      for (std::size_t i = 2; i < ids.size(); ++i) {
        const auto in = [&](const auto& b) { return is_in(ids[i], b); };
        if (std::any_of(of_all.begin(), of_all.end(), in)) continue;
        const auto other =
            std::find_if(rules_.others.begin(), rules_.others.end(), in);
        if (other == rules_.others.end()) continue;
        found_.push_back(
            policy::finding_of_merge(rules_, mode(policy::kMerges), *other));
        return;
      }
    }
  }

  // In a merge only what differs from every parent: the rest is not its own.
  void paths() {
    if (mode(policy::kPaths) == Mode::Off) return;
    const auto questions = policy::path_questions(rules_);
    std::set<std::string> names;
    for (const auto* pathspecs : {&questions.outside, &questions.denied}) {
      if (pathspecs->empty()) continue;
      for (std::string& name :
           ask(of_the_clone({"log", "--format=", "--name-only", "--no-renames",
                             "-c", "-z"},
                            *pathspecs),
               '\0'))
        names.insert(std::move(name));
    }
    if (names.empty()) return;
    found_.push_back(
        policy::finding_of_paths(rules_, mode(policy::kPaths), names));
  }

  // In the name of another agent of the feature, unless it is a copy of what
  // that agent has committed (git-cherry-pick(1) keeps author, date and text).
  void names() {
    constexpr char kGuard[] = "guards.trailers";
    if (mode(kGuard) == Mode::Off) return;
    const std::string format =
        "--format=%ae %at %s%x00%h%x00"
        "%(trailers:key=Orch-Agent,valueonly,separator=%x20)";
    std::set<std::string> originals;
    bool looked = false;
    for (const std::string& line :
         ask(of_the_clone({"log", "--no-merges", format}, {}), '\n')) {
      const auto parts = text::split(line, '\0');
      if (parts.size() != 3) continue;
      for (const std::string& name : text::split_list(parts[2], ' ')) {
        if (name == rules_.agent || !name.starts_with(rules_.feature() + "/"))
          continue;
        if (!std::exchange(looked, true)) originals = of_others(format);
        if (originals.contains(parts[0])) continue;
        found_.push_back({kGuard, mode(kGuard),
                          parts[1] + " is in the name of " + quoted(name)});
        return;
      }
    }
  }

  std::set<std::string> of_others(const std::string& format) const {
    std::vector<std::string> args = {"log", "--no-merges", format};
    args.insert(args.end(), known_.begin() + 1, known_.end());
    if (!rules_.base.empty()) args.insert(args.end(), {"--not", rules_.base});
    args.emplace_back("--");
    std::set<std::string> out;
    for (const std::string& line : ask(std::move(args), '\n'))
      out.insert(line.substr(0, line.find('\0')));
    return out;
  }

  // A new submodule would be a repository that git outside looks into, with a
  // configuration which the sandbox has written.
  void modules() {
    const auto raw = git::require(
        repository_, {.args = of_the_clone({"log", "--format=", "--raw",
                                            "--no-renames", "-c", "--abbrev=1"},
                                           {})});
    for (const std::string& line : text::split_list(raw, '\n')) {
      const std::string_view modes(line);
      const std::size_t end = modes.find('\t');
      const auto words = text::split_list(modes.substr(0, end), ' ');
      // ":old… new …": as many old ones as there are colons (git-diff(1)).
      const std::size_t olds =
          words.empty() ? 0 : words[0].find_first_not_of(':');
      if (olds == 0 || olds >= words.size() || words[olds] != kModule) continue;
      bool was = words[0].ends_with(kModule);
      for (std::size_t i = 1; i < olds; ++i) was = was || words[i] == kModule;
      if (was) continue;
      found_.push_back(
          {"sandbox.modules", Mode::Block,
           "a new submodule" + (end == std::string::npos
                                    ? std::string()
                                    : " " + quoted(line.substr(end + 1)))});
      return;
    }
  }

  const Repository& repository_;
  const WorktreeRules& rules_;
  std::string to_;
  std::int64_t now_;
  std::vector<std::string> known_;
  std::vector<Finding> found_;
};

void record_findings(const Repository& repository, const store::Agent& agent,
                     const std::vector<Finding>& findings) {
  for (const Finding& f : findings)
    doorbell::record(repository, event::kind::kGuard,
                     {{"agent", agent.address},
                      {"guard", f.guard},
                      {"mode", std::string(policy::mode_name(f.mode))},
                      {"what", f.what}});
}

// What post-commit would have told outside.
void record_commits(const Repository& repository, const store::Agent& agent,
                    const std::string& branch, const std::string& from,
                    const std::string& to) {
  const auto commits = text::split_list(
      git::run(repository,
               {.args = {"rev-list", "--reverse", "--first-parent",
                         "--max-count=" + std::to_string(kMostCommits), to,
                         "--not", from}})
          .output,
      '\n');
  for (const std::string& commit : commits)
    doorbell::record(
        repository, event::kind::kCommit,
        {{"commit", commit}, {"ref", branch}, {"agent", agent.address}});
}

// The files are those of the clone's branch already; the index follows. Where
// it cannot, as another git is at work there, the next commit brings it.
void refresh_index(const Repository& repository, const store::Agent& agent,
                   const std::string& branch) {
  const auto worktree = repository::find(agent.worktree);
  if (!worktree || repository::read_head(*worktree).branch != branch) return;
  git::run(repository,
           {.args = {"-c", "core.hooksPath=/dev/null", "reset", "-q"},
            .worktree = agent.worktree,
            .timeout_ms = kPatienceMs});
}

bool blocks(const std::vector<Finding>& findings) {
  return std::any_of(findings.begin(), findings.end(),
                     [](const Finding& f) { return f.mode == Mode::Block; });
}

}  // namespace

Taken take_over(const Repository& repository, store::Store& store,
                const store::Agent& agent, const sandbox::Settings& settings) {
  const auto lock =
      file::Lock::take(settings.base + "/lock", file::Lock::Mode::Exclusive,
                       kPatienceMs, "what takes over the agent's commits");
  const auto before = git::find_commit(repository, settings.seen_ref());
  sandbox::fetch(repository, settings);
  const auto seen = git::find_commit(repository, settings.seen_ref());
  const auto now = git::find_commit(repository, settings.branch);
  Taken out{.is_new = seen != before};
  if (!seen || !now || seen == now) return out;
  // The agent's own history may have been rewritten; what somebody else has
  // put there outside may not get lost.
  const auto taken = git::find_commit(repository, settings.taken_ref());
  const bool known =
      taken == now ||
      git::run(repository,
               {.args = {"merge-base", "--is-ancestor", *now, *seen}})
          .ok();
  if (!known) {
    // Without anything new, the clone is merely behind.
    if (taken != seen) out.moved_to = *now;
    return out;
  }
  const auto rules = guard::rules_of(repository, store, agent, clock::now());
  out.findings = Judge(repository, rules, *now, *seen).findings();
  if (out.is_new) record_findings(repository, agent, out.findings);
  if (blocks(out.findings)) return out;
  // In its worktree, so that the reflog there tells of it.
  git::require(repository,
               {.args = {"-c", "core.hooksPath=/dev/null", "update-ref", "-m",
                         "sandbox: taken over", settings.branch, *seen, *now},
                .worktree = agent.worktree});
  git::require(repository,
               {.args = {"update-ref", settings.taken_ref(), *seen}});
  refresh_index(repository, agent, settings.branch);
  record_commits(repository, agent, settings.branch, *now, *seen);
  out.commit = *seen;
  return out;
}

std::string tell(const Taken& taken, const sandbox::Settings& settings) {
  std::string out;
  for (const Finding& f : taken.findings) {
    const bool refuses = f.mode == Mode::Block;
    out += (refuses ? "orch: refused by " : "warning: orch: ") + f.guard +
           ": " + text::printable(f.what) + "\n";
    if (refuses && f.guard.starts_with("guards."))
      out += "hint: why: git orch policy explain " + f.guard + "\n";
  }
  const std::string branch =
      text::printable(git::short_branch(settings.branch));
  if (blocks(taken.findings))
    out += "hint: your commits stay here; outside, '" + branch +
           "' is as it was. Take the change out of them: git rebase -i orch/" +
           branch + "\n";
  if (taken.moved_to)
    out += "orch: '" + branch +
           "' has been moved outside; your commits stay here\n"
           "hint: git rebase orch/" +
           branch + "\n";
  return out;
}

}  // namespace orch::intake
