// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "json/value.h"
#include "plan/spec.h"
#include "plan/team.h"

// The plan as a file that a person reads, edits and hands back. Pure.
namespace orch::plan {

struct PlannedTask {
  std::string id, title, role, phase;  // role: who is to do it; may be empty
  std::vector<std::string> depends_on;
  bool operator==(const PlannedTask&) const = default;
};
struct Phase {
  std::string name;
  std::vector<std::string> tasks;  // ids
  bool operator==(const Phase&) const = default;
};

struct Plan {
  std::string spec_id;
  std::string name;       // what people call it
  std::string spec_path;  // may be empty
  std::string goal;
  std::string base;  // short branch name; empty: the one checked out
  Kind project;      // team, confidence, because
  std::string size;  // small, medium, large
  std::vector<Member> team;
  std::vector<Dropped> dropped;
  std::vector<PlannedTask> tasks;
  std::vector<Phase> phases;  // in the order in which they first have a task
  std::vector<std::string> constraints, success_criteria;
  std::vector<std::string> missing;  // headings that the spec does not have
  std::string runtime;               // of all agents; empty: each role's
  bool operator==(const Plan&) const = default;
};

// The tasks that are not done, each with the role that suits it (see
// role_for); what is done is nothing to wait for.
std::vector<PlannedTask> assign(const Spec& spec,
                                const std::vector<role::Role>& members);
// Tasks without a phase are in none.
std::vector<Phase> phases_of(const std::vector<PlannedTask>& tasks);

// parse_plan(write_plan(p)) gives p again when p.phases is phases_of(p.tasks)
// and its text is UTF-8; bytes that are not become U+FFFD. The file begins with
// a comment that says how to hand it back, and `plan: 1`; what is empty is left
// out.
std::string write_plan(const Plan& plan);
// YAML, or the JSON that `plan --json` prints (its data or all of it). `file`
// names the source in errors (file:line:column). Strict: unknown keys (with the
// nearest), duplicate task ids or roles, tasks that wait for unknown ones or
// for each other, roles that are not in the team. Phases are made from the
// tasks, whatever the file says. Throws Error{Usage}.
Plan parse_plan(std::string_view bytes, const std::string& file);
// Whether bytes are meant as a plan file rather than a specification: JSON, or
// a line "plan: 1" below nothing but comments and keys.
bool is_plan(std::string_view bytes);

// project:{type,confidence,decided_by,because}, team:[{role,because}],
// tasks:[{id,title,role,phase,depends_on}], then spec_id, name, spec, goal,
// base, size, dropped, phases, constraints, success_criteria, missing, runtime.
json::Object plan_json(const Plan& plan);

}  // namespace orch::plan
