// SPDX-License-Identifier: MIT
//
// The roles and teams that are installed.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "role/role.h"
#include "unit/scratch.h"

namespace orch::role {
namespace {

std::string shipped(const std::string& name) {
  std::ifstream in(ORCH_SOURCE_DIR "/templates/" + name);
  return {std::istreambuf_iterator<char>(in), {}};
}

Role shipped_role(const std::string& name) {
  const std::string file = "roles/" + name + ".yaml";
  return parse_role(shipped(file), file);
}

std::vector<Role> roles_of(const std::vector<std::string>& names) {
  std::vector<Role> out;
  for (const std::string& name : names) out.push_back(shipped_role(name));
  return out;
}

Team whole(const std::string& name) {
  std::vector<Team> teams;
  for (const auto& entry : std::filesystem::directory_iterator(
           ORCH_SOURCE_DIR "/templates/teams")) {
    const std::string file = entry.path().filename();
    teams.push_back(parse_team(shipped("teams/" + file), file));
  }
  for (const Team& team : teams)
    if (team.name == name) return resolve_team(team, teams);
  ADD_FAILURE() << "there is no team " << name;
  return {};
}

TEST(ShippedRoles, AreValidAndNamedAsTheirFiles) {
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(
           ORCH_SOURCE_DIR "/templates/roles")) {
    const std::string file = entry.path().filename();
    const Role role = parse_role(shipped("roles/" + file), file);
    EXPECT_EQ(role.name + ".yaml", file);
    EXPECT_FALSE(role.purpose.empty()) << file;
    EXPECT_FALSE(role.duties.empty()) << file;
    EXPECT_GT(role.check_in_ms, 0) << file;
    EXPECT_FALSE(role.skills.empty()) << file;
    ++count;
  }
  EXPECT_EQ(count, 19U);
}

TEST(ShippedTeams, HaveShippedRolesAndOneOverseer) {
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(
           ORCH_SOURCE_DIR "/templates/teams")) {
    const std::string file = entry.path().filename();
    EXPECT_EQ(parse_team(shipped("teams/" + file), file).name + ".yaml", file);
    const Team team = whole(file.substr(0, file.size() - 5));
    std::vector<Role> roles = roles_of(team.roles);
    EXPECT_NO_THROW(require_overseer(roles, team.name)) << file;
    EXPECT_NO_THROW(require_fulfilled(roles)) << file;
    // Each optional one can be had with those that are there anyhow.
    for (const Role& more : roles_of(team.optional)) {
      std::vector<Role> with = roles;
      with.push_back(more);
      EXPECT_NO_THROW(require_fulfilled(with)) << file << " " << more.name;
    }
    ++count;
  }
  EXPECT_EQ(count, 6U);
}

TEST(ShippedTeams, TheDefaultTeamIsTheOneOfTheContract) {
  const Team team = parse_team(shipped("teams/overseer-3.yaml"), "t");
  EXPECT_EQ(team.roles, (std::vector<std::string>{"overseer", "impl-data",
                                                  "impl-api", "impl-ui"}));
}

TEST(ShippedTeams, ExtendTheBaseInTheOrderOfTheContract) {
  using Names = std::vector<std::string>;
  const Names base = {"orchestrator", "project_manager"};
  const auto with = [&](const Names& more) {
    Names out = base;
    out.insert(out.end(), more.begin(), more.end());
    return out;
  };
  EXPECT_EQ(whole("base").roles, base);
  EXPECT_EQ(whole("code_project").roles,
            with({"developer", "tester", "testrunner"}));
  EXPECT_EQ(whole("code_project").optional,
            (Names{"devops", "researcher", "documentation_writer"}));
  EXPECT_EQ(whole("system_deployment").roles,
            with({"sysadmin", "devops", "securityops"}));
  EXPECT_EQ(whole("infrastructure_as_code").roles,
            with({"devops", "sysadmin", "securityops"}));
  EXPECT_EQ(whole("data_pipeline").roles,
            with({"developer", "databaseops", "devops", "sysadmin"}));
}

TEST(ShippedRoles, KeepTheIntervalsOfTheContract) {
  const std::vector<std::pair<std::string, int>> minutes = {
      {"orchestrator", 20}, {"project_manager", 25}, {"developer", 30},
      {"tester", 30},       {"testrunner", 30},      {"logtracker", 15},
      {"devops", 45},       {"code_reviewer", 40},   {"sysadmin", 30},
      {"securityops", 30},  {"networkops", 30},      {"databaseops", 30},
      {"monitoringops", 20}};
  for (const auto& [name, check_in] : minutes)
    EXPECT_EQ(shipped_role(name).check_in_ms, check_in * 60000) << name;
  EXPECT_EQ(shipped_role("developer").commit_every_ms, 30 * 60000);
  for (const char* name :
       {"securityops", "networkops", "databaseops", "monitoringops"})
    EXPECT_EQ(shipped_role(name).requires_roles,
              std::vector<std::string>{"sysadmin"});
  EXPECT_EQ(shipped_role("researcher").writes,
            std::vector<std::string>{"research/"});
}

// A duty that names a command which does not exist misleads every agent.
TEST(ShippedRoles, NameOnlyCommandsThatExist) {
  for (const auto& entry : std::filesystem::directory_iterator(
           ORCH_SOURCE_DIR "/templates/roles")) {
    const std::string text =
        shipped("roles/" + entry.path().filename().string());
    std::string flat;
    for (const char c : text)
      if (c != '\n')
        flat += c;
      else if (!flat.ends_with(' '))
        flat += ' ';
    constexpr std::string_view kCommand = "git orch ";
    for (std::size_t at = flat.find(kCommand); at != std::string::npos;
         at = flat.find(kCommand, at + 1)) {
      std::size_t from = at + kCommand.size();
      while (flat[from] == ' ') ++from;
      const std::string verb = flat.substr(
          from,
          flat.find_first_not_of("abcdefghijklmnopqrstuvwxyz-", from) - from);
      EXPECT_TRUE(
          std::filesystem::exists(ORCH_SOURCE_DIR "/git-orch/" + verb + ".cc"))
          << entry.path() << ": " << verb;
    }
  }
}

}  // namespace
}  // namespace orch::role
