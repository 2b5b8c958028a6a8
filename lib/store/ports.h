// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "store/store.h"

// Ports of this machine that agents of this repository hold, each for one
// variable of theirs.
namespace orch::store {

struct Port {
  std::int64_t port = 0;
  std::int64_t agent_id = 0;
  std::string name;
  std::int64_t taken_at = 0;

  bool operator==(const Port&) const = default;
};

// By number; those of one agent by name.
std::vector<Port> list_ports(Store& store);
std::vector<Port> list_ports(Store& store, std::int64_t agent_id);

// False when another agent, or another variable, has that port. What the agent
// had for that variable is released. Within a Transaction.
bool take_port(Store& store, const Port& port);

// Within a Transaction.
void release_port(Store& store, std::int64_t agent_id, const std::string& name);
void release_ports(Store& store, std::int64_t agent_id);
// Of agents whose registration was cleaned, or whose feature is no longer in
// progress. Within a Transaction.
void release_ports_of_the_gone(Store& store);

}  // namespace orch::store
