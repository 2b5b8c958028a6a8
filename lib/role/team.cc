// SPDX-License-Identifier: MIT
#include <algorithm>

#include "error/error.h"
#include "role/parts.h"
#include "role/role.h"
#include "text/text.h"

namespace orch::role {
namespace {

constexpr double kMostScore = 100;

bool has(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

void refuse_pattern(const yaml::Reader& reader, const yaml::Node& node) {
  const std::string quoted = "'" + text::printable(node.scalar) + "'";
  if (node.scalar.empty()) reader.fail(node, "'pattern' is empty");
  if (node.scalar.starts_with('/'))
    reader.fail(
        node, quoted + " is absolute; paths begin at the top of the worktree");
  for (const std::string& part : text::split(node.scalar, '/'))
    if (part == "..") reader.fail(node, quoted + " leads out of the worktree");
}

Indicator indicator(yaml::Reader& reader, const yaml::Node& node) {
  Indicator out;
  const auto pattern = reader.text("pattern");
  if (!pattern) reader.fail(node, "'pattern' is missing");
  refuse_pattern(reader, *node.find("pattern"));
  out.pattern = *pattern;
  const auto score = reader.text("score");
  if (!score) reader.fail(node, "'score' is missing");
  out.score = static_cast<double>(hundredths(*score).value_or(0)) / 100;
  if (out.score <= 0 || out.score > kMostScore)
    reader.fail(*node.find("score"), "'" + text::printable(*score) +
                                         "' is no score above 0 and at most "
                                         "100");
  out.share = reader.flag("share").value_or(false);
  reader.reject_unknown_keys();
  return out;
}

std::vector<Indicator> indicators(yaml::Reader& reader) {
  std::vector<Indicator> out;
  const yaml::Node* list = reader.list("indicators");
  if (!list) return out;
  for (const yaml::Node& item : list->items) {
    yaml::Reader inner = reader.inner(item, "indicators");
    Indicator one = indicator(inner, item);
    for (const Indicator& other : out)
      if (other.pattern == one.pattern)
        reader.fail(item,
                    "'" + text::printable(one.pattern) + "' is named twice");
    out.push_back(std::move(one));
  }
  return out;
}

void read_roles(yaml::Reader& reader, const yaml::Node& root, Team& team) {
  team.roles = role_names(reader, root, "roles");
  team.optional = role_names(reader, root, "optional");
  if (team.roles.empty() && !team.extends)
    reader.fail(root, "'roles' is empty");
  for (const yaml::Node* node : items_of(reader, root, "optional"))
    if (has(team.roles, node->scalar))
      reader.fail(*node, "'" + node->scalar + "' is one of 'roles' already");
}

const Team& require_named(const std::string& name,
                          const std::vector<Team>& teams, const Team& by) {
  std::vector<std::string> names;
  for (const Team& team : teams) {
    if (team.name == name) return team;
    names.push_back(team.name);
  }
  const std::string near = text::nearest(name, names);
  throw Error(ErrorCode::UnknownName,
              "team '" + by.name + "' extends the unknown team '" + name + "'",
              near.empty() ? "" : "did you mean '" + near + "'?");
}

void add(std::vector<std::string>& to, const std::vector<std::string>& names) {
  for (const std::string& name : names)
    if (!has(to, name)) to.push_back(name);
}

}  // namespace

Team read_team(yaml::Reader& reader, const yaml::Node& root) {
  refuse_odd_texts(reader, root);
  Team team;
  team.name = require_name(reader, root);
  team.purpose = reader.text("purpose").value_or("");
  team.extends = reader.text("extends");
  if (team.extends && !is_role_name(*team.extends))
    reader.fail(*root.find("extends"), "'" + text::printable(*team.extends) +
                                           "' is no name of a team");
  if (team.extends == team.name)
    reader.fail(*root.find("extends"),
                "team '" + team.name + "' extends itself");
  read_roles(reader, root, team);
  team.indicators = indicators(reader);
  reader.reject_unknown_keys();
  return team;
}

Team parse_team(std::string_view bytes, const std::string& file) {
  const yaml::Node root = yaml::parse(bytes, file);
  yaml::Reader reader(root, file);
  return read_team(reader, root);
}

Team resolve_team(const Team& team, const std::vector<Team>& teams) {
  std::vector<const Team*> chain = {&team};
  std::vector<std::string> names = {team.name};
  while (chain.back()->extends) {
    const Team& next =
        require_named(*chain.back()->extends, teams, *chain.back());
    const bool ring = has(names, next.name);
    names.push_back(next.name);
    if (ring)
      throw Error(ErrorCode::Usage,
                  "teams extend each other: " + text::join(names, ", "));
    chain.push_back(&next);
  }
  Team out = team;
  out.roles.clear();
  out.optional.clear();
  for (auto it = chain.rbegin(); it != chain.rend(); ++it)
    add(out.roles, (*it)->roles);
  for (auto it = chain.rbegin(); it != chain.rend(); ++it)
    for (const std::string& name : (*it)->optional)
      if (!has(out.roles, name)) add(out.optional, {name});
  return out;
}

}  // namespace orch::role
