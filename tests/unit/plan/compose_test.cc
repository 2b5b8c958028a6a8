// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "plan/document.h"
#include "plan/team.h"
#include "unit/plan/layouts.h"
#include "unit/scratch.h"

namespace orch::plan {
namespace {

using orch::test::thrown_by;
using Texts = std::vector<std::string>;

role::Team team_named(const std::string& name) {
  for (const role::Team& team : test::teams())
    if (team.name == name) return team;
  return {};
}

Lineage lineage(const std::string& name) {
  return resolve(team_named(name), test::teams());
}

Spec spec_of(const std::string& goal) {
  Spec spec;
  spec.goal = goal;
  return spec;
}

Wish wish(int size, int cap, Texts asked = {}) {
  return {std::move(asked), size, "size", cap, "cap"};
}

// "a, b | c: why"
std::string shown(const Composition& c) {
  std::string out;
  for (const Member& m : c.members) out += (out.empty() ? "" : ", ") + m.role;
  out += " |";
  for (const Dropped& d : c.dropped)
    out += " " + d.role + ": " + d.because + ";";
  return out;
}

std::string composed(const std::string& team, const std::string& goal,
                     const Wish& wish) {
  return shown(compose(lineage(team), test::roles(), spec_of(goal), wish));
}

TEST(Compose, ForcesDeveloperAndTesterWhenItLooksLikeProgramming) {
  EXPECT_EQ(composed("code_project", "Implement it", wish(5, 3)),
            "orchestrator, developer, tester | project_manager: cap; "
            "testrunner: cap; devops: cap; researcher: cap; "
            "documentation_writer: cap;");
  EXPECT_EQ(composed("code_project", "Tidy up", wish(5, 3)),
            "orchestrator, project_manager, developer | tester: cap; "
            "testrunner: cap; devops: cap; researcher: cap; "
            "documentation_writer: cap;");
  EXPECT_EQ(composed("system_deployment", "Write code", wish(3, 8)),
            "orchestrator, project_manager, sysadmin | devops: size; "
            "securityops: size; networkops: size; monitoringops: size; "
            "databaseops: size;");
}

TEST(Compose, GivesAReasonForEachRole) {
  const Composition all =
      compose(lineage("code_project"), test::roles(), spec_of("Fix a bug"),
              wish(7, 8, {"sysadmin"}));
  const std::vector<Member> expected = {
      {"orchestrator", "oversees the others"},
      {"sysadmin", "asked for"},
      {"developer", "the work looks like programming ('bug')"},
      {"tester", "the work looks like programming ('bug')"},
      {"project_manager", "inherited from base"},
      {"testrunner", "part of code_project"},
      {"devops", "optional in code_project, and there is room"},
      {"researcher", "optional in code_project, and there is room"}};
  EXPECT_EQ(all.members, expected);
  EXPECT_EQ(all.dropped,
            (std::vector<Dropped>{{"documentation_writer", "size"}}));
}

TEST(Compose, LetsWhatWasAskedForGoBeyondTheSizeNotTheCap) {
  EXPECT_EQ(
      composed("base", "x", wish(1, 3, {"developer", "tester", "devops"})),
      "orchestrator, developer, tester | devops: cap; "
      "project_manager: size;");
}

TEST(Compose, TakesARoleWithWhatItRequires) {
  EXPECT_EQ(composed("base", "x", wish(2, 8, {"databaseops"})),
            "orchestrator, sysadmin, databaseops, project_manager |");
  EXPECT_EQ(composed("base", "x", wish(1, 8, {"databaseops"})),
            "orchestrator, sysadmin, databaseops | project_manager: size;");
  const Composition c =
      compose(lineage("base"), test::roles(), {}, wish(2, 8, {"databaseops"}));
  EXPECT_EQ(c.members[1].because, "databaseops requires it");
  EXPECT_EQ(composed("data_pipeline", "x", wish(8, 4)),
            "orchestrator, project_manager, developer, devops | databaseops: "
            "requires sysadmin, and cap; monitoringops: cap; researcher: cap;");
  EXPECT_EQ(
      thrown_by([] { composed("base", "x", wish(8, 2, {"databaseops"})); }),
      "usage: role 'databaseops' cannot be had: requires sysadmin, and "
      "cap");
}

std::string with_roles(const std::vector<role::Role>& known,
                       const role::Team& team) {
  return thrown_by([&] { compose(resolve(team, {}), known, {}, wish(8, 8)); });
}

role::Role role_named(const std::string& name, const std::string& kind,
                      Texts required = {}) {
  role::Role role;
  role.name = name;
  role.kind = kind;
  role.requires_roles = std::move(required);
  return role;
}

TEST(Compose, RefusesWhatCannotBe) {
  EXPECT_EQ(thrown_by([] { composed("base", "x", wish(8, 8, {"testr"})); }),
            "unknown_name: unknown role 'testr', did you mean 'tester'?");
  role::Team team;
  team.name = "t";
  team.roles = {"o", "a"};
  EXPECT_EQ(with_roles(
                {role_named("o", "overseer"), role_named("a", "support", {"b"}),
                 role_named("b", "support", {"c"}),
                 role_named("c", "support", {"b"})},
                team),
            "usage: roles require each other: b -> c -> b");
  EXPECT_EQ(with_roles({role_named("o", "support"), role_named("a", "support")},
                       team),
            "usage: team 't' has no role of kind overseer");
  EXPECT_EQ(
      with_roles({role_named("o", "overseer"), role_named("a", "overseer")},
                 team),
      "usage: team 't' has two overseers: 'o' and 'a'");
  EXPECT_EQ(shown(compose(resolve(team, {}),
                          {role_named("o", "overseer"),
                           role_named("a", "support", {"z"})},
                          {}, wish(8, 8))),
            "o | a: requires 'z', which is no role;");
}

TEST(Compose, SaysHowMuchRoomThereIsWithoutAReason) {
  Wish bare;
  bare.size = 1;
  EXPECT_EQ(composed("base", "x", bare),
            "orchestrator | project_manager: there is room for 1 agent;");
}

TEST(Resolve, PutsTheInheritedRolesInFront) {
  const Lineage found = lineage("code_project");
  EXPECT_EQ(found.team.roles, (Texts{"orchestrator", "project_manager",
                                     "developer", "tester", "testrunner"}));
  EXPECT_EQ(found.origins, (Texts{"base", "base", "code_project",
                                  "code_project", "code_project"}));
  EXPECT_EQ(found.team.optional,
            (Texts{"devops", "researcher", "documentation_writer"}));
  EXPECT_TRUE(found.team.indicators.empty());
  EXPECT_FALSE(found.team.extends);
}

TEST(Resolve, TakesEachRoleOnce) {
  role::Team a, b;
  a.name = "a";
  a.roles = {"x", "y"};
  a.optional = {"z", "w"};
  b.name = "b";
  b.extends = "a";
  b.roles = {"y", "z"};
  b.optional = {"w", "x", "v"};
  const Lineage found = resolve(b, {a});
  EXPECT_EQ(found.team.roles, (Texts{"x", "y", "z"}));
  EXPECT_EQ(found.origins, (Texts{"a", "a", "b"}));
  EXPECT_EQ(found.team.optional, (Texts{"w", "v"}));
}

TEST(Resolve, RefusesRingsAndUnknownTeams) {
  role::Team a, b;
  a.name = "a";
  a.extends = "b";
  b.name = "b";
  b.extends = "a";
  EXPECT_EQ(thrown_by([&] {
              resolve(a, {a, b});
            }),
            "usage: teams extend each other: a, b, a");
  a.extends = "bas";
  EXPECT_EQ(thrown_by([&] { resolve(a, test::teams()); }),
            "unknown_name: team 'a' extends the unknown team 'bas'");
}

TEST(ProgrammingWord, IsFoundWhereverItStands) {
  EXPECT_EQ(programming_word(spec_of("A new CLI.")), "cli");
  EXPECT_EQ(programming_word(spec_of("Classy testimony, decoded")), "");
  Spec spec;
  spec.requirements = {"Refactoring of x"};
  EXPECT_EQ(programming_word(spec), "refactoring");
  spec = {};
  spec.tasks = {{.id = "T1", .title = "two endpoints"}};
  EXPECT_EQ(programming_word(spec), "endpoints");
}

TEST(RoleFor, CountsSkills) {
  const auto members = test::roles();
  EXPECT_EQ(role_for("Testing of the API with unit tests", members), "tester");
  EXPECT_EQ(role_for("Implement the API", members), "developer");
  EXPECT_EQ(role_for("API test", members), "developer");  // equal: the first
  EXPECT_EQ(role_for("Database schema", members), "databaseops");
  EXPECT_EQ(role_for("Latest testimony", members), "");
  EXPECT_EQ(role_for("", members), "");
  EXPECT_EQ(role_for("anything", {role_named("o", "overseer"),
                                  role_named("i", "implementor"),
                                  role_named("s", "support")}),
            "i");
}

TEST(Assign, LeavesOutWhatIsDone) {
  Spec spec;
  spec.tasks = {
      {.id = "T1", .title = "Implement", .done = true},
      {.id = "T2", .title = "Test it", .phase = "B", .depends_on = {"T1"}},
      {.id = "T3", .title = "Fix it", .phase = "A", .depends_on = {"T1", "T2"}},
      {.id = "T4", .title = "?"},
      {.id = "T5", .title = "??", .phase = "B"}};
  const auto tasks = assign(spec, test::roles());
  ASSERT_EQ(tasks.size(), 4U);
  EXPECT_EQ(tasks[0], (PlannedTask{"T2", "Test it", "tester", "B", {}}));
  EXPECT_EQ(tasks[1], (PlannedTask{"T3", "Fix it", "developer", "A", {"T2"}}));
  EXPECT_EQ(phases_of(tasks),
            (std::vector<Phase>{{"B", {"T2", "T5"}}, {"A", {"T3"}}}));
}

}  // namespace
}  // namespace orch::plan
