// SPDX-License-Identifier: MIT
//
// What our hooks cost git in an agent's worktree, against /bin/true in all the
// same hooks (core.hooksPath, so that both commit in the same repository).
// Interleaved in one run, medians; a ratio is of medians.
//
//   bench-hooks [ROUNDS] [all]     all: also 20 agents on a tree of 50 k files
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <string>
#include <vector>

#include "file/file.h"
#include "spawn.h"
#include "support/sandbox.h"
#include "text/text.h"
#include "timing.h"

namespace {

using orch::bench::now_ms;
using orch::bench::report;
using orch::test::Sandbox;
using Args = std::vector<std::string>;

constexpr char kSpec[] = "001-bench";

// Milliseconds of a program from spawn to end, without pipes and without env.
double time_of(const std::string& directory, const Args& args,
               const std::string& input = "/dev/null") {
  const orch::bench::Spent spent = orch::bench::spend(args, directory, input);
  if (spent.status != 0)
    std::fprintf(stderr, "failed: %s\n", orch::text::join(args, " ").c_str());
  return spent.wall_ms;
}

// A repository with a team, and beside it hooks that do nothing.
class Team {
 public:
  Team(int files, int agents) : files_(files), agents_(agents) {
    for (const std::string& pair :
         orch::text::split(box.run_in(box.root(), {"env", "-0"}).out, '\0'))
      if (const std::size_t at = pair.find('='); at != std::string::npos)
        ::setenv(pair.substr(0, at).c_str(), pair.substr(at + 1).c_str(), 1);
    box.make_repository();
    for (int i = 0; i < files; ++i) {
      const std::string directory =
          box.repo() + "/src/d" + std::to_string(i / 50);
      if (i % 50 == 0) orch::file::make_directories(directory);
      // Nothing is synced: that would take minutes.
      std::ofstream(directory + "/f" + std::to_string(i) + ".txt")
          << "content " << i << "\n";
    }
    box.ok("git add .");
    box.ok("git commit -qm tree");
    box.ok("git orch init -q");
    make_team();
    // All that runs in an agent's worktree, the guards too.
    const std::string hooks = box.repo() + "/.git/orch/guard/";
    orch::file::make_directories(box.path("true"));
    for (const std::string& name : orch::file::names_in(hooks))
      if (::symlink("/bin/true", box.path("true/" + name).c_str()) != 0)
        std::abort();
    settle();
  }

  std::string top(const std::string& role) const {
    return box.worktree(kSpec, role);
  }
  // git with our hooks, and with those that do nothing.
  Args ours(Args args) const {
    args.insert(args.begin(), "git");
    return args;
  }
  Args theirs(const Args& args) const {
    Args all = {"git", "-c", "core.hooksPath=" + box.path("true")};
    all.insert(all.end(), args.begin(), args.end());
    return all;
  }
  // Changes three tracked files and stages them.
  void change(const std::string& role) {
    ++count_;
    for (int i = 0; i < 3; ++i)
      box.write(top(role) + "/src/d0/f" + std::to_string(i) + ".txt",
                role + " " + std::to_string(count_) + "\n");
    time_of(top(role), ours({"add", "-u"}));
  }
  // Waits until the last detached child is done, so that it is not measured in
  // somebody else's command.
  void settle() const {
    const std::string locks = box.repo() + "/.git/orch/lock/";
    orch::file::make_private_directories(locks);
    for (const char* name : {"tick-next", "tick"})
      orch::file::Lock::take(locks + name, orch::file::Lock::Mode::Exclusive,
                             60000, "the tick");
  }
  std::string size() const {
    return std::to_string(files_) + " files, " + std::to_string(agents_) +
           " agents";
  }

  Sandbox box;

 private:
  void make_team() {
    std::string roles = "overseer,impl-data,impl-api,impl-ui";
    const std::string own = box.repo() + "/.git/orch/roles/";
    for (int i = 4; i < agents_; ++i) {
      const std::string name = "impl-" + std::to_string(i);
      std::string role = box.read(own + "impl-ui.yaml");
      role.replace(role.find("impl-ui"), std::strlen("impl-ui"), name);
      box.write(own + name + ".yaml", role);
      roles += "," + name;
    }
    box.ok(std::string("git orch init-feature ") + kSpec + " -q --roles " +
           roles);
  }

  int files_, agents_, count_ = 0;
};

void bench_commit(Team& team, int rounds) {
  const Args args = {"commit", "-qm", "change"};
  const std::string top = team.top("impl-data");
  std::vector<double> ours, theirs, ours_burst, theirs_burst;
  for (int i = -3; i < rounds; ++i) {
    team.change("impl-data");
    const double one = time_of(top, team.ours(args));
    team.settle();
    team.change("impl-data");
    const double two = time_of(top, team.theirs(args));
    if (i < 0) continue;  // warm-up
    ours.push_back(one);
    theirs.push_back(two);
  }
  // At least one burst of each.
  for (int i = 0; i < std::max(rounds, 20); ++i) {
    const bool is_ours = i / 10 % 2 == 0;
    team.change("impl-data");
    (is_ours ? ours_burst : theirs_burst)
        .push_back(time_of(top, is_ours ? team.ours(args) : team.theirs(args)));
    if (i % 10 == 9) team.settle();
  }
  // 1.08 on a quiet machine.
  report("commit, " + team.size(), ours, theirs, 1.15);
  report("commit in a burst of ten, " + team.size(), ours_burst, theirs_burst);
}

void bench_process(const Team& team, int rounds) {
  const std::string top = team.top("impl-data");
  const std::string hook = team.box.repo() + "/.git/hooks/post-commit";
  std::vector<double> ours, theirs;
  for (int i = -3; i < rounds; ++i) {
    const double one = time_of(top, {hook});
    team.settle();
    const double two = time_of(top, {"/bin/true"});
    if (i < 0) continue;
    ours.push_back(one);
    theirs.push_back(two);
  }
  report("post-commit program against /bin/true", ours, theirs, 2);
}

// One call of reference-transaction in an agent's worktree: what a commit asks,
// and what the guard itself has to look at.
void bench_guard(const Team& team, int rounds) {
  const std::string top = team.top("impl-data");
  const std::string git_dir = team.box.repo() + "/.git/worktrees/impl-data";
  const std::string hook =
      team.box.repo() + "/.git/orch/guard/reference-transaction";
  const std::string from(40, 'a'), to(40, 'b');
  const std::string move = from + " " + to + " ";
  team.box.write(team.box.path("own"), move + "HEAD\n" + move +
                                           "refs/heads/feature/" +
                                           std::string(kSpec) + "/impl-data\n");
  team.box.write(team.box.path("other"), move + "refs/heads/idea\n");
  ::setenv("GIT_DIR", git_dir.c_str(), 1);
  std::vector<double> own, other, done, theirs;
  for (int i = -3; i < rounds * 5; ++i) {
    const double one = time_of(top, {hook, "prepared"}, team.box.path("own"));
    const double two = time_of(top, {hook, "committed"}, team.box.path("own"));
    const double three =
        time_of(top, {hook, "prepared"}, team.box.path("other"));
    const double four = time_of(top, {"/bin/true"});
    if (i < 0) continue;
    own.push_back(one);
    done.push_back(two);
    other.push_back(three);
    theirs.push_back(four);
  }
  ::unsetenv("GIT_DIR");
  report("guard, prepared, own branch, against /bin/true", own, theirs, 0.75);
  report("guard, committed, against /bin/true", done, theirs, 0.75);
  report("guard, prepared, another ref, against /bin/true", other, theirs,
         0.75);
}

// From the end of the commit to the rows in the three inboxes; the look itself
// (the sqlite3 shell) is in it.
void bench_conflict(Team& team, int rounds) {
  std::vector<double> waits, nothing;
  const auto told = [&] {
    return team.box
        .run_in(team.box.repo(),
                {"sqlite3", ".git/orch/orch.db",
                 "SELECT count(*) FROM messages WHERE kind = 'conflict'"})
        .out;
  };
  for (int i = 0; i < rounds; ++i) {
    const std::string file = "/src/d1/f" + std::to_string(50 + i) + ".txt";
    for (const char* role : {"impl-api", "impl-ui"}) {
      team.box.write(team.top(role) + file, std::string("by ") + role + "\n");
      time_of(team.top(role), team.ours({"add", "-u"}));
    }
    time_of(team.top("impl-api"), team.ours({"commit", "-qm", "one side"}));
    team.settle();
    const std::string before = told();
    time_of(team.top("impl-ui"), team.ours({"commit", "-qm", "other side"}));
    const double start = now_ms();
    while (told() == before && now_ms() - start < 20000) {
    }
    waits.push_back(now_ms() - start);
    team.settle();
    const double look = now_ms();
    told();
    nothing.push_back(now_ms() - look);
  }
  report("conflict in the inboxes against one look, " + team.size(), waits,
         nothing);
}

void bench_rebase(Team& team, int rounds) {
  const Args roles = {"impl-api", "impl-ui"};
  for (const std::string& role : roles) {
    time_of(team.top(role), team.theirs({"reset", "-q", "--hard", "main"}));
    for (int i = 0; i < 20; ++i) {
      team.box.write(team.top(role) + "/one.txt",
                     role + std::to_string(i) + "\n");
      time_of(team.top(role), team.theirs({"commit", "-qam", "work"}));
    }
  }
  team.settle();
  std::vector<double> ours, theirs;
  for (int i = -1; i < rounds; ++i) {
    time_of(team.box.repo(),
            team.theirs({"commit", "-q", "--allow-empty", "-m", "base"}));
    const Args args = {"rebase", "-q", "main"};
    const double one = time_of(team.top(roles[0]), team.ours(args));
    team.settle();
    const double two = time_of(team.top(roles[1]), team.theirs(args));
    if (i < 0) continue;
    ours.push_back(one);
    theirs.push_back(two);
  }
  report("rebase of 20 commits, " + team.size(), ours, theirs);
}

// Processes of ours during `git fetch` of new commits in a person's worktree.
void count_in_fetch(Team& team) {
  const std::string trace = team.box.path("trace");
  team.box.ok("git clone -q . ../upstream");
  team.box.ok("git remote add upstream ../upstream");
  team.box.ok_in(team.box.path("upstream"),
                 "git commit -q --allow-empty -m new");
  time_of(team.box.repo(), {"strace", "-f", "-e", "trace=execve", "-o", trace,
                            "git", "fetch", "-q", "upstream"});
  int count = 0;
  for (const std::string& line : orch::text::split(team.box.read(trace), '\n'))
    if (line.find("git-orch") != std::string::npos &&
        line.find(" = 0") != std::string::npos)
      ++count;
  orch::bench::report_count("processes of ours in git fetch", count, 0, 1);
}

}  // namespace

int main(int argc, char** argv) {
  argc = orch::bench::begin_rows(argc, argv);
  const int rounds = argc > 1 ? std::atoi(argv[1]) : 60;
  {
    Team team(4000, 4);
    bench_commit(team, rounds);
    bench_process(team, rounds);
    bench_guard(team, rounds);
    bench_conflict(team, rounds / 4 + 1);
    bench_rebase(team, rounds / 6 + 1);
    count_in_fetch(team);
  }
  {
    Team team(4000, 20);
    bench_commit(team, rounds);
    bench_conflict(team, rounds / 4 + 1);
  }
  Team team(50000, argc > 2 ? 20 : 4);
  bench_commit(team, rounds / 2);
  bench_conflict(team, rounds / 4 + 1);
  return 0;
}
