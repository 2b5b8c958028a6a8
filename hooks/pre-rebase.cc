// SPDX-License-Identifier: MIT
//
// Before a rebase: arguments are the upstream and, when it is not HEAD, the
// branch. Says no, in an agent's worktree, to a rebase that would stop at a
// conflict; elsewhere it warns, since rebasing is how people resolve. It asks
// git, and git may take long: without an answer within the budget the rebase
// goes on.
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <set>

#include "error/error.h"
#include "file/file.h"
#include "git/git.h"
#include "git/merge.h"
#include "hook.h"
#include "text/text.h"

namespace orch::hooks {
namespace {

// Milliseconds for all questions; tests, which may run on a busy machine, wait
// longer.
std::int64_t budget_ms() {
  const char* const patience = std::getenv("ORCH_TEST_PATIENCE_MS");
  return patience ? std::strtoll(patience, nullptr, 10) : 200;
}

std::int64_t monotonic_ms() {
  timespec t{};
  ::clock_gettime(CLOCK_MONOTONIC, &t);
  return static_cast<std::int64_t>(t.tv_sec) * 1000 + t.tv_nsec / 1000000;
}

// Asks git within what is left of the budget.
class Questions {
 public:
  explicit Questions(const repository::Repository& repository)
      : repository_(repository), deadline_(monotonic_ms() + budget_ms()) {}

  process::Outcome ask(git::Call call) const {
    const std::int64_t left = deadline_ - monotonic_ms();
    call.worktree = repository_.worktree;
    call.dies_with_us = true;
    call.timeout_ms = static_cast<int>(std::max<std::int64_t>(1, left));
    process::Outcome outcome = git::run(repository_, call);
    if (outcome.timed_out)
      throw Error(ErrorCode::Timeout, "git gave no answer in " +
                                          std::to_string(budget_ms()) +
                                          " ms; the rebase is not checked");
    return outcome;
  }

 private:
  const repository::Repository& repository_;
  std::int64_t deadline_;
};

std::string mode_of(const Call& call, const Questions& git) {
  const auto answer = git.ask({.args = {"config", "-z", "orch.preRebase"}});
  const std::string mode = answer.output.substr(0, answer.output.find('\0'));
  if (mode == "off" || mode == "warn" || mode == "block") return mode;
  if (answer.ok())
    std::fprintf(stderr,
                 "warning: orch: unknown value '%s' for orch.preRebase; "
                 "known: off, warn, block\n",
                 text::printable(mode).c_str());
  return repository::agent_of(call.repository) ? "block" : "warn";
}

// What git-rebase(1) was called with, where it is our parent. githooks(5) tells
// the upstream only.
std::vector<std::string> arguments_of_git() {
  const auto line =
      file::find_contents("/proc/" + std::to_string(::getppid()) + "/cmdline");
  return line ? text::split(*line, '\0') : std::vector<std::string>();
}

// The commit that the others go onto; empty when they stay where they are.
std::string target_of(const std::string& upstream) {
  const auto args = arguments_of_git();
  for (std::size_t i = 0; i < args.size(); ++i) {
    if (args[i] == "--keep-base") return "";
    if (args[i] == "--onto" && i + 1 < args.size()) return args[i + 1];
    if (args[i].starts_with("--onto=")) return args[i].substr(7);
  }
  return upstream;
}

// Where the rebase would stop.
struct Stop {
  std::string commit;
  std::vector<std::string> paths;
};

// Replays the commits as git would pick them: one after the other, each as a
// three-way merge with its parent as the base. git-merge-tree(1) takes its base
// from the history, so what was made so far is given that parent.
class Replay {
 public:
  Replay(const Call& call, const Questions& git)
      : git_(git), quarantine_(call.repository) {}

  // Absent when nothing conflicts, or git cannot tell.
  std::optional<Stop> run(const std::string& upstream, const std::string& tip,
                          const std::string& onto) {
    // Without the commits that upstream has in other words, and merges.
    if (are_apart(upstream, tip, onto)) return std::nullopt;
    const auto picks = lines({"rev-list", "--reverse", "--topo-order",
                              "--no-merges", "--cherry-pick", "--right-only",
                              "--parents", upstream + "..." + tip, "--"});
    std::string head = line({"rev-parse", "--verify", onto + "^{commit}"});
    for (const std::string& pick : picks) {
      const auto words = text::split_list(pick, ' ');
      if (words.size() != 2 || head.empty()) return std::nullopt;
      if (words[1] == head) {  // fast-forward
        head = words[0];
        continue;
      }
      const std::string so_far = line(
          {"-c", "user.name=git orch", "-c", "user.email=orch@localhost",
           "commit-tree", head + "^{tree}", "-p", words[1], "-m", "so far"});
      auto stop = merge(so_far, words[0], &head);
      if (stop) return stop;
    }
    return std::nullopt;
  }

 private:
  // Whether no pick can conflict, whatever it does: no path is touched on both
  // sides, none is a directory on the other, and nothing goes away on either,
  // without which there is no rename. Where the picks leave something behind
  // (other commits by --onto, what a merge did itself), that proves nothing.
  bool are_apart(const std::string& upstream, const std::string& tip,
                 const std::string& onto) const {
    if (onto != upstream) return false;
    const std::string range = upstream + ".." + tip;
    const auto theirs = touched({"diff", "--no-ext-diff", "--name-status", "-z",
                                 "--no-renames", tip + "..." + onto, "--"});
    if (!theirs) return false;
    const auto ours = touched({"log", "--format=", "--name-status", "-z",
                               "--no-renames", range, "--"});
    return ours &&
           std::none_of(ours->begin(), ours->end(),
                        [&](const auto& p) { return meets(*theirs, p); }) &&
           line({"rev-list", "--min-parents=2", "--max-count=1", range, "--"})
               .empty();
  }

  static bool meets(const std::set<std::string>& paths,
                    const std::string& path) {
    if (paths.contains(path)) return true;
    const auto below = paths.lower_bound(path + "/");
    if (below != paths.end() && below->starts_with(path + "/")) return true;
    for (std::size_t slash = path.find('/'); slash != std::string::npos;
         slash = path.find('/', slash + 1))
      if (paths.contains(path.substr(0, slash))) return true;
    return false;
  }

  // Absent when git cannot tell, or when something goes away or changes its
  // type.
  std::optional<std::set<std::string>> touched(
      std::vector<std::string> args) const {
    const auto answer = ask(std::move(args));
    if (!answer.ok()) return std::nullopt;
    const auto words = text::split_list(answer.output, '\0');
    std::set<std::string> paths;
    for (std::size_t i = 0; i + 1 < words.size(); i += 2) {
      if (words[i] != "A" && words[i] != "M") return std::nullopt;
      paths.insert(words[i + 1]);
    }
    return paths;
  }

  // git-merge-tree(1): exit status 0 or 1, then the tree and, when it is 1, the
  // files, each ended by NUL. A clean result becomes `*tree`.
  std::optional<Stop> merge(const std::string& so_far,
                            const std::string& commit, std::string* tree) {
    const auto answer = ask({"merge-tree", "--write-tree", "-z", "--name-only",
                             "--no-messages", so_far, commit});
    auto words = text::split(answer.output, '\0');
    *tree = answer.ok() && !words.empty() ? words[0] : "";
    if (answer.status != 1 || words.empty()) return std::nullopt;
    words.erase(words.begin());
    if (!words.empty() && words.back().empty()) words.pop_back();
    return Stop{commit, std::move(words)};
  }

  process::Outcome ask(std::vector<std::string> args) const {
    return git_.ask(
        {.args = std::move(args), .environment = quarantine_.environment()});
  }
  std::vector<std::string> lines(std::vector<std::string> args) const {
    return text::split_list(ask(std::move(args)).output, '\n');
  }
  std::string line(std::vector<std::string> args) const {
    return std::string(text::trim(ask(std::move(args)).output));
  }

  const Questions& git_;
  const git::Quarantine quarantine_;
};

void print_finding(const Stop& stop, const std::string& subject,
                   const std::string& onto, const std::string& upstream,
                   bool blocks) {
  const auto& paths = stop.paths;
  std::fprintf(stderr, "orch: rebasing onto '%s' would conflict in %s:\n",
               text::printable(onto).c_str(),
               text::count_of(paths.size(), "file").c_str());
  for (const std::string& path : paths)
    std::fprintf(stderr, "  %s\n", text::printable(path).c_str());
  std::fprintf(stderr, "orch: at commit %s %s\n",
               stop.commit.substr(0, 12).c_str(),
               text::printable(subject).c_str());
  if (!blocks) return;
  std::fprintf(
      stderr,
      "hint: to rebase all the same: git rebase --no-verify %s\n"
      "hint: to be warned only: git config orch.preRebase warn\n",
      text::printable(onto == upstream ? upstream
                                       : "--onto " + onto + " " + upstream)
          .c_str());
}

bool run(const Call& call) {
  // `--root` stands where the upstream would.
  if (call.args.empty() || call.args[0].starts_with('-')) return true;
  const Questions git(call.repository);
  const std::string mode = mode_of(call, git);
  if (mode == "off") return true;
  const std::string& upstream = call.args[0];
  const std::string onto = target_of(upstream);
  if (onto.empty()) return true;
  const auto stop = Replay(call, git).run(
      upstream, call.args.size() > 1 ? call.args[1] : "HEAD", onto);
  if (!stop) return true;
  const bool blocks = mode == "block";
  const auto subject =
      git.ask({.args = {"log", "-1", "--format=%s", stop->commit}});
  print_finding(*stop, std::string(text::trim(subject.output)), onto, upstream,
                blocks);
  return !blocks;
}

}  // namespace

const Hook kHook = {"pre-rebase", Refuses::Yes, false, run};

}  // namespace orch::hooks
