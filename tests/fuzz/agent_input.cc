// SPDX-License-Identifier: MIT
//
// What agent CLIs pass to their hooks: JSON or the plain prompt.
#include "error/error.h"
#include "event/prompt.h"
#include "fuzz/targets.h"
#include "hookinput/agent_call.h"
#include "json/value.h"
#include "permission/permission.h"

namespace orch::fuzz {
namespace {

void check_arrivals(std::string_view prompt) {
  for (const event::Arrival& arrival : event::arrivals_in(prompt))
    require(arrival.id >= 0, "the id of a message is a number");
  // Another text in front of it changes nothing: the prompt is not trusted to
  // begin with a message.
  const auto alone = event::arrivals_in(prompt);
  require(event::arrivals_in("hello\n" + std::string(prompt)) == alone,
          "what stands in front does not matter");
}

}  // namespace

void agent_input(std::string_view input) {
  const auto call = hookinput::read_agent_call(std::string(input));
  require(input.starts_with('{') || call.prompt == input,
          "a plain text is the prompt");
  if (!call.usage.empty()) {
    require(json::parse(call.usage).has_value(), "usage is JSON");
    require(call.usage.find('\n') == std::string::npos, "on one line");
  }
  check_arrivals(call.prompt);
  // The same input is what a hook in front of a tool is asked about.
  const auto object = json::parse(input);
  if (!object) return;
  policy::WorktreeRules rules;
  rules.branch = "refs/heads/feature/001/impl";
  rules.agent = "001/impl";
  rules.base = "refs/heads/main";
  rules.allow_paths = {"src"};
  rules.deny_paths = {"src/generated"};
  const auto one = permission::judge_tool(rules, *object, "/w/t", 0);
  require(one == permission::judge_tool(rules, *object, "/w/t", 0),
          "a verdict is deterministic");
  require(!one || (!one->guard.empty() && !one->what.empty()),
          "a refusal says what and by which rule");
}

}  // namespace orch::fuzz
