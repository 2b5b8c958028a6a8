// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "role/role.h"
#include "unit/scratch.h"

namespace orch::role {
namespace {

using test::thrown_by;

TEST(TeamFile, KeepsTheOrderOfItsRoles) {
  const Team team =
      parse_team("name: t\npurpose: p\nroles: [overseer, b, a]\n", "t.yaml");
  EXPECT_EQ(team.name, "t");
  EXPECT_EQ(team.purpose, "p");
  EXPECT_EQ(team.roles, (std::vector<std::string>{"overseer", "b", "a"}));
}

TEST(TeamFile, IsRefusedWithItsPosition) {
  const auto refusal = [](const std::string& yaml) {
    return thrown_by([&] { parse_team(yaml, "t.yaml"); });
  };
  EXPECT_EQ(refusal("roles: [a]\n"), "usage: t.yaml:1:1: 'name' is missing");
  EXPECT_EQ(refusal("name: t\n"), "usage: t.yaml:1:1: 'roles' is empty");
  EXPECT_EQ(refusal("name: t\nroles: [[a]]\n"),
            "usage: t.yaml:2:9: 'roles' must hold texts only");
  EXPECT_EQ(refusal("name: t\nroles: [a]\nrole: b\n"),
            "usage: t.yaml:3:1: unknown key 'role', did you mean 'roles'?");
  EXPECT_EQ(refusal("name: t\nroles: [a, b, a]\n"),
            "usage: t.yaml:2:15: 'a' is named twice");
  EXPECT_EQ(refusal("name: t\nroles: [a, 'B C']\n"),
            "usage: t.yaml:2:12: 'B C' is no name of a role");
  EXPECT_EQ(refusal("name: t\nroles: [a]\noptional: [b, a]\n"),
            "usage: t.yaml:3:15: 'a' is one of 'roles' already");
  EXPECT_EQ(refusal("name: t\nroles: [a]\noptional: [b, b]\n"),
            "usage: t.yaml:3:15: 'b' is named twice");
  EXPECT_EQ(refusal("name: t\nextends: t\n"),
            "usage: t.yaml:2:10: team 't' extends itself");
  EXPECT_EQ(refusal("name: t\nextends: a/b\n"),
            "usage: t.yaml:2:10: 'a/b' is no name of a team");
  EXPECT_EQ(refusal("name: t\nextends: [a]\n"),
            "usage: t.yaml:2:10: 'extends' must be a text");
}

TEST(TeamFile, HasIndicators) {
  const Team team = parse_team(R"(name: t
extends: base
optional: [c]
indicators:
  - {pattern: go.mod, score: 10}
  - pattern: '*.tf'
    score: 0.25
    share: true
)",
                               "t.yaml");
  EXPECT_EQ(team.extends, "base");
  EXPECT_TRUE(team.roles.empty());
  EXPECT_EQ(team.optional, std::vector<std::string>{"c"});
  ASSERT_EQ(team.indicators.size(), 2U);
  EXPECT_EQ(team.indicators[0].pattern, "go.mod");
  EXPECT_EQ(team.indicators[0].score, 10);
  EXPECT_FALSE(team.indicators[0].share);
  EXPECT_EQ(team.indicators[1].score, 0.25);
  EXPECT_TRUE(team.indicators[1].share);
}

TEST(TeamFile, RefusesAnIndicatorWhereItStands) {
  const auto refusal = [](const std::string& item) {
    return thrown_by([&] {
      parse_team("name: t\nroles: [a]\nindicators:\n  - {" + item + "}\n",
                 "t.yaml");
    });
  };
  EXPECT_EQ(refusal("score: 1"), "usage: t.yaml:4:5: 'pattern' is missing");
  EXPECT_EQ(refusal("pattern: a"), "usage: t.yaml:4:5: 'score' is missing");
  EXPECT_EQ(refusal("pattern: '', score: 1"),
            "usage: t.yaml:4:15: 'pattern' is empty");
  EXPECT_EQ(refusal("pattern: /a, score: 1"),
            "usage: t.yaml:4:15: '/a' is absolute; paths begin at the top of "
            "the worktree");
  EXPECT_EQ(refusal("pattern: a/../b, score: 1"),
            "usage: t.yaml:4:15: 'a/../b' leads out of the worktree");
  for (const char* score : {"0", "-1", "100.01", "1e3", "0.001", "1.", ".5",
                            "9999999999999999999", "ten", "''"})
    EXPECT_TRUE(refusal("pattern: a, score: " + std::string(score))
                    .ends_with("is no score above 0 and at most 100"))
        << score;
  EXPECT_EQ(refusal("pattern: a, score: 1, share: yes"),
            "usage: t.yaml:4:35: 'share' must be true or false");
  EXPECT_EQ(refusal("pattern: a, score: 1, scor: 1"),
            "usage: t.yaml:4:28: unknown key 'scor', did you mean 'score'?");
  EXPECT_EQ(refusal("pattern: a, score: 1}\n  - {pattern: a, score: 2"),
            "usage: t.yaml:5:5: 'a' is named twice");
  EXPECT_EQ(thrown_by([] {
              parse_team("name: t\nroles: [a]\nindicators: a\n", "t.yaml");
            }),
            "usage: t.yaml:3:13: 'indicators' must be a list");
}

Team made(const std::string& name, std::optional<std::string> extends,
          std::vector<std::string> roles,
          std::vector<std::string> optional = {}) {
  Team team;
  team.name = name;
  team.extends = std::move(extends);
  team.roles = std::move(roles);
  team.optional = std::move(optional);
  return team;
}

TEST(WholeTeam, HasWhatItExtendsInFront) {
  const std::vector<Team> teams = {made("c", "b", {"x", "o"}, {"y"}),
                                   made("b", "a", {"m"}, {"x", "z"}),
                                   made("a", std::nullopt, {"o", "p"}, {"m"})};
  const Team whole = resolve_team(teams[0], teams);
  EXPECT_EQ(whole.roles, (std::vector<std::string>{"o", "p", "m", "x"}));
  EXPECT_EQ(whole.optional, (std::vector<std::string>{"z", "y"}));
  EXPECT_EQ(whole.extends, "b");
  EXPECT_EQ(resolve_team(teams[2], teams).roles, teams[2].roles);
}

TEST(WholeTeam, RefusesARingAndAnUnknownTeam) {
  const std::vector<Team> teams = {made("a", "b", {"x"}), made("b", "c", {"x"}),
                                   made("c", "b", {"x"}),
                                   made("d", "code_projet", {"x"}),
                                   made("code_project", std::nullopt, {"x"})};
  EXPECT_EQ(thrown_by([&] { resolve_team(teams[0], teams); }),
            "usage: teams extend each other: a, b, c, b");
  try {
    resolve_team(teams[3], teams);
    ADD_FAILURE();
  } catch (const Error& e) {
    EXPECT_EQ(e.code(), ErrorCode::UnknownName);
    EXPECT_EQ(std::string(e.what()),
              "team 'd' extends the unknown team 'code_projet'");
    EXPECT_EQ(e.hint(), "did you mean 'code_project'?");
  }
}

}  // namespace
}  // namespace orch::role
