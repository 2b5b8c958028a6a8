// SPDX-License-Identifier: MIT
#include "role/role.h"

#include <gtest/gtest.h>

#include "unit/scratch.h"

namespace orch::role {
namespace {

using test::thrown_by;

std::string refusal_of(const std::string& yaml) {
  return thrown_by([&] { parse_role(yaml, "r.yaml"); });
}

TEST(RoleFile, GivesEveryFieldItsValue) {
  const Role role = parse_role(R"(name: impl-api
kind: support
purpose: interfaces
duties: [one, two]
reports_to: overseer
may_message: [impl-ui, '*']
check_in: 30m
commit_every: 2h
runtime: script
test: make check
notify_on_commit_of: [impl-ui, overseer]
watch: [src, 'docs/*.md']
)",
                               "r.yaml");
  EXPECT_EQ(role.name, "impl-api");
  EXPECT_EQ(role.kind, "support");
  EXPECT_EQ(role.purpose, "interfaces");
  EXPECT_EQ(role.duties, (std::vector<std::string>{"one", "two"}));
  EXPECT_EQ(role.reports_to, "overseer");
  EXPECT_EQ(role.may_message, (std::vector<std::string>{"impl-ui", "*"}));
  EXPECT_EQ(role.check_in_ms, 30 * 60000);
  EXPECT_EQ(role.commit_every_ms, 2 * 3600000);
  EXPECT_EQ(role.runtime, "script");
  EXPECT_EQ(role.test, "make check");
  EXPECT_EQ(role.notify_on_commit_of,
            (std::vector<std::string>{"impl-ui", "overseer"}));
  EXPECT_EQ(role.watch, (std::vector<std::string>{"src", "docs/*.md"}));
}

TEST(RoleFile, NeedsOnlyAName) {
  const Role role = parse_role("name: x\n", "r.yaml");
  EXPECT_EQ(role.kind, "implementor");
  EXPECT_EQ(role.purpose, "");
  EXPECT_TRUE(role.duties.empty());
  EXPECT_EQ(role.reports_to, "person");
  EXPECT_FALSE(role.may_message);
  EXPECT_EQ(role.check_in_ms, 0);
  EXPECT_EQ(role.commit_every_ms, 0);
  EXPECT_FALSE(role.runtime);
  EXPECT_FALSE(role.test);
  EXPECT_TRUE(role.notify_on_commit_of.empty());
  EXPECT_TRUE(role.watch.empty());
}

TEST(RoleFile, HasATestCommandForEachType) {
  const Role one = parse_role("name: x\ntest: make\ntest_report: r.xml\n", "");
  EXPECT_EQ(one.tests, (std::vector<TestCommand>{{"unit", "make", "r.xml"}}));
  const Role some = parse_role(
      "name: x\ntest:\n  e2e: npm e2e\n  integration: make it\n"
      "test_report: {e2e: out/}\n",
      "");
  EXPECT_EQ(some.tests,
            (std::vector<TestCommand>{{"integration", "make it", std::nullopt},
                                      {"e2e", "npm e2e", "out/"}}));
  EXPECT_FALSE(some.test);
  const Role all =
      parse_role("name: x\ntest: {e2e: a, unit: b}\ntest_report: r.xml\n", "");
  EXPECT_EQ(all.tests, (std::vector<TestCommand>{{"unit", "b", "r.xml"},
                                                 {"e2e", "a", "r.xml"}}));
  EXPECT_EQ(all.test, "b");
}

TEST(RoleFile, IsRefusedForBadTests) {
  EXPECT_EQ(refusal_of("name: x\ntest: [a]\n"),
            "usage: r.yaml:2:7: 'test' must be a text");
  EXPECT_EQ(refusal_of("name: x\ntest: ' '\n"),
            "usage: r.yaml:2:7: 'test' holds an empty text");
  EXPECT_EQ(refusal_of("name: x\ntest: {smoke: a}\n"),
            "usage: r.yaml:2:8: 'smoke' is none of unit, integration, e2e");
  EXPECT_EQ(refusal_of("name: x\ntest: {unit: [a]}\n"),
            "usage: r.yaml:2:14: 'unit' must be a text");
  EXPECT_EQ(refusal_of("name: x\ntest_report: a\n"),
            "usage: r.yaml:2:14: 'test_report' without 'test'");
  EXPECT_EQ(refusal_of("name: x\ntest: a\ntest_report: {e2e: b}\n"),
            "usage: r.yaml:3:20: there is no command for e2e tests");
  EXPECT_EQ(refusal_of("name: x\ntest: a\ntest_report: b/../../c\n"),
            "usage: r.yaml:3:14: 'b/../../c' leads out of the worktree");
  EXPECT_EQ(refusal_of("name: x\ntest: a\ntest_report: /c\n"),
            "usage: r.yaml:3:14: '/c' leads out of the worktree");
}

TEST(RoleFile, IsRefusedWithItsPosition) {
  EXPECT_EQ(refusal_of("kind: overseer\n"),
            "usage: r.yaml:1:1: 'name' is missing");
  EXPECT_EQ(refusal_of("name: Impl\n"), "usage: r.yaml:1:7: 'Impl' is no name");
  EXPECT_EQ(refusal_of("name: [x]\n"),
            "usage: r.yaml:1:7: 'name' must be a text");
  EXPECT_EQ(refusal_of("name: x\nkind: boss\n"),
            "usage: r.yaml:2:7: 'kind: boss' is none of overseer, "
            "implementor, support");
  EXPECT_EQ(refusal_of("name: x\nrestart: maybe\n"),
            "usage: r.yaml:2:10: 'restart: maybe' is none of never, "
            "on-failure, always");
  EXPECT_EQ(refusal_of("name: x\nreports_to: The Boss\n"),
            "usage: r.yaml:2:13: 'The Boss' is neither a role nor person");
  EXPECT_EQ(refusal_of("name: x\nreports_to: x\n"),
            "usage: r.yaml:2:13: role 'x' reports to itself");
  EXPECT_EQ(refusal_of("name: x\nnotify_on_commit_of: [a, a b]\n"),
            "usage: r.yaml:2:26: 'a b' is no name of a role");
  EXPECT_EQ(refusal_of("name: x\ncheck_in: soon\n"),
            "usage: r.yaml:2:11: 'check_in: soon' is no duration (30m, 2h)");
  EXPECT_EQ(refusal_of("name: x\ncommit_every: -1\n"),
            "usage: r.yaml:2:15: 'commit_every: -1' is no duration (30m, 2h)");
  EXPECT_EQ(refusal_of("name: x\nwatch: [src]\n"),
            "usage: r.yaml:2:8: 'watch' without 'notify_on_commit_of'");
  EXPECT_EQ(refusal_of("name: x\nmay_message: [impl-ui, A/b]\n"),
            "usage: r.yaml:2:14: 'may_message' holds 'A/b', which is neither "
            "a role nor '*'");
  EXPECT_EQ(refusal_of("name: x\nname: y\n"),
            "usage: r.yaml:2:1: duplicate key 'name'");
  EXPECT_EQ(refusal_of("- name\n"), "usage: r.yaml:1:1: expected a map");
  EXPECT_EQ(refusal_of(""), "usage: r.yaml:1:1: expected a map");
}

TEST(RoleFile, MayForbidToWriteToAnybody) {
  const Role role = parse_role("name: x\nmay_message: []\n", "r.yaml");
  EXPECT_EQ(role.may_message, std::vector<std::string>{});
}

TEST(RoleFile, MayNotHoldAKeyThatNobodyReads) {
  const std::string message = refusal_of("name: x\nchekc_in: 30m\n");
  EXPECT_TRUE(message.starts_with("usage: r.yaml:2:")) << message;
  EXPECT_TRUE(message.ends_with("did you mean 'check_in'?")) << message;
}

TEST(RoleName, IsAComponentOfABranchName) {
  EXPECT_TRUE(is_role_name("impl-ui"));
  for (const char* bad : {"", "a/b", "a..b", "-x", "A", "x.lock", "x\n"})
    EXPECT_FALSE(is_role_name(bad)) << bad;
}

TEST(Overseer, IsTheOneRoleOfThatKind) {
  const std::vector<Role> roles = {{.name = "a"},
                                   {.name = "o", .kind = "overseer"}};
  EXPECT_EQ(&require_overseer(roles, "t"), &roles[1]);
}

TEST(Overseer, MayNeitherBeMissingNorDouble) {
  EXPECT_EQ(thrown_by([] { require_overseer({{.name = "a"}}, "the team"); }),
            "usage: the team has no role of kind overseer");
  EXPECT_EQ(thrown_by([] {
              require_overseer({{.name = "a", .kind = "overseer"},
                                {.name = "b", .kind = "overseer"}},
                               "the team");
            }),
            "usage: the team has two overseers: 'a' and 'b'");
}

TEST(Requirements, AreMetByTheOthersOrNamed) {
  const std::vector<Role> fine = {{.name = "a", .requires_roles = {"b"}},
                                  {.name = "b"}};
  EXPECT_NO_THROW(require_fulfilled(fine));
  const auto thrown = [](const std::vector<Role>& roles) {
    try {
      require_fulfilled(roles);
    } catch (const Error& e) {
      return std::string(e.what()) + " / " + e.hint();
    }
    return std::string("nothing");
  };
  EXPECT_EQ(thrown({{.name = "a", .requires_roles = {"b"}}}),
            "role 'a' requires 'b' / add it: --roles a,b");
  EXPECT_EQ(thrown({{.name = "a", .requires_roles = {"b", "c"}},
                    {.name = "d", .requires_roles = {"b"}}}),
            "role 'a' requires 'b' / add them: --roles a,d,b,c");
}

TEST(Requirements, MayNotFormARing) {
  const std::vector<Role> ring = {{.name = "x", .requires_roles = {"a"}},
                                  {.name = "a", .requires_roles = {"b"}},
                                  {.name = "b", .requires_roles = {"c"}},
                                  {.name = "c", .requires_roles = {"a"}}};
  EXPECT_EQ(find_ring(ring), (std::vector<std::string>{"a", "b", "c", "a"}));
  EXPECT_EQ(thrown_by([&] { require_fulfilled(ring); }),
            "usage: roles require each other: a, b, c, a");
  // Two ways to one are no ring.
  EXPECT_TRUE(find_ring({{.name = "a", .requires_roles = {"b", "c"}},
                         {.name = "b", .requires_roles = {"d"}},
                         {.name = "c", .requires_roles = {"d"}},
                         {.name = "d"}})
                  .empty());
}

TEST(Requirements, OfManyRolesAreLookedAtOnce) {
  std::vector<Role> roles;
  for (int i = 0; i < 60; ++i) {
    Role role{.name = "r" + std::to_string(i)};
    for (int k = i + 1; k < 60; ++k)
      role.requires_roles.push_back("r" + std::to_string(k));
    roles.push_back(role);
  }
  EXPECT_TRUE(find_ring(roles).empty());
}

}  // namespace
}  // namespace orch::role
