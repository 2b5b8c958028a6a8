// SPDX-License-Identifier: MIT
//
// What a commit costs with our hooks: wall time of `git commit` of three
// changed files in an agent's worktree, against the same with /bin/true in all
// the same hooks. Interleaved in one run, medians; the ratio is of medians.
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

#include "clock/clock.h"
#include "file/file.h"
#include "process/process.h"
#include "support/sandbox.h"
#include "timing.h"

namespace {

using orch::bench::median;
using orch::bench::now_ms;
using orch::bench::report;
using orch::test::Sandbox;

constexpr char kSpec[] = "001-bench";

void make_tree(Sandbox& box, int files) {
  box.make_repository();
  for (int i = 0; i < files; ++i)
    box.write(box.repo() + "/src/d" + std::to_string(i / 50) + "/f" +
                  std::to_string(i) + ".txt",
              "content " + std::to_string(i) + "\n");
  box.ok("git add .");
  box.ok("git commit -qm tree");
}

std::string roles_of(int agents) {
  const char* known[] = {"overseer", "impl-data", "impl-api", "impl-ui"};
  std::string roles;
  for (int i = 0; i < agents && i < 4; ++i)
    roles += std::string(i ? "," : "") + known[i];
  return roles;
}

// Waits until the last detached child is done, so that it is not measured in
// somebody else's commit.
void settle(const Sandbox& box) {
  const std::string lock = box.repo() + "/.git/orch/lock/tick";
  if (!orch::file::exists(lock)) return;
  orch::test::eventually([&] {
    const bool spooled =
        orch::file::find_contents(box.repo() + "/.git/orch/spool/events")
            .value_or("")
            .empty();
    return spooled &&
           orch::file::Lock::try_take(lock, orch::file::Lock::Mode::Exclusive);
  });
}

class Committer {
 public:
  Committer(const Sandbox& box, std::string worktree)
      : box_(box), worktree_(std::move(worktree)) {}

  double commit() {
    ++count_;
    for (int i = 0; i < 3; ++i)
      box_.write(worktree_ + "/src/d0/f" + std::to_string(i) + ".txt",
                 "change " + std::to_string(count_) + "\n");
    box_.run_in(worktree_, {"git", "add", "-u"});
    const double start = now_ms();
    const auto r = box_.run_in(worktree_, {"git", "commit", "-qm", "change"});
    const double took = now_ms() - start;
    if (r.status != 0) std::fprintf(stderr, "commit failed: %s", r.err.c_str());
    return took;
  }

 private:
  const Sandbox& box_;
  std::string worktree_;
  int count_ = 0;
};

void bench_commit(int files, int agents, int rounds) {
  Sandbox ours, theirs;
  for (Sandbox* box : {&ours, &theirs}) {
    make_tree(*box, files);
    box->ok("git orch init -q");
    box->ok(std::string("git orch init-feature ") + kSpec + " -q --roles " +
            roles_of(agents));
  }
  // The other side: the same worktrees, /bin/true in all the same hooks, and
  // nothing of ours behind them.
  const std::string hooks = theirs.repo() + "/.git/hooks/";
  for (const std::string& name : orch::file::names_in(hooks)) {
    if (!orch::file::link_target(hooks + name)) continue;
    orch::file::remove(hooks + name);
    if (::symlink("/bin/true", (hooks + name).c_str()) != 0) std::abort();
  }
  Committer a(ours, ours.worktree(kSpec, "impl-data"));
  Committer b(theirs, theirs.worktree(kSpec, "impl-data"));
  std::vector<double> quiet_a, quiet_b, burst_a, burst_b;
  for (int i = -3; i < rounds; ++i) {
    const double one = a.commit();
    settle(ours);
    const double two = b.commit();
    if (i < 0) continue;  // warm-up
    quiet_a.push_back(one);
    quiet_b.push_back(two);
  }
  for (int i = 0; i < rounds / 10 + 1; ++i) {
    for (int k = 0; k < 10; ++k) burst_a.push_back(a.commit());
    settle(ours);
    for (int k = 0; k < 10; ++k) burst_b.push_back(b.commit());
  }
  const std::string size =
      std::to_string(files) + " files, " + std::to_string(agents) + " agents";
  report(("commit, " + size).c_str(), quiet_a, quiet_b);
  report(("commit in a burst of ten, " + size).c_str(), burst_a, burst_b);
}

void bench_process(int rounds) {
  Sandbox box;
  box.make_repository();
  box.ok("git orch init -q");
  const std::string hook = box.repo() + "/.git/hooks/post-commit";
  std::vector<double> ours, theirs;
  for (int i = -3; i < rounds; ++i) {
    double start = now_ms();
    box.run_in(box.repo(), {hook});
    const double one = now_ms() - start;
    settle(box);
    start = now_ms();
    box.run_in(box.repo(), {"/bin/true"});
    const double two = now_ms() - start;
    if (i < 0) continue;
    ours.push_back(one);
    theirs.push_back(two);
  }
  report("post-commit program against /bin/true (both started by env)", ours,
         theirs);
}

}  // namespace

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::atoi(argv[1]) : 60;
  std::printf("name: ratio (ours median, theirs median, n)\n");
  bench_commit(4000, 4, rounds);
  bench_process(rounds);
  return 0;
}
