// SPDX-License-Identifier: MIT
#include "role/role.h"

#include "error/error.h"
#include "text/text.h"
#include "text/time.h"
#include "yaml/node.h"

namespace orch::role {
namespace {

std::string require_name(yaml::Reader& reader, const yaml::Node& root) {
  const auto name = reader.text("name");
  if (!name) reader.fail(root, "'name' is missing");
  if (!is_role_name(*name))
    reader.fail(*root.find("name"), "'" + *name + "' is no name");
  return *name;
}

std::int64_t interval(yaml::Reader& reader, const yaml::Node& root,
                      std::string_view key) {
  const auto text = reader.text(key);
  if (!text) return 0;
  const auto parsed = text::parse_duration(*text);
  if (!parsed)
    reader.fail(*root.find(key), "'" + std::string(key) + ": " + *text +
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
    reader.fail(root,
                "'restart: " + word + "' is none of never, on-failure, always");
  return Restart::Never;
}

}  // namespace

bool is_role_name(std::string_view name) { return text::is_spec_id(name); }

Role parse_role(std::string_view bytes, const std::string& file) {
  const yaml::Node root = yaml::parse(bytes, file);
  yaml::Reader reader(root, file);
  Role role;
  role.name = require_name(reader, root);
  role.kind = reader.text("kind").value_or(role.kind);
  if (role.kind != "overseer" && role.kind != "implementor" &&
      role.kind != "support")
    reader.fail(
        *root.find("kind"),
        "'kind: " + role.kind + "' is none of overseer, implementor, support");
  role.purpose = reader.text("purpose").value_or("");
  role.duties = reader.texts("duties");
  role.reports_to = reader.text("reports_to").value_or("person");
  role.may_message = may_message(reader, root);
  role.check_in_ms = interval(reader, root, "check_in");
  role.commit_every_ms = interval(reader, root, "commit_every");
  role.runtime = reader.text("runtime");
  role.restart = restart(reader, root);
  role.test = reader.text("test");
  role.notify_on_commit_of = reader.texts("notify_on_commit_of");
  role.watch = reader.texts("watch");
  if (!role.watch.empty() && role.notify_on_commit_of.empty())
    reader.fail(*root.find("watch"), "'watch' without 'notify_on_commit_of'");
  role.furnishing = parse_furnishing(reader, root);
  reader.reject_unknown_keys();
  return role;
}

Team parse_team(std::string_view bytes, const std::string& file) {
  const yaml::Node root = yaml::parse(bytes, file);
  yaml::Reader reader(root, file);
  Team team;
  team.name = require_name(reader, root);
  team.purpose = reader.text("purpose").value_or("");
  team.roles = reader.texts("roles");
  if (team.roles.empty()) reader.fail(root, "'roles' is empty");
  reader.reject_unknown_keys();
  return team;
}

const Role& require_overseer(const std::vector<Role>& roles,
                             const std::string& team) {
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
    throw Error(ErrorCode::Usage, team + " has no role of kind overseer",
                "add one with --roles overseer,...");
  return *found;
}

}  // namespace orch::role
