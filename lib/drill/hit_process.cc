// SPDX-License-Identifier: MIT
//
// Processes that are killed, stopped or left.
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <array>

#include "clock/clock.h"
#include "daemon/daemon.h"
#include "drill/traces.h"
#include "drill/trouble.h"
#include "error/error.h"
#include "file/file.h"
#include "process/signal.h"
#include "process/terminal.h"
#include "store/features.h"
#include "tmux/tmux.h"

namespace orch::drill {
namespace {

constexpr std::int64_t kStoppedMs = 2000, kLookedMs = 400;

store::Agent row_of(Scene& scene, const std::string& address) {
  auto store = store::Store::find(scene.team.arena().handle().orch_dir());
  const auto agent = store ? store::find_agent(*store, address) : std::nullopt;
  if (!agent) throw Skip{"'" + address + "' has no row"};
  return *agent;
}

// By pid and start time. Throws Skip when there is no such process.
void signal_to(const process::Identity& identity, int signal) {
  if (identity.pid <= 1 || !process::is_alive(identity))
    throw Skip{"there is no such process"};
  process::send_signal(identity.pid, signal);
}

process::Identity agent_of(const store::Agent& a) {
  return {static_cast<pid_t>(a.pid), static_cast<std::uint64_t>(a.pid_start)};
}

process::Identity launcher_of(const store::Agent& a) {
  return {static_cast<pid_t>(a.pane_pid),
          static_cast<std::uint64_t>(a.pane_start)};
}

process::Identity server_of(Scene& scene) {
  for (const Holder& h : holders_of(scene.team.arena().directory()))
    if (h.is_ours && h.name == "tmux: server") return h.identity;
  throw Skip{"no server of panes runs"};
}

process::Identity daemon_of(Scene& scene) {
  const auto found =
      daemon::find_holder(scene.team.arena().handle().orch_dir());
  if (!found || found->pid == 0) throw Skip{"no daemon runs"};
  return *found;
}

tmux::Server panes_of(Scene& scene) {
  const std::string below = scene.team.arena().directory() + "/run/git-orch";
  for (const std::string& name : file::names_in(below))
    if (name.find('.') == std::string::npos)
      return tmux::Server(file::join(below, name), "/dev/null", "", "");
  throw Skip{"no server of panes runs"};
}

tmux::Pane pane_of(const store::Agent& a) {
  return {a.pane, static_cast<pid_t>(a.pane_pid),
          static_cast<std::uint64_t>(a.pane_start)};
}

// What it prints is read, as by a person who looks.
void look_for(const process::OnTerminal& client, std::int64_t ms) {
  const std::int64_t until = clock::steady() + ms;
  std::array<char, 4096> bytes{};
  for (std::int64_t left = ms; left > 0; left = until - clock::steady()) {
    pollfd fd{client.terminal.get(), POLLIN, 0};
    if (::poll(&fd, 1, static_cast<int>(left)) > 0 &&
        ::read(client.terminal.get(), bytes.data(), bytes.size()) <= 0)
      return;
  }
}

// A person attaches, and goes again: by closing the window, or hard.
Trouble detach(Scene& scene, const Planned& planned) {
  const store::Agent agent = row_of(scene, planned.target);
  process::Program program = scene.team.arena().git_program({});
  program.argv = panes_of(scene).attach_argv(pane_of(agent));
  auto client = process::start_on_terminal(program);
  if (!client) throw Skip{"nobody can attach"};
  look_for(*client, kLookedMs);
  if (planned.form == "kill")
    process::send_signal(client->identity.pid, SIGKILL);
  client->terminal.reset();
  for (int i = 0; i < 100 && process::is_alive(client->identity); ++i)
    ::usleep(20000);
  if (process::is_alive(client->identity))
    process::send_signal(client->identity.pid, SIGKILL);
  process::await_child(client->identity);
  return {};
}

Trouble stop(Scene& scene, const Planned& planned) {
  process::Identity identity;
  if (planned.form == "daemon")
    identity = daemon_of(scene);
  else if (planned.form == "server")
    identity = server_of(scene);
  else
    identity = agent_of(row_of(scene, planned.target));
  signal_to(identity, SIGSTOP);
  return {.mend =
              [identity] {
                if (process::is_alive(identity))
                  process::send_signal(identity.pid, SIGCONT);
                return true;
              },
          .lasts_ms = kStoppedMs};
}

}  // namespace

Trouble hit_process(Scene& scene, const Planned& planned) {
  const std::string_view kind = planned.kind->name;
  if (kind == "detach") return detach(scene, planned);
  if (kind == "stop-process") return stop(scene, planned);
  if (kind == "kill-daemon") {
    signal_to(daemon_of(scene), SIGKILL);
  } else if (kind == "kill-server") {
    signal_to(server_of(scene), SIGKILL);
  } else if (kind == "kill-agent") {
    signal_to(agent_of(row_of(scene, planned.target)), SIGKILL);
  } else if (kind == "kill-shell") {
    signal_to(launcher_of(row_of(scene, planned.target)), SIGKILL);
  } else {
    panes_of(scene).close(pane_of(row_of(scene, planned.target)));
  }
  return {};
}

}  // namespace orch::drill
