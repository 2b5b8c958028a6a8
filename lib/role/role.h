// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "role/furnishing.h"

// Roles and teams as data: strict YAML in, plain values out.
namespace orch::role {

// Whether an agent comes back by itself when its process has ended.
enum class Restart { Never, OnFailure, Always };

// What is allowed, and what of it is not.
struct Rights {
  std::vector<std::string> allow, deny;
  bool operator==(const Rights&) const = default;
};

// What a role may do besides committing to its own branch: merge other agents'
// branches into its own, push, open pull requests, move the base.
enum class Can { Merge, Push, Pr, Base };
std::string_view can_name(Can can);

// Where an agent stops; absent: no limit.
struct Budget {
  std::optional<std::int64_t> turns;
  std::optional<std::int64_t> wall_ms;
  std::optional<std::int64_t> restarts;
  std::optional<std::int64_t> cost_cents;  // of a US dollar
  bool operator==(const Budget&) const = default;
};

// The types of tests, in this order.
inline constexpr std::array<std::string_view, 3> kTestTypes = {
    "unit", "integration", "e2e"};

// What tests a role's part.
struct TestCommand {
  std::string type;  // of kTestTypes
  std::string command;
  // The JUnit or TAP report that it writes, a file or a directory of them, from
  // the top of the worktree.
  std::optional<std::string> report;
  bool operator==(const TestCommand&) const = default;
};

struct Role {
  std::string name;
  std::string kind = "implementor";  // overseer, implementor, support
  std::string purpose;
  std::vector<std::string> duties;
  std::string reports_to;  // a role, or "person"
  // Roles, or "*"; absent: as the policy says for its kind.
  std::optional<std::vector<std::string>> may_message;
  std::int64_t check_in_ms = 0;      // 0: never
  std::int64_t commit_every_ms = 0;  // 0: no rule
  std::optional<std::string> runtime;
  // Runtimes to go on with, in this order, when a usage limit is reached.
  std::vector<std::string> fallback;
  Restart restart = Restart::Never;
  bool sandbox = false;             // its agent starts behind walls
  std::optional<std::string> test;  // the command of its unit tests
  std::vector<TestCommand> tests;   // that one and the others, by type
  std::vector<std::string> notify_on_commit_of;  // roles
  std::vector<std::string> watch;  // pathspecs (gitglossary(7)); empty: all
  Rights paths;  // pathspecs that it may change; without any: everything
  Rights refs;   // full names or globs of refs, besides its own branch
  std::vector<Can> can;                     // in the order of Can
  std::vector<std::string> requires_roles;  // of the same team
  // Words of the work that suits it, lower case: "test", "schema".
  std::vector<std::string> skills;
  std::vector<std::string> writes;  // where its own output goes: "research/"
  // More of its brief, with placeholders as in kBriefPlaces; may be empty.
  std::string brief;
  Budget budget;
  Furnishing furnishing;
};

// What a role's `brief` may name, in braces.
inline const std::vector<std::string> kBriefPlaces = {
    "agent",       "role",     "feature", "name", "branch",
    "integration", "worktree", "base",    "spec"};

// `file` names the source in errors (file:line:column). Throws Error{Usage}.
Role parse_role(std::string_view yaml, const std::string& file);

// What in a list of tracked files speaks for a team.
struct Indicator {
  // A name ("go.mod"), a directory ("terraform/"), or a glob ("*.tf") for the
  // last part of a path; with a slash inside, for the whole path from the top.
  std::string pattern;
  double score = 0;
  // Once, fully at the top and by half below it; with `share` the score times
  // the part of all files that match.
  bool share = false;
};

struct Team {
  std::string name;
  std::string purpose;
  std::optional<std::string> extends;  // the team whose roles it has, too
  std::vector<std::string> roles;      // in the order in which agents are made
  std::vector<std::string> optional;   // when there is room
  std::vector<Indicator> indicators;
};
Team parse_team(std::string_view yaml, const std::string& file);

// `team` with the roles, and the optional ones, of those that it extends in
// front, each once; its own indicators and `extends` stay. `teams`: all there
// are, looked up by name. Throws Error{Usage} for a ring, which it shows, and
// Error{UnknownName} with the nearest name.
Team resolve_team(const Team& team, const std::vector<Team>& teams);

// Every key that a file may have, sorted; those of inner maps as
// "budget.turns".
std::vector<std::string> role_keys();
std::vector<std::string> team_keys();

// Throws Error{Usage} for a role that requires one which is not in `roles`,
// with all that are missing in the hint, and for roles that require each other,
// which it shows.
void require_fulfilled(const std::vector<Role>& roles);

// Roles that require each other, the first again at the end; empty when none
// do. Names that are not in `roles` end a chain.
std::vector<std::string> find_ring(const std::vector<Role>& roles);

// Whether `name` can name a role: it becomes a component of a branch name.
bool is_role_name(std::string_view name);

// How an overseer is added where a set-up lacks one.
inline constexpr char kAddOverseer[] = "add one with --roles overseer,...";

// Throws Error{Usage} unless exactly one of `roles` is of kind overseer. `team`
// names them in the message, for example "team 'overseer-3'"; `hint` says how
// one that is missing is added.
const Role& require_overseer(const std::vector<Role>& roles,
                             const std::string& team,
                             const std::string& hint = kAddOverseer);

}  // namespace orch::role
