// SPDX-License-Identifier: MIT
#include "hookinput/agent_call.h"

#include <utility>

#include "json/value.h"

namespace orch::hookinput {

AgentCall read_agent_call(std::string input) {
  AgentCall call;
  call.prompt = std::move(input);
  if (!call.prompt.starts_with('{')) return call;
  const auto object = json::parse(call.prompt);
  if (!object) return call;
  const auto text = [&](const char* key) {
    const std::string* value = (*object)[key].as_string();
    return value ? *value : "";
  };
  if ((*object)["prompt"].as_string()) call.prompt = text("prompt");
  call.conversation = text("session_id");
  call.transcript = text("transcript_path");
  call.source = text("source");
  for (const char* key : {"error", "message", "last_assistant_message"})
    if (!text(key).empty())
      call.limit += (call.limit.empty() ? "" : ": ") + text(key);
  for (const char* key : {"rate_limits", "rateLimits"})
    if (!(*object)[key].is_null()) call.usage = json::to_text((*object)[key]);
  return call;
}

}  // namespace orch::hookinput
