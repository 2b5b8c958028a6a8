// SPDX-License-Identifier: MIT
//
// What waiting costs: a tick with nothing due, a daemon with nothing to do, and
// how late what is due comes. Agents are those of the built-in script runtime.
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "file/file.h"
#include "process/process.h"
#include "support/sandbox.h"
#include "text/text.h"
#include "timing.h"

namespace {

using orch::bench::now_ms;
using orch::bench::report;
using orch::test::eventually;
using orch::test::Sandbox;

constexpr int kFeatures = 75;  // of four agents each

std::string sql(const Sandbox& box, const std::string& query) {
  return box
      .run_in(box.repo(),
              {"sqlite3", "-cmd", ".timeout 10000", ".git/orch/orch.db", query})
      .out;
}

// A tick of 300 agents with worktrees, against an empty process.
void bench_tick() {
  Sandbox box;
  box.make_repository();
  box.ok("git orch init -q");
  for (int i = 0; i < kFeatures; ++i)
    box.ok("git orch init-feature -q f" + std::to_string(i) + " --base main");
  box.ok("git orch tick -q");
  const std::string tick = std::string(ORCH_BUILD_DIR) + "/bin/git-orch-tick";
  std::vector<double> ours, theirs;
  for (int i = 0; i < 40; ++i) {
    double from = now_ms();
    box.run_in(box.repo(), {tick, "-q"});
    ours.push_back(now_ms() - from);
    from = now_ms();
    box.run_in(box.repo(), {"/bin/true"});
    theirs.push_back(now_ms() - from);
  }
  report("tick of 300 agents, nothing due, against /bin/true", ours, theirs);
}

long field(const std::string& pid, const std::string& name) {
  const std::string text =
      orch::file::find_contents("/proc/" + pid + "/status").value_or("");
  const std::size_t at = text.find("\n" + name + ":");
  return at == std::string::npos
             ? -1
             : std::atol(text.c_str() + at + name.size() + 2);
}

void bench_daemon(int idle_s) {
  Sandbox box;
  box.make_repository();
  box.ok("git config --global orch.daemon auto");
  box.ok("git orch init -q");
  box.ok("git orch init-feature -q 001 --base main");
  box.script("impl-api", "await-message\n");
  box.ok("git orch agent start -q --runtime script 001/impl-api");
  std::string pid;
  const auto is_up = [&] {
    const auto p =
        box.type("git orch daemon --json").data()["pid"].as_integer();
    pid = p ? std::to_string(*p) : "";
    return p.has_value();
  };
  if (!eventually(is_up)) {
    std::fputs("no daemon came\n", stderr);
    return;
  }
  // How late: from when it was due to when it was typed.
  std::vector<double> late, aim;
  for (int i = 0; i < 9; ++i) {
    eventually([&] {
      return sql(box, "SELECT state FROM agents WHERE role = 'impl-api'") ==
             "idle\n";
    });
    ::sleep(12);  // the pane has rested, by the policy's rate
    box.ok("git orch checkin add -q 001/impl-api --in 2s \"note " +
           std::to_string(i) + "\"");
    const std::string note = "%note " + std::to_string(i);
    const std::string query =
        "SELECT m.typed_at - c.due_at FROM messages m JOIN checkins c ON "
        "c.message_id = m.id WHERE c.note LIKE '" +
        note + "' AND m.typed_at > 0";
    if (!eventually([&] { return !sql(box, query).empty(); })) continue;
    late.push_back(std::atof(sql(box, query).c_str()));
    aim.push_back(100);
  }
  if (!late.empty())
    report("from a check-in's time to its keys, against 100 ms", late, aim, 1);
  ::sleep(20);
  const long before = field(pid, "voluntary_ctxt_switches");
  ::sleep(static_cast<unsigned>(idle_s));
  const auto woken = field(pid, "voluntary_ctxt_switches") - before;
  orch::bench::report_count(
      "wake-ups of an idle daemon in a minute",
      60.0 * static_cast<double>(woken) / idle_s, {}, 1,
      std::to_string(field(pid, "VmRSS")) + " kB resident");
}

}  // namespace

int main(int argc, char** argv) {
  argc = orch::bench::begin_rows(argc, argv);
  const bool full = argc > 1 && std::string(argv[1]) == "--full";
  bench_tick();
  bench_daemon(full ? 600 : 60);
  return 0;
}
