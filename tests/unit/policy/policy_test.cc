// SPDX-License-Identifier: MIT
#include "policy/policy.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <tuple>

#include "unit/scratch.h"

namespace orch::policy {
namespace {

using test::thrown_by;
using Names = std::vector<std::string>;

std::string refusal_of(const std::string& yaml) {
  return thrown_by([&] { parse_policy(yaml, "p.yaml"); });
}

// "value (source)" of one rule.
std::string rule(const Policy& policy, const std::string& name) {
  const auto rules = list_rules(policy);
  for (const Rule& r : rules)
    if (r.name == name) return r.value + " (" + r.source + ")";
  return "absent";
}

TEST(PolicyFile, GivesEveryFieldItsValue) {
  const Policy p = parse_policy(R"(messages:
  rate: 7 per 2m
  progress_rate: none
  pane_every: 3s
  priority: low
  expires: 1h
  may_message:
    implementor: [impl-ui, reports_to]
    support: []
asks:
  rate: 1 per 1h
  approver: lead
  expires: 2h
  escalate_to: person
  escalate_after: never
  actions:
    - action: drop*
      approver: person
      expires: 5m
    - action: '*'
      escalate_after: 1m
)",
                                "p.yaml");
  EXPECT_EQ(p.messages.rate.count, 7);
  EXPECT_EQ(p.messages.rate.per_ms, 120000);
  EXPECT_FALSE(p.messages.progress_rate.limits());
  EXPECT_EQ(p.messages.pane_every_ms, 3000);
  EXPECT_EQ(p.messages.priority, "low");
  EXPECT_EQ(p.messages.expires_ms, 3600000);
  EXPECT_EQ(p.messages.may_message.at("implementor"),
            (Names{"impl-ui", "reports_to"}));
  EXPECT_EQ(p.messages.may_message.at("support"), Names{});
  EXPECT_EQ(p.messages.may_message.at("overseer"), Names{"*"});
  EXPECT_EQ(rate_text(p.ask_rate), "1 per 1h");
  EXPECT_EQ(p.otherwise.approver, "lead");
  EXPECT_EQ(p.otherwise.expires_ms, 7200000);
  EXPECT_FALSE(p.otherwise.escalate_after_ms);
  ASSERT_EQ(p.actions.size(), 2U);
  EXPECT_EQ(p.actions[0].action, "drop*");
  EXPECT_EQ(p.actions[0].approver, "person");
  EXPECT_EQ(p.actions[0].expires_ms, 300000);
  EXPECT_EQ(p.actions[1].approver, "lead");
  EXPECT_EQ(p.actions[1].expires_ms, 7200000);
  EXPECT_EQ(p.actions[1].escalate_after_ms, 60000);
}

TEST(PolicyFile, ThatShipsSaysWhatIsBuiltIn) {
  std::ifstream in(ORCH_SOURCE_DIR "/templates/policy.yaml");
  const std::string bytes{std::istreambuf_iterator<char>(in), {}};
  const Policy shipped = parse_policy(bytes, "policy.yaml");
  const Policy built_in = parse_policy("# nothing\n", "");
  auto rules = list_rules(shipped);
  for (const Rule& r : rules)
    EXPECT_TRUE(r.source.starts_with("policy.yaml:")) << r.name;
  ASSERT_EQ(shipped.actions.size(), 5U);
  EXPECT_EQ(std::erase_if(rules,
                          [](const Rule& r) {
                            return r.name.starts_with("asks.actions.");
                          }),
            5U);
  const auto others = list_rules(built_in);
  ASSERT_EQ(rules.size(), others.size());
  for (std::size_t i = 0; i < rules.size(); ++i) {
    EXPECT_EQ(rules[i].name, others[i].name);
    EXPECT_EQ(rules[i].value, others[i].value) << rules[i].name;
    EXPECT_EQ(others[i].source, "built in");
  }
}

TEST(PolicyFile, ThatShipsHasTheMatrixOfApprovers) {
  std::ifstream in(ORCH_SOURCE_DIR "/templates/policy.yaml");
  const std::string bytes{std::istreambuf_iterator<char>(in), {}};
  const Policy p = parse_policy(bytes, "policy.yaml");
  const std::vector<std::tuple<std::string, std::string, int>> matrix = {
      {"deploy_to_production", "project_manager", 30},
      {"alter_database_schema", "databaseops", 60},
      {"security_exception", "securityops", 45},
      {"system_configuration", "sysadmin", 30},
      {"push origin", "person", 30}};
  for (const auto& [action, approver, minutes] : matrix) {
    EXPECT_EQ(rule_of(p, action).approver, approver) << action;
    EXPECT_EQ(rule_of(p, action).expires_ms, minutes * 60000) << action;
  }
}

TEST(PolicyFile, HasCirclesThatShipUntilItSaysOtherwise) {
  const Policy p = parse_policy(
      "messages:\n  circles:\n    standard: []\n    pair: [a, b]\n", "p.yaml");
  ASSERT_EQ(p.messages.circles.size(), 3U);
  EXPECT_EQ(rule(p, "messages.circles.standard"), "nobody (p.yaml:3)");
  EXPECT_EQ(rule(p, "messages.circles.operations"),
            "orchestrator, sysadmin, securityops, devops, networkops, "
            "monitoringops (built in)");
  EXPECT_EQ(rule(p, "messages.circles.pair"), "a, b (p.yaml:4)");
}

TEST(PolicyFile, SaysWhereARuleStands) {
  const Policy p = parse_policy(
      "messages:\n  rate: 2 per 1m\nasks:\n  actions:\n"
      "    - action: x\n      approver: lead\n",
      "p.yaml");
  EXPECT_EQ(rule(p, "messages.rate"), "2 per 1m (p.yaml:2)");
  EXPECT_EQ(rule(p, "messages.expires"), "never (built in)");
  EXPECT_EQ(rule(p, "asks.actions.x"),
            "approver lead, expires 30m, escalate to person after 10m "
            "(p.yaml:5)");
}

TEST(PolicyFile, IsRefusedWithItsPosition) {
  const auto refused = [](const std::string& yaml, const std::string& why) {
    EXPECT_EQ(refusal_of(yaml), "usage: p.yaml:" + why);
  };
  refused("- x\n", "1:1: expected a map");
  refused("mesages: {}\n",
          "1:1: unknown key 'mesages', did you mean "
          "'messages'?");
  refused("messages:\n  rat: 1 per 1m\n",
          "2:3: unknown key 'rat', did you mean 'rate'?");
  for (const std::string rate : {"30", "30 per", "0 per 5m", "-1 per 5m",
                                 "3x per 5m", "3 per 0m", "3 in 5m"})
    refused("messages:\n  rate: " + rate + "\n",
            "2:9: '" + rate + "' is no rate (30 per 5m, none)");
  refused("messages:\n  pane_every: never\n",
          "2:15: 'never' is no duration (30s, 5m, 2h)");
  refused("messages:\n  expires: soon\n",
          "2:12: 'soon' is no duration (30s, 5m, 2h, never)");
  refused("messages:\n  priority: urgent\n",
          "2:13: 'urgent' is none of critical, high, normal, low");
  refused("messages:\n  may_message: {boss: ['*']}\n",
          "2:17: unknown key 'boss'");
  refused("messages:\n  may_message:\n    support: [A B]\n",
          "3:14: 'A B' is no role");
  refused("messages:\n  circles: [a]\n", "2:12: 'circles' must be a map");
  refused("messages:\n  circles:\n    ops: [a, '*']\n", "3:10: '*' is no role");
  refused("messages:\n  circles:\n    Ops Team: [a]\n",
          "3:15: 'Ops Team' is no name of a circle");
  refused("messages:\n  circles:\n    ops: {a: b}\n",
          "3:10: 'ops' must be a list");
  refused("asks:\n  expires: 0m\n", "2:12: an ask must have an expiry");
  refused("asks:\n  escalate_to: overseer\n",
          "2:16: 'overseer' is none of person");
  refused("asks:\n  actions:\n    - approver: person\n",
          "3:7: 'action' is missing");
  refused("asks:\n  actions:\n    - {action: x, for: y}\n",
          "3:19: unknown key 'for'");
}

TEST(Glob, MatchesTheWholeText) {
  for (const auto& [glob, text] :
       std::vector<std::pair<std::string, std::string>>{{"*", ""},
                                                        {"push*", "push"},
                                                        {"push*", "push a/b"},
                                                        {"*b*c", "abcbc"},
                                                        {"a?c", "abc"},
                                                        {"", ""}})
    EXPECT_TRUE(matches(glob, text)) << glob << " " << text;
  for (const auto& [glob, text] :
       std::vector<std::pair<std::string, std::string>>{{"push", "push a"},
                                                        {"push*", "a push"},
                                                        {"?", ""},
                                                        {"*b*c", "abcb"},
                                                        {"", "x"}})
    EXPECT_FALSE(matches(glob, text)) << glob << " " << text;
}

TEST(AskRules, AreTakenInTheOrderOfTheFile) {
  const Policy p = parse_policy(
      "asks:\n  actions:\n    - {action: 'push main', approver: person}\n"
      "    - {action: 'push*', approver: lead}\n",
      "p");
  EXPECT_EQ(rule_of(p, "push main").approver, "person");
  EXPECT_EQ(rule_of(p, "push topic").approver, "lead");
  EXPECT_EQ(rule_of(p, "drop").approver, "overseer");
  EXPECT_EQ(name_of(p, rule_of(p, "push x")), "asks.actions.push*");
  EXPECT_EQ(name_of(p, rule_of(p, "drop")), "asks.approver");
}

const Writer kImplementor = {.role = "impl-api",
                             .kind = "implementor",
                             .reports_to = "lead",
                             .may_message = {}};

TEST(MayWrite, IsAHubAndItsSpokes) {
  const Policy p = parse_policy("", "p");
  const auto may = [&](const Writer& from, const Addressee& to) {
    return may_write(p, from, to).allowed;
  };
  EXPECT_TRUE(may(kImplementor, {"boss", "overseer"}));
  EXPECT_TRUE(may(kImplementor, {"lead", "support"}));
  EXPECT_FALSE(may(kImplementor, {"impl-ui", "implementor"}));
  EXPECT_FALSE(may(kImplementor, {"boss", "overseer", false}));
  EXPECT_FALSE(may(kImplementor, {"lead", "support", false}));
  const Writer overseer = {.role = "boss",
                           .kind = "overseer",
                           .reports_to = "person",
                           .may_message = {}};
  EXPECT_TRUE(may(overseer, {"impl-ui", "implementor"}));
  EXPECT_TRUE(may(overseer, {"impl-ui", "implementor", false}));
  Writer outside = kImplementor;
  outside.in_feature = false;
  EXPECT_TRUE(may(outside, {"impl-ui", "implementor", false}));
}

TEST(MayWrite, AsksTheRoleBeforeThePolicy) {
  const Policy p = parse_policy("", "p");
  Writer from = kImplementor;
  from.may_message = Names{"impl-ui"};
  EXPECT_TRUE(may_write(p, from, {"impl-ui", "implementor"}).allowed);
  EXPECT_FALSE(may_write(p, from, {"impl-db", "implementor"}).allowed);
  EXPECT_FALSE(may_write(p, from, {"impl-ui", "implementor", false}).allowed);
  EXPECT_TRUE(may_write(p, from, {"boss", "overseer"}).allowed);
  from.may_message = Names{"*"};
  EXPECT_TRUE(may_write(p, from, {"x", "support", false}).allowed);
}

TEST(MayWrite, JoinsTheMembersOfACircle) {
  const Policy p = parse_policy(
      "messages:\n  circles: {pair: [impl-api, impl-ui, boss]}\n", "p");
  const Addressee ui = {"impl-ui", "implementor"};
  EXPECT_TRUE(may_write(p, kImplementor, ui).allowed);
  EXPECT_EQ(may_write(p, kImplementor, ui).rule,
            "messages.circles.pair: impl-api, impl-ui, boss");
  // What holds already is the reason.
  EXPECT_EQ(may_write(p, kImplementor, {"boss", "overseer"}).rule,
            "the overseer can always be written to");
  EXPECT_FALSE(may_write(p, kImplementor, {"tester", "implementor"}).allowed);
  EXPECT_FALSE(
      may_write(p, kImplementor, {"impl-ui", "implementor", false}).allowed);
  Writer other = kImplementor;
  other.role = "tester";
  EXPECT_FALSE(may_write(p, other, ui).allowed);
  // The role's own list goes before.
  Writer own = kImplementor;
  own.may_message = Names{};
  EXPECT_FALSE(may_write(p, own, ui).allowed);
  EXPECT_EQ(may_write(p, own, ui).rule,
            "may_message of role 'impl-api': nobody");
}

TEST(MayWrite, LetsTheShippedCirclesTalkAmongThemselves) {
  const Policy p = parse_policy("", "p");
  const auto may = [&](const std::string& from, const std::string& to) {
    const Writer writer = {.role = from,
                           .kind = "implementor",
                           .reports_to = "orchestrator",
                           .may_message = {}};
    return may_write(p, writer, {to, "implementor"}).allowed;
  };
  EXPECT_TRUE(may("developer", "tester"));
  EXPECT_TRUE(may("testrunner", "developer"));
  EXPECT_TRUE(may("networkops", "monitoringops"));
  EXPECT_TRUE(may("securityops", "sysadmin"));
  EXPECT_FALSE(may("developer", "sysadmin"));
  EXPECT_FALSE(may("researcher", "developer"));
}

TEST(MayWrite, NamesTheRuleThatDecides) {
  const Policy p = parse_policy("", "p");
  const auto rule = [&](const Writer& from, const Addressee& to) {
    return may_write(p, from, to).rule;
  };
  EXPECT_EQ(rule(kImplementor, {"impl-ui", "implementor"}),
            "messages.may_message.implementor: reports_to, overseer");
  EXPECT_EQ(rule(kImplementor, {"boss", "overseer"}),
            "the overseer can always be written to");
  EXPECT_EQ(rule(kImplementor, {"lead", "support"}),
            "reports_to of role 'impl-api'");
  Writer from = kImplementor;
  from.may_message = Names{};
  EXPECT_EQ(rule(from, {"impl-ui", "implementor"}),
            "may_message of role 'impl-api': nobody");
}

}  // namespace
}  // namespace orch::policy
