// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "brief/brief.h"
#include "plan/document.h"
#include "policy/policy.h"
#include "role/role.h"
#include "store/store.h"

// The parts of a brief; each adds its section, or nothing. Private to this
// module.
namespace orch::brief {

// All that the sections are made from, read once.
struct Facts {
  const Repository& repository;
  store::Store& store;
  const store::Agent& self;
  std::optional<role::Role> role;  // absent: there is no file for it
  std::optional<store::Feature> feature;
  std::vector<store::Agent> team;  // with `self`
  std::optional<plan::Plan> plan;
  policy::Policy policy;
};
Facts collect(const Repository& repository, store::Store& store,
              const store::Agent& agent);

void add_identity(std::string& out, const Facts& facts, Reason reason);
void add_project(std::string& out, const Facts& facts);
void add_people(std::string& out, const Facts& facts);
void add_talk(std::string& out, const Facts& facts);
void add_git_rules(std::string& out, const Facts& facts);
void add_check_ins(std::string& out, const Facts& facts);

void add_tasks(std::string& out, const Facts& facts);
void add_conflicts(std::string& out, const Facts& facts);
void add_messages(std::string& out, const Facts& facts);
void add_where_it_was(std::string& out, const Facts& facts);

// "\n<title>:\n" and the lines, each two blanks in; nothing without lines.
void add_section(std::string& out, const std::string& title,
                 const std::vector<std::string>& lines);

}  // namespace orch::brief
