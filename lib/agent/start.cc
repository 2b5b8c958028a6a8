// SPDX-License-Identifier: MIT
#include <algorithm>
#include <functional>
#include <map>

#include "agent/agent.h"
#include "agent/briefing.h"
#include "agent/elsewhere.h"
#include "agent/launch_files.h"
#include "agent/program.h"
#include "agent/restart.h"
#include "agent/sandboxing.h"
#include "brief/added.h"
#include "clock/clock.h"
#include "error/error.h"
#include "file/file.h"
#include "hook/fold.h"
#include "installation/data.h"
#include "installation/installation.h"
#include "message/launcher.h"
#include "message/message.h"
#include "process/process.h"
#include "store/agent_state.h"
#include "store/messages.h"
#include "text/text.h"
#include "text/words.h"

namespace orch::agent {
namespace {

constexpr std::int64_t kEndsWithinMs = 5000;

void require_startable(const Repository& repository, store::Store& store,
                       const store::Agent& agent) {
  if (agent.worktree.empty())
    throw Error(ErrorCode::InvalidDirectory,
                "cannot start '" + agent.address + "': it has no worktree",
                "git orch init-feature " +
                    agent.address.substr(0, agent.address.find('/')));
  if (!file::is_directory(agent.worktree))
    throw Error(ErrorCode::InvalidDirectory,
                "cannot start '" + agent.address + "': '" + agent.worktree +
                    "' is not a directory",
                "git worktree add " + text::shell_word(agent.worktree) + " " +
                    text::readable_word(agent.branch));
  const auto foreign = foreign_agents(repository, store, agent.worktree);
  if (!foreign.empty())
    throw Error(ErrorCode::DuplicateAgent,
                "cannot start '" + agent.address + "': '" + foreign[0].name +
                    "' (process " + std::to_string(foreign[0].pid) +
                    ") already works in '" + agent.worktree + "'",
                "end that process, or use another directory");
}

// Running, and in a pane that is known: the start came to its end.
bool has_started(const store::Agent& agent) {
  return is_running(agent) && !agent.pane.empty();
}

void close_old_pane(const Repository& repository, const store::Agent& agent) {
  if (agent.pane.empty()) return;
  message::server_of(repository).close(message::pane_of(agent));
}

void forget_conversation(store::Agent& agent) {
  agent.conversation.clear();
  agent.transcript.clear();
}

// What a person gives it to know stays so for every later brief; what a start
// by itself adds is for this one.
std::string full_brief(const Repository& repository, store::Store& store,
                       const store::Agent& agent, const StartOptions& options,
                       brief::Reason reason) {
  if (options.by_hand && !options.brief.empty()) {
    store::Transaction transaction(store);
    store::set_meta(store, brief::added_key(agent.id), options.brief);
    transaction.commit();
  }
  std::string brief = brief::text(repository, store, agent, reason);
  if (!options.by_hand && !options.brief.empty())
    brief += "\n" + options.brief + "\n";
  return brief;
}

// What several starts find out once.
struct Launching {
  const config::Config config;
  std::map<std::string, std::string> versions;  // of CLIs, by runtime
};

// The version of the CLI, where what submits a message depends on it.
std::string version_of(const runtime::Runtime& runtime, Launching& launching) {
  const auto it = launching.versions.find(runtime.name);
  if (it != launching.versions.end()) return it->second;
  const bool matters =
      std::any_of(runtime.submits.begin(), runtime.submits.end(),
                  [](const runtime::Submit& s) { return !s.cli.is_any(); });
  return launching.versions[runtime.name] =
             matters ? installed_versions({runtime}).front() : "";
}

// The pane of a start that nobody came to record.
std::optional<tmux::Pane> find_left_behind(const Repository& repository,
                                           const store::Agent& agent) {
  if (!agent.pane.empty() || agent.run.empty() || agent.state == "stopped")
    return std::nullopt;
  for (const tmux::Pane& pane :
       message::server_of(repository).find_started_with(agent.run))
    if (process::is_alive({pane.pid, pane.start})) return pane;
  return std::nullopt;
}

bool is_what_is_asked_for(const store::Agent& agent,
                          const StartOptions& options) {
  return options.command.empty() &&
         (options.runtime.empty() || options.runtime == agent.runtime);
}

// A launcher outlives its agent: it ends what that left, and tells of its end.
void await_launcher(const Repository& repository, store::Store& store,
                    const process::Identity& launcher) {
  hook::fold_until(
      repository, store, [&] { return !process::is_alive(launcher); },
      kEndsWithinMs);
}

// Of a run that was given up, and came to life behind that: it would keep the
// next one from starting.
void end_left_behind(const Repository& repository, store::Store& store,
                     const tmux::Pane& pane) {
  message::server_of(repository).close(pane);
  await_launcher(repository, store, {pane.pid, pane.start});
}

// The end of the first half: the row knows the pane, the brief is queued.
store::Agent brief_in(const Repository& repository, store::Store& store,
                      const store::Agent& agent, const tmux::Pane& pane,
                      const StartOptions& options, brief::Reason reason) {
  // Before the transaction: it reads much.
  const std::string brief =
      options.with_brief ? full_brief(repository, store, agent, options, reason)
                         : "";
  const std::int64_t now = clock::now();
  store::Transaction transaction(store);
  // The launcher may have reported already; only the pane is ours to add.
  store::Agent current = store::find_agent(store, agent.id).value_or(agent);
  current.pane = pane.id;
  current.pane_pid = pane.pid;
  current.pane_start = static_cast<std::int64_t>(pane.start);
  // Here, so that nobody is killed between the two.
  current.restart_at.reset();
  store::update_agent(store, current);
  if (!brief.empty()) queue_brief(store, current, brief, now);
  store::insert_agent_event(store, current, "agent_started",
                            "started with runtime " + current.runtime, now);
  transaction.commit();
  return current;
}

// The first half: the row says "starting", a pane exists, the brief is queued.
store::Agent launch(const Repository& repository, store::Store& store,
                    const store::Agent& asked, const StartOptions& options,
                    Launching& launching) {
  // Two starts at once are one.
  const file::Lock only = file::Lock::take(
      start_lock(repository, asked), file::Lock::Mode::Exclusive, 60000,
      "the start of '" + asked.address + "'");
  store::Agent agent = store::find_agent(store, asked.id).value_or(asked);
  require_ours(repository, agent);
  if (has_started(agent)) return agent;
  // We hold the lock: who began this start was killed before it was briefed.
  const auto left = find_left_behind(repository, agent);
  if (left) {
    if (is_running(agent) && is_what_is_asked_for(agent, options))
      return brief_in(repository, store, agent, *left, options,
                      brief::Reason::Resume);
    if (!is_running(agent)) end_left_behind(repository, store, *left);
  }
  const bool has_come_up = left || agent.pid != 0 || !agent.pane.empty();
  if (has_come_up && is_running(agent))
    agent = stop(repository, store, agent).agent;
  const tmux::Pane before = message::pane_of(agent);
  await_launcher(repository, store, {before.pid, before.start});
  require_startable(repository, store, agent);
  const config::Config& config = launching.config;
  const runtime::Runtime runtime =
      choose_runtime(repository, config, options.runtime, agent);
  // One that is to come back is tried anyway: its program may be on its way.
  if (options.by_hand && options.command.empty()) require_program(runtime);
  const auto role = installation::find_role(repository.orch_dir(), agent.role);
  const bool sandboxed = wants_sandbox(repository, config, agent, runtime,
                                       role ? &*role : nullptr, options);
  if (!sandboxed) leave_sandbox(repository, agent, options);
  const auto variables =
      furnishing::furnish(repository, config, store, agent,
                          role ? &*role : nullptr, options.listener);
  // That may have taken long.
  agent = store::find_agent(store, agent.id).value_or(agent);
  if (has_started(agent)) return agent;
  close_old_pane(repository, agent);
  // What the last run took is known before a new one begins.
  message::prove(store, agent);
  remove_launch_files(repository, agent);

  const std::int64_t now = clock::now();
  const brief::Reason reason =
      agent.run.empty() ? brief::Reason::Start : brief::Reason::Resume;
  agent.run = text::hex(clock::random_bytes(8));
  // A conversation belongs to the CLI that it was held with.
  if (agent.runtime != runtime.name) forget_conversation(agent);
  agent.runtime = runtime.name;
  file::make_private_directories(repository.orch_dir() + "/log");
  // The launcher waits for a fresh log, so that nothing of a short life is
  // missing from it; what was there stays readable as the older part.
  const std::string log = log_path(repository, agent);
  if (file::exists(log)) file::rename(log, log + ".1");
  const std::string launch_file =
      write_launch_files(repository, config, agent, runtime, options.command,
                         variables, sandboxed);

  agent.cli_version =
      options.command.empty() ? version_of(runtime, launching) : "";
  agent.desired = "running";
  agent.state = "starting";
  agent.state_source = "command";
  agent.state_since = now;
  agent.pid = agent.pid_start = 0;
  agent.pane.clear();
  agent.pane_pid = agent.pane_start = 0;
  agent.exit_status.reset();
  agent.exited_at.reset();
  {
    store::Transaction transaction(store);
    if (options.by_hand) begin_by_hand(store, agent, now);
    store::update_agent(store, agent);
    transaction.commit();
  }
  const tmux::Pane pane =
      message::server_of(repository)
          .open({.window_name = "a" + std::to_string(agent.id),
                 .title = agent.address,
                 .directory = "/",
                 .argv = {installation::libexec_directory() + "/" +
                              message::kLauncher,
                          launch_file},
                 .log_command_tag = "agent-" + std::to_string(agent.id)});

  return brief_in(repository, store, agent, pane, options, reason);
}

// Until the agent is no longer starting. Not every CLI calls a hook before its
// first prompt: what its screen shows counts, too, but readiness only when it
// shows for a while, so that a hook which is on its way is not overtaken.
bool await_settled(const Repository& repository, store::Store& store,
                   std::int64_t agent_id,
                   const std::function<bool()>& is_settled,
                   std::int64_t timeout_ms) {
  constexpr std::int64_t kLookEveryMs = 1000;
  std::string before;
  for (std::int64_t left = timeout_ms; left > 0; left -= kLookEveryMs) {
    if (hook::fold_until(repository, store, is_settled,
                         std::min(left, kLookEveryMs)))
      return true;
    const auto agent = store::find_agent(store, agent_id);
    const std::string shown = agent ? shown_state(repository, *agent) : "";
    const bool is_ready = shown == "idle" && before == "idle";
    before = shown;
    if (is_ready || shown == "needs-human")
      believe_screen(repository, store, agent_id, shown);
  }
  return is_settled();
}

// Only one that is ready takes a message; what its job was may be done since.
bool has_taken_message(store::Store& store, const store::Agent& agent) {
  const int least = store::level_rank("submitted");
  const auto messages =
      store::list_messages(store, agent.id, store::Which::All);
  return std::any_of(messages.begin(), messages.end(), [&](const auto& m) {
    return m.typed_run == agent.run && store::level_rank(m.level) >= least;
  });
}

// A conversation that could not be gone on with is not tried again.
std::string forget_failed(store::Store& store, const store::Agent& agent,
                          const runtime::Runtime& runtime) {
  auto row = store::find_agent(store, agent.id);
  if (!row || row->conversation.empty() || runtime.resume.empty())
    return "git orch agent log " + agent.address;
  store::Transaction transaction(store);
  forget_conversation(*row);
  store::update_agent(store, *row);
  transaction.commit();
  return "its conversation could not be gone on with; a new one begins with: "
         "git orch agent start " +
         agent.address;
}

}  // namespace

std::string start_lock(const Repository& repository,
                       const store::Agent& agent) {
  const std::string directory = repository.orch_dir() + "/lock";
  file::make_private_directories(directory);
  return directory + "/start-" + std::to_string(agent.id);
}

store::Agent await_ready(const Repository& repository, store::Store& store,
                         const store::Agent& agent) {
  const auto runtime =
      installation::require_runtime(repository.orch_dir(), agent.runtime);
  store::Agent now = agent;
  const auto look = [&] {
    now = observed(store::find_agent(store, agent.id).value_or(agent));
  };
  const auto is_settled = [&] {
    look();
    // The launcher, which is seen to have ended, has told the status before.
    if (now.state == "lost" && !now.exit_status) {
      hook::fold(repository, store);
      look();
    }
    return now.state != "starting" &&
           (now.state != "exited" || now.exit_status);
  };
  const bool settled = await_settled(repository, store, agent.id, is_settled,
                                     runtime.start_timeout_ms);
  if (!settled)
    throw Error(ErrorCode::Timeout,
                "agent '" + agent.address + "' was not ready in time",
                "git orch agent log " + agent.address);
  const bool has_ended = now.state == "exited" || now.state == "lost";
  if (has_ended && has_taken_message(store, now)) return now;
  if (has_ended)
    throw Error(ErrorCode::DeadPane,
                "agent '" + agent.address + "' ended while starting" +
                    (now.exit_status
                         ? " with status " + std::to_string(*now.exit_status)
                         : std::string()),
                forget_failed(store, now, runtime));
  message::deliver(repository, store, {agent.id});
  return store::find_agent(store, agent.id).value_or(now);
}

namespace {

// So that a whole team does not ask for the same thing in the same second.
void stagger(const Repository& repository, store::Store& store,
             const store::Agent& before, std::int64_t most_ms) {
  hook::fold_until(
      repository, store,
      [&] {
        const auto row = store::find_agent(store, before.id);
        return !row || observed(*row).state != "starting";
      },
      most_ms);
}

}  // namespace

std::vector<store::Agent> start_all(const Repository& repository,
                                    store::Store& store,
                                    const std::vector<store::Agent>& agents,
                                    const StartOptions& options) {
  Launching launching{config::Config::load(repository), {}};
  std::vector<store::Agent> launched;
  for (const store::Agent& agent : agents) {
    const store::Agent current =
        store::find_agent(store, agent.id).value_or(agent);
    if (has_started(current) && home_elsewhere(repository, current).empty()) {
      launched.push_back(current);
      continue;
    }
    if (options.stagger_ms > 0 && !launched.empty())
      stagger(repository, store, launched.back(), options.stagger_ms);
    if (agents.size() > 1 && options.listener.progress)
      options.listener.progress("starting " + current.address + " (" +
                                std::to_string(launched.size() + 1) + " of " +
                                std::to_string(agents.size()) + ")");
    launched.push_back(launch(repository, store, current, options, launching));
  }
  if (!options.wait_ready) return launched;
  for (store::Agent& agent : launched)
    agent = await_ready(repository, store, agent);
  return launched;
}

store::Agent start(const Repository& repository, store::Store& store,
                   const store::Agent& agent, const StartOptions& options) {
  return start_all(repository, store, {agent}, options).front();
}

}  // namespace orch::agent
