// SPDX-License-Identifier: MIT
#include "installation/data.h"

#include "error/error.h"
#include "file/file.h"
#include "installation/installation.h"

namespace orch::installation {

role::Role require_role(const std::string& orch_dir, const std::string& name) {
  const DataFile data = require_data(orch_dir, "roles", name);
  return role::parse_role(data.bytes, data.path);
}

role::Team require_team(const std::string& orch_dir, const std::string& name) {
  const DataFile data = require_data(orch_dir, "teams", name);
  return role::parse_team(data.bytes, data.path);
}

runtime::Runtime require_runtime(const std::string& orch_dir,
                                 const std::string& name) {
  const DataFile data = require_data(orch_dir, "runtimes", name);
  return runtime::parse_runtime(data.bytes, data.path);
}

policy::Policy require_policy(const std::string& orch_dir) {
  const std::string own = orch_dir + "/policy.yaml";
  if (const auto bytes = file::find_contents(own))
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
