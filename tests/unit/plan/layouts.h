// SPDX-License-Identifier: MIT
#pragma once

#include <fstream>
#include <string>
#include <vector>

#include "role/role.h"

// Teams and roles as a plan meets them, and the files of real repositories.
namespace orch::plan::test {

inline role::Indicator share(const std::string& pattern, double score) {
  return {pattern, score, true};
}

// The templates, as far as detection and composition look at them.
inline std::vector<role::Team> teams() {
  const auto team = [](std::string name, std::vector<std::string> roles,
                       std::vector<std::string> optional,
                       std::vector<role::Indicator> indicators) {
    role::Team out;
    out.name = std::move(name);
    if (out.name != "base") out.extends = "base";
    out.roles = std::move(roles);
    out.optional = std::move(optional);
    out.indicators = std::move(indicators);
    return out;
  };
  return {
      team("base", {"orchestrator", "project_manager"}, {}, {}),
      team("code_project", {"developer", "tester", "testrunner"},
           {"devops", "researcher", "documentation_writer"},
           {{"package.json", 10},
            {"requirements.txt", 10},
            {"pyproject.toml", 10},
            {"setup.py", 10},
            {"Gemfile", 10},
            {"go.mod", 10},
            {"Cargo.toml", 10},
            {"pom.xml", 10},
            {"build.gradle", 10}}),
      team("system_deployment", {"sysadmin", "devops", "securityops"},
           {"networkops", "monitoringops", "databaseops"},
           {{"*_deployment_*.md", 15},
            {"ansible.cfg", 15},
            {"*.service", 6},
            {"ansible/", 6},
            {"roles/", 6},
            {"group_vars/", 6},
            {"site.yml", 6},
            {"terraform/", 3},
            {"deployment/", 5},
            {"infrastructure/", 5}}),
      team("infrastructure_as_code", {"devops", "sysadmin", "securityops"},
           {"networkops", "monitoringops"},
           {share("*.tf", 30),
            share("*.tfvars", 30),
            {"terraform/", 6},
            {"cloudformation.*", 15},
            {"pulumi/", 6},
            {"crossplane/", 6}}),
      team("data_pipeline", {"developer", "databaseops", "devops"},
           {"monitoringops", "researcher"},
           {{"airflow.cfg", 15},
            {"luigi.cfg", 15},
            {"dbt_project.yml", 15},
            {"etl/", 6},
            {"pipeline/", 5},
            {"data/", 3},
            share("*.parquet", 30),
            share("*.csv", 20)}),
  };
}

inline std::vector<role::Role> roles() {
  std::vector<role::Role> out;
  const auto add = [&](const char* name, const char* kind,
                       std::vector<std::string> skills,
                       std::vector<std::string> required = {}) {
    role::Role role;
    role.name = name;
    role.kind = kind;
    role.skills = std::move(skills);
    role.requires_roles = std::move(required);
    out.push_back(std::move(role));
  };
  add("orchestrator", "overseer", {});
  add("project_manager", "support", {"review", "merge"});
  add("developer", "implementor", {"implement", "api", "code", "fix"});
  add("tester", "implementor", {"test", "unit test", "coverage"});
  add("testrunner", "support", {"benchmark"});
  add("devops", "implementor", {"deploy", "pipeline"});
  add("researcher", "support", {"research"});
  add("documentation_writer", "implementor", {"document", "readme"});
  add("sysadmin", "implementor", {"server"});
  add("securityops", "implementor", {"harden"}, {"sysadmin"});
  add("networkops", "implementor", {"network"}, {"sysadmin"});
  add("databaseops", "implementor", {"schema", "database"}, {"sysadmin"});
  add("monitoringops", "implementor", {"metric"}, {"sysadmin"});
  return out;
}

// tests/corpus/layouts/<name>.txt without its first line.
inline std::vector<std::string> layout(const std::string& name) {
  std::ifstream in(ORCH_SOURCE_DIR "/tests/corpus/layouts/" + name + ".txt");
  std::vector<std::string> paths;
  std::string line;
  std::getline(in, line);
  while (std::getline(in, line)) paths.push_back(line);
  return paths;
}

}  // namespace orch::plan::test
