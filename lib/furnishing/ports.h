// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "furnishing/furnishing.h"

// Ports for an agent; private to `furnishing`.
namespace orch::furnishing {

struct PortRange {
  int first = 20000, last = 29999;
};
// orch.portRange, as "20000-29999". Throws Error{Usage}.
PortRange port_range(const config::Config& config);

// A port for each of `names`, which are all that the agent holds afterwards:
// what it held before is kept while nobody listens there. Others of this
// repository never get the same; who else uses the machine is only looked at.
// Throws Error{Contended} when the range is used up.
Variables lease_ports(const Repository& repository, store::Store& store,
                      const store::Agent& agent,
                      const std::vector<std::string>& names, PortRange range,
                      const Listener& listener);

}  // namespace orch::furnishing
