// SPDX-License-Identifier: MIT
//
// git-orch--agent-hook <event>: what an agent CLI's own hooks call. Standard
// input is what the CLI passes (JSON or the plain prompt); message ids are
// looked for inside it. It says what happened and proves nothing by itself:
// the fold accepts it only from a descendant of the recorded agent. At the end
// of a turn or a tool it prints what waits for the agent, if the CLI takes it.
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <string_view>

#include "broker/broker.h"
#include "doorbell/doorbell.h"
#include "error/error.h"
#include "event/prompt.h"
#include "event/record.h"
#include "file/file.h"
#include "hookinput/agent_call.h"
#include "installation/installation.h"
#include "process/process.h"
#include "text/text.h"

namespace {

struct Event {
  const char* name;
  const char* state;  // null: says nothing about the state
};

constexpr std::size_t kLongestText = 2000;

constexpr Event kEvents[] = {
    {"session-start", "idle"},
    {"prompt-submit", "busy"},
    {"tool", "busy"},
    {"stop", "idle"},
    {"needs-human", "needs-human"},
    {"limited", "limited"},
    {"usage", nullptr},
    {"session-end", nullptr},
};

std::string ancestors() {
  std::string out;
  for (const orch::process::Identity& a : orch::process::ancestors())
    out += std::to_string(a.pid) + ":" + std::to_string(a.start) + " ";
  return out;
}

// A terminal is nothing that was passed.
orch::hookinput::AgentCall read_input() {
  if (::isatty(STDIN_FILENO) == 1) return {};
  return orch::hookinput::read_agent_call(orch::file::read_all(STDIN_FILENO));
}

std::string message_ids(const std::string& prompt) {
  std::string out;
  for (const std::int64_t id : orch::event::message_ids(prompt))
    out += (out.empty() ? "" : ",") + std::to_string(id);
  return out;
}

// What waits for the agent, as its CLI takes it from a hook; empty when nothing
// does. The mark spares all others the cost of opening the store.
std::string handed_over(const orch::repository::Repository& repository,
                        const std::string& agent, const std::string& event) {
  if (!orch::file::exists(
          orch::event::waiting_mark(repository.orch_dir(), agent)))
    return "";
  return orch::process::run(
             {.argv = {orch::installation::libexec_directory() +
                           "/git-orch--hand-over",
                       event},
              .directory = repository.common_dir,
              .environment = {{"ORCH_AGENT", agent},
                              {"ORCH_GIT_DIR", repository.common_dir}}})
      .output;
}

bool is_number(const std::string& text) {
  return !text.empty() &&
         text.find_first_not_of("0123456789") == std::string::npos;
}

const Event* find_event(const std::string& name) {
  for (const Event& e : kEvents)
    if (name == e.name) return &e;
  return nullptr;
}

int refuse(const std::string& name) {
  std::string known;
  for (const Event& e : kEvents) known += std::string(" ") + e.name;
  std::fprintf(stderr, "error: unknown event '%s'; known:%s\n", name.c_str(),
               known.c_str());
  return orch::kUsage;
}

int run(const std::string& name) {
  const Event* event = find_event(name);
  if (!event) return refuse(name);
  const char* agent = std::getenv("ORCH_AGENT");
  const char* git_dir = std::getenv("ORCH_GIT_DIR");
  if (!agent || !git_dir) return orch::kDone;  // not started by git orch
  const auto repository = orch::repository::find(git_dir);
  if (!repository || !orch::repository::is_initialised(*repository))
    return orch::kDone;
  if (orch::broker::is_behind(*repository))
    return orch::broker::call(*repository, {"git-orch--agent-hook", {name}})
        .status;

  const std::string chain = ancestors();
  const orch::hookinput::AgentCall input = read_input();
  if (name == "prompt-submit") {
    const std::string ids = message_ids(input.prompt);
    if (!ids.empty())
      orch::doorbell::record(*repository, orch::event::kind::kReceipt,
                             {{"agent", agent},
                              {"messages", ids},
                              {"level", "submitted"},
                              {"ancestors", chain}});
  }
  // Too often for a record each time, and only the newest counts.
  if (name == "usage" && !input.usage.empty() && is_number(agent))
    orch::file::write_atomically(
        orch::event::usage_file(repository->orch_dir(), agent),
        input.usage + "\n");
  std::string state = event->state ? event->state : "";
  if (name == "stop" || name == "tool") {
    const std::string text = handed_over(*repository, agent, name);
    std::fwrite(text.data(), 1, text.size(), stdout);
    if (!text.empty()) state = "busy";
  }
  if (!state.empty())
    orch::doorbell::record(
        *repository, orch::event::kind::kAgentState,
        {{"agent", agent},
         {"state", state},
         {"source", "hook"},
         {"reason", name == "session-start" && input.source == "compact"
                        ? "compact"
                        : ""},
         {"text", name == "limited" ? input.limit.substr(0, kLongestText) : ""},
         {"conversation", input.conversation},
         {"transcript", input.transcript},
         {"ancestors", chain}});
  return orch::kDone;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: git-orch--agent-hook <event>\n", stderr);
    return orch::kUsage;
  }
  try {
    return run(argv[1]);
  } catch (const std::exception& e) {
    // An agent's turn must not fail because of us.
    std::fprintf(stderr, "warning: orch: %s\n", e.what());
    return orch::kDone;
  }
}
