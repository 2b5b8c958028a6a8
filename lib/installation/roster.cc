// SPDX-License-Identifier: MIT
#include "installation/roster.h"

#include <algorithm>

#include "error/error.h"
#include "file/file.h"
#include "installation/data.h"
#include "installation/installation.h"
#include "text/text.h"

namespace orch::installation {
namespace {

constexpr char kRoles[] = "roles";

// What a broken file says is told where that file is looked at.
template <typename T, typename Load>
std::vector<T> readable(const std::vector<std::string>& names, Load load) {
  std::vector<T> out;
  for (const std::string& name : names) {
    try {
      out.push_back(load(name));
    } catch (const Error&) {
      continue;
    }
  }
  return out;
}

role::Known known_in(const std::string& orch_dir) {
  role::Known known;
  known.names = data_names(orch_dir, kRoles);
  known.roles = readable<role::Role>(known.names, [&](const std::string& name) {
    return require_role(orch_dir, name);
  });
  known.teams = readable<role::Team>(
      data_names(orch_dir, "teams"), [&](const std::string& name) {
        return require_whole_team(orch_dir, name);
      });
  return known;
}

DataFile find_file(const std::string& orch_dir, const std::string& named) {
  if (named.find('/') == std::string::npos && !named.ends_with(".yaml"))
    return require_data(orch_dir, kRoles, named);
  auto bytes = file::find_contents(named);
  if (!bytes)
    throw Error(ErrorCode::UnknownName,
                "there is no file '" + text::printable(named) + "'",
                "git orch role list");
  return {named, *std::move(bytes)};
}

}  // namespace

std::vector<RoleFile> check_roles(const std::string& orch_dir,
                                  const std::vector<std::string>& named) {
  const role::Known known = known_in(orch_dir);
  std::vector<RoleFile> out;
  for (const std::string& one : named.empty() ? known.names : named) {
    const DataFile data = find_file(orch_dir, one);
    RoleFile file{file::name_of(data.path), data.path, {}, {}};
    if (file.name.ends_with(".yaml")) file.name.resize(file.name.size() - 5);
    try {
      file.role = role::check_role(data.bytes, data.path, known);
    } catch (const Error& e) {
      file.fault = e.what();
    }
    out.push_back(std::move(file));
  }
  return out;
}

std::vector<RoleFile> require_roles(const std::string& orch_dir) {
  std::vector<RoleFile> out;
  for (const std::string& name : data_names(orch_dir, kRoles)) {
    const DataFile data = require_data(orch_dir, kRoles, name);
    out.push_back(
        {name, data.path, role::parse_role(data.bytes, data.path), {}});
  }
  return out;
}

std::string create_role(const std::string& orch_dir, const std::string& name,
                        const std::string& from, const std::string& kind) {
  if (!role::is_role_name(name))
    throw Error(ErrorCode::Usage,
                "'" + text::printable(name) + "' is no name of a role",
                "use lower-case letters, digits, '.', '_' and '-'");
  const auto names = data_names(orch_dir, kRoles);
  if (std::find(names.begin(), names.end(), name) != names.end())
    throw Error(ErrorCode::Exists, "role '" + name + "' exists already",
                "git orch role show " + name);
  const DataFile data = require_data(orch_dir, kRoles, from);
  const std::string bytes = role::renamed(data.bytes, data.path, name, kind);
  const std::string directory = orch_dir + "/" + kRoles;
  file::make_private_directories(directory);
  const std::string path = directory + "/" + name + ".yaml";
  if (!file::create_file(path, bytes, 0644))
    throw Error(ErrorCode::Exists, "'" + path + "' exists already");
  return path;
}

}  // namespace orch::installation
