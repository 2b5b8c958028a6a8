// SPDX-License-Identifier: MIT
//
// The policy, and what a worktree is held to by it.
#include "policy/policy.h"

#include "error/error.h"
#include "fuzz/targets.h"
#include "policy/worktree_rules.h"

namespace orch::fuzz {
namespace {

void check_policy(const policy::Policy& p) {
  const auto rules = policy::list_rules(p);
  require(!rules.empty(), "a policy has rules");
  for (const policy::Rule& rule : rules)
    require(!rule.name.empty() && !rule.source.empty(),
            "a rule has a name and a source");
  for (const policy::AskRule& rule : p.actions)
    require(policy::rule_of(p, rule.action).expires_ms > 0, "an ask ends");
  const policy::Writer writer{"impl-api", "implementor", "overseer", {}, true};
  const auto answer = policy::may_write(p, writer, {"overseer", "overseer"});
  require(!answer.rule.empty(), "a verdict names its rule");
}

// What is written down of rules is read as it was, and again.
void check_rules(std::string_view input) {
  const auto rules = policy::parse_worktree_rules(input);
  if (!rules) return;
  const std::string text = policy::to_text(*rules);
  const auto again = policy::parse_worktree_rules(text);
  require(again && policy::to_text(*again) == text,
          "parse_worktree_rules(to_text(x)) is x");
  for (const char* ref : {"refs/heads/main", "refs/tags/x", "refs/stash"}) {
    const policy::Move move{std::string(40, 'a'), std::string(40, 'b'), ref};
    const auto one = policy::judge_move(*rules, move, 0);
    const auto two = policy::judge_move(*again, move, 0);
    require(one.has_value() == two.has_value() &&
                (!one || (one->what == two->what && one->mode == two->mode)),
            "a verdict is the same of both");
  }
  policy::path_questions(*rules);
}

}  // namespace

void policy(std::string_view input) {
  check_rules(input);
  try {
    check_policy(orch::policy::parse_policy(input, "policy.yaml"));
  } catch (const Error&) {
    return;
  }
}

}  // namespace orch::fuzz
