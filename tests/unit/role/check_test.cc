// SPDX-License-Identifier: MIT
#include "role/check.h"

#include <gtest/gtest.h>

#include "unit/scratch.h"

namespace orch::role {
namespace {

using test::thrown_by;

Known surroundings() {
  Known known;
  known.names = {"a", "b", "broken", "sysadmin", "x"};
  known.roles = {{.name = "a"},
                 {.name = "b", .requires_roles = {"x"}},
                 {.name = "sysadmin"},
                 {.name = "x"}};
  return known;
}

std::string fault_of(const std::string& yaml, const Known& known,
                     const std::string& file = "roles/x.yaml") {
  return thrown_by([&] { check_role(yaml, file, known); });
}

TEST(RoleCheck, TakesWhatFits) {
  const Role role = check_role(
      "name: x\nreports_to: person\nmay_message: ['*', broken]\n"
      "requires: [sysadmin]\nnotify_on_commit_of: [a]\n",
      "roles/x.yaml", surroundings());
  EXPECT_EQ(role.name, "x");
}

TEST(RoleCheck, NamesUnknownRolesWhereTheyStand) {
  const Known known = surroundings();
  EXPECT_EQ(fault_of("name: x\nreports_to: sysadmn\n", known),
            "usage: roles/x.yaml:2:13: unknown role 'sysadmn', did you mean "
            "'sysadmin'?");
  EXPECT_EQ(fault_of("name: x\nrequires: [a, nobody]\n", known),
            "usage: roles/x.yaml:2:15: unknown role 'nobody'");
  EXPECT_EQ(fault_of("name: x\nmay_message: [a, brokn]\n", known),
            "usage: roles/x.yaml:2:18: unknown role 'brokn', did you mean "
            "'broken'?");
  EXPECT_EQ(fault_of("name: x\nnotify_on_commit_of: nobody\n", known),
            "usage: roles/x.yaml:2:22: unknown role 'nobody'");
  // "person" is nobody who can be required.
  EXPECT_EQ(fault_of("name: x\nrequires: [person]\n", known),
            "usage: roles/x.yaml:2:12: unknown role 'person'");
}

TEST(RoleCheck, ShowsARing) {
  EXPECT_EQ(fault_of("name: x\nrequires: [b]\n", surroundings()),
            "usage: roles/x.yaml:2:11: roles require each other: x, b, x");
}

TEST(RoleCheck, WantsTheFileToBeCalledAsTheRole) {
  EXPECT_EQ(fault_of("name: x\n", surroundings(), "roles/y.yaml"),
            "usage: roles/y.yaml:1:7: role 'x' must be in 'x.yaml', not in "
            "'y.yaml'");
}

TEST(RoleCheck, NamesATeamThatHasItWithoutWhatItRequires) {
  Known known = surroundings();
  Team team;
  team.name = "t";
  team.roles = {"x"};
  team.optional = {"sysadmin"};
  known.teams = {team};
  const std::string yaml = "name: x\nrequires: [sysadmin]\n";
  EXPECT_EQ(fault_of(yaml, known),
            "usage: roles/x.yaml:2:12: team 't' has 'x' without 'sysadmin'");
  known.teams[0].roles = {"a"};
  known.teams[0].optional = {"x", "sysadmin"};
  EXPECT_EQ(fault_of(yaml, known), "nothing");
  known.teams[0].optional = {"x"};
  EXPECT_NE(fault_of(yaml, known), "nothing");
}

TEST(RoleCopy, HasAnotherNameAndEverythingElse) {
  EXPECT_EQ(renamed("# top\nname: a  # which\nkind: support\nduties: [name]\n",
                    "f", "b", ""),
            "# top\nname: b  # which\nkind: support\nduties: [name]\n");
  EXPECT_EQ(renamed("kind: \"support\" # k\nname: 'a'\n", "f", "long-name",
                    "implementor"),
            "kind: implementor # k\nname: long-name\n");
}

TEST(RoleCopy, GetsAKindThatTheFileDoesNotHave) {
  EXPECT_EQ(renamed("name: a  # which\npurpose: p\n", "f", "b", "support"),
            "name: b  # which\nkind: support\npurpose: p\n");
  EXPECT_EQ(renamed("name: a", "f", "b", "support"), "name: b\nkind: support");
  EXPECT_EQ(renamed("{name: a, purpose: p}\n", "f", "b", "support"),
            "{name: b, kind: support, purpose: p}\n");
  // Bytes above ASCII stand before it.
  EXPECT_EQ(renamed("{purpose: \"\xc3\xa4\xc3\xb6\", name: a}\n", "f", "b", ""),
            "{purpose: \"\xc3\xa4\xc3\xb6\", name: b}\n");
}

TEST(RoleCopy, IsARoleOrNothing) {
  EXPECT_EQ(
      thrown_by([] { renamed("name: a\nrequires: [b]\n", "f", "b", ""); }),
      "usage: f:2:12: role 'b' requires itself");
  EXPECT_EQ(thrown_by([] { renamed("name: a\n", "f", "b", "boss"); }),
            "usage: f:2:7: 'kind: boss' is none of overseer, implementor, "
            "support");
  EXPECT_EQ(thrown_by([] { renamed("nam: a\n", "f", "b", ""); }),
            "usage: f:1:1: 'name' is missing");
}

}  // namespace
}  // namespace orch::role
