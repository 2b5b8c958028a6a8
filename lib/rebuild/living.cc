// SPDX-License-Identifier: MIT
#include "rebuild/living.h"

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <string>

#include "clock/clock.h"
#include "error/error.h"
#include "file/file.h"
#include "installation/data.h"
#include "installation/installation.h"
#include "message/launcher.h"
#include "message/message.h"
#include "process/namespace.h"
#include "process/process.h"
#include "text/text.h"

namespace orch::rebuild {
namespace {

using repository::Repository;

// The kernel keeps 15 bytes of a process's name.
constexpr std::size_t kNameBytes = 15;

std::string variable_of(const process::Identity& of, const std::string& name) {
  try {
    for (const std::string& v : text::split(
             file::find_contents("/proc/" + std::to_string(of.pid) + "/environ")
                 .value_or(""),
             '\0'))
      if (v.starts_with(name + "=")) return v.substr(name.size() + 1);
  } catch (const Error&) {
    return "";  // it has just ended
  }
  return "";
}

// Its child that knows for whom it works: the first one, for what it tells of
// comes later.
std::optional<process::Seen> agent_under(const Repository& repository,
                                         const process::Identity& launcher) {
  std::optional<process::Seen> found;
  for (const process::Seen& seen :
       process::processes_with("ORCH_GIT_DIR=" + repository.common_dir)) {
    const auto line = process::ancestry_of(seen.identity.pid);
    if (line.size() < 2 || line[1] != launcher) continue;
    if (!found || seen.identity.start < found->identity.start) found = seen;
  }
  return found;
}

std::string runtime_of(const Repository& repository, const std::string& name) {
  for (const std::string& known :
       installation::data_names(repository.orch_dir(), "runtimes")) {
    try {
      for (const std::string& process :
           installation::require_runtime(repository.orch_dir(), known)
               .process_names)
        if (process.substr(0, kNameBytes) == name) return known;
    } catch (const Error&) {
      continue;  // a broken file, which `doctor` tells of
    }
  }
  return "";
}

void complete(const Repository& repository, const process::Identity& launcher,
              store::Agent& agent) {
  const std::string run = message::run_launched_by(repository, launcher.pid);
  const auto child = agent_under(repository, launcher);
  if (run.empty() || !child) return;
  agent.id = std::atoll(variable_of(child->identity, "ORCH_AGENT").c_str());
  agent.run = run;
  agent.desired = "running";
  agent.state = "busy";
  agent.state_source = "screen";
  agent.state_since = clock::now();
  agent.pid = child->identity.pid;
  agent.pid_start = static_cast<std::int64_t>(child->identity.start);
  agent.pane_pid = launcher.pid;
  agent.pane_start = static_cast<std::int64_t>(launcher.start);
  agent.boot_id = process::boot_id();
  agent.pid_namespace = process::pid_namespace();
  agent.runtime = runtime_of(repository, child->name);
  for (const tmux::Pane& pane :
       message::server_of(repository).find_started_with(run))
    if (pane.pid == launcher.pid) agent.pane = pane.id;
}

}  // namespace

void complete_from_processes(const Repository& repository,
                             std::vector<store::Agent>& agents) {
  const std::string launcher =
      std::string(message::kLauncher).substr(0, kNameBytes);
  for (store::Agent& agent : agents) {
    if (agent.worktree.empty()) continue;
    for (const process::Seen& seen : process::processes_below(agent.worktree))
      if (seen.name == launcher) complete(repository, seen.identity, agent);
  }
}

}  // namespace orch::rebuild
