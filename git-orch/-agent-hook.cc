// SPDX-License-Identifier: MIT
//
// git-orch--agent-hook <event>: what an agent CLI's own hooks call. Standard
// input is what the CLI passes (JSON or the plain prompt); message ids are
// looked for inside it. It says what happened and proves nothing by itself:
// the fold accepts it only from a descendant of the recorded agent.
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <string_view>

#include "doorbell/doorbell.h"
#include "error/error.h"
#include "event/prompt.h"
#include "event/record.h"
#include "file/file.h"
#include "process/process.h"
#include "text/text.h"

namespace {

struct Event {
  const char* name;
  const char* state;  // null: says nothing about the state
};

constexpr Event kEvents[] = {
    {"session-start", "idle"},
    {"prompt-submit", "busy"},
    {"tool", "busy"},
    {"stop", "idle"},
    {"needs-human", "needs-human"},
    {"limited", "limited"},
    {"session-end", nullptr},
};

std::string ancestors() {
  std::string out;
  for (const orch::process::Identity& a : orch::process::ancestors())
    out += std::to_string(a.pid) + ":" + std::to_string(a.start) + " ";
  return out;
}

std::string message_ids(const std::string& prompt) {
  std::string out;
  for (const std::int64_t id : orch::event::message_ids(prompt))
    out += (out.empty() ? "" : ",") + std::to_string(id);
  return out;
}

int run(const std::string& name) {
  const Event* event = nullptr;
  for (const Event& e : kEvents)
    if (name == e.name) event = &e;
  if (!event) {
    std::string known;
    for (const Event& e : kEvents) known += std::string(" ") + e.name;
    std::fprintf(stderr, "error: unknown event '%s'; known:%s\n", name.c_str(),
                 known.c_str());
    return orch::kUsage;
  }
  const char* agent = std::getenv("ORCH_AGENT");
  const char* git_dir = std::getenv("ORCH_GIT_DIR");
  if (!agent || !git_dir) return orch::kDone;  // not started by git orch
  const auto repository = orch::repository::find(git_dir);
  if (!repository || !orch::repository::is_initialised(*repository))
    return orch::kDone;

  const std::string chain = ancestors();
  if (name == "prompt-submit") {
    const std::string ids = message_ids(orch::file::read_all(STDIN_FILENO));
    if (!ids.empty())
      orch::doorbell::record(*repository, orch::event::kind::kReceipt,
                             {{"agent", agent},
                              {"messages", ids},
                              {"level", "submitted"},
                              {"ancestors", chain}});
  }
  if (event->state)
    orch::doorbell::record(*repository, orch::event::kind::kAgentState,
                           {{"agent", agent},
                            {"state", event->state},
                            {"source", "hook"},
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
