// SPDX-License-Identifier: MIT
#include "role/check.h"

#include <algorithm>

#include "role/parts.h"
#include "text/text.h"

namespace orch::role {
namespace {

bool has(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

void check_file_name(const yaml::Reader& reader, const yaml::Node& root,
                     const Role& role, const std::string& file) {
  const std::string last = text::split(file, '/').back();
  if (last != role.name + ".yaml")
    reader.fail(*root.find("name"), "role '" + role.name + "' must be in '" +
                                        role.name + ".yaml', not in '" +
                                        text::printable(last) + "'");
}

void check_names(yaml::Reader& reader, const yaml::Node& root, const Role& role,
                 const Known& known, std::string_view key) {
  for (const yaml::Node* node : items_of(reader, root, key)) {
    const std::string& name = node->scalar;
    const bool special = (key == "reports_to" && name == "person") ||
                         (key == "may_message" && name == "*");
    if (special || name == role.name || has(known.names, name)) continue;
    const std::string near = text::nearest(name, known.names);
    reader.fail(*node,
                "unknown role '" + name + "'" +
                    (near.empty() ? "" : ", did you mean '" + near + "'?"));
  }
}

void check_ring(const yaml::Reader& reader, const yaml::Node& root,
                const Role& role, const Known& known) {
  if (role.requires_roles.empty()) return;
  std::vector<Role> roles = {role};
  for (const Role& other : known.roles)
    if (other.name != role.name) roles.push_back(other);
  const auto ring = find_ring(roles);
  if (has(ring, role.name))
    reader.fail(*root.find("requires"),
                "roles require each other: " + text::join(ring, ", "));
}

void check_teams(yaml::Reader& reader, const yaml::Node& root, const Role& role,
                 const Known& known) {
  for (const yaml::Node* node : items_of(reader, root, "requires"))
    for (const Team& team : known.teams) {
      const auto& name = node->scalar;
      const bool firm = has(team.roles, role.name);
      if (!firm && !has(team.optional, role.name)) continue;
      if (has(team.roles, name) || (!firm && has(team.optional, name)))
        continue;
      reader.fail(*node, "team '" + team.name + "' has '" + role.name +
                             "' without '" + name + "'");
    }
}

// Where a scalar of one line ends.
std::size_t end_of_scalar(std::string_view bytes, std::size_t at,
                          const std::string& value) {
  const char quote = at < bytes.size() ? bytes[at] : ' ';
  if (quote != '"' && quote != '\'') return at + value.size();
  const std::size_t end = bytes.find(quote, at + 1);
  return end == std::string_view::npos ? bytes.size() : end + 1;
}

std::size_t offset_of(std::string_view bytes, const yaml::Node& node) {
  std::size_t at = 0;
  for (int line = 1; line < node.line; ++line) at = bytes.find('\n', at) + 1;
  return at + static_cast<std::size_t>(node.column) - 1;
}

void replace(std::string& bytes, const std::string& file, std::string_view key,
             const std::string& value) {
  const yaml::Node root = yaml::parse(bytes, file);
  if (const yaml::Node* node = root.find(key)) {
    const std::size_t at = offset_of(bytes, *node);
    bytes.replace(at, end_of_scalar(bytes, at, node->scalar) - at, value);
    return;
  }
  // Behind the name, which is there.
  const yaml::Node& name = *root.find("name");
  const std::size_t at =
      end_of_scalar(bytes, offset_of(bytes, name), name.scalar);
  const bool flow = bytes[offset_of(bytes, root)] == '{';
  const std::string added = std::string(key) + ": " + value;
  if (flow) {
    bytes.insert(at, ", " + added);
    return;
  }
  const std::size_t line_end = std::min(bytes.find('\n', at), bytes.size());
  bytes.insert(line_end, "\n" + added);
}

}  // namespace

Role check_role(std::string_view bytes, const std::string& file,
                const Known& known) {
  const yaml::Node root = yaml::parse(bytes, file);
  yaml::Reader reader(root, file);
  Role role = read_role(reader, root);
  check_file_name(reader, root, role, file);
  for (const char* key :
       {"reports_to", "may_message", "notify_on_commit_of", "requires"})
    check_names(reader, root, role, known, key);
  check_ring(reader, root, role, known);
  check_teams(reader, root, role, known);
  return role;
}

std::string renamed(std::string_view bytes, const std::string& file,
                    const std::string& name, const std::string& kind) {
  parse_role(bytes, file);
  std::string out(bytes);
  replace(out, file, "name", name);
  if (!kind.empty()) replace(out, file, "kind", kind);
  const Role role = parse_role(out, file);
  if (role.name != name || (!kind.empty() && role.kind != kind)) {
    const yaml::Node root = yaml::parse(out, file);
    yaml::Reader(root, file)
        .fail(*root.find("name"), "the name cannot be replaced here");
  }
  return out;
}

}  // namespace orch::role
