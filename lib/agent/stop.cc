// SPDX-License-Identifier: MIT
#include <signal.h>

#include "agent/agent.h"
#include "agent/elsewhere.h"
#include "clock/clock.h"
#include "hook/fold.h"
#include "message/message.h"
#include "process/process.h"
#include "process/signal.h"

namespace orch::agent {
namespace {

void signal_tree(const store::Agent& agent, int signal) {
  const process::Identity own{static_cast<pid_t>(agent.pid),
                              static_cast<std::uint64_t>(agent.pid_start)};
  if (process::is_alive(own)) process::send_signal(own.pid, signal);
}

// A starter that was killed may have left one that the row does not know.
void close_panes(const Repository& repository, const store::Agent& agent) {
  const auto server = message::server_of(repository);
  if (!agent.pane.empty())
    server.close(message::pane_of(agent));
  else if (!agent.run.empty())
    for (const tmux::Pane& pane : server.find_started_with(agent.run))
      server.close(pane);
}

}  // namespace

Stopped stop(const Repository& repository, store::Store& store,
             const store::Agent& agent) {
  require_ours(repository, agent);
  Stopped out;
  out.snapshot = snapshot(repository, store, agent, "stop");
  enum class Forget { Nothing, Pane };
  const auto set_stopped = [&](Forget forget) {
    store::Transaction transaction(store);
    store::Agent current = store::find_agent(store, agent.id).value_or(agent);
    current.desired = "stopped";
    current.restart_at.reset();
    current.state = "stopped";
    if (forget == Forget::Pane) {
      current.pane.clear();
      current.pane_pid = current.pane_start = 0;
      current.pid = current.pid_start = 0;
    }
    current.state_source = "command";
    current.state_since = clock::now();
    store::update_agent(store, current);
    transaction.commit();
    return current;
  };
  store::Agent current = set_stopped(Forget::Nothing);
  const auto ended = [&] {
    return !process::is_alive({static_cast<pid_t>(current.pid),
                               static_cast<std::uint64_t>(current.pid_start)});
  };
  // It ends what its agent left behind.
  const auto launcher_ended = [&] {
    const tmux::Pane pane = message::pane_of(current);
    return !process::is_alive({pane.pid, pane.start});
  };
  signal_tree(current, SIGTERM);
  if (!hook::fold_until(repository, store, ended, 5000)) {
    signal_tree(current, SIGKILL);
    hook::fold_until(repository, store, ended, 5000);
  }
  close_panes(repository, current);
  hook::fold_until(repository, store, launcher_ended, 5000);
  out.agent = set_stopped(Forget::Pane);
  return out;
}

}  // namespace orch::agent
