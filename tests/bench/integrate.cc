// SPDX-License-Identifier: MIT
//
// What the merge queue costs: twenty branches whose gate takes a second,
// against so many gates on this machine's cores; how many gates find a culprit;
// and how many of known trees a second run repeats.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "support/sandbox.h"
#include "timing.h"

namespace {

using orch::bench::now_ms;
using orch::bench::report;
using orch::test::Result;
using orch::test::Sandbox;

std::string role(int n) { return (n < 10 ? "w0" : "w") + std::to_string(n); }

// A feature of so many members, each with a commit of its own.
class Team {
 public:
  explicit Team(int size) {
    box.make_repository();
    box.ok("git orch init -q");
    std::string roles = "overseer", order;
    for (int n = 1; n <= size; ++n) {
      box.write(box.repo() + "/.git/orch/roles/" + role(n) + ".yaml",
                "name: " + role(n) + "\nkind: implementor\npurpose: build\n" +
                    "duties: [build]\nreports_to: overseer\n");
      roles += "," + role(n);
      order += (n == 1 ? "" : ",") + role(n);
    }
    order_ = order;
    box.ok("git orch init-feature 001-x -q --roles " + roles);
    for (int n = 1; n <= size; ++n)
      box.run_in(box.worktree("001-x", role(n)),
                 {"sh", "-ec",
                  "echo " + role(n) + " > " + role(n) +
                      ".txt; git add -A; git -c core.hooksPath=/dev/null "
                      "commit -qm work"});
    box.ok("git orch tick -q");
  }
  Result integrate(const std::string& gate) const {
    return box.run_in(box.repo(), {"git", "orch", "integrate", "--all",
                                   "--order", order_, "--gate", gate});
  }
  long number(const std::string& query) const {
    return std::atol(box.sql(query).c_str());
  }
  Sandbox box;

 private:
  std::string order_;
};

void bench_speed(int times) {
  constexpr int kBranches = 20;
  const Team team(kBranches);
  const double cores = std::max<double>(1, std::thread::hardware_concurrency());
  std::vector<double> ours, ideal;
  for (int i = 0; i < times; ++i) {
    // Another command each time: of a tree that is known nothing is run.
    const double from = now_ms();
    const Result r = team.integrate("sleep 1 # " + std::to_string(i));
    ours.push_back(now_ms() - from);
    ideal.push_back(std::ceil(kBranches / cores) * 1000);
    if (r.status != 0)
      std::fprintf(stderr, "%s%s", r.out.c_str(), r.err.c_str());
    team.box.ok("git orch integrate --undo -q");
  }
  report("landing 20 branches with a gate of 1 s, against the cores alone",
         ours, ideal);
}

void bench_culprit(bool everywhere) {
  constexpr int kBranches = 16;
  const Team team(kBranches);
  team.box.write(team.box.repo() + "/.git/orch/policy.yaml",
                 "integration:\n  test: batch\n");
  long repeated = 0, most = 0, places = 0;
  for (int n = 1; n <= kBranches; n += everywhere ? 1 : 5) {
    const std::string gate = "test ! -e " + role(n) + ".txt";
    team.integrate(gate);
    const long runs =
        team.number("SELECT count(*) FROM gates WHERE command = '" + gate +
                    "' AND id <= (SELECT max(id) FROM gates WHERE command = '" +
                    gate + "' AND result = 'failed')");
    ++places;
    most = std::max(most, runs);
    const long last = team.number("SELECT max(id) FROM gates");
    team.integrate(gate);
    repeated += team.number(
        "SELECT count(*) FROM gates g WHERE g.id > " + std::to_string(last) +
        " AND EXISTS (SELECT 1 FROM gates o WHERE o.tree = g.tree AND "
        "o.command = g.command AND o.id <= " +
        std::to_string(last) + ")");
    team.box.ok("git orch integrate --undo -q");
  }
  using orch::bench::report_count;
  const auto n = static_cast<std::size_t>(places);
  report_count("gates that find one culprit among 16, at most",
               static_cast<double>(most), 6, n);
  report_count("known trees that a second run tests again",
               static_cast<double>(repeated), 0, n);
}

}  // namespace

int main(int argc, char** argv) {
  argc = orch::bench::begin_rows(argc, argv);
  const bool full = argc > 1 && std::string(argv[1]) == "--full";
  bench_speed(full ? 9 : 3);
  bench_culprit(full);
  return 0;
}
