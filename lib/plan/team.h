// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plan/spec.h"
#include "role/role.h"

// Which team suits a repository and a specification: deterministic, and every
// choice with its reason. Pure.
namespace orch::plan {

// What kind of project the tracked files make.
struct Kind {
  std::string team;        // the template's name: "code_project"
  int confidence = 0;      // 0 to 100: its share of all scores; 0: the default
  std::string decided_by;  // the file or pattern that gave most; may be empty
  // What counted: "Cargo.toml (code_project, 10)", the highest first.
  std::vector<std::string> because;
  bool operator==(const Kind&) const = default;
};
struct Score {
  std::string team;
  double score = 0;
};
struct Detection {
  Kind kind;
  std::vector<Score> scores;  // of every template with indicators, best first
};

// `files`: paths tracked by git, from the top, and the specification's own;
// what is copied in or generated (node_modules/, vendor/ …) does not count.
// `teams`: those with indicators are candidates. Of equal scores the one with
// more indicators found is first, then the name. Without any indicator found
// it is `code_project`.
Detection detect(const std::vector<std::string>& files,
                 const std::vector<role::Team>& teams);

// How much there is to do, from the tracked files alone.
struct Size {
  std::string name;  // small, medium, large
  int agents = 3;    // 3, 5, 8
  double complexity = 0;
  std::vector<std::string> because;  // "124 code files: 10"
};
// min(code files/10, 10) + min(files/100, 5) + 2 for tests + 2 for CI + 1 for
// containers; below 5 small, below 12 medium.
Size measure(const std::vector<std::string>& files);
// "small", "medium" or "large" as a person asked for it; absent: not one.
std::optional<Size> size_named(std::string_view name);

// How many agents a subscription allows: pro 3, max5 5, max20 8, console 10, or
// a number from 1 to 100. Throws Error{Usage} with the nearest name.
int cap_of(const std::string& plan);

struct Member {
  std::string role;
  std::string because;  // "inherited from base"
  bool operator==(const Member&) const = default;
};
struct Dropped {
  std::string role;
  std::string because;  // "the plan 'pro' allows 3 agents"
  bool operator==(const Dropped&) const = default;
};
struct Composition {
  std::vector<Member> members;  // the overseer first
  std::vector<Dropped> dropped;
};

struct Wish {
  std::vector<std::string> roles;  // asked for besides the team's
  int size = 5;                    // how many agents suit the work
  std::string size_because;        // "the work is medium: 5 agents"
  int cap = 8;                     // and how many there may be
  std::string cap_because;         // "the plan 'pro' allows 3 agents"
};

// A team with everything that it inherits.
struct Lineage {
  role::Team team;                   // what it extends is in its roles
  std::vector<std::string> origins;  // the team that roles[i] comes from
};
// The roles and optional ones of those that `team` extends come first, each
// role once; what is a role is no optional one. The indicators are left out.
// Throws Error{Usage} for a ring of `extends`, which it shows, and
// Error{UnknownName} with the nearest name.
Lineage resolve(const role::Team& team, const std::vector<role::Team>& teams);

// Who works on it; `known`: all roles there are. Kept in this order until the
// smaller of size and cap is reached: the overseer; roles that were asked for
// (these go beyond the size, never beyond the cap); for work that looks like
// programming developer and tester, when the team has them; what is inherited;
// the team's own; optional ones. A role goes with those that it requires, or
// not at all. Every role of the team and every one asked for is in the answer,
// kept or dropped. Throws Error{UnknownName} with the nearest name for an
// unknown role, and Error{Usage} without exactly one overseer, when a role that
// was asked for requires one for which there is no room, and when requirements
// form a ring, which it shows.
Composition compose(const Lineage& lineage,
                    const std::vector<role::Role>& known, const Spec& spec,
                    const Wish& wish);

// The word of a specification that makes its work look like programming, as
// written there in lower case; empty when none does.
std::string programming_word(const Spec& spec);

// The role of `members` that suits a task: whose `skills` its title has the
// most of, also in the plural or another form ("tests", "testing"); of equals
// the first; without any the only implementor, else empty.
std::string role_for(const std::string& title,
                     const std::vector<role::Role>& members);

}  // namespace orch::plan
