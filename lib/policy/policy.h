// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/guards.h"
#include "policy/integration.h"

// The rules for messages, asks and the repository as data: strict YAML in,
// verdicts out. What a file does not say is as in the file that ships.
namespace orch::policy {

// At most `count` in any stretch of `per_ms`; `count` 0: no limit.
struct Rate {
  int count = 0;
  std::int64_t per_ms = 0;
  bool limits() const { return count > 0; }
};
std::string rate_text(const Rate& rate);  // "30 per 5m", "none"

struct Circle {
  std::string name;
  std::vector<std::string> roles;
};

struct Messages {
  Rate rate{30, 300000};
  Rate progress_rate{5, 300000};
  std::int64_t pane_every_ms = 10000;
  std::string priority = "normal";
  std::optional<std::int64_t> expires_ms;  // absent: never
  // Whom an agent may write to, by its kind: overseer, implementor, support,
  // and directory for one outside any feature.
  std::map<std::string, std::vector<std::string>> may_message;
  // Roles that may write to each other in their feature: first those that ship.
  std::vector<Circle> circles;
};

// Who answers an ask for an action, and until when.
struct AskRule {
  std::string action;  // a glob: * any text, ? one byte
  // Or a role, or "overseer", who also stands in for a role that is not there.
  std::string approver = "person";
  std::int64_t expires_ms = 0;
  std::string escalate_to = "person";
  std::optional<std::int64_t> escalate_after_ms;  // absent: never
};

struct Policy {
  std::string file;
  Messages messages;
  Rate ask_rate{10, 300000};
  AskRule otherwise;  // where no action matches
  std::vector<AskRule> actions;
  Guards guards;
  Thresholds thresholds;
  Integration integration;
  Sync sync;
  std::map<std::string, int> lines;  // of the keys that the file has
};

// `file` names the source in errors (file:line:column). Throws Error{Usage}.
Policy parse_policy(std::string_view yaml, const std::string& file);

// Every rule with its value, in the order of the file that ships, and where it
// comes from: "<file>:<line>", or "built in".
struct Rule {
  std::string name, value, source;
};
std::vector<Rule> list_rules(const Policy& policy);

bool matches(std::string_view glob, std::string_view text);
// The first rule whose action matches, else the one for all others.
const AskRule& rule_of(const Policy& policy, std::string_view action);
// Its name in `list_rules`.
std::string name_of(const Policy& policy, const AskRule& rule);

// May one agent write to another? `rule` says which rule decides, and what it
// says.
struct Writer {
  std::string role, kind, reports_to;
  std::optional<std::vector<std::string>> may_message;  // the role's own
  bool in_feature = true;
};
struct Addressee {
  std::string role, kind;
  bool same_feature = true;
};
struct Answer {
  bool allowed = false;
  std::string rule;
};
Answer may_write(const Policy& policy, const Writer& from, const Addressee& to);

}  // namespace orch::policy
