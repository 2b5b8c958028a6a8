// SPDX-License-Identifier: MIT
//
// Agents of which only their processes tell: the store was lost.
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "agent/agent.h"
#include "clock/clock.h"
#include "error/error.h"
#include "message/launcher.h"
#include "message/message.h"
#include "process/process.h"
#include "process/signal.h"

namespace orch::agent {
namespace {

constexpr std::int64_t kPoliteMs = 5000, kMostMs = 10000;
constexpr int kPauseUs = 20000;

struct Launched {
  std::string run;
  process::Identity agent;
};

// Children of launchers that know for whom they work: of each the first one,
// for what it tells of comes later.
std::vector<Launched> launched(const Repository& repository) {
  std::map<pid_t, Launched> first;  // by launcher
  for (const process::Seen& seen :
       process::processes_with("ORCH_GIT_DIR=" + repository.common_dir)) {
    const auto line = process::ancestry_of(seen.identity.pid);
    if (line.size() < 2 || !process::is_alive(seen.identity)) continue;
    const auto run = message::run_launched_by(repository, line[1].pid);
    if (run.empty()) continue;
    const auto [known, is_new] =
        first.emplace(line[1].pid, Launched{run, seen.identity});
    if (!is_new && seen.identity.start < known->second.agent.start)
      known->second.agent = seen.identity;
  }
  std::vector<Launched> out;
  for (const auto& [launcher, found] : first) out.push_back(found);
  return out;
}

// Agents of other repositories may have theirs in the same server.
std::vector<tmux::Pane> panes_of(const Repository& repository,
                                 const tmux::Server& server) {
  auto panes = server.find_started_with(message::kLauncher);
  std::erase_if(panes, [&](const tmux::Pane& pane) {
    return message::run_launched_by(repository, pane.pid).empty();
  });
  return panes;
}

}  // namespace

std::vector<pid_t> list_unknown(const Repository& repository,
                                store::Store& store) {
  // Before the rows: a start writes its row first.
  const auto found = launched(repository);
  std::set<std::string> known;
  for (const store::Agent& a : store::list_agents(store)) known.insert(a.run);
  std::vector<pid_t> out;
  for (const Launched& l : found)
    if (!known.contains(l.run)) out.push_back(l.agent.pid);
  return out;
}

std::vector<pid_t> stop_unknown(const Repository& repository) {
  const auto server = message::server_of(repository);
  const auto panes = panes_of(repository, server);
  // Launchers start other things behind the end of their agents.
  std::vector<process::Identity> agents;
  for (const Launched& l : launched(repository)) agents.push_back(l.agent);
  for (const process::Identity& agent : agents)
    process::send_signal(agent.pid, SIGTERM);
  const std::int64_t from = clock::steady();
  for (auto left = agents; !left.empty(); ::usleep(kPauseUs)) {
    std::erase_if(left, [](const process::Identity& agent) {
      return !process::is_alive(agent);
    });
    const std::int64_t waited = clock::steady() - from;
    if (!left.empty() && waited > kMostMs)
      throw Error(
          ErrorCode::Io,
          "cannot end the agent of process " + std::to_string(left.front().pid),
          "end it, and run the same command again");
    if (waited > kPoliteMs)
      for (const process::Identity& agent : left)
        process::send_signal(agent.pid, SIGKILL);
  }
  for (const tmux::Pane& pane : panes) server.close(pane);
  std::vector<pid_t> out;
  for (const process::Identity& agent : agents) out.push_back(agent.pid);
  return out;
}

}  // namespace orch::agent
