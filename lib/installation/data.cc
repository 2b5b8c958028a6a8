// SPDX-License-Identifier: MIT
#include "installation/data.h"

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

}  // namespace orch::installation
