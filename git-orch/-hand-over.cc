// SPDX-License-Identifier: MIT
//
// git-orch--hand-over <event>: what git-orch--agent-hook runs when messages
// wait for the agent whose hook it is. Prints them as the agent's CLI takes
// them from that hook, or nothing.
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>

#include "agent/agent.h"
#include "error/error.h"
#include "hook/fold.h"
#include "installation/data.h"
#include "json/value.h"
#include "message/message.h"

namespace {

// One pass, so that a text which holds the placeholder stays as it is.
std::string filled(const std::string& form, const std::string& text) {
  const std::size_t at = form.find("{text}");
  if (at == std::string::npos) return "";
  return form.substr(0, at) + orch::json::to_text(text) + form.substr(at + 6);
}

int run(const std::string& event) {
  const char* git_dir = std::getenv("ORCH_GIT_DIR");
  const auto repository = orch::repository::find(git_dir ? git_dir : "");
  if (!repository) return orch::kDone;
  auto store = orch::hook::find_store(*repository);
  if (!store || store->is_read_only()) return orch::kDone;
  const auto agent = orch::agent::find_caller(*store);
  if (!agent) return orch::kDone;
  const auto runtime = orch::installation::require_runtime(
      repository->orch_dir(), agent->runtime);
  for (const auto& [name, form] : runtime.hand_over) {
    if (name != event) continue;
    const std::string text =
        orch::message::hand_over(*repository, *store, agent->id);
    if (text.empty()) return orch::kDone;
    const std::string out = filled(form, text) + "\n";
    std::fwrite(out.data(), 1, out.size(), stdout);
  }
  return orch::kDone;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: git-orch--hand-over <event>\n", stderr);
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
