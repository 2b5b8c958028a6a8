// SPDX-License-Identifier: MIT
#include "doctor/time.h"

#include <algorithm>

#include "agent/agent.h"
#include "autostart/autostart.h"
#include "clock/clock.h"
#include "daemon/daemon.h"
#include "error/error.h"
#include "file/file.h"
#include "store/checkins.h"
#include "text/text.h"

namespace orch::doctor {
namespace {

// logind.conf(5): the last assignment counts, those of conf.d behind the file.
bool kills_user_processes() {
  bool kills = false;
  std::vector<std::string> files = {"/etc/systemd/logind.conf"};
  for (const char* directory :
       {"/usr/lib/systemd/logind.conf.d", "/etc/systemd/logind.conf.d"})
    for (const std::string& name : file::names_in(directory))
      files.push_back(file::join(directory, name));
  for (const std::string& path : files)
    for (const std::string& line :
         text::split(file::find_contents(path).value_or(""), '\n')) {
      const std::string_view set = text::trim(line);
      constexpr std::string_view kKey = "KillUserProcesses=";
      if (!set.starts_with(kKey)) continue;
      const std::string_view value = set.substr(kKey.size());
      kills =
          value == "yes" || value == "true" || value == "on" || value == "1";
    }
  return kills;
}

}  // namespace

Check check_linger() {
  if (!file::is_directory("/run/systemd/system"))
    return {"sessions", "ok", "no systemd: tmux outlives a log-out", ""};
  if (!kills_user_processes())
    return {"sessions", "ok", "a log-out ends no agents", ""};
  if (autostart::lingers())
    return {"sessions", "ok", "lingering: a log-out ends no agents", ""};
  return {"sessions", "warn",
          "KillUserProcesses is set: agents end when you log out",
          "loginctl enable-linger"};
}

void check_time(const Repository& repository, std::vector<Check>& out) {
  try {
    auto store = store::Store::find(repository.orch_dir());
    if (!store) return;
    const auto agents = store::list_agents(*store);
    const bool any_runs =
        std::any_of(agents.begin(), agents.end(),
                    [](const auto& a) { return agent::is_running(a); });
    const auto holder = daemon::find_holder(repository.orch_dir());
    if (holder)
      out.push_back(
          {"daemon", "ok", "process " + std::to_string(holder->pid), ""});
    else if (!any_runs)
      out.push_back({"daemon", "ok", "none runs, and no agent needs one", ""});
    else
      out.push_back({"daemon", "warn",
                     "agents run and no daemon does: what is due waits until "
                     "somebody comes by",
                     "git orch daemon start"});
    const auto overdue = store::count_overdue_checkins(*store, clock::now());
    if (overdue > 0)
      out.push_back({"check-ins", "warn",
                     std::to_string(overdue) + " are overdue",
                     "git orch tick"});
  } catch (const Error&) {
    // The check of the store says what is wrong with it.
  }
}

}  // namespace orch::doctor
