// SPDX-License-Identifier: MIT
#include "role/role.h"

#include <algorithm>

#include "error/error.h"
#include "graph/ring.h"
#include "role/parts.h"
#include "text/text.h"
#include "text/time.h"

namespace orch::role {
namespace {

std::int64_t interval(yaml::Reader& reader, const yaml::Node& root,
                      std::string_view key) {
  const auto text = reader.text(key);
  if (!text) return 0;
  const auto parsed = text::parse_duration(*text);
  if (!parsed)
    reader.fail(*root.find(key), "'" + std::string(key) + ": " +
                                     text::printable(*text) +
                                     "' is no duration (30m, 2h)");
  return *parsed;
}

std::optional<std::vector<std::string>> may_message(yaml::Reader& reader,
                                                    const yaml::Node& root) {
  auto names = reader.texts("may_message");
  const yaml::Node* node = root.find("may_message");
  if (!node) return std::nullopt;
  for (const std::string& name : names)
    if (name != "*" && !is_role_name(name))
      reader.fail(*node, "'may_message' holds '" + name +
                             "', which is neither a role nor '*'");
  return names;
}

Restart restart(yaml::Reader& reader, const yaml::Node& root) {
  const std::string word = reader.text("restart").value_or("never");
  if (word == "on-failure") return Restart::OnFailure;
  if (word == "always") return Restart::Always;
  if (word != "never")
    reader.fail(*root.find("restart"),
                "'restart: " + text::printable(word) +
                    "' is none of never, on-failure, always");
  return Restart::Never;
}

std::string kind(yaml::Reader& reader, const yaml::Node& root) {
  const std::string word = reader.text("kind").value_or("implementor");
  if (word != "overseer" && word != "implementor" && word != "support")
    reader.fail(*root.find("kind"),
                "'kind: " + text::printable(word) +
                    "' is none of overseer, implementor, support");
  return word;
}

std::string reports_to(yaml::Reader& reader, const yaml::Node& root,
                       const std::string& self) {
  const std::string name = reader.text("reports_to").value_or("person");
  if (!is_role_name(name))
    reader.fail(*root.find("reports_to"),
                "'" + text::printable(name) + "' is neither a role nor person");
  if (name == self)
    reader.fail(*root.find("reports_to"),
                "role '" + name + "' reports to itself");
  return name;
}

std::vector<std::string> sorted(std::vector<std::string> keys) {
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  return keys;
}

}  // namespace

bool is_role_name(std::string_view name) { return text::is_spec_id(name); }

std::string require_name(yaml::Reader& reader, const yaml::Node& root) {
  const auto name = reader.text("name");
  if (!name) reader.fail(root, "'name' is missing");
  if (!is_role_name(*name))
    reader.fail(*root.find("name"),
                "'" + text::printable(*name) + "' is no name");
  return *name;
}

Role read_role(yaml::Reader& reader, const yaml::Node& root) {
  refuse_odd_texts(reader, root);
  Role role;
  role.name = require_name(reader, root);
  role.kind = kind(reader, root);
  role.purpose = reader.text("purpose").value_or("");
  role.duties = reader.texts("duties");
  role.reports_to = reports_to(reader, root, role.name);
  role.may_message = may_message(reader, root);
  role.check_in_ms = interval(reader, root, "check_in");
  role.commit_every_ms = interval(reader, root, "commit_every");
  role.runtime = reader.text("runtime");
  role.fallback = reader.texts("fallback");
  role.restart = restart(reader, root);
  role.sandbox = reader.flag("sandbox").value_or(false);
  read_tests(reader, root, role);
  role.notify_on_commit_of = role_names(reader, root, "notify_on_commit_of");
  role.watch = reader.texts("watch");
  if (!role.watch.empty() && role.notify_on_commit_of.empty())
    reader.fail(*root.find("watch"), "'watch' without 'notify_on_commit_of'");
  read_rights(reader, root, role);
  role.furnishing = parse_furnishing(reader, root);
  reader.reject_unknown_keys();
  return role;
}

Role parse_role(std::string_view bytes, const std::string& file) {
  const yaml::Node root = yaml::parse(bytes, file);
  yaml::Reader reader(root, file);
  return read_role(reader, root);
}

std::vector<std::string> role_keys() {
  // Inner maps are asked for their keys when they are there.
  const yaml::Node root =
      yaml::parse("{name: x, paths: {}, refs: {}, budget: {}}", "");
  yaml::Reader reader(root, "");
  read_role(reader, root);
  return sorted(reader.asked());
}

std::vector<std::string> team_keys() {
  const yaml::Node root = yaml::parse(
      "{name: x, roles: [y], indicators: [{pattern: z, score: 1}]}", "");
  yaml::Reader reader(root, "");
  read_team(reader, root);
  return sorted(reader.asked());
}

const Role& require_overseer(const std::vector<Role>& roles,
                             const std::string& team, const std::string& hint) {
  const Role* found = nullptr;
  for (const Role& role : roles) {
    if (role.kind != "overseer") continue;
    if (found)
      throw Error(ErrorCode::Usage, team + " has two overseers: '" +
                                        found->name + "' and '" + role.name +
                                        "'");
    found = &role;
  }
  if (!found)
    throw Error(ErrorCode::Usage, team + " has no role of kind overseer", hint);
  return *found;
}

namespace {

const Role* find(const std::vector<Role>& roles, const std::string& name) {
  for (const Role& role : roles)
    if (role.name == name) return &role;
  return nullptr;
}

}  // namespace

std::vector<std::string> find_ring(const std::vector<Role>& roles) {
  graph::Needs needs;
  for (const Role& role : roles) needs[role.name] = role.requires_roles;
  std::vector<std::string> ring = graph::ring_in(needs);
  if (ring.empty()) return ring;
  // Told from the first of `roles` that is in it.
  ring.pop_back();
  for (const Role& role : roles)
    if (const auto it = std::find(ring.begin(), ring.end(), role.name);
        it != ring.end()) {
      std::rotate(ring.begin(), it, ring.end());
      break;
    }
  ring.push_back(ring.front());
  return ring;
}

void require_fulfilled(const std::vector<Role>& roles) {
  std::vector<std::string> all, missing;
  std::string fault;
  for (const Role& role : roles) all.push_back(role.name);
  for (const Role& role : roles)
    for (const std::string& name : role.requires_roles) {
      if (find(roles, name) ||
          std::find(missing.begin(), missing.end(), name) != missing.end())
        continue;
      if (missing.empty())
        fault = "role '" + role.name + "' requires '" + name + "'";
      missing.push_back(name);
    }
  all.insert(all.end(), missing.begin(), missing.end());
  if (!missing.empty())
    throw Error(ErrorCode::Usage, fault,
                "add " + std::string(missing.size() == 1 ? "it" : "them") +
                    ": --roles " + text::join(all, ","));
  if (const auto ring = find_ring(roles); !ring.empty())
    throw Error(ErrorCode::Usage,
                "roles require each other: " + text::join(ring, ", "));
}

}  // namespace orch::role
