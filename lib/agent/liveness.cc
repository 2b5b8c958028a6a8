// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cstdlib>

#include "agent/agent.h"
#include "clock/clock.h"
#include "file/file.h"
#include "git/git.h"
#include "installation/data.h"
#include "installation/installation.h"
#include "process/namespace.h"
#include "process/process.h"
#include "spool/spool.h"
#include "store/agent_state.h"

namespace orch::agent {
namespace {

constexpr std::int64_t kStartingMs = 30 * 1000;

bool claims_to_run(const store::Agent& a) {
  return a.state == "starting" || a.state == "idle" || a.state == "busy" ||
         a.state == "needs-human" || a.state == "limited" ||
         a.state == "unknown";
}

process::Identity identity(std::int64_t pid, std::int64_t start) {
  return {static_cast<pid_t>(pid), static_cast<std::uint64_t>(start)};
}

}  // namespace

store::Agent observed(const store::Agent& row) {
  store::Agent a = row;
  if (!claims_to_run(a)) return a;
  // From inside an agent's sandbox its process ids mean nothing.
  if (a.pid_namespace != 0 && a.pid_namespace != process::pid_namespace())
    return a;
  if (a.pid != 0 && process::is_alive(identity(a.pid, a.pid_start))) return a;
  // Of a start that is under way the launcher is not known yet, which tells how
  // even an agent ends that is gone by now; a starter that was killed there is
  // noticed when the time is over.
  // A clock that was put back keeps nobody waiting longer.
  if (a.pane_pid == 0 && std::abs(clock::now() - a.state_since) < kStartingMs)
    return a;
  const bool launcher_lives =
      process::is_alive(identity(a.pane_pid, a.pane_start));
  // Started, but the launcher has not yet told the agent's own process.
  if (a.pid == 0 && launcher_lives) return a;
  a.state_source = "process";
  // The launcher outlives the agent to tell how it ended; without it, or after
  // a reboot, nobody knows.
  const bool same_boot = a.boot_id.empty() || a.boot_id == process::boot_id();
  a.state = same_boot && (launcher_lives || a.exit_status) ? "exited" : "lost";
  return a;
}

bool is_running(const store::Agent& agent) {
  return claims_to_run(observed(agent));
}

int reconcile(store::Store& store) {
  int changed = 0;
  const std::int64_t now = clock::now();
  for (const store::Agent& row : store::list_agents(store)) {
    if (observed(row).state == row.state) continue;
    store::Transaction transaction(store);
    // Again, inside: a start or a fold may have come between.
    const auto fresh = store::find_agent(store, row.id);
    store::Agent seen = fresh ? observed(*fresh) : row;
    // An exit that the launcher is about to report is left to its report,
    // which knows the status.
    if (!fresh || seen.state == fresh->state ||
        (seen.state == "exited" && !seen.exit_status))
      continue;
    // What the launcher said last may wait in the spool.
    if (seen.state == "lost" && !spool::is_empty(store.orch_dir())) continue;
    seen.state_since = now;
    store::update_agent(store, seen);
    store::insert_agent_event(
        store, seen, seen.state == "lost" ? "agent_lost" : "agent_exited",
        "the agent's process is gone", now);
    transaction.commit();
    ++changed;
  }
  return changed;
}

std::vector<Foreign> foreign_agents(const Repository& repository,
                                    store::Store& store,
                                    const std::string& directory) {
  // CLIs that people start by hand, whether or not a runtime file knows them.
  std::vector<std::string> names = {"claude", "codex", "opencode", "gemini"};
  for (const std::string& name :
       installation::data_names(repository.orch_dir(), "runtimes")) {
    const auto r = installation::require_runtime(repository.orch_dir(), name);
    names.insert(names.end(), r.process_names.begin(), r.process_names.end());
  }
  const auto agents = store::list_agents(store);
  std::vector<Foreign> out;
  for (const process::Seen& seen : process::processes_below(directory)) {
    bool known_name = false, ours = false;
    // The kernel keeps 15 bytes of a process's name.
    for (const std::string& n : names)
      known_name = known_name || seen.name == n.substr(0, 15);
    if (!known_name) continue;
    // Behind walls, an agent's CLI is not the process that we started.
    const auto line = process::ancestry_of(seen.identity.pid);
    for (const store::Agent& a : agents)
      ours = ours || std::find(line.begin(), line.end(),
                               identity(a.pid, a.pid_start)) != line.end();
    if (!ours) out.push_back({seen.identity.pid, seen.name});
  }
  return out;
}

}  // namespace orch::agent
