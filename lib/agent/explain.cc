// SPDX-License-Identifier: MIT
#include "agent/agent.h"
#include "agent/restart.h"
#include "text/time.h"

namespace orch::agent {
namespace {

std::string source_text(const store::Agent& agent) {
  const std::string& source = agent.state_source;
  if (source == "hook") return "its hook said so";
  if (source == "screen") return "its screen shows it";
  if (source == "typed")
    return agent.state == "busy"
               ? "a message was typed; no hook has answered yet"
               : "what was typed did not go in";
  if (source == "command") return "a command said so";
  return "seen by source '" + source + "'";
}

}  // namespace

std::string end_text(const store::Agent& agent) {
  if (!agent.exit_status) return "its process is gone, nobody saw how";
  const std::int64_t status = *agent.exit_status;
  if (status > 128) return "ended by signal " + std::to_string(status - 128);
  return "exit status " + std::to_string(status);
}

namespace {

std::string explain_state(store::Store& store, const store::Agent& agent,
                          std::int64_t now) {
  if (agent.state == "stopped")
    return agent.run.empty() ? "never started" : "stopped by a command";
  if (agent.state == "needs-human")
    return source_text(agent) + "; answer with: git orch agent attach " +
           agent.address;
  if (agent.state == "starting") return "no hook and no screen said more yet";
  if (agent.state != "exited" && agent.state != "lost")
    return source_text(agent);
  std::string out = end_text(agent);
  const std::size_t ends = recent_ends(store, agent, now);
  if (ends > 1) out += ", " + std::to_string(ends) + " times in ten minutes";
  if (agent.restart_at && *agent.restart_at <= now)
    out += "; comes back now";
  else if (agent.restart_at)
    out += "; comes back in " + text::short_age(*agent.restart_at - now);
  else if (ends >= kCrashLimit && agent.status == "blocked")
    out += "; stays down until it is started by hand";
  return out;
}

}  // namespace

std::string explain(store::Store& store, const store::Agent& agent,
                    std::int64_t now) {
  return (agent.desired == "paused" ? "paused; " : "") +
         explain_state(store, agent, now);
}

}  // namespace orch::agent
