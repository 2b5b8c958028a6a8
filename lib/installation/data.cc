// SPDX-License-Identifier: MIT
#include "installation/data.h"

#include <algorithm>

#include "error/error.h"
#include "file/file.h"
#include "file/regular.h"
#include "installation/installation.h"

namespace orch::installation {

role::Role require_role(const std::string& orch_dir, const std::string& name) {
  const DataFile data = require_data(orch_dir, "roles", name);
  return role::parse_role(data.bytes, data.path);
}

std::optional<role::Role> find_role(const std::string& orch_dir,
                                    const std::string& name) {
  try {
    return require_role(orch_dir, name);
  } catch (const Error& e) {
    if (e.code() == ErrorCode::UnknownName) return std::nullopt;
    throw;
  }
}

role::Team require_team(const std::string& orch_dir, const std::string& name) {
  const DataFile data = require_data(orch_dir, "teams", name);
  return role::parse_team(data.bytes, data.path);
}

role::Team require_whole_team(const std::string& orch_dir,
                              const std::string& name) {
  std::vector<role::Team> chain = {require_team(orch_dir, name)};
  const auto known = [&](const std::string& other) {
    return std::any_of(chain.begin(), chain.end(),
                       [&](const role::Team& t) { return t.name == other; });
  };
  while (chain.back().extends && !known(*chain.back().extends))
    chain.push_back(require_team(orch_dir, *chain.back().extends));
  return role::resolve_team(chain.front(), chain);
}

runtime::Runtime require_runtime(const std::string& orch_dir,
                                 const std::string& name) {
  const DataFile data = require_data(orch_dir, "runtimes", name);
  return runtime::parse_runtime(data.bytes, data.path);
}

policy::Policy require_policy(const std::string& orch_dir) {
  const std::string own = orch_dir + "/policy.yaml";
  if (const auto bytes = file::find_regular(own))
    return policy::parse_policy(*bytes, own);
  const std::string shipped = template_directory() + "/policy.yaml";
  return policy::parse_policy(file::load_contents(shipped), shipped);
}

policy::Policy policy_or_built_in(const std::string& orch_dir) {
  try {
    return require_policy(orch_dir);
  } catch (const Error&) {
    return policy::parse_policy("", "");
  }
}

}  // namespace orch::installation
