// SPDX-License-Identifier: MIT
//
// What looking costs: CPU of whole processes, children included, against that
// of `git version`, in turn. Agents are those of the built-in script runtime.
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "file/file.h"
#include "spawn.h"
#include "support/dashboard.h"
#include "support/sandbox.h"
#include "text/text.h"
#include "timing.h"

namespace {

using orch::bench::Aim;
using orch::bench::report;
using orch::bench::spend;
using orch::test::eventually;
using orch::test::Sandbox;

const std::string kBin = std::string(ORCH_BUILD_DIR) + "/bin/";

void compare(const std::string& name, const std::vector<std::string>& ours,
             const std::string& here, const std::vector<std::string>& theirs,
             const std::string& there, int rounds, const Aim& aim = {}) {
  std::vector<double> a, b;
  for (int i = -5; i < rounds; ++i) {
    const double one = spend(ours, here).cpu_ms;
    const double two = spend(theirs, there).cpu_ms;
    if (i < 0) continue;
    a.push_back(one);
    b.push_back(two);
  }
  report(name, a, b, aim);
}

// Five features of four agents, all of them running and idle.
void bench_team(int rounds) {
  Sandbox box;
  box.make_repository();
  box.ok("git orch init -q");
  for (int i = 0; i < 5; ++i)
    box.ok("git orch init-feature -q f" + std::to_string(i) +
           " --base main --start --runtime script");
  eventually(
      [&] {
        return box.sql("SELECT count(*) FROM agents WHERE state = 'idle'") ==
               "20\n";
      },
      60);
  box.ok("git orch tick -q");
  // The programs of this build, whatever else is installed.
  ::setenv("PATH", (kBin + ":" + std::getenv("PATH")).c_str(), 1);
  const std::vector<std::string> version = {"git", "version"};
  compare("git orch status, 20 live agents, against git version",
          {"git", "orch", "status"}, box.repo(), version, box.repo(), rounds,
          2.5);
  compare("git-orch status --format prompt, against git version",
          {kBin + "git-orch", "status", "--format", "prompt"}, box.repo(),
          version, box.repo(), rounds, 1.5);
  // Not kept: what it costs when something has changed.
  compare("git orch status of one feature, anew, against git version",
          {"git", "orch", "status", "f0"}, box.repo(), version, box.repo(),
          rounds);
}

class Place {
 public:
  explicit Place(std::int64_t events) {
    box_.make_repository();
    box_.ok("git orch init -q");
    box_.ok("git orch init-feature 001-bench -q");
    box_.run_in(
        repo(),
        {"sqlite3", ".git/orch/orch.db",
         "PRAGMA synchronous = OFF; BEGIN;"
         "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
         "WHERE i < " +
             std::to_string(events) +
             ") INSERT INTO task_events(event_id, spec_id, role, event_type, "
             "commit_hash, message, metadata, created_at) SELECT "
             "randomblob(16), '001-bench', 'overseer', 'status_update', "
             "CASE i % 3 WHEN 0 THEN lower(hex(randomblob(20))) END, "
             "'event number ' || i, '{}', 1790000000000 + i FROM n; COMMIT;"});
  }
  const std::string& repo() const { return box_.repo(); }

 private:
  Sandbox box_;
};

void bench_events(std::int64_t events, int rounds) {
  const Place full(events), small(10000);
  // By name, so that no kept answer is given.
  const std::vector<std::string> status = {kBin + "git-orch-status",
                                           "001-bench"};
  compare(
      "git-orch status, " + std::to_string(events) + " events against 10000",
      status, full.repo(), status, small.repo(), rounds, 2);
}

// CPU of a living process, in clock ticks of ten milliseconds each: so many
// updates are measured together.
double cpu_of_process(const std::string& pid) {
  const std::string text =
      orch::file::find_contents("/proc/" + pid + "/stat").value_or("");
  const auto fields = orch::text::split(text.substr(text.rfind(')') + 2), ' ');
  const double ticks =
      std::atof(fields.at(11).c_str()) + std::atof(fields.at(12).c_str()) +
      std::atof(fields.at(13).c_str()) + std::atof(fields.at(14).c_str());
  return ticks * 1e3 / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

class Page : public orch::test::DashboardTest {
 public:
  void TestBody() override {}

  // A page that is open while things happen: it hears which views changed and
  // asks for those, as the real one does.
  void measure(int rounds) {
    box.make_repository();
    box.ok("git orch init -q");
    for (int i = 0; i < 75; ++i)
      box.ok("git orch init-feature -q f" + std::to_string(i) +
             " --base main --no-worktrees");
    box.ok("git orch tick -q");
    serve("--port 0");
    auto events = stream();
    std::vector<double> ours, aim;
    for (int i = -1; i < rounds; ++i) {
      constexpr int kTogether = 10;
      const double before = cpu_of_process(pid);
      for (int k = 0; k < kTogether; ++k) {
        box.ok("git orch send -q f1/impl-ui -m \"message " +
               std::to_string(i * kTogether + k) + "\"");
        events.read_through("event: change\n");
        events.read_through("\n\n");
        get("/api/status");
        get("/api/messages");
      }
      if (i < 0) continue;
      ours.push_back((cpu_of_process(pid) - before) / kTogether);
      aim.push_back(50);
    }
    report("server's CPU for a page update, 300 agents, against 50 ms", ours,
           aim, 1);
    double bytes = 0;
    const std::string page = get("/?token=" + token).body;
    bytes += static_cast<double>(page.size());
    for (std::size_t at = 0;
         (at = page.find("\"/assets/", at)) != std::string::npos; ++at) {
      const std::string path =
          page.substr(at + 1, page.find('"', at + 1) - at - 1);
      bytes += static_cast<double>(
          get(path, "Accept-Encoding: gzip\r\n").body.size());
    }
    orch::bench::report_count("first load of the page, kB", bytes / 1e3, 250,
                              1);
    signal_server("TERM");
  }
};

}  // namespace

// --full: with ten million events instead of one.
int main(int argc, char** argv) {
  argc = orch::bench::begin_rows(argc, argv);
  const bool full = argc > 1 && std::string(argv[1]) == "--full";
  for (const char* name : {"GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR"})
    ::unsetenv(name);
  bench_team(60);
  bench_events(full ? 10000000 : 1000000, 60);
  Page().measure(10);
  return 0;
}
