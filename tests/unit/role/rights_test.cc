// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "role/parts.h"
#include "role/role.h"
#include "unit/scratch.h"

namespace orch::role {
namespace {

using test::thrown_by;
using Strings = std::vector<std::string>;

Role parsed(const std::string& yaml) {
  return parse_role("name: x\n" + yaml, "r.yaml");
}

std::string refusal_of(const std::string& yaml) {
  return thrown_by([&] { parsed(yaml); });
}

TEST(RoleRights, GiveEveryFieldItsValue) {
  const Role role = parsed(
      R"(paths: {allow: [src, ':(glob)doc/**/*.md'], deny: ':/src/vendor'}
refs: {allow: ['refs/heads/wip/*'], deny: [refs/tags/v1]}
can: [base, pr, merge]
requires: [sysadmin, developer]
skills: [test, c++, schema]
writes: [research, ./a//b/]
brief: "You are {agent}, {role} of {feature} ({name}): {branch}, {worktree}."
budget: {turns: 100, wall: 4h, restarts: 0, cost: 2.50}
)");
  EXPECT_EQ(role.paths.allow, (Strings{"src", ":(glob)doc/**/*.md"}));
  EXPECT_EQ(role.paths.deny, Strings{":/src/vendor"});
  EXPECT_EQ(role.refs.allow, Strings{"refs/heads/wip/*"});
  EXPECT_EQ(role.refs.deny, Strings{"refs/tags/v1"});
  EXPECT_EQ(role.can, (std::vector<Can>{Can::Merge, Can::Pr, Can::Base}));
  EXPECT_EQ(role.requires_roles, (Strings{"sysadmin", "developer"}));
  EXPECT_EQ(role.skills, (Strings{"test", "c++", "schema"}));
  EXPECT_EQ(role.writes, (Strings{"research/", "a/b/"}));
  EXPECT_TRUE(role.brief.starts_with("You are {agent},"));
  EXPECT_EQ(role.budget.turns, 100);
  EXPECT_EQ(role.budget.wall_ms, 4 * 3600000);
  EXPECT_EQ(role.budget.restarts, 0);
  EXPECT_EQ(role.budget.cost_cents, 250);
}

TEST(RoleRights, AreAllOptional) {
  const Role role = parsed("paths:\nbudget: {}\nrefs: {allow: []}\n");
  EXPECT_EQ(role.paths, Rights());
  EXPECT_EQ(role.refs, Rights());
  EXPECT_EQ(role.budget, Budget());
  EXPECT_TRUE(role.can.empty());
  EXPECT_TRUE(role.requires_roles.empty());
  EXPECT_TRUE(role.skills.empty());
  EXPECT_TRUE(role.writes.empty());
  EXPECT_EQ(role.brief, "");
}

TEST(RoleRights, RefuseAPathspecThatLeadsOut) {
  EXPECT_EQ(refusal_of("paths: {allow: [a, /etc]}\n"),
            "usage: r.yaml:2:20: '/etc' is absolute; paths begin at the top of "
            "the worktree");
  EXPECT_EQ(refusal_of("paths:\n  deny:\n    - a/../../b\n"),
            "usage: r.yaml:4:7: 'a/../../b' leads out of the worktree");
  EXPECT_EQ(refusal_of("paths: {allow: ['']}\n"),
            "usage: r.yaml:2:17: '' names no path");
  EXPECT_EQ(refusal_of("paths: {allow: [':(glob)/etc']}\n"),
            "usage: r.yaml:2:17: ':(glob)/etc' is absolute; paths begin at the "
            "top of the worktree");
  EXPECT_EQ(refusal_of("paths: {allow: [':(top)../x']}\n"),
            "usage: r.yaml:2:17: ':(top)../x' leads out of the worktree");
  EXPECT_EQ(refusal_of("paths: {allow: [\"a\\0b\"]}\n"),
            "usage: r.yaml:2:17: a text holds a NUL");
  EXPECT_EQ(refusal_of("paths: {allow: [a, a]}\n"),
            "usage: r.yaml:2:20: 'a' is named twice");
}

TEST(RoleRights, TakeNoMagicThatTurnsAPathspecAround) {
  for (const char* spec : {":!a", ":^a", ":(exclude)a", ":(top,exclude)a"})
    EXPECT_EQ(refusal_of("paths: {allow: ['" + std::string(spec) + "']}\n"),
              "usage: r.yaml:2:17: '" + std::string(spec) +
                  "' excludes; write it under 'deny'");
  EXPECT_EQ(refusal_of("paths: {allow: [':(attr:x)a']}\n"),
            "usage: r.yaml:2:17: ':(attr:x)a': 'attr:x' is none of top, "
            "literal, icase, glob");
  EXPECT_EQ(refusal_of("paths: {allow: [':(glob']}\n"),
            "usage: r.yaml:2:17: ':(glob' lacks a ')'");
  EXPECT_EQ(refusal_of("paths: {allow: [':']}\n"),
            "usage: r.yaml:2:17: ':' names no path");
  EXPECT_EQ(parsed("paths: {allow: ['::a', ':/:a', ':(icase,glob)A']}\n")
                .paths.allow.size(),
            3U);
}

TEST(RoleRights, RefuseWhatCannotBeARef) {
  EXPECT_EQ(refusal_of("refs: {allow: [main]}\n"),
            "usage: r.yaml:2:16: 'main' is no full name of a ref "
            "(refs/heads/x)");
  for (const char* ref :
       {"refs/", "refs//a", "refs/heads/a..b", "refs/heads/.a", "refs/heads/a/",
        "refs/heads/a.lock", "refs/heads/a b", "refs/heads/a~1",
        "refs/heads/a^", "refs/heads/a:b", "refs/heads/a@{b",
        "refs/heads/a\\\\b", "refs/heads/a.", "refs/heads/a\\x7f"})
    EXPECT_TRUE(refusal_of("refs: {deny: [\"" + std::string(ref) + "\"]}\n")
                    .ends_with(" cannot be a ref"))
        << ref;
  EXPECT_EQ(parsed("refs: {deny: ['refs/heads/[ab]?/*']}\n").refs.deny.size(),
            1U);
}

TEST(RoleRights, RefuseUnknownAndDoubledWords) {
  EXPECT_EQ(refusal_of("can: [merge, fly]\n"),
            "usage: r.yaml:2:14: 'fly' is none of merge, push, pr, base");
  EXPECT_EQ(refusal_of("can: [pr, pr]\n"),
            "usage: r.yaml:2:11: 'pr' is named twice");
  EXPECT_EQ(refusal_of("can: {merge: true}\n"),
            "usage: r.yaml:2:6: 'can' must be a list");
  EXPECT_EQ(refusal_of("requires: [a, x]\n"),
            "usage: r.yaml:2:15: role 'x' requires itself");
  EXPECT_EQ(refusal_of("requires: x\n"),
            "usage: r.yaml:2:11: role 'x' requires itself");
  EXPECT_EQ(refusal_of("requires: [a, a]\n"),
            "usage: r.yaml:2:15: 'a' is named twice");
  EXPECT_EQ(refusal_of("requires: ['*']\n"),
            "usage: r.yaml:2:12: '*' is no name of a role");
  for (const char* word : {"Test", "two words", "", "a\\nb", "\\u00e4"})
    EXPECT_TRUE(refusal_of("skills: [\"" + std::string(word) + "\"]\n")
                    .starts_with("usage: r.yaml:2:10: "))
        << word;
  EXPECT_EQ(refusal_of("skills: [test, test]\n"),
            "usage: r.yaml:2:16: 'test' is named twice");
}

TEST(RoleRights, RefuseAnOutputThatIsNoDirectoryHere) {
  EXPECT_EQ(refusal_of("writes: [/var/log]\n"),
            "usage: r.yaml:2:10: '/var/log' is absolute; paths begin at the "
            "top of the worktree");
  EXPECT_EQ(refusal_of("writes: [../x]\n"),
            "usage: r.yaml:2:10: '../x' leads out of the worktree");
  EXPECT_EQ(refusal_of("writes: ['doc/*']\n"),
            "usage: r.yaml:2:10: 'doc/*' is a pattern, no directory");
  EXPECT_EQ(refusal_of("writes: .\n"),
            "usage: r.yaml:2:9: '.' names no directory");
}

TEST(RoleRights, KnowThePlaceholdersOfABrief) {
  for (const std::string& place : kBriefPlaces)
    EXPECT_EQ(parsed("brief: '{" + place + "}'\n").brief, "{" + place + "}");
  EXPECT_EQ(refusal_of("brief: 'on {brnach}'\n"),
            "usage: r.yaml:2:8: unknown placeholder '{brnach}', did you mean "
            "'branch'?");
  EXPECT_EQ(refusal_of("brief: [a]\n"),
            "usage: r.yaml:2:8: 'brief' must be a text");
}

TEST(RoleBudget, IsOfNumbersThatMakeSense) {
  for (const char* bad :
       {"0", "-1", "1.5", "many", "''", "1 ", "99999999999999999999"}) {
    const std::string turns = "budget: {turns: '" + std::string(bad) + "'}\n";
    if (std::string(bad) == "''") continue;
    EXPECT_EQ(refusal_of(turns), "usage: r.yaml:2:17: '" + std::string(bad) +
                                     "' is no whole number from 1 on");
  }
  EXPECT_EQ(refusal_of("budget: {restarts: -1}\n"),
            "usage: r.yaml:2:20: '-1' is no whole number from 0 on");
  for (const char* bad : {"0", "soon", "-1h", "0m"})
    EXPECT_EQ(refusal_of("budget: {wall: " + std::string(bad) + "}\n"),
              "usage: r.yaml:2:16: '" + std::string(bad) +
                  "' is no duration above 0 (90s, 10m)");
  for (const char* bad : {"0", "0.00", "-1", "$2", "2.505", "1e3", "2.",
                          "1000000.01", "12345678", "nan", "0x10"})
    EXPECT_EQ(refusal_of("budget: {cost: " + std::string(bad) + "}\n"),
              "usage: r.yaml:2:16: '" + std::string(bad) +
                  "' is no amount of dollars above 0 (2.50)");
  EXPECT_EQ(parsed("budget: {cost: 1000000}\n").budget.cost_cents, 100000000);
  EXPECT_EQ(parsed("budget: {cost: 0.5}\n").budget.cost_cents, 50);
  EXPECT_EQ(parsed("budget: {wall: 90}\n").budget.wall_ms, 90 * 60000);
}

TEST(RoleBudget, RefusesAnUnknownKeyWithItsPlace) {
  EXPECT_EQ(refusal_of("budget:\n  turn: 3\n"),
            "usage: r.yaml:3:3: unknown key 'turn', did you mean 'turns'?");
  EXPECT_EQ(refusal_of("paths: {alow: [a]}\n"),
            "usage: r.yaml:2:9: unknown key 'alow', did you mean 'allow'?");
  EXPECT_EQ(refusal_of("budget: 3\n"),
            "usage: r.yaml:2:9: 'budget' must be a map");
  EXPECT_EQ(refusal_of("paths: [a]\n"),
            "usage: r.yaml:2:8: 'paths' must be a map");
}

TEST(Hundredths, AreExact) {
  EXPECT_EQ(hundredths("1"), 100);
  EXPECT_EQ(hundredths("1.1"), 110);
  EXPECT_EQ(hundredths("0.07"), 7);
  for (const char* bad : {"", ".", "1.", ".1", "1.234", "1,2", "+1", " 1"})
    EXPECT_FALSE(hundredths(bad)) << bad;
}

}  // namespace
}  // namespace orch::role
